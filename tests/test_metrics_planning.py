"""Costs and plans against search, exact probabilities and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from imbalance_course.metrics import (
    chance_to_tell,
    cost_threshold,
    paired_error,
    positives_needed,
)

share = some.floats(0.001, 0.999)
cost = some.floats(0.01, 100)


@given(miss=cost, false_alarm=cost, probability=share)
def test_at_the_threshold_the_cheaper_answer_changes(miss, false_alarm, probability):
    threshold = cost_threshold(miss, false_alarm)
    cheaper = (1 - probability) * false_alarm < probability * miss
    if abs(probability - threshold) > 1e-9:
        assert (probability > threshold) == cheaper


@given(miss=cost, false_alarm=cost, old=share, new=share)
def test_a_moved_threshold_is_the_same_decision_after_bayes(miss, false_alarm, old, new):
    moved = cost_threshold(miss, false_alarm, training_prevalence=old, prevalence=new)
    ratio = moved / (1 - moved) * (1 - old) / old  # of the densities at the threshold
    probability = new * ratio / (new * ratio + 1 - new)
    assert probability == pytest.approx(cost_threshold(miss, false_alarm), rel=1e-6)


def test_no_other_threshold_costs_less_on_drawn_items():
    random = np.random.default_rng(0)
    labels = random.random(400_000) < 0.02
    x = random.normal(1.5 * labels)
    even = 1 / (1 + np.exp(-(1.5 * x - 1.125)))  # probability of a positive where half are
    at = cost_threshold(30, 1, training_prevalence=0.5, prevalence=0.02)

    def mean_cost(threshold):
        called = even >= threshold
        return np.mean(30.0 * (labels & ~called) + (called & ~labels))

    grid = np.linspace(0.02, 0.98, 49)
    assert mean_cost(at) <= min(map(mean_cost, grid)) * 1.005


@pytest.mark.parametrize(("only_one", "only_other"), [(0.10, 0.05), (0.02, 0.02), (0.3, 0.0)])
def test_the_paired_error_is_the_spread_of_drawn_differences(only_one, only_other):
    counts = np.random.default_rng(1).multinomial(
        80, [only_one, only_other, 1 - only_one - only_other], size=200_000
    )
    spread = np.std((counts[:, 0] - counts[:, 1]) / 80)
    found = paired_error(only_one - only_other, only_one + only_other, 80)
    assert found == pytest.approx(spread, rel=0.01)


@given(difference=some.floats(-0.3, 0.3), error=some.floats(0.01, 1), confidence=some.floats(0.5, 0.999))
def test_the_chance_is_that_of_a_normal_outside_its_interval(difference, error, confidence):
    z = stats.norm.ppf((1 + confidence) / 2)
    expected = 1 - np.diff(stats.norm.cdf([-z * error, z * error], loc=difference, scale=error))[0]
    assert chance_to_tell(difference, error, confidence=confidence) == pytest.approx(expected, abs=1e-9)


@given(difference=some.floats(0.01, 0.3), extra=some.floats(0.01, 0.6), chance=some.floats(0.5, 0.99))
def test_the_number_of_positives_is_the_smallest_that_suffices(difference, extra, chance):
    disagreement = difference + extra
    needed = positives_needed(difference, disagreement, chance=chance)
    enough = chance_to_tell(difference, paired_error(difference, disagreement, needed))
    assert enough >= chance - 1e-9
    if needed > 2:
        one_less = chance_to_tell(difference, paired_error(difference, disagreement, needed - 1))
        assert one_less <= chance + 1e-3  # the wrong side, left out of the number


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf")])
def test_costs_must_be_above_zero(wrong):
    with pytest.raises(ValueError, match="Expected costs above 0"):
        cost_threshold(wrong, 1)
    with pytest.raises(ValueError, match="Expected costs above 0"):
        cost_threshold(1, wrong)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cost_threshold(1, 1, prevalence=0.1), "both shares"),
        (lambda: cost_threshold(1, 1, prevalence=0.0, training_prevalence=0.5), "above 0 and below 1"),
        (lambda: paired_error(0.2, 0.1, 50), "a disagreement from the size"),
        (lambda: paired_error(0.1, 0.2, 0), "more than 0 positives"),
        (lambda: chance_to_tell(0.1, 0.0), "standard error above 0"),
        (lambda: chance_to_tell(0.1, 0.1, confidence=95), "95 % is 0.95"),
        (lambda: positives_needed(0.0, 0.2), "other than 0"),
        (lambda: positives_needed(0.1, 0.2, chance=0.3), "chance from 0.5"),
    ],
)
def test_what_is_out_of_range_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
