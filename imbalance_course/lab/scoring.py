"""Scores of predictions under a decision, and the decision that the held-out part chooses."""

from dataclasses import dataclass

import numpy as np

from imbalance_course.lab.predictions import (
    ADJUSTMENTS,
    USUAL_DECISION,
    PixelPredictions,
    Predictions,
    counts_by_decision,
)
from imbalance_course.metrics import Counts, average_precision, expected_calibration_error
from imbalance_course.metrics.confusion import class_dice, class_overlap


@dataclass(frozen=True)
class ClassScores:
    """Scores of one class, each from 0 to 1; None where the part has no item of the class.

    Attributes:
        items: items of the class.
        recall: share of them that were called so.
        precision: share of what was called so that is of the class; 0 where nothing was.
        f1: harmonic mean of both.
        iou: overlap over union.
        average_precision: mean precision over all decisions.
    """

    items: int
    recall: float | None
    precision: float | None
    f1: float | None
    iou: float | None
    average_precision: float | None


def score_classes(predictions: Predictions, decision: float) -> list[ClassScores]:
    """Scores of every class, class 0 first."""
    matrix = predictions.matrix(decision)
    f1, overlap = class_dice(matrix), class_overlap(matrix)
    scores = []
    for number, items in enumerate(matrix.sum(axis=1)):
        if items == 0:
            scores.append(ClassScores(0, None, None, None, None, None))
            continue
        hits, called = matrix[number, number], matrix[:, number].sum()
        ranked = None
        if items < matrix.sum():
            scored = predictions.against_rest(number)
            ranked = average_precision(scored.labels, scored.scores, weights=scored.weights)
        scores.append(
            ClassScores(
                items=int(items),
                recall=float(hits / items),
                precision=float(hits / called) if called else 0.0,
                f1=float(f1[number]),
                iou=float(overlap[number]),
                average_precision=ranked,
            )
        )
    return scores


def compared_classes(predictions: Predictions) -> list[int]:
    """Classes whose mean F1 methods are compared by.

    The positive one of two; of more all that are there, but for masks not the background, which any network
    finds.
    """
    if predictions.classes == 2:
        return [predictions.positive]
    first = 1 if isinstance(predictions, PixelPredictions) else 0
    return [number for number in range(first, predictions.classes) if predictions.items[number]]


def quality(predictions: Predictions, decision: float, cost_ratio: float | None = None) -> float:
    r"""The number that methods are compared by: mean F1, or the share of the cost that is saved.

    .. math:: 1 - \frac{r\, FN + FP}{\min(r\, P, N)}

    with the cost r of a miss in units of a false alarm. Calling all items alike costs the denominator or
    more, so that 0 is as good as that, and 1 is perfect; below 0 is worse than not looking.

    Args:
        predictions: what a network says of a part of a split.
        decision: see :mod:`imbalance_course.lab.predictions`.
        cost_ratio: r, above 0; only for two classes; None takes the F1.

    Returns:
        F1 of the positive class, mean F1 of the classes of :func:`compared_classes`, or the saved share.
    """
    if cost_ratio is not None:
        return float(_saved(count_calls(predictions, decision), cost_ratio))
    compared = compared_classes(predictions)
    f1 = class_dice(predictions.matrix(decision))[compared]
    return float(np.nan_to_num(f1).mean()) if compared else 0.0


def count_calls(predictions: Predictions, decision: float) -> Counts:
    """The four counts of two classes."""
    matrix, yes = predictions.matrix(decision), predictions.positive
    no = 1 - yes
    return Counts(tp=matrix[yes, yes], fp=matrix[no, yes], fn=matrix[yes, no], tn=matrix[no, no])


def choose_decision(predictions: Predictions, cost_ratio: float | None = None) -> float:
    """The decision with the best :func:`quality` on a held-out part; never choose it on the test part.

    Args:
        predictions: what a network says of the held-out part.
        cost_ratio: of a miss to a false alarm, for two classes; None takes the F1.

    Returns:
        A threshold of log-odds for two classes, the lowest of equally good ones; else one of the adjustments
        that are tried, the weakest of equally good ones.
    """
    if predictions.classes > 2:
        return max(ADJUSTMENTS, key=lambda strength: quality(predictions, strength))
    scored = predictions.against_rest(predictions.positive)
    if len(np.unique(scored.labels)) < 2:
        return USUAL_DECISION
    thresholds, counts = counts_by_decision(scored)
    values = counts.f1 if cost_ratio is None else _saved(counts, cost_ratio)
    return float(thresholds[np.flatnonzero(values >= values.max() - 1e-12)[-1]])


def probability_of(decision: float) -> float:
    """A threshold of log-odds as a probability.

    Example:
        >>> probability_of(0.0)
        0.5
    """
    return float(1 / (1 + np.exp(-decision)))


def balanced_accuracy(scores: list[ClassScores]) -> float:
    """Mean recall of the classes that are there."""
    return float(np.mean([each.recall for each in scores if each.recall is not None]))


def calibration_error(predictions: Predictions, temperature: float = 1.0) -> float:
    """Expected calibration error of the probabilities that can be checked."""
    checked = predictions.trust(temperature)
    return expected_calibration_error(checked.labels, checked.scores, weights=checked.weights)


def summarize(held_out: Predictions, test: Predictions) -> dict[str, float]:
    """Scores of a run by name, as a record holds them; what does not exist is left out."""
    moved = choose_decision(held_out)
    scores = score_classes(test, moved)
    ranked = [each.average_precision for each in (scores[number] for number in compared_classes(test))]
    values = {
        "f1": quality(test, moved),
        "f1_usual_decision": quality(test, USUAL_DECISION),
        "held_out_f1": quality(held_out, moved),
        "held_out_f1_usual_decision": quality(held_out, USUAL_DECISION),
        "balanced_accuracy": balanced_accuracy(scores),
        "expected_calibration_error": calibration_error(test),
    }
    if ranked and None not in ranked:
        values["average_precision"] = float(np.mean(ranked))
    return values


def _saved(counts: Counts, cost_ratio: float):
    cost = cost_ratio * np.asarray(counts.fn, dtype=float) + counts.fp
    careless = np.minimum(cost_ratio * (np.asarray(counts.tp) + counts.fn), np.asarray(counts.fp) + counts.tn)
    return 1 - cost / np.maximum(careless, 1e-300)
