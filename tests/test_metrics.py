"""Counts, their scores and intervals against scikit-learn, SciPy, slow loops and the lecture."""

import math

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import assume, given
from hypothesis import strategies as st
from labeled_scores import ITEMS, split
from scipy import stats

from imbalance_course import metrics
from imbalance_course.metrics import Counts

COUNT = st.integers(0, 10_000)
COUNTS = st.builds(Counts, tp=COUNT, fp=COUNT, fn=COUNT, tn=COUNT)

# Cats and dogs called right, of 1 500 each, and the F1 that the lecture prints; cats are the positives.
LECTURE = {
    "balanced": (1445, 1436, 0.960),
    "balanced, weight 100": (1076, 1499, 0.835),
    "balanced, weight 1000": (670, 1498, 0.617),
    "imbalanced 1": (1082, 1483, 0.833),
    "imbalanced 1, weighted": (1163, 1379, 0.835),
    "imbalanced 1, undersampled": (1282, 1017, 0.785),
    "imbalanced 1, oversampled": (1167, 1438, 0.855),
    "imbalanced 1, focal": (1210, 1447, 0.876),
    "imbalanced 2": (821, 1489, 0.704),
    "imbalanced 2, weighted": (1123, 1309, 0.798),
    "imbalanced 2, undersampled": (1335, 734, 0.741),
    "imbalanced 2, oversampled": (1159, 1386, 0.836),
}


def expand(counts):
    """Labels and decisions with the given counts, for scikit-learn."""
    sizes = (counts.tp, counts.fp, counts.fn, counts.tn)
    return np.repeat([1, 0, 1, 0], sizes), np.repeat([1, 1, 0, 0], sizes)


@pytest.mark.parametrize("row", LECTURE)
def test_every_f1_of_the_lecture_follows_from_its_counts(row):
    cats, dogs, printed = LECTURE[row]
    counts = Counts(tp=cats, fp=1500 - dogs, fn=1500 - cats, tn=dogs)
    assert round(counts.f1, 3) == printed


def test_the_matrix_of_165_items_gives_the_recall_and_precision_of_the_lecture():
    counts = Counts(tp=100, fp=10, fn=5, tn=50)
    assert counts.total == 165
    assert round(counts.recall, 2) == 0.95
    assert round(counts.precision, 2) == 0.91


def test_the_matrix_of_3000_items_gives_the_scores_of_the_lecture():
    counts = Counts(tp=821, fp=11, fn=679, tn=1489)
    assert counts.total == 3000
    assert [round(value, 3) for value in (counts.recall, counts.precision, counts.f1)] == [
        0.547,
        0.987,
        0.704,
    ]


def test_weighting_imbalanced_1_lowers_balanced_accuracy_while_f1_barely_moves():
    plain, weighted = (
        Counts(tp=cats, fp=1500 - dogs, fn=1500 - cats, tn=dogs)
        for cats, dogs, _ in (LECTURE["imbalanced 1"], LECTURE["imbalanced 1, weighted"])
    )
    assert (round(plain.balanced_accuracy, 3), round(weighted.balanced_accuracy, 3)) == (0.855, 0.847)
    assert abs(plain.f1 - weighted.f1) < 0.003


@given(
    counts=st.builds(
        Counts, tp=st.integers(1, 60), fp=st.integers(1, 60), fn=st.integers(1, 60), tn=st.integers(1, 60)
    )
)
def test_scores_of_counts_equal_those_of_scikit_learn(counts):
    labels, calls = expand(counts)
    assert counts.recall == pytest.approx(reference.recall_score(labels, calls))
    assert counts.precision == pytest.approx(reference.precision_score(labels, calls))
    assert counts.specificity == pytest.approx(reference.recall_score(labels, calls, pos_label=0))
    assert counts.f1 == pytest.approx(reference.f1_score(labels, calls))
    assert counts.accuracy == pytest.approx(reference.accuracy_score(labels, calls))
    assert counts.balanced_accuracy == pytest.approx(reference.balanced_accuracy_score(labels, calls))
    assert counts.mcc == pytest.approx(reference.matthews_corrcoef(labels, calls))


@given(counts=COUNTS)
def test_every_score_lies_in_its_range(counts):
    for name in ("recall", "precision", "specificity", "f1", "accuracy", "balanced_accuracy", "prevalence"):
        assert 0 <= getattr(counts, name) <= 1
    assert -1 - 1e-12 <= counts.mcc <= 1 + 1e-12


@given(counts=COUNTS)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(counts):
    assume(counts.tp > 0)
    assert counts.f1 == pytest.approx(2 / (1 / counts.precision + 1 / counts.recall))


@given(counts=COUNTS)
def test_mcc_changes_its_sign_with_the_decision(counts):
    opposite = Counts(tp=counts.fn, fp=counts.tn, fn=counts.tp, tn=counts.fp)
    assert opposite.mcc == pytest.approx(-counts.mcc)


def test_a_score_without_a_denominator_is_zero():
    scores = (
        "recall",
        "precision",
        "specificity",
        "f1",
        "accuracy",
        "balanced_accuracy",
        "mcc",
        "prevalence",
    )
    assert all(getattr(Counts(0, 0, 0, 0), name) == 0 for name in scores)
    nothing_called_positive = Counts(tp=0, fp=0, fn=5, tn=95)
    assert nothing_called_positive.precision == nothing_called_positive.f1 == nothing_called_positive.mcc == 0
    assert nothing_called_positive.accuracy == 0.95
    assert nothing_called_positive.balanced_accuracy == 0.5
    assert Counts(tp=5, fp=0, fn=0, tn=0).mcc == 0


