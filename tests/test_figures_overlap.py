"""The numbers of the figure of overlap and boundary losses, in a real browser, against the package."""

import numpy as np
import pytest
from browser import compute

from imbalance_course import widgets
from imbalance_course.distance_maps import signed_distance

SETTINGS = [(6, 2, 0, 0.3), (1, 0, 0, 0.5), (3, 0, 2, 0.7), (3, 24, 0, 0.3), (2, 0, -4, 0.0), (12, 7, 6, 1.0)]


def masks(result):
    return (np.reshape(result[name], (64, 64)) for name in ("truth", "prediction"))


@pytest.mark.parametrize(("radius", "shift", "growth", "alpha"), SETTINGS)
def test_every_loss_is_that_of_the_package(page, radius, shift, growth, alpha):
    torch = pytest.importorskip("torch")
    from imbalance_course import losses

    figure = widgets.OverlapLosses(radius=radius, shift=shift, growth=growth, alpha=alpha)
    result = compute(page, figure)
    truth, prediction = (torch.tensor(mask, dtype=torch.float64)[None] for mask in masks(result))
    hard = (2 * prediction - 1) * 1e4  # probability 0 or 1
    now, tiny = result["now"], 1e-12
    assert now["dice"] == pytest.approx(losses.dice_loss(hard, truth, smooth=tiny).item())
    tversky = losses.tversky_loss(hard, truth, alpha=alpha, beta=1 - alpha, smooth=tiny).item()
    jaccard = losses.tversky_loss(hard, truth, alpha=1.0, beta=1.0, smooth=tiny).item()
    assert now["jaccard"] == pytest.approx(jaccard)
    # Where nothing is predicted and a miss costs nothing, 0 / 0 remains; the figure says 1.
    nothing_counts = not prediction.any() and alpha == 1
    assert now["tversky"] == pytest.approx(1 if nothing_counts else tversky)
    sure = torch.logit(torch.tensor(0.99, dtype=torch.float64)) * (2 * prediction - 1)
    assert now["bce"] == pytest.approx(losses.binary_cross_entropy(sure, truth).item())
    distances = torch.tensor(signed_distance(truth[0].numpy()))[None]
    boundary = losses.boundary_loss(hard, truth, signed_distance=distances, reduction="sum").item()
    assert now["boundary"] == pytest.approx(boundary, rel=1e-5)


@pytest.mark.parametrize(("radius", "pixels"), [(1, 5), (3, 29), (5, 81)])
def test_a_disk_holds_the_pixels_whose_centers_it_covers(page, radius, pixels):
    truth, prediction = masks(compute(page, widgets.OverlapLosses(radius=radius, shift=5, growth=0)))
    assert truth.sum() == pixels
    np.testing.assert_array_equal(prediction, np.roll(truth, 5, axis=1))


def test_without_overlap_only_the_boundary_loss_still_tells_near_from_far(page):
    curve = compute(page, widgets.OverlapLosses(radius=3, growth=0))["curve"][8:]
    for name in ("dice", "jaccard", "tversky"):
        assert {point[name] for point in curve} == {1}
    assert len({round(point["bce"], 12) for point in curve}) == 1
    assert np.all(np.diff([point["boundary"] for point in curve]) > 0)


def test_cross_entropy_prefers_an_empty_answer_to_a_prediction_that_is_too_wide(page):
    result = compute(page, widgets.OverlapLosses(radius=3, shift=0, growth=2))
    assert result["now"]["bce"] > result["empty"]["bce"]
    assert result["now"]["jaccard"] < result["empty"]["jaccard"] == 1
