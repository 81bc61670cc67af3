"""Ranking metrics and the choice of a threshold against scikit-learn, pairs of items and other thresholds."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st
from labeled_scores import ITEMS, split
from scipy import stats

from imbalance_course import metrics
from imbalance_course.metrics import Counts

CHOICES = ["f1", "balanced_accuracy", "accuracy", "mcc"]


def test_a_threshold_between_two_neighboring_float32_scores_separates_them():
    scores = np.array([0.5, np.nextafter(np.float32(0.5), np.float32(1))], dtype=np.float32)
    threshold = metrics.choose_threshold([0, 1], scores)
    assert metrics.confusion_counts([0, 1], scores, threshold) == Counts(tp=1, fp=0, fn=0, tn=1)


def test_a_threshold_between_two_neighboring_float64_scores_separates_them():
    scores = np.array([0.1, np.nextafter(0.1, 1)])
    threshold = metrics.choose_threshold([0, 1], scores)
    assert metrics.confusion_counts([0, 1], scores, threshold) == Counts(tp=1, fp=0, fn=0, tn=1)


@given(items=ITEMS)
def test_counts_by_threshold_are_those_of_each_threshold(items):
    labels, scores = split(items)
    thresholds, counts = metrics.counts_by_threshold(labels, scores)
    assert len(thresholds) == len(set(scores)) + 1
    for place, threshold in enumerate(thresholds):
        one = metrics.confusion_counts(labels, scores, threshold)
        assert vars(one) == {name: value[place] for name, value in vars(counts).items()}


@given(items=ITEMS)
def test_roc_auc_equals_that_of_scikit_learn(items):
    assert metrics.roc_auc(*split(items)) == pytest.approx(reference.roc_auc_score(*split(items)))


@given(items=ITEMS)
def test_roc_auc_is_the_share_of_pairs_in_the_right_order(items):
    positives = [score for label, score in items if label]
    negatives = [score for label, score in items if not label]
    pairs = list(itertools.product(positives, negatives))
    share = sum(Fraction((p > n) * 2 + (p == n), 2) for p, n in pairs) / len(pairs)
    assert metrics.roc_auc(*split(items)) == pytest.approx(float(share))


@given(items=ITEMS)
def test_average_precision_equals_that_of_scikit_learn(items):
    assert metrics.average_precision(*split(items)) == pytest.approx(
        reference.average_precision_score(*split(items))
    )


def test_scores_that_tell_nothing_have_area_one_half_and_average_precision_of_the_prevalence():
    labels, scores = np.repeat([1, 0], [10, 90]), np.zeros(100)
    assert metrics.roc_auc(labels, scores) == 0.5
    assert metrics.average_precision(labels, scores) == pytest.approx(0.1)


@pytest.mark.parametrize("metric", CHOICES)
@given(items=ITEMS)
def test_no_threshold_beats_the_chosen_one(metric, items):
    labels, scores = split(items)
    chosen = metrics.choose_threshold(labels, scores, metric=metric)
    best = getattr(metrics.confusion_counts(labels, scores, chosen), metric)
    for other in (*scores, *(scores + 0.01), 2.0):
        assert getattr(metrics.confusion_counts(labels, scores, other), metric) <= best + 1e-12


@pytest.mark.parametrize("metric", CHOICES)
@given(items=ITEMS)
def test_of_equal_thresholds_the_lowest_is_chosen(metric, items):
    labels, scores = split(items)
    chosen = metrics.choose_threshold(labels, scores, metric=metric)
    best = getattr(metrics.confusion_counts(labels, scores, chosen), metric)
    for lower in scores[scores < chosen]:
        assert getattr(metrics.confusion_counts(labels, scores, lower), metric) < best


@pytest.mark.parametrize("metric", CHOICES)
@given(items=ITEMS, repeat=st.integers(2, 9))
def test_choosing_for_a_prevalence_equals_choosing_on_data_with_that_prevalence(metric, items, repeat):
    labels, scores = split(items)
    times = np.where(labels == 0, repeat, 1)
    many_labels, many_scores = np.repeat(labels, times), np.repeat(scores, times)
    chosen = metrics.choose_threshold(labels, scores, metric=metric, prevalence=many_labels.mean())
    assert chosen == metrics.choose_threshold(many_labels, many_scores, metric=metric)


def test_the_best_threshold_for_f1_falls_as_positives_become_common():
    labels = np.repeat([0, 1], 500)
    scores = np.r_[
        stats.norm.ppf(np.linspace(0.001, 0.999, 500)), 1 + stats.norm.ppf(np.linspace(0.001, 0.999, 500))
    ]
    rare, even, common = (
        metrics.choose_threshold(labels, scores, prevalence=prevalence) for prevalence in (0.05, 0.5, 0.9)
    )
    assert rare > even > common


def test_the_chosen_threshold_lies_midway_between_the_classes():
    assert metrics.choose_threshold([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.7]) == pytest.approx(0.4)


def test_the_order_of_the_items_does_not_move_the_threshold():
    generator = np.random.default_rng(0)
    labels, scores = generator.integers(0, 2, 200), generator.random(200).round(2)
    order = generator.permutation(200)
    assert metrics.choose_threshold(labels, scores) == metrics.choose_threshold(labels[order], scores[order])


@pytest.mark.parametrize("metric", ["recall", "precision", "specificity", "f2", "total"])
def test_a_metric_that_cannot_choose_is_named(metric):
    with pytest.raises(ValueError, match=f"Expected a metric among f1, .* got '{metric}'"):
        metrics.choose_threshold([0, 1], [0.1, 0.9], metric=metric)


@pytest.mark.parametrize("function", [metrics.roc_auc, metrics.average_precision, metrics.choose_threshold])
@pytest.mark.parametrize("label", [0, 1])
def test_one_class_alone_is_refused(function, label):
    with pytest.raises(ValueError, match="Expected labels of both classes, got . positives of 3"):
        function([label] * 3, [0.1, 0.2, 0.3])
