"""Whether predicted probabilities come true."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from imbalance_course.metrics.checks import check_probabilities, check_weights


@dataclass(frozen=True)
class ReliabilityCurve:
    """Predicted probability against the share that came true, one entry for every bin with items.

    Attributes:
        mean_probability: (B,) mean predicted probability in the bin.
        positive_share: (B,) share of positives in the bin.
        items: (B,) number of items in the bin.
    """

    mean_probability: np.ndarray
    positive_share: np.ndarray
    items: np.ndarray


def reliability_curve(
    labels: ArrayLike, probabilities: ArrayLike, *, bins: int = 15, weights: ArrayLike | None = None
) -> ReliabilityCurve:
    """Group items by predicted probability and compare each group's mean with its share of positives.

    Args:
        labels: (N,) 0 or 1.
        probabilities: (N,) of the positive class, from 0 to 1.
        bins: number of bins of equal width on [0, 1]; a bin holds its upper edge, the first both edges.
        weights: (N,) how often each item counts, at least 0; None means once.

    Returns:
        The curve; bins without items are left out. A calibrated model lies on the diagonal.

    Raises:
        ValueError: fewer than one bin, probabilities out of range, arrays that do not fit.

    Reference:
        Niculescu-Mizil and Caruana, Predicting good probabilities with supervised learning, ICML 2005.

    Example:
        >>> curve = reliability_curve([0, 1, 1, 1], [0.25, 0.25, 0.75, 1.0], bins=2)
        >>> curve.mean_probability, curve.positive_share, curve.items
        (array([0.25 , 0.875]), array([0.5, 1. ]), array([2, 2]))
    """
    if bins < 1:
        raise ValueError(f"Expected at least one bin, got {bins}.")
    positive, probabilities = check_probabilities(labels, probabilities)
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], probabilities)
    weights = check_weights(weights, probabilities.size)
    items = np.bincount(place, weights=weights, minlength=bins).astype(weights.dtype)
    filled = items > 0

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, weights=values * weights, minlength=bins)[filled] / items[filled]

    return ReliabilityCurve(mean(probabilities), mean(positive), items[filled])


def expected_calibration_error(
    labels: ArrayLike, probabilities: ArrayLike, *, bins: int = 15, weights: ArrayLike | None = None
) -> float:
    r"""Mean distance between predicted probability and what came true, over bins weighted by their items.

    .. math::
        \sum_b \frac{n_b}{N} \left| \bar y_b - \bar p_b \right|

    The bins group the probability of the positive class. The paper groups the confidence in the predicted
    class, where overestimates of one class and underestimates of the other can cancel out.

    Args:
        labels: (N,) 0 or 1.
        probabilities: (N,) of the positive class, from 0 to 1.
        bins: number of bins of equal width on [0, 1].
        weights: (N,) how often each item counts, at least 0; None means once.

    Returns:
        Error from 0 (calibrated) to 1.

    Raises:
        ValueError: fewer than one bin, probabilities out of range, arrays that do not fit.

    Reference:
        Guo et al., On calibration of modern neural networks, ICML 2017, equation 3.

    Example:
        >>> expected_calibration_error([0, 1, 1, 1], [0.25, 0.25, 0.75, 1.0], bins=2)
        0.1875
    """
    curve = reliability_curve(labels, probabilities, bins=bins, weights=weights)
    gaps = np.abs(curve.positive_share - curve.mean_probability)
    return float((curve.items * gaps).sum() / curve.items.sum())


def brier_score(labels: ArrayLike, probabilities: ArrayLike) -> float:
    r"""Mean squared distance between predicted probability and label.

    .. math::
        \frac1N \sum_i (p_i - y_i)^2

    Args:
        labels: (N,) 0 or 1.
        probabilities: (N,) of the positive class, from 0 to 1.

    Returns:
        Score from 0 (certain and right) to 1 (certain and wrong); 0.25 for 0.5 everywhere.

    Raises:
        ValueError: probabilities out of range, arrays that do not fit.

    Reference:
        Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950).
        His sum over both classes is twice this number.

    Example:
        >>> brier_score([0, 1], [0.5, 1.0])
        0.125
    """
    positive, probabilities = check_probabilities(labels, probabilities)
    return float(((probabilities - positive) ** 2).mean())