def test_counts_of_pixels_do_not_overflow():
    counts = Counts(*(np.int64(3 * 10**12),) * 4)
    assert counts.mcc == 0
    assert Counts(tp=10**13, fp=0, fn=0, tn=10**13).mcc == pytest.approx(1)


@pytest.mark.parametrize("name", ["tp", "fp", "fn", "tn"])
def test_a_negative_count_is_named(name):
    with pytest.raises(ValueError, match=f"Expected counts of at least 0, got {name}=-1"):
        Counts(**{"tp": 1, "fp": 1, "fn": 1, "tn": 1, name: -1})


def test_counts_cannot_be_changed():
    with pytest.raises(AttributeError):
        Counts(1, 2, 3, 4).tp = 5


@given(counts=COUNTS, prevalence=st.floats(0.001, 0.999))
def test_another_prevalence_keeps_recall_and_specificity(counts, prevalence):
    assume(0 < counts.prevalence < 1)
    found = counts.at_prevalence(prevalence)
    assert found.prevalence == pytest.approx(prevalence)
    assert found.total == pytest.approx(counts.total)
    assert found.recall == pytest.approx(counts.recall)
    assert found.specificity == pytest.approx(counts.specificity)


def test_precision_at_another_prevalence_is_bayes_rule():
    counts, prevalence = Counts(tp=80, fp=30, fn=20, tn=270), 0.02
    bayes = 0.8 * prevalence / (0.8 * prevalence + 0.1 * (1 - prevalence))
    assert counts.at_prevalence(prevalence).precision == pytest.approx(bayes)


@pytest.mark.parametrize("prevalence", [0, 1, -0.1, 2, math.nan])
def test_a_prevalence_out_of_range_is_named(prevalence):
    with pytest.raises(ValueError, match="Expected a prevalence above 0 and below 1"):
        Counts(1, 2, 3, 4).at_prevalence(prevalence)


def test_counts_of_one_class_cannot_be_moved_to_another_prevalence():
    with pytest.raises(ValueError, match="Expected counts of both classes"):
        Counts(tp=5, fp=0, fn=5, tn=0).at_prevalence(0.5)


@given(items=ITEMS, threshold=st.floats(-0.1, 1.1))
def test_confusion_counts_equal_a_slow_loop(items, threshold):
    table = {(label, call): 0 for label in (0, 1) for call in (False, True)}
    for label, score in items:
        table[label, score >= threshold] += 1
    found = metrics.confusion_counts(*split(items), threshold)
    assert found == Counts(tp=table[1, True], fp=table[0, True], fn=table[1, False], tn=table[0, False])
    assert all(type(value) is int for value in vars(found).values())


def test_float32_scores_meet_the_threshold_itself_and_not_its_float32_rounding():
    scores = np.array([0.5, 0.5 + 2**-24], dtype=np.float32)
    assert metrics.confusion_counts([0, 1], scores, 0.5 + 2**-26) == Counts(tp=1, fp=0, fn=0, tn=1)


ALL_OF_SCORES = [
    metrics.confusion_counts,
    metrics.roc_auc,
    metrics.average_precision,
    metrics.choose_threshold,
    metrics.reliability_curve,
    metrics.expected_calibration_error,
    metrics.brier_score,
]


@pytest.mark.parametrize("function", ALL_OF_SCORES)
@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1], [0.5], r"one shape \(N,\), got \(2,\) and \(1,\)"),
        ([[0, 1]], [[0.5, 0.6]], r"one shape \(N,\)"),
        ([], [], r"one shape \(N,\)"),
        ([0, 2], [0.5, 0.6], r"Expected labels 0 and 1, got \[0, 2\]"),
        ([0, 1], [0.5, math.nan], "Expected finite scores"),
        ([0, 1], [0.5, math.inf], "Expected finite scores"),
    ],
)
def test_arrays_that_do_not_fit_are_named(function, labels, scores, message):
    with pytest.raises(ValueError, match=message):
        function(labels, scores)


@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12),
    confidence=st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_the_mean_interval_equals_that_of_scipy(values, confidence):
    found = metrics.mean_interval(values, confidence)
    error = stats.sem(values)
    low, high = (
        stats.t.interval(confidence, len(values) - 1, np.mean(values), error) if error else (found.mean,) * 2
    )
    assert (found.mean, found.n) == (pytest.approx(np.mean(values)), len(values))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_95_percent_intervals_hold_the_true_mean_in_95_percent_of_draws():
    draws = np.random.default_rng(0).normal(0.9, 0.02, (2000, 3))
    held = [interval.low <= 0.9 <= interval.high for interval in map(metrics.mean_interval, draws)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


def test_one_run_has_a_mean_and_no_interval():
    found = metrics.mean_interval([0.8])
    assert (found.mean, found.n) == (0.8, 1)
    assert math.isnan(found.low) and math.isnan(found.high)


@pytest.mark.parametrize("values", [[], [0.5, math.nan], [[0.5, 0.6]], 0.5])
def test_values_without_a_mean_are_refused(values):
    with pytest.raises(ValueError, match="Expected at least one finite value"):
        metrics.mean_interval(values)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_in_percent_is_refused(confidence):
    with pytest.raises(ValueError, match="Expected a confidence above 0 and below 1.*95 % is 0.95"):
        metrics.mean_interval([0.5, 0.6], confidence)
