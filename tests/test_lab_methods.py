"""Each method changes what its name says; windows and scores of weighted items are what they should be."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from lab_runs import animals, specks
from sklearn import metrics as reference

from imbalance_course.augment import draw_rare_windows
from imbalance_course.errors import CourseError
from imbalance_course.experiments.methods import MethodSettings
from imbalance_course.lab.methods import CLASS_METHODS, MASK_METHODS, choose_methods, count_training_pixels
from imbalance_course.lab.settings import make_config
from imbalance_course.metrics import average_precision, counts_by_threshold, reliability_curve

COUNTS = np.array([70, 20, 10])
LOGITS = torch.linspace(-2, 3, 18, dtype=torch.float64).view(6, 3)
LABELS = torch.tensor([0, 1, 2, 0, 2, 1])


def loss_of(name):
    return float(CLASS_METHODS[name].make_loss(COUNTS, MethodSettings()).double()(LOGITS, LABELS))


def cross_entropy(logits=LOGITS, weight=(1.0, 1.0, 1.0)):
    each = (
        F.cross_entropy(logits, LABELS, reduction="none") * torch.tensor(weight, dtype=torch.float64)[LABELS]
    )
    return float(each.mean())


def test_methods_of_several_classes_are_the_published_losses():
    for name in ("plain", "balanced-batches", "oversampled"):
        assert loss_of(name) == pytest.approx(cross_entropy())
    assert loss_of("weighted") == pytest.approx(cross_entropy(weight=tuple(100 / (3 * COUNTS))))
    shifted = LOGITS + torch.from_numpy(np.log(COUNTS / 100))
    assert loss_of("logit-adjusted") == pytest.approx(cross_entropy(shifted))
    true = LOGITS.softmax(dim=1)[torch.arange(6), LABELS]
    assert loss_of("focal") == pytest.approx(float((-((1 - true) ** 2) * true.log()).mean()))
    effective = (1 - 0.9999) / (1 - 0.9999**COUNTS)
    assert loss_of("class-balanced") == pytest.approx(
        cross_entropy(weight=tuple(3 * effective / effective.sum()))
    )


@pytest.mark.parametrize("name", CLASS_METHODS)
def test_the_gradient_raises_the_true_class(name):
    logits = torch.zeros(6, 3, dtype=torch.float64, requires_grad=True)
    CLASS_METHODS[name].make_loss(COUNTS, MethodSettings()).double()(logits, LABELS).backward()
    assert (logits.grad[torch.arange(6), LABELS] < 0).all()


@pytest.mark.parametrize("name", MASK_METHODS)
def test_pixels_without_a_label_pull_at_no_logit(name):
    masks = torch.tensor([[[0, 1], [2, 255]]])
    logits = torch.zeros(1, 3, 2, 2, requires_grad=True)
    MASK_METHODS[name].loss.make(COUNTS)(logits, masks).backward()
    assert logits.grad[0, :, 1, 1].tolist() == [0, 0, 0]
    assert logits.grad[0, 2, 1, 0] < 0


def test_windows_on_rare_classes_hold_the_rare_pixel_far_more_often():
    masks = torch.zeros(1, 64, 64, dtype=torch.uint8)
    masks[0, 60, 2], masks[0, 20:30, 20:30] = 2, 1
    images, many = masks[..., None].clone(), torch.zeros(300, dtype=torch.long)
    random = torch.Generator().manual_seed(0)
    pick = MASK_METHODS["rare-windows"].pick(np.array([4000, 100, 1]), 16, torch.device("cpu"))
    pixels, truth = pick(images, masks, many, random)
    assert torch.equal(pixels[..., 0], truth)
    held = (truth == 2).flatten(1).any(dim=1).double().mean()
    assert 0.15 < held < 0.4  # half of the windows look for a pixel, and half of those for this class
    plain = MASK_METHODS["plain"].pick(np.array([4000, 100, 1]), 16, torch.device("cpu"))
    assert (plain(images, masks, many, random)[1] == 2).flatten(1).any(dim=1).double().mean() < 0.1


@pytest.mark.parametrize("name", ["plain", "rare-windows"])
def test_windows_stay_upright_where_mirrored_images_are_unlike(name):
    images = torch.arange(1024).view(1, 32, 32, 1)
    masks, many = (images[..., 0] % 7 == 0).to(torch.uint8), torch.zeros(50, dtype=torch.long)
    pick = MASK_METHODS[name].pick(np.array([9, 1]), 16, torch.device("cpu"), turned=False)
    pixels, _ = pick(images, masks, many, torch.Generator().manual_seed(0))
    assert (pixels[:, :, 1:] - pixels[:, :, :-1] == 1).all()
    assert (pixels[:, 1:] - pixels[:, :-1] == 32).all()


def test_a_tile_without_a_rare_pixel_gives_a_window_at_any_place():
    masks = torch.full((1, 32, 32), 255, dtype=torch.uint8)
    images = torch.arange(1024).view(1, 32, 32, 1)
    random = torch.Generator().manual_seed(0)
    pixels, _ = draw_rare_windows(
        images, masks, torch.zeros(200, dtype=torch.long), random, size=8, weights=torch.ones(2), share=1.0
    )
    corners = pixels.flatten(1).amin(dim=1)
    assert len(corners.unique()) > 100


def test_the_baseline_comes_first_and_unknown_names_are_refused():
    assert choose_methods("classes", ["focal", "focal"]) == ["plain", "focal"]
    assert len(choose_methods("masks", None)) == 5 and choose_methods("masks", ["all"]) == list(MASK_METHODS)
    with pytest.raises(CourseError, match="Expected methods among plain.*got dice"):
        choose_methods("classes", ["dice"])


def test_a_class_without_training_pixels_still_has_a_weight():
    folder = specks()
    folder.data.masks[:3] = 0
    assert count_training_pixels(folder.data, np.arange(3)).tolist() == [3 * 32 * 32, 1, 1]


def test_budgets_have_names_or_are_numbers_and_small_folders_are_not_seen_too_often():
    folder = animals()
    assert make_config(folder, budget="500").images_total <= 500
    assert make_config(folder, budget="long").images_total <= 60 * len(folder.data)
    for wrong in ("0", "much", "-3"):
        with pytest.raises(CourseError, match="Expected a budget of quick, normal, long, or a number"):
            make_config(folder, budget=wrong)


def test_an_item_of_weight_three_counts_as_three_items():
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 2, 40), random.integers(0, 12, 40) / 12
    weights = random.integers(1, 5, 40)
    repeated = np.repeat(labels, weights), np.repeat(scores, weights)
    thresholds, counts = counts_by_threshold(labels, scores, weights=weights)
    expected_thresholds, expected = counts_by_threshold(*repeated)
    np.testing.assert_array_equal(thresholds, expected_thresholds)
    np.testing.assert_array_equal(counts.tp, expected.tp)
    np.testing.assert_array_equal(counts.fp, expected.fp)
    assert average_precision(labels, scores, weights=weights) == pytest.approx(
        reference.average_precision_score(labels, scores, sample_weight=weights)
    )
    curve, expected_curve = reliability_curve(labels, scores, weights=weights), reliability_curve(*repeated)
    np.testing.assert_array_equal(curve.items, expected_curve.items)
    np.testing.assert_allclose(curve.positive_share, expected_curve.positive_share)


def test_weights_that_are_negative_or_all_zero_are_refused():
    for wrong in ([-1, 2], [0, 0], [1]):
        with pytest.raises(ValueError, match="weights of at least 0"):
            counts_by_threshold([0, 1], [0.1, 0.2], weights=wrong)
