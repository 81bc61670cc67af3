"""Exercises of lesson 02: binary cross-entropy from likelihood."""

import math

import numpy as np

from imbalance_course.exercises.core import Exercise, Mistake

# 02-1: three flowers, the model's probability of class 1 and the label.
PROBABILITIES, LABELS = (0.9, 0.2, 0.05), (1, 0, 1)
TRUE_CLASS = [p if y == 1 else 1 - p for p, y in zip(PROBABILITIES, LABELS, strict=True)]
MEAN_LOSS = -sum(math.log(p_true) for p_true in TRUE_CLASS) / len(TRUE_CLASS)

# 02-3: one class has 1 000 items (the positives), the other 11 000.
SHARE = 1_000 / 12_000
BASE_RATE_LOGIT = math.log(SHARE / (1 - SHARE))
ENTROPY = -SHARE * math.log(SHARE) - (1 - SHARE) * math.log(1 - SHARE)

# 02-4: slope in 1/cm, offset without unit, and the probability that is asked for.
SLOPE, OFFSET, WANTED = 2.0, -5.0, 0.9


def _residual(a: float, b: float, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Predicted probability minus label, for each item."""
    return 1 / (1 + np.exp(-(a * x + b))) - y


def gradient(a: float, b: float, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Gradient of the mean loss in slope and offset."""
    residual = _residual(a, b, x, y)
    return float(np.mean(x * residual)), float(np.mean(residual))


def _summed_gradient(a: float, b: float, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The mistake of leaving out the division by N."""
    residual = _residual(a, b, x, y)
    return float(np.sum(x * residual)), float(np.sum(residual))


def _uphill_gradient(a: float, b: float, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The mistake of subtracting the wrong way round."""
    slope, offset = gradient(a, b, x, y)
    return -slope, -offset


def _squared_error_gradient(a: float, b: float, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """The mistake of keeping the factor p(1 - p), as half the squared error would."""
    residual = _residual(a, b, x, y)
    chain = residual * (residual + y) * (1 - residual - y)
    return float(np.mean(x * chain)), float(np.mean(chain))


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="02-1",
        answer=MEAN_LOSS,
        hint="Take the probability of the true class of each flower, minus its logarithm, then the mean.",
        mistakes=(
            Mistake(
                -sum(math.log(p) for p in PROBABILITIES) / 3,
                "One flower is of kind A: its belief is not the probability of B.",
            ),
            Mistake(MEAN_LOSS * 3, "That is the sum over the three flowers; the loss is their mean."),
            Mistake(MEAN_LOSS / math.log(10), "That is the logarithm to base 10; use the natural one."),
        ),
    ),
    Exercise(
        key="02-2",
        answer=gradient,
        hint="In a it is the mean of x (p - y), in b the mean of p - y. Return both, a first.",
        mistakes=(
            Mistake(
                _uphill_gradient, "The sign is turned: a step along minus this gradient would raise the loss."
            ),
            Mistake(
                _summed_gradient, "You added up the items; the loss is a mean, so its gradient is one too."
            ),
            Mistake(
                _squared_error_gradient,
                "One factor too many: the p (1 - p) of the sigmoid cancels against the one in dL/dp.",
            ),
        ),
        probes=(
            (0.5, -1.0, np.array([1.4, 3.0, 4.1]), np.array([0, 1, 1])),
            (-1.0, 2.0, np.array([1.0, 1.5, 3.8, 2.0]), np.array([0, 0, 1, 1])),
        ),
    ),
    Exercise(
        key="02-3",
        answer=(BASE_RATE_LOGIT, ENTROPY),
        hint="The share of positives is 1/12. Its logit is the offset, its entropy the loss. Offset first.",
        mistakes=(
            Mistake((math.log(SHARE), ENTROPY), "The offset is the logarithm of the odds, not of the share."),
            Mistake(
                (-BASE_RATE_LOGIT, ENTROPY), "With this offset the rare class would be predicted as common."
            ),
            Mistake(
                (BASE_RATE_LOGIT, math.log(2)), "ln 2 is the loss at offset 0, before the offset is set."
            ),
            Mistake(
                (BASE_RATE_LOGIT, -math.log(SHARE)), "That is the loss of one positive; most are negatives."
            ),
        ),
    ),
    Exercise(
        key="02-4",
        answer=(math.log(WANTED / (1 - WANTED)) - OFFSET) / SLOPE,
        hint="Turn the probability into a logit first, then solve a x + b = z for x.",
        mistakes=(
            Mistake(-OFFSET / SLOPE, "That is the length at which both kinds are equally probable."),
            Mistake((WANTED - OFFSET) / SLOPE, "You set the line equal to p; but the line is the logit."),
            Mistake(
                (-math.log(WANTED / (1 - WANTED)) - OFFSET) / SLOPE,
                "At this length kind A, not kind B, has the wanted probability.",
            ),
        ),
    ),
)
