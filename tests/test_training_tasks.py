"""One loop trains classifiers of any number of columns, segmentation networks and regressions."""

from dataclasses import replace

import numpy as np
import pytest
import test_training
import torch
from sklearn.metrics import r2_score, roc_auc_score
from torch import nn
from torch.nn import functional as F

from imbalance_course.augment import NO_LABEL, Augmentation
from imbalance_course.datasets import draw_animals
from imbalance_course.losses import BinaryCrossEntropy, CrossEntropy, DeferredReweighting
from imbalance_course.models import SmallConvNet
from imbalance_course.sampling import index_stream
from imbalance_course.training import (
    classification,
    predict,
    predict_logits,
    probabilities,
    regression,
    segmentation,
    train,
)

CONFIG = replace(test_training.CONFIG, images_total=240, images_per_epoch=80)
FIT, HELD_OUT = np.r_[0:30, 40:70], np.r_[30:40, 70:80]


@pytest.fixture(scope="module")
def animals():
    data = draw_animals(40, 40, size=16)
    return torch.from_numpy(data.images), torch.from_numpy(data.labels)


def fit(network, loss, images, targets, config=CONFIG, **options):
    return train(network.double(), loss, images, targets, FIT, HELD_OUT, config, seed=0, **options)


class PixelNet(nn.Module):
    """Two convolutions: a map of logits as large as the image."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, outputs, 3, padding=1)
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images)


class Watching(nn.Module):
    """A cross-entropy that remembers what it was called with."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[float] = []
        self.shapes: set = set()
        self.labels: set = set()

    def advance(self, progress: float) -> None:
        self.heard.append(progress)

    def forward(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        self.shapes.add((tuple(logits.shape), tuple(targets.shape), targets.dtype))
        self.labels |= set(targets.unique().tolist())
        if targets.is_floating_point():
            kept = targets != NO_LABEL
            return F.binary_cross_entropy_with_logits(logits[kept], targets[kept])
        return F.cross_entropy(logits, targets, ignore_index=NO_LABEL)


def test_two_columns_of_logits_get_class_numbers_and_one_column_gets_numbers_like_its_own(animals):
    for outputs, expected in ((1, ((20,), (20,), torch.float64)), (2, ((20, 2), (20,), torch.int64))):
        loss = Watching()
        fit(SmallConvNet((4,), outputs), loss, *animals)
        assert loss.shapes == {expected}


def test_two_columns_rank_the_held_out_part_by_the_difference_of_their_logits(animals):
    images, labels = animals
    torch.manual_seed(0)
    network = SmallConvNet((4, 8), 2)
    result = fit(network, CrossEntropy(), images, labels)
    logits = predict_logits(network, images, HELD_OUT, torch.float64)
    area = roc_auc_score(labels[HELD_OUT], (logits[:, 1] - logits[:, 0]).numpy())
    assert area == pytest.approx(result.history[result.best_epoch - 1]["held_out_roc_auc"])
    np.testing.assert_allclose(
        predict(network, images, HELD_OUT, torch.float64), logits.softmax(dim=1)[:, 1], atol=1e-12
    )


def test_many_classes_are_scored_each_against_the_rest(animals):
    images, _ = animals
    labels = torch.arange(80) % 3
    torch.manual_seed(0)
    network = SmallConvNet((4,), 3)
    result = fit(network, CrossEntropy(), images, labels)
    chances = predict(network, images, HELD_OUT, torch.float64)
    expected = roc_auc_score(labels[HELD_OUT], chances, multi_class="ovr")
    assert chances.shape == (20, 3)
    assert expected == pytest.approx(result.history[result.best_epoch - 1]["held_out_roc_auc"])


def test_the_loss_hears_the_share_of_the_training_that_is_over_at_each_epoch(animals, tmp_path):
    loss = Watching()
    fit(SmallConvNet((4,)), loss, *animals, checkpoint=tmp_path / "run.pt")
    assert loss.heard == pytest.approx([0, 1 / 3, 2 / 3])


def test_deferred_weights_take_effect_in_the_last_epochs_only(animals):
    late = DeferredReweighting(BinaryCrossEntropy(), weight=(1.0, 9.0), start=0.6)
    torch.manual_seed(0)
    deferred = fit(SmallConvNet((4,)), late, *animals).history
    torch.manual_seed(0)
    plain = fit(SmallConvNet((4,)), BinaryCrossEntropy(), *animals).history
    assert deferred[:2] == plain[:2]
    assert deferred[2] != plain[2]


@pytest.mark.parametrize("outputs", [1, 2])
def test_masks_move_with_their_images_and_what_lay_outside_has_no_label(animals, outputs):
    images, _ = animals
    masks = (images.float().mean(dim=-1) > 128).to(torch.uint8)
    loss = Watching()
    torch.manual_seed(0)
    network = PixelNet(outputs)

    def accuracy(logits, truth):
        return float(((probabilities(logits) > 0.5) == (truth == 1)).double().mean())

    moving = Augmentation(rotation_turns=0.1, flip_probability=0.5, shift=0.1)
    task = segmentation(moving, accuracy, "held_out_accuracy")
    result = fit(network, loss, images, masks, replace(CONFIG, images_total=1600), task=task)
    kind = torch.float64 if outputs == 1 else torch.int64
    columns = () if outputs == 1 else (2,)
    assert loss.shapes == {((20, *columns, 16, 16), (20, 16, 16), kind)}
    assert loss.labels == {0, 1, NO_LABEL}
    # Brightness decides here, so a network that saw pixels and labels apart would learn nothing.
    assert result.history[-1]["held_out_accuracy"] > 0.9
    assert predict(network, images, HELD_OUT, torch.float64, images_at_once=6).shape == (20, 16, 16)


def test_a_regression_is_scored_by_the_variance_it_explains(animals):
    images, _ = animals
    targets = images.double().mean(dim=(1, 2, 3)) / 255
    torch.manual_seed(0)
    network = SmallConvNet((4,))
    result = fit(network, nn.MSELoss(), images, targets, task=regression(Augmentation(flip_probability=0.5)))
    found = predict_logits(network, images, HELD_OUT, torch.float64)
    expected = r2_score(targets[HELD_OUT], found)
    assert expected == pytest.approx(
        result.history[result.best_epoch - 1]["held_out_explained_variance"], abs=1e-9
    )


def test_another_order_of_images_can_be_given(animals):
    calls = []

    def stream(positions, start, stop, *, seed):
        calls.append((start, stop))
        return index_stream(positions, start, stop, seed=seed)

    torch.manual_seed(0)
    given = fit(SmallConvNet((4,)), BinaryCrossEntropy(), *animals, stream=stream)
    torch.manual_seed(0)
    usual = fit(SmallConvNet((4,)), BinaryCrossEntropy(), *animals)
    assert given.history == usual.history
    assert calls == [(0, 80), (80, 160), (160, 240)]


def test_wider_augmentation_changes_the_run(animals):
    losses = []
    for settings in (Augmentation(0.05, 0.5), Augmentation(0.05, 0.5, brightness=0.3)):
        torch.manual_seed(0)
        result = fit(SmallConvNet((4,)), BinaryCrossEntropy(), *animals, task=classification(settings))
        losses.append(result.history[0]["loss"])
    assert losses[0] != losses[1]


class Dropping(nn.Module):
    """A network that drops units while it trains."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(16 * 16 * 3, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.layers(images)


def test_a_resumed_run_drops_the_same_units(animals, tmp_path):
    def interrupt(seen):
        if seen >= 100:
            raise KeyboardInterrupt

    def run(**options):
        torch.manual_seed(0)
        return fit(Dropping(), BinaryCrossEntropy(), *animals, **options).history

    whole = run()
    with pytest.raises(KeyboardInterrupt):
        run(checkpoint=tmp_path / "run.pt", on_images=interrupt)
    assert run(checkpoint=tmp_path / "run.pt") == whole


def test_training_leaves_the_global_random_state_alone(animals):
    torch.manual_seed(5)
    network = Dropping()
    before = torch.get_rng_state()
    fit(network, BinaryCrossEntropy(), *animals)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("logits", "expected"),
    [
        (torch.zeros(3), torch.full((3,), 0.5)),
        (torch.zeros(2, 4, 4), torch.full((2, 4, 4), 0.5)),
        (torch.zeros(2, 2, 4, 4), torch.full((2, 4, 4), 0.5)),
        (torch.zeros(2, 4), torch.full((2, 4), 0.25)),
    ],
    ids=["positive class", "its map", "two maps", "four classes"],
)
def test_probabilities_are_of_the_positive_class_or_of_every_class(logits, expected):
    torch.testing.assert_close(probabilities(logits), expected.double())
