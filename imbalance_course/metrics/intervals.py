"""How sure a mean over repeated runs is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Interval:
    """A mean and its confidence interval.

    Attributes:
        mean: mean of the values.
        low: lower end; NaN where one value alone tells nothing of the spread.
        high: upper end, likewise.
        n: number of values.
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
    if not 0 < confidence < 1:
        raise ValueError(f"Expected a confidence above 0 and below 1, got {confidence}; 95 % is 0.95.")
    mean = float(values.mean())
    if values.size == 1:
        return Interval(mean, float("nan"), float("nan"), 1)
    # Here and not at the top: training computes metrics where SciPy is not installed, and needs no interval.
    from scipy.special import stdtrit

    reach = float(stdtrit(values.size - 1, (1 + confidence) / 2) * values.std(ddof=1) / np.sqrt(values.size))
    return Interval(mean, mean - reach, mean + reach, values.size)
