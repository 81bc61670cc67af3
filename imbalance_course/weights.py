"""Class weights from class counts or pixel shares.

Every function takes one number above 0 for each class, in class order. Only their ratios matter, so counts of
images, counts of pixels and shares all do. :func:`inverse_frequency` keeps the size of the unweighted loss.
:func:`effective_number` needs counts, not shares.

The six functions of the pixel share have the sum 1; times the number of classes they keep that size too.
They are compared in the thesis "Research and Implementation of Methods for Imbalanced Data in Medical Images"
and :func:`foreground_normalized` is what it proposes.
"""

import numpy as np
from numpy.typing import ArrayLike


def inverse_frequency(counts: ArrayLike) -> np.ndarray:
    r"""Weights that give every class the same part in the total, and every item the weight 1 on average.

    .. math::
        w_c = \frac{N}{K N_c}, \qquad N = \sum_c N_c

    Args:
        counts: (K,) number of items of every class, each above 0.

    Returns:
        (K,) weights.

    Raises:
        ValueError: fewer than two classes, or a count that is zero, negative or not finite.

    Reference:
        King and Zeng, Logistic regression in rare events data, Political Analysis 9 (2001):
        their weights for a population with equal shares of both classes.

    Example:
        >>> inverse_frequency([11_000, 1_000])
        array([0.54545455, 6.        ])
    """
    counts = _check(counts)
    return counts.sum() / (counts.size * counts)


def effective_number(counts: ArrayLike, *, beta: float = 0.9999) -> np.ndarray:
    r"""Weights of one over the effective number of items: new items of a large class overlap with old ones.

    .. math::
        w_c \propto \frac{1 - \beta}{1 - \beta^{n_c}}, \qquad \sum_c w_c = K

    Args:
        counts: (K,) number of items of every class, each above 0; :math:`n_c`.
        beta: overlap, from 0 (all weights 1) to 1 (one over the counts).

    Returns:
        (K,) weights with sum K.

    Raises:
        ValueError: fewer than two classes, a count that is zero, negative or not finite, beta out of range.

    Reference:
        Cui et al., Class-balanced loss based on effective number of samples, CVPR 2019, section 4.

    Example:
        >>> effective_number([11_000, 1_000]).round(3)
        array([0.25, 1.75])
    """
    counts = _check(counts)
    if not 0 <= beta <= 1:
        raise ValueError(f"Expected beta between 0 and 1, got {beta}.")
    # The effective number is 1 + beta + ... + beta^(n - 1); expm1 keeps its digits where beta is close to 1.
    numbers = counts**beta if beta in (0, 1) else np.expm1(counts * np.log(beta)) / (beta - 1)
    return counts.size * _to_sum_one(1 / numbers)


