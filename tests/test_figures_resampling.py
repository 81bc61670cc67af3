"""The numbers of the resampling figure, in a real browser, against the package."""

import numpy as np
import pytest
from browser import compute

from imbalance_course import widgets
from imbalance_course.metrics import confusion_counts

torch = pytest.importorskip("torch")
from imbalance_course.losses import binary_cross_entropy  # noqa: E402

SETTINGS = [
    {"copies": 11},
    {"copies": 1, "kept": 0.09},
    {"copies": 3.3, "kept": 0.4, "synthetic": 0.35, "neighbors": 1},
    {"copies": 11, "synthetic": 1, "neighbors": 39},
]


def points_of(figure):
    positives, negatives = (np.array(figure.data[name]) for name in ("positives", "negatives"))
    return positives, negatives


def slope(theta, rows, labels, times):
    """Gradient of the mean loss of the package in the parameters."""
    theta = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    inputs = torch.tensor(np.column_stack([rows, np.ones(len(rows))]))
    labels = torch.tensor(labels, dtype=torch.float64)
    each = binary_cross_entropy(inputs @ theta, labels, reduction="none")
    (each * torch.tensor(times, dtype=torch.float64)).mean().backward()
    return theta.grad.numpy()


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_fit_minimizes_the_loss_of_the_rows_it_counts(page, settings):
    figure = widgets.ResampledBoundary(**settings)
    result = compute(page, figure)
    positives, negatives = points_of(figure)
    between = np.array(result["between"]).reshape(-1, 2)
    rows = np.concatenate([positives, between, negatives[: result["left"]]])
    times = np.concatenate([result["times"], np.ones(len(between) + result["left"])])
    labels = np.repeat([1, 0], [len(rows) - result["left"], result["left"]])
    np.testing.assert_allclose(slope(result["theta"], rows, labels, times), 0, atol=1e-9)
    everything = np.concatenate([positives, negatives])
    labels = np.repeat([1, 0], [len(positives), len(negatives)])
    np.testing.assert_allclose(slope(result["plain"], everything, labels, np.ones(480)), 0, atol=1e-9)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_rows_have_the_factors_of_the_sliders(page, settings):
    figure = widgets.ResampledBoundary(**settings)
    result = compute(page, figure)
    used = sum(result["times"]) + len(result["between"])
    assert used == pytest.approx(40 * figure.copies, abs=0.5)
    assert result["left"] == pytest.approx(440 * figure.kept, abs=0.5)
    assert len(result["between"]) == pytest.approx(figure.synthetic * (used - 40), abs=0.5)
    assert max(result["times"]) - min(result["times"]) <= 1
    assert result["shift"] == pytest.approx(np.log(used / 40 / (result["left"] / 440)))


@pytest.mark.parametrize("neighbors", [1, 5, 39])
def test_a_synthetic_row_lies_between_a_positive_and_one_of_its_nearest(page, neighbors):
    figure = widgets.ResampledBoundary(copies=3, synthetic=1, neighbors=neighbors)
    positives, _ = points_of(figure)
    apart = np.linalg.norm(positives[:, None] - positives, axis=2) + np.diag(np.full(40, np.inf))
    for number, row in enumerate(compute(page, figure)["between"]):
        start = positives[number % 40]
        ends = positives[apart[number % 40] <= np.sort(apart[number % 40])[neighbors - 1]]
        detour = np.linalg.norm(row - start) + np.linalg.norm(row - ends, axis=1)
        assert np.min(detour - np.linalg.norm(ends - start, axis=1)) < 1e-9


def test_the_correction_moves_the_offset_by_the_logarithm_of_the_ratio_and_nothing_else(page):
    settings = {"copies": 5, "kept": 0.5, "synthetic": 0.5}
    raw = compute(page, widgets.ResampledBoundary(**settings))
    mended = compute(page, widgets.ResampledBoundary(**settings, corrected=True))
    assert mended["theta"][:2] == raw["theta"][:2]
    assert raw["theta"][2] - mended["theta"][2] == pytest.approx(raw["shift"])


@pytest.mark.parametrize("settings", SETTINGS)
def test_positives_found_and_false_alarms_are_those_of_the_metrics(page, settings):
    figure = widgets.ResampledBoundary(**settings)
    result = compute(page, figure)
    positives, negatives = points_of(figure)
    logits = np.concatenate([positives, negatives]) @ result["theta"][:2] + result["theta"][2]
    counts = confusion_counts(np.repeat([1, 0], [40, 440]), logits, 0)
    assert (result["now"]["found"], result["now"]["alarms"]) == (counts.tp, counts.fp)


def test_equal_shares_by_either_way_move_the_offset_alike(page):
    more = compute(page, widgets.ResampledBoundary(copies=11))
    less = compute(page, widgets.ResampledBoundary(copies=1, kept=0.091))
    for result in (more, less):
        assert result["theta"][2] - result["plain"][2] == pytest.approx(np.log(11), abs=0.7)
