"""Calibration metrics against scikit-learn, a slow loop and data of known calibration."""

import numpy as np
import pytest
import sklearn.calibration
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st
from labeled_scores import ITEMS, split

from imbalance_course import metrics

ALL_OF_PROBABILITIES = [
    metrics.reliability_curve,
    metrics.expected_calibration_error,
    metrics.brier_score,
]


@pytest.mark.parametrize("function", ALL_OF_PROBABILITIES)
def test_logits_in_the_place_of_probabilities_are_named(function):
    with pytest.raises(ValueError, match="Expected probabilities from 0 to 1, got -2 to 3; apply a sigmoid"):
        function([0, 1], [-2.0, 3.0])


@given(items=ITEMS, bins=st.integers(1, 20))
def test_the_reliability_curve_equals_that_of_scikit_learn(items, bins):
    labels, scores = split(items)
    found = metrics.reliability_curve(labels, scores, bins=bins)
    share, mean = sklearn.calibration.calibration_curve(labels, scores, n_bins=bins, strategy="uniform")
    assert found.positive_share == pytest.approx(share)
    assert found.mean_probability == pytest.approx(mean)
    assert found.items.sum() == len(items)


@given(items=ITEMS, bins=st.integers(1, 20))
def test_the_calibration_error_equals_a_slow_loop(items, bins):
    groups = {}
    for label, score in items:
        # The upper edge belongs to a bin; numpy's edges, because 3 * (1 / 10) is not its 0.3.
        place = next(b for b, edge in enumerate(np.linspace(0, 1, bins + 1)[1:]) if score <= edge)
        groups.setdefault(place, []).append((label, score))
    gap = sum(abs(sum(label - score for label, score in group)) for group in groups.values()) / len(items)
    assert metrics.expected_calibration_error(*split(items), bins=bins) == pytest.approx(gap, abs=1e-12)


def test_labels_drawn_from_the_probabilities_are_calibrated_and_sharpened_ones_are_not():
    generator = np.random.default_rng(0)
    probabilities = generator.random(20_000)
    labels = generator.random(20_000) < probabilities
    sharpened = probabilities**3 / (probabilities**3 + (1 - probabilities) ** 3)
    assert metrics.expected_calibration_error(labels, probabilities) < 0.02
    assert metrics.expected_calibration_error(labels, sharpened) > 0.1


def test_no_bins_are_refused():
    with pytest.raises(ValueError, match="Expected at least one bin, got 0"):
        metrics.reliability_curve([0, 1], [0.1, 0.9], bins=0)


@given(items=ITEMS)
def test_the_brier_score_equals_that_of_scikit_learn(items):
    assert metrics.brier_score(*split(items)) == pytest.approx(reference.brier_score_loss(*split(items)))
