"""How sure a mean over repeated runs is, and a score over items that come in clusters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Interval:
    """A mean and its confidence interval.

    Attributes:
        mean: mean of the values, or score of all clusters together.
        low: lower end; NaN where one value alone tells nothing of the spread.
        high: upper end, likewise.
        n: number of values or clusters.
    """

    mean: float
    low: float
    high: float
    n: int


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    r"""Mean over independent runs, with the Student interval of that mean.

    .. math::
        \bar x \pm t_{n-1,\,(1+c)/2}\, \frac{s}{\sqrt n}

    Args:
        values: (n,) one finite score a seed, n >= 1.
        confidence: how often intervals made this way hold the true mean; above 0 and below 1.

    Returns:
        The interval; with a single value its ends are NaN.

    Raises:
        ValueError: no values, values that are not finite, a confidence out of range.

    Reference:
        Student, The probable error of a mean, Biometrika 6 (1908).

    Example:
        >>> interval = mean_interval([0.80, 0.82, 0.87])
        >>> round(interval.mean, 3), round(interval.low, 3), round(interval.high, 3), interval.n
        (0.83, 0.74, 0.92, 3)
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise ValueError(f"Expected at least one finite value, shape (n,), got {values.tolist()}.")
    _check_confidence(confidence)
    mean = float(values.mean())
    if values.size == 1:
        return Interval(mean, float("nan"), float("nan"), 1)
    # Here and not at the top: training computes metrics where SciPy is not installed, and needs no interval.
    from scipy.special import stdtrit

    reach = float(stdtrit(values.size - 1, (1 + confidence) / 2) * values.std(ddof=1) / np.sqrt(values.size))
    return Interval(mean, mean - reach, mean + reach, values.size)


def cluster_interval(
    counts: ArrayLike,
    score: Callable[[np.ndarray], np.ndarray],
    *,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    r"""Score of pooled counts, with the percentile interval of a bootstrap that draws whole clusters.

    .. math::
        s^{(b)} = s\Big(\sum_c m_c^{(b)} n_c\Big), \qquad m^{(b)} \sim \text{Multinomial}(C, 1/C)

    Images of one patient are alike, so that a hundred images of five patients say little more than five
    images. Drawing patients with all their images keeps that; drawing images would give an interval that is
    too short. Where a cluster was tested several times, by repeated cross-validation, its row holds the sum.
    The interval covers which patients there were, not how else the training could have gone. With few
    clusters it is a little too short.

    Args:
        counts: (C, K) summed counts n_c of each cluster, for example tp, fp, fn, tn.
        score: maps summed counts (..., K) to scores (...).
        strata: (C,) class of each cluster, drawn from separately so that no draw lacks a class; None is one
            stratum.
        confidence: share of the draws between the ends; above 0 and below 1.
        draws: number of draws.
        seed: integer; the same arguments give the same interval.

    Returns:
        The score of all clusters and the ends; with a single cluster the ends are NaN.

    Raises:
        ValueError: counts that are not (C, K), strata of another length, a confidence or draws out of range.

    Reference:
        Davison and Hinkley, Bootstrap methods and their application, 1997, section 3.8.

    Example:
        >>> from imbalance_course.metrics import Counts
        >>> patients = [[9, 0, 1, 0], [4, 0, 6, 0], [0, 2, 0, 8], [0, 1, 0, 9]]
        >>> found = cluster_interval(patients, lambda n: Counts(*n.T).recall, strata=[1, 1, 0, 0])
        >>> round(found.mean, 2), round(found.low, 2), round(found.high, 2), found.n
        (0.65, 0.4, 0.9, 4)
    """
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 2 or not len(counts):
        raise ValueError(f"Expected counts of shape (clusters, K), got {counts.shape}.")
    strata = np.zeros(len(counts)) if strata is None else np.asarray(strata)
    if strata.shape != (len(counts),):
        raise ValueError(f"Expected one stratum for each of {len(counts)} clusters, got {strata.shape}.")
    _check_confidence(confidence)
    if draws < 1:
        raise ValueError(f"Expected at least one draw, got {draws}.")
    mean = float(score(counts.sum(axis=0)))
    if len(counts) == 1:
        return Interval(mean, float("nan"), float("nan"), 1)
    random = np.random.default_rng(seed)
    times = np.empty((draws, len(counts)))  # how often a draw holds each cluster
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        times[:, members] = random.multinomial(
            len(members), np.full(len(members), 1 / len(members)), size=draws
        )
    low, high = np.quantile(score(times @ counts), [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(mean, float(low), float(high), len(counts))


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"Expected a confidence above 0 and below 1, got {confidence}; 95 % is 0.95.")
