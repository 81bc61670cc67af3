"""Scores of several classes against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as sklearn_metrics

from imbalance_course.metrics.confusion import class_dice, class_overlap, confusion_matrix

CLASSES = 4
LABELS = arrays(np.uint8, (5, 6), elements=st.integers(0, CLASSES - 1))


@given(LABELS, LABELS, arrays(bool, (5, 6), elements=st.booleans()))
def test_the_table_is_that_of_scikit_learn_without_the_ignored_items(truth, prediction, ignored):
    matrix = confusion_matrix(np.where(ignored, 255, truth), prediction, classes=CLASSES, ignore=255)
    expected = np.zeros((CLASSES, CLASSES))
    if not ignored.all():
        expected = sklearn_metrics.confusion_matrix(
            truth[~ignored], prediction[~ignored], labels=range(CLASSES)
        )
    np.testing.assert_array_equal(matrix, expected)


@given(LABELS, LABELS)
def test_overlap_and_dice_are_jaccard_and_f1_of_each_class_that_is_there(truth, prediction):
    matrix = confusion_matrix(truth, prediction, classes=CLASSES)
    there = np.union1d(truth, prediction)
    for found, score in ((class_overlap(matrix), "jaccard_score"), (class_dice(matrix), "f1_score")):
        expected = getattr(sklearn_metrics, score)(
            truth.ravel(), prediction.ravel(), labels=there, average=None
        )
        np.testing.assert_allclose(found[there], expected)
        assert np.isnan(np.delete(found, there)).all()


def test_an_absent_class_counted_as_zero_would_lower_the_mean():
    matrix = confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), classes=3)
    overlap = class_overlap(matrix)
    assert np.nanmean(overlap) == 1
    assert np.nan_to_num(overlap).mean() == pytest.approx(2 / 3)


def test_wrong_calls_are_explained():
    with pytest.raises(ValueError, match="two arrays of one shape"):
        confusion_matrix(np.zeros(3), np.zeros(4), classes=2)
    with pytest.raises(ValueError, match="predicted classes from 0 to 1, got 0 to 5"):
        confusion_matrix(np.array([0, 1]), np.array([0, 5]), classes=2)
