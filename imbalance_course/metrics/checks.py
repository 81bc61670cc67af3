"""Argument checks that the metrics share."""

import numpy as np
from numpy.typing import ArrayLike


def check_scores(labels: ArrayLike, scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Labels as booleans and scores as float64, both (N,) with N >= 1.

    float64, because a comparison of float32 scores with a threshold would round the threshold to float32.

    Raises:
        ValueError: shapes differ or are not (N,), labels other than 0 and 1, scores that are not finite.
    """
    labels, scores = np.asarray(labels), np.asarray(scores, dtype=float)
    if labels.ndim != 1 or labels.shape != scores.shape or not labels.size:
        raise ValueError(
            f"Expected labels and scores of one shape (N,), got {labels.shape} and {scores.shape}."
        )
    positive = labels == 1
    if not (positive | (labels == 0)).all():
        raise ValueError(f"Expected labels 0 and 1, got {np.unique(labels)[:5].tolist()}.")
    if not np.isfinite(scores).all():
        raise ValueError(
            "Expected finite scores, got NaN or infinity; look for a training run that diverged."
        )
    return positive, scores


def check_probabilities(labels: ArrayLike, probabilities: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """As :func:`check_scores`, and the scores must lie between 0 and 1.

    Raises:
        ValueError: see :func:`check_scores`; or a score below 0 or above 1.
    """
    positive, scores = check_scores(labels, probabilities)
    if scores.min() < 0 or scores.max() > 1:
        raise ValueError(
            f"Expected probabilities from 0 to 1, got {scores.min():g} to {scores.max():g}; "
            "apply a sigmoid to logits."
        )
    return positive, scores


def check_weights(weights: ArrayLike | None, size: int) -> np.ndarray:
    """How often each item counts, (N,) at least 0 and not all 0; None means once.

    Raises:
        ValueError: another shape, or a weight that is negative or not finite, or none above 0.
    """
    if weights is None:
        return np.ones(size, dtype=np.int64)
    weights = np.asarray(weights)
    if weights.shape != (size,) or not np.isfinite(weights).all() or weights.min() < 0 or not weights.any():
        raise ValueError(f"Expected {size} weights of at least 0, one above 0, got shape {weights.shape}.")
    return weights


def check_both_classes(positive: np.ndarray) -> None:
    """Raise ValueError unless there are positives and negatives."""
    if positive.all() or not positive.any():
        raise ValueError(
            f"Expected labels of both classes, got {positive.sum()} positives of {positive.size}."
        )
