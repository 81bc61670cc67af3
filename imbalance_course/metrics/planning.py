"""Before an experiment: the threshold that costs ask for, and how many positives a comparison needs."""

import math
from statistics import NormalDist

_NORMAL = NormalDist()


def cost_threshold(
    miss: float,
    false_alarm: float,
    *,
    training_prevalence: float | None = None,
    prevalence: float | None = None,
) -> float:
    r"""Probability from which the answer "positive" is the cheaper one.

    .. math::
        \frac{\tau}{1 - \tau} = \frac{c_\text{FP}}{c_\text{FN}} \cdot
        \frac{\pi}{1 - \pi} \cdot \frac{1 - \pi'}{\pi'}

    Without the two shares the last two factors are 1: the probability is one of the place of use.

    Args:
        miss: cost of a missed positive, :math:`c_\text{FN} > 0`, in any unit.
        false_alarm: cost of a false alarm, :math:`c_\text{FP} > 0`, in the same unit.
        training_prevalence: share of positives that the scores aim at, :math:`\pi`, above 0 and below 1;
            after training on classes made equal it is 0.5.
        prevalence: share of positives where the rule will be used, :math:`\pi'`, above 0 and below 1.

    Returns:
        Threshold :math:`\tau` on the scale of the scores, above 0 and below 1.

    Raises:
        ValueError: a cost that is not positive, a share out of range, or one share without the other.

    Reference:
        Elkan, The foundations of cost-sensitive learning, IJCAI 2001, equation 2; Saerens et al., Adjusting
        the outputs of a classifier to new a priori probabilities, Neural Computation 14, 2002, equation 2.4.

    Example:
        >>> cost_threshold(miss=9, false_alarm=1)
        0.1
        >>> round(cost_threshold(miss=9, false_alarm=1, training_prevalence=0.5, prevalence=0.1), 3)
        0.5
    """
    if not (0 < miss < math.inf and 0 < false_alarm < math.inf):
        raise ValueError(f"Expected costs above 0, got {miss} of a miss and {false_alarm} of a false alarm.")
    if training_prevalence is None and prevalence is None:
        return false_alarm / (false_alarm + miss)
    if training_prevalence is None or prevalence is None:
        raise ValueError("Expected both shares of positives or none, got one; give the other too.")
    for share in (training_prevalence, prevalence):
        if not 0 < share < 1:
            raise ValueError(f"Expected shares of positives above 0 and below 1, got {share}.")
    positive = miss * (1 - training_prevalence) * prevalence
    negative = false_alarm * training_prevalence * (1 - prevalence)
    return negative / (negative + positive)


def paired_error(difference: float, disagreement: float, positives: float) -> float:
    r"""Standard error of the difference of two recalls on the same positives.

    .. math::
        \sqrt{\frac{d - \delta^2}{n_+}}

    Args:
        difference: recall of one model minus recall of the other, :math:`\delta`.
        disagreement: share of the positives that exactly one of the two finds, :math:`d`, from
            :math:`|\delta|` to 1.
        positives: number of positives in the test, :math:`n_+ > 0`.

    Raises:
        ValueError: a number out of range.

    Reference:
        McNemar, Note on the sampling error of the difference between correlated proportions or percentages,
        Psychometrika 12, 1947.

    Example:
        >>> round(paired_error(0.05, disagreement=0.15, positives=100), 4)
        0.0384
    """
    _check_disagreement(difference, disagreement)
    if not positives > 0:
        raise ValueError(f"Expected more than 0 positives, got {positives}.")
    return math.sqrt((disagreement - difference**2) / positives)


def chance_to_tell(difference: float, error: float, *, confidence: float = 0.95) -> float:
    r"""How often the interval around a measured difference leaves out 0.

    .. math::
        \Phi\Big(\frac{|\delta|}{e} - z\Big) + \Phi\Big(-\frac{|\delta|}{e} - z\Big), \qquad
        z = \Phi^{-1}\Big(\frac{1 + c}{2}\Big)

    Args:
        difference: true difference, :math:`\delta`.
        error: standard error of the measured one, :math:`e > 0`; the measured one is taken as normal.
        confidence: of the interval, :math:`c`, above 0 and below 1.

    Returns:
        The chance, called power; without a difference it is :math:`1 - c`.

    Raises:
        ValueError: an error that is not positive, or a confidence out of range.

    Example:
        >>> round(chance_to_tell(0.05, error=0.02), 2), round(chance_to_tell(0.0, error=0.02), 2)
        (0.71, 0.05)
    """
    if not error > 0:
        raise ValueError(f"Expected a standard error above 0, got {error}.")
    z, size = _quantile(confidence), abs(difference) / error
    return _NORMAL.cdf(size - z) + _NORMAL.cdf(-size - z)


def positives_needed(
    difference: float, disagreement: float, *, chance: float = 0.8, confidence: float = 0.95
) -> int:
    r"""Positives in the test that a difference of two recalls needs to be told.

    .. math::
        n_+ = \Big\lceil (z_{(1 + c) / 2} + z_{b})^2\, \frac{d - \delta^2}{\delta^2} \Big\rceil

    The chance that the interval lies wholly on the wrong side is left out; it is below 1 in 1 000 wherever
    the chance asked for is at least one half.

    Args:
        difference: true difference, :math:`\delta`, not 0.
        disagreement: share of the positives that exactly one of the two finds, :math:`d`, from
            :math:`|\delta|` to 1.
        chance: how often the difference shall be told, :math:`b`, from 0.5 to below 1.
        confidence: of the interval, :math:`c`, above 0 and below 1.

    Returns:
        Number of positives, at least 1.

    Raises:
        ValueError: a number out of range.

    Reference:
        Connor, Sample size for testing differences in proportions for the paired-sample design,
        Biometrics 43, 1987.

    Example:
        >>> positives_needed(0.05, disagreement=0.15)
        464
    """
    _check_disagreement(difference, disagreement)
    if difference == 0:
        raise ValueError("Expected a difference other than 0, got 0; no number of positives can show it.")
    if not 0.5 <= chance < 1:
        raise ValueError(f"Expected a chance from 0.5 to below 1, got {chance}.")
    factor = (_quantile(confidence) + _NORMAL.inv_cdf(chance)) ** 2
    return max(1, math.ceil(factor * (disagreement - difference**2) / difference**2))


def _quantile(confidence: float) -> float:
    """Number of standard errors from the middle of an interval to its ends."""
    if not 0 < confidence < 1:
        raise ValueError(f"Expected a confidence above 0 and below 1, got {confidence}; 95 % is 0.95.")
    return _NORMAL.inv_cdf((1 + confidence) / 2)


def _check_disagreement(difference: float, disagreement: float) -> None:
    if not abs(difference) <= disagreement <= 1:
        raise ValueError(
            f"Expected a disagreement from the size of the difference, {abs(difference)}, to 1, "
            f"got {disagreement}; who finds more by a share differs on that share at least."
        )
