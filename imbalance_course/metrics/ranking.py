"""Scores over all thresholds, and the choice of one."""

import numpy as np
from numpy.typing import ArrayLike

from imbalance_course.metrics.checks import check_both_classes, check_scores, check_weights
from imbalance_course.metrics.counts import Counts

_CHOICES = ("f1", "balanced_accuracy", "accuracy", "mcc")


def counts_by_threshold(
    labels: ArrayLike, scores: ArrayLike, *, weights: ArrayLike | None = None
) -> tuple[np.ndarray, Counts]:
    """Counts of every decision rule "positive where score >= threshold" that differs from the others.

    Args:
        labels: (N,) 0 or 1.
        scores: (N,) finite, higher for positives.
        weights: (N,) how often each item counts, at least 0; None means once. A histogram of scores is two
            items a bin, and as exact as its bins are narrow.

    Returns:
        Thresholds (T,), falling, and their counts as arrays (T,). The first threshold lies just above the
        highest score and calls nothing positive, the last is the lowest score and calls everything positive,
        each other one lies midway between two neighboring scores. Items of equal score are never split.

    Raises:
        ValueError: shapes that differ or are not (N,), other labels, scores that are not finite.

    Example:
        >>> thresholds, counts = counts_by_threshold([0, 1, 1], [0.25, 0.75, 0.75])
        >>> counts.tp, counts.fp
        (array([0, 2, 2]), array([0, 0, 1]))
        >>> thresholds[1:]
        array([0.5 , 0.25])
    """
    positive, scores = check_scores(labels, scores)
    levels, level = np.unique(scores, return_inverse=True)
    weights = check_weights(weights, scores.size)
    kind = weights.dtype if weights.dtype.kind == "f" else np.int64
    sizes = np.bincount(level, weights=weights).astype(kind)
    positives = np.bincount(level, weights=positive * weights).astype(kind)
    tp = np.r_[0, np.cumsum(positives[::-1])]
    fp = np.r_[0, np.cumsum((sizes - positives)[::-1])]
    middles = levels[:-1] / 2 + levels[1:] / 2
    # Between two neighboring float64 numbers there is none: the middle is then rounded to one of them.
    middles = np.where(middles > levels[:-1], middles, levels[1:])
    thresholds = np.r_[np.nextafter(levels[-1], np.inf), middles[::-1], levels[0]]
    return thresholds, Counts(tp=tp, fp=fp, fn=tp[-1] - tp, tn=fp[-1] - fp)


def roc_auc(labels: ArrayLike, scores: ArrayLike) -> float:
    r"""Area under the ROC curve: how often a positive scores above a negative, a tie counting one half.

    .. math::
        P(s_+ > s_-) + \tfrac12 P(s_+ = s_-)

    Args:
        labels: (N,) 0 or 1, both present.
        scores: (N,) finite, higher for positives.

    Returns:
        Area from 0 to 1; 0.5 for scores that tell nothing. It does not depend on the share of positives.

    Raises:
        ValueError: one class only, shapes that differ or are not (N,), scores that are not finite.

    Reference:
        Hanley and McNeil, The meaning and use of the area under a ROC curve, Radiology 143 (1982).

    Example:
        >>> roc_auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
        0.75
    """
    check_both_classes(check_scores(labels, scores)[0])
    _, counts = counts_by_threshold(labels, scores)
    height = (counts.recall[1:] + counts.recall[:-1]) / 2
    return float((np.diff(1 - counts.specificity) * height).sum())


def average_precision(labels: ArrayLike, scores: ArrayLike, *, weights: ArrayLike | None = None) -> float:
    r"""Mean of the precision over the positives, in the order of falling scores.

    .. math::
        \sum_k (R_k - R_{k-1}) P_k

    Args:
        labels: (N,) 0 or 1, both present.
        scores: (N,) finite, higher for positives.
        weights: (N,) how often each item counts, see :func:`counts_by_threshold`.

    Returns:
        Number from 0 to 1; for scores that tell nothing it is near the share of positives.

    Raises:
        ValueError: one class only, shapes that differ or are not (N,), scores that are not finite.

    Reference:
        Manning, Raghavan and Schütze, Introduction to information retrieval (2008), section 8.4.

    Example:
        >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)
        0.8333
    """
    check_both_classes(check_scores(labels, scores)[0])
    _, counts = counts_by_threshold(labels, scores, weights=weights)
    return float((np.diff(counts.recall) * counts.precision[1:]).sum())


def choose_threshold(
    labels: ArrayLike, scores: ArrayLike, *, metric: str = "f1", prevalence: float | None = None
) -> float:
    """The threshold with the highest score on held-out data; never choose it on the test data.

    F1, accuracy and MCC depend on the share of positives. Where the held-out data have another share than the
    data the rule will meet, ``prevalence`` weighs the two classes to that share before the choice.

    Args:
        labels: (N,) 0 or 1, both present.
        scores: (N,) finite, higher for positives: probabilities or logits.
        metric: ``f1``, ``balanced_accuracy``, ``accuracy`` or ``mcc``.
        prevalence: share of positives to expect, above 0 and below 1; None takes the share in ``labels``.

    Returns:
        Threshold for the rule "positive where score >= threshold", midway between two neighboring scores. Of
        equally good thresholds it is the lowest, the one that calls most items positive.

    Raises:
        ValueError: one class only, an unknown metric, a prevalence out of range, arrays that do not fit.

    Example:
        >>> choose_threshold([0, 0, 1, 1], [0.125, 0.25, 0.5, 0.75])
        0.375
    """
    if metric not in _CHOICES:
        raise ValueError(
            f"Expected a metric among {', '.join(_CHOICES)}, got {metric!r}; "
            "recall, precision or specificity alone would choose a threshold at the end of the range."
        )
    check_both_classes(check_scores(labels, scores)[0])
    thresholds, counts = counts_by_threshold(labels, scores)
    if prevalence is not None:
        counts = counts.at_prevalence(prevalence)
    values = getattr(counts, metric)
    # Weighing the classes rounds: what differs by less than that is equally good.
    best = np.flatnonzero(values >= values.max() - 1e-12)
    return float(thresholds[best[-1]])
