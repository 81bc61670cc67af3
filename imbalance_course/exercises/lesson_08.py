"""Exercises of lesson 08: effective number, logit adjustment, margins, vector scaling."""

import math

from imbalance_course.exercises.core import Exercise, Mistake


def effective_number(count: int, beta: float) -> float:
    """Expected number of different prototypes among ``count`` items."""
    return (1 - beta**count) / (1 - beta)


def adjusted_gradient(logits, target, shares, *, sign: float = 1.0, power: float = 1.0) -> list[float]:
    """Gradient of the logit-adjusted loss of one item; sign and power other than 1 are mistakes."""
    scores = [math.exp(z) * share**power for z, share in zip(logits, shares, strict=True)]
    return [sign * (score / sum(scores) - (c == target)) for c, score in enumerate(scores)]


_DOGS, _CATS, _BETA = 11_000, 500, 0.999
_RATIO = effective_number(_DOGS, _BETA) / effective_number(_CATS, _BETA)
_BALANCED = [p / share for p, share in zip((0.7, 0.2, 0.1), (0.9, 0.08, 0.02), strict=True)]
_TWICE = [p / share for p, share in zip(_BALANCED, (0.9, 0.08, 0.02), strict=True)]
_WRONG_WAY = [p * share for p, share in zip((0.7, 0.2, 0.1), (0.9, 0.08, 0.02), strict=True)]

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="08-1",
        answer=_RATIO,
        hint="Compute the effective number of each class; the weights are as one over them.",
        mistakes=(
            Mistake(1 / _RATIO, "This is the weight of a dog against a cat."),
            Mistake(_DOGS / _CATS, "This is inverse frequency, the limit for β near 1."),
            Mistake(
                effective_number(_DOGS, _BETA), "This is an effective number; you need a quotient of two."
            ),
            Mistake(_BETA ** (_CATS - _DOGS), "The powers of β have to be taken off 1 first."),
        ),
    ),
    Exercise(
        key="08-2",
        answer=_BALANCED[2] / sum(_BALANCED),
        hint="Divide each probability by the share of its class, then make the sum 1.",
        mistakes=(
            Mistake(_BALANCED[2], "This quotient is not a probability yet: make the sum over the classes 1."),
            Mistake(
                _WRONG_WAY[2] / sum(_WRONG_WAY), "You multiplied by the shares; that puts them in twice."
            ),
            Mistake(_TWICE[2] / sum(_TWICE), "You took the shares out twice."),
            Mistake(0.1, "This is the probability under the training shares."),
        ),
    ),
    Exercise(
        key="08-3",
        answer=0.25,
        hint="The margins are as the counts to a power; which one follows from Step 8?",
        mistakes=(
            Mistake(0.125, "You took the square root of the quotient of the counts."),
            Mistake(0.5 / 16, "You used the quotient of the counts itself."),
            Mistake(1.0, "The frequent class gets the smaller margin."),
        ),
    ),
    Exercise(
        key="08-4",
        answer=-0.2,
        hint="Late in the training both nearest items have the same factor times logit, up to the sign.",
        mistakes=(
            Mistake(1.0, "This is the middle of the gap; the factors move the boundary away from it."),
            Mistake(2.2, "This gives the positives the small margin: which class has the small factor?"),
            Mistake(-0.6, "That formula is for items at −1 and 1; here the gap is another."),
            Mistake(0.2, "This is b / a; the boundary is where a x + b = 0."),
        ),
    ),
    Exercise(
        key="08-5",
        answer=adjusted_gradient,
        hint="Add log(shares) to the logits, take the softmax, and subtract 1 at the true class.",
        mistakes=(
            Mistake(
                lambda logits, target, shares: adjusted_gradient(logits, target, shares, power=0),
                "This is the gradient of the cross-entropy; the shares are missing.",
            ),
            Mistake(
                lambda logits, target, shares: adjusted_gradient(logits, target, shares, power=-1),
                "Inside the loss log π is added; subtracting it belongs to the end of the training.",
            ),
            Mistake(
                lambda logits, target, shares: adjusted_gradient(logits, target, shares, sign=-1),
                "This is the direction of the step; the gradient points the other way.",
            ),
        ),
        probes=(
            ([0.5, -1.0, 0.2], 2, [0.9, 0.08, 0.02]),
            ([2.0, 0.0], 0, [0.75, 0.25]),
            ([0.0, 1.0, 1.0], 1, [0.2, 0.5, 0.3]),
        ),
    ),
)
