"""Test counts by group of images, summed over the runs that tested them."""

from collections.abc import Iterable

import numpy as np

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts, Interval, cluster_interval
from imbalance_course.records.record import Record


def sum_groups(records: Iterable[Record], rule: str = "at_half") -> tuple[np.ndarray, np.ndarray]:
    """Counts of every group over some runs of one row.

    Args:
        records: runs with ``test_groups``, such as the folds of a cross-validation.
        rule: ``at_half`` or ``at_threshold``.

    Returns:
        (C,) sorted names of the groups, and (C, 4) their tp, fp, fn, tn.

    Raises:
        CourseError: no run, or one without counts by group.
    """
    totals: dict[str, np.ndarray] = {}
    for record in records:
        if not record.test_groups:
            raise CourseError(f"Expected test counts by group in the record of {record.key}, found none.")
        for name, counts in record.test_groups.items():
            totals[name] = totals.get(name, np.zeros(4, dtype=np.int64)) + counts[rule]
    if not totals:
        raise CourseError("Expected at least one run with test counts by group, got none.")
    names = sorted(totals)
    return np.array(names), np.stack([totals[name] for name in names])


def group_interval(records: Iterable[Record], score: str = "f1", rule: str = "at_half") -> Interval:
    """A score of the pooled test images of some runs, with an interval that resamples whole groups.

    Groups with and without positives are drawn separately.

    Args:
        records: runs of one row with ``test_groups``.
        score: a score of :class:`imbalance_course.metrics.Counts`, for example ``f1`` or ``recall``.
        rule: ``at_half`` or ``at_threshold``.

    Raises:
        CourseError: no run, or one without counts by group.
    """
    _, counts = sum_groups(records, rule)
    has_positives = counts[:, 0] + counts[:, 2] > 0
    return cluster_interval(counts, lambda pooled: getattr(Counts(*pooled.T), score), strata=has_positives)


def group_difference(
    records: Iterable[Record],
    others: Iterable[Record],
    score: str = "balanced_accuracy",
    rule: str = "at_half",
) -> Interval:
    """How much higher a score is in some runs than in others, over the groups that both tested.

    Both are pooled over the same drawn groups, so what a hard group does to both drops out.

    Args:
        records: runs of one row with ``test_groups``.
        others: runs of another row, or of the same row under another split.
        score: a score of :class:`imbalance_course.metrics.Counts`.
        rule: ``at_half`` or ``at_threshold``.

    Returns:
        The difference with an interval that resamples whole groups.

    Raises:
        CourseError: no run, one without counts by group, or no group that both tested.
    """
    (names, counts), (other_names, other_counts) = sum_groups(records, rule), sum_groups(others, rule)
    shared, here, there = np.intersect1d(names, other_names, return_indices=True)
    if not len(shared):
        raise CourseError("Expected a group that both rows tested, got none; run more folds.")
    pairs = np.concatenate([counts[here], other_counts[there]], axis=1)

    def difference(pooled: np.ndarray) -> np.ndarray:
        columns = pooled.T
        return getattr(Counts(*columns[:4]), score) - getattr(Counts(*columns[4:]), score)

    return cluster_interval(pairs, difference, strata=pairs[:, 0] + pairs[:, 2] > 0)