def vector_scaling(
    counts: ArrayLike, *, gamma: float = 0.15, tau: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    r"""Factors and offsets of the logits for the vector-scaling loss.

    .. math::
        \Delta_c = \left(\frac{n_c}{n_{\max}}\right)^\gamma, \qquad \iota_c = \tau \log \frac{n_c}{N}

    Args:
        counts: (K,) number of items of every class, each above 0; :math:`n_c`.
        gamma: exponent of the factors, at least 0; 0 makes all 1.
        tau: strength of the offsets; 0 makes all 0.

    Returns:
        (K,) factors, and (K,) offsets in logits.

    Raises:
        ValueError: fewer than two classes, a count that is zero, negative or not finite, gamma below 0.

    Reference:
        Kini et al., Label-imbalanced and group-sensitive classification under overparameterization,
        NeurIPS 2021, section 2.

    Example:
        >>> scale, shift = vector_scaling([900, 100], gamma=0.15)
        >>> scale.round(3), shift.round(3)
        (array([1.   , 0.719]), array([-0.105, -2.303]))
    """
    counts = _check(counts)
    if not 0 <= gamma < np.inf:
        raise ValueError(f"Expected gamma of at least 0, got {gamma}.")
    return (counts / counts.max()) ** gamma, tau * np.log(_to_sum_one(counts))


def equal(shares: ArrayLike) -> np.ndarray:
    r"""The same weight for every class.

    .. math::
        w_c = 1 / K

    Args:
        shares: (K,) counts or shares of the classes, each above 0.

    Returns:
        (K,) weights with sum 1.

    Raises:
        ValueError: fewer than two classes, or a share that is zero, negative or not finite.

    Example:
        >>> equal([90, 10])
        array([0.5, 0.5])
    """
    return _to_sum_one(np.ones_like(_shares(shares)))


def inverse_share(shares: ArrayLike) -> np.ndarray:
    r"""Inverse frequency, normalized: the loss of every class counts the same in total.

    .. math::
        w_c \propto 1 / p_c

    Args:
        shares: (K,) counts or shares of the classes, each above 0; :math:`p_c` is a share of the sum.

    Returns:
        (K,) weights with sum 1.

    Raises:
        ValueError: fewer than two classes, or a share that is zero, negative or not finite.

    Example:
        >>> inverse_share([90, 10])
        array([0.1, 0.9])
    """
    return _to_sum_one(1 / _shares(shares))


def rising_exponential(shares: ArrayLike) -> np.ndarray:
    r"""More weight for a larger class: the wrong way round, kept as the control of the comparison.

    .. math::
        w_c \propto e^{+e\, p_c}

    The scale of the exponent is Euler's number.

    Args:
        shares: (K,) counts or shares of the classes, each above 0; :math:`p_c` is a share of the sum.

    Returns:
        (K,) weights with sum 1.

    Raises:
        ValueError: fewer than two classes, or a share that is zero, negative or not finite.

    Example:
        >>> rising_exponential([90, 10]).round(3)
        array([0.898, 0.102])
    """
    return _to_sum_one(np.exp(np.e * _shares(shares)))


def falling_exponential(shares: ArrayLike) -> np.ndarray:
    r"""More weight for a smaller class, but never more than about 15 (e to the e) times as much.

    .. math::
        w_c \propto e^{-e\, p_c}

    Args:
        shares: (K,) counts or shares of the classes, each above 0; :math:`p_c` is a share of the sum.

    Returns:
        (K,) weights with sum 1.

    Raises:
        ValueError: fewer than two classes, or a share that is zero, negative or not finite.

    Example:
        >>> falling_exponential([90, 10]).round(3)
        array([0.102, 0.898])
    """
    return _to_sum_one(np.exp(-np.e * _shares(shares)))


def foreground_normalized(shares: ArrayLike, *, background: int = 0) -> np.ndarray:
    r"""Falling exponential that compares the foreground classes with each other, not with the background.

    .. math::
        w_b \propto e^{-e\, p_b}, \qquad w_c \propto e^{-e\, p_c / \sum_{k \ne b} p_k} \quad (c \ne b)

    Where the background fills the image, the shares of the foreground classes are all near 0 and
    :func:`falling_exponential` gives them nearly one weight; shares of the foreground keep them apart.

    Args:
        shares: (K,) counts or shares of the classes, each above 0; :math:`p_c` is a share of the sum.
        background: position :math:`b` of the background; negative positions count from the end.

    Returns:
        (K,) weights with sum 1.

    Raises:
        ValueError: fewer than two classes, a share that is zero, negative or not finite, no such position.

    Example:
        >>> foreground_normalized([80, 15, 5]).round(3)
        array([0.151, 0.173, 0.675])
    """
    shares = _shares(shares)
    is_background = _mark(background, shares.size)
    relative = np.where(is_background, shares, shares / shares[~is_background].sum())
    return _to_sum_one(np.exp(-np.e * relative))


def foreground_only(shares: ArrayLike, *, background: int = 0) -> np.ndarray:
    r"""Foreground-normalized weights with background weight 0: what it costs to let the background go free.

    .. math::
        w_b = 0, \qquad w_c \propto e^{-e\, p_c / \sum_{k \ne b} p_k} \quad (c \ne b)

    Args:
        shares: (K,) counts or shares of the classes, each above 0; :math:`p_c` is a share of the sum.
        background: position :math:`b` of the background; negative positions count from the end.

    Returns:
        (K,) weights with sum 1.

    Raises:
        ValueError: fewer than two classes, a share that is zero, negative or not finite, no such position.

    Example:
        >>> foreground_only([80, 15, 5]).round(3)
        array([0.   , 0.204, 0.796])
    """
    weights = foreground_normalized(shares, background=background)
    return _to_sum_one(np.where(_mark(background, weights.size), 0.0, weights))


def _check(counts: ArrayLike) -> np.ndarray:
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 1 or counts.size < 2:
        raise ValueError(f"Expected one count for each of at least two classes, got shape {counts.shape}.")
    wrong = np.flatnonzero(~(np.isfinite(counts) & (counts > 0)))
    if wrong.size:
        raise ValueError(
            f"Expected a finite count above 0 for every class, got {counts[wrong[0]]:g} "
            f"for class {wrong[0]}; leave a class without items out."
        )
    return counts


def _shares(counts: ArrayLike) -> np.ndarray:
    return _to_sum_one(_check(counts))


def _to_sum_one(values: np.ndarray) -> np.ndarray:
    return values / values.sum()


def _mark(position: int, size: int) -> np.ndarray:
    """Mask that is true at one position."""
    if not -size <= position < size:
        raise ValueError(f"Expected the position of the background among {size} classes, got {position}.")
    return np.arange(size) == position % size
