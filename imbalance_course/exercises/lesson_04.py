"""Exercises of lesson 04: focal loss."""

import math

from imbalance_course.exercises.core import Exercise, Mistake


def focal_loss(probability: float, gamma: float) -> float:
    """Focal loss of one item from the predicted probability of its true class."""
    return -((1 - probability) ** gamma) * math.log(probability)


def true_probability(score: float, gamma: float, alpha: float) -> float:
    """The share of positives at which the balanced focal loss is smallest for this score, 0 < score < 1."""

    def pull(p: float) -> float:
        """Size of the gradient in the logit, for probability p of the true class."""
        return (1 - p) ** gamma * (1 - p - gamma * p * math.log(p))

    up, down = alpha * pull(score), (1 - alpha) * pull(1 - score)
    return down / (up + down)


_EASY, _HARD = (100_000, 0.9), (100, 0.1)  # items, probability of the true class
_RATIO_AT_ZERO = _EASY[0] * math.log(_EASY[1]) / (_HARD[0] * math.log(_HARD[1]))
_FACTOR_RATIO = (1 - _HARD[1]) / (1 - _EASY[1])

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="04-1",
        answer=focal_loss(1 - 0.4, gamma=2),
        hint="Find the probability of the true class first. Logarithms are natural; the loss is positive.",
        mistakes=(
            Mistake(
                focal_loss(0.4, gamma=2),
                "You used the probability of class 1, but this item belongs to class 0.",
            ),
            Mistake(-(0.6**2) * math.log(0.6), "The factor measures how wrong the model is, not how right."),
            Mistake(-math.log(0.6), "This is the cross-entropy; the factor is missing."),
            Mistake(
                -focal_loss(0.6, gamma=2),
                "A loss is not negative: the logarithm of a probability is, so mind the sign.",
            ),
        ),
    ),
    Exercise(
        key="04-2",
        answer=math.log(_RATIO_AT_ZERO) / math.log(_FACTOR_RATIO),
        hint="Write both sums with their factors, set them equal and take the logarithm of both sides.",
        mistakes=(
            Mistake(
                math.log(_RATIO_AT_ZERO) / math.log(1 / (1 - _EASY[1])),
                "The hard items have a factor below one as well.",
            ),
            Mistake(
                math.log(_EASY[0] / _HARD[0]) / math.log(_FACTOR_RATIO),
                "The numbers of items are not all: an easy item also has a smaller logarithm.",
            ),
            Mistake(
                math.log(_RATIO_AT_ZERO) / math.log(_HARD[1] / _EASY[1]),
                "The size is right, the sign is not: which factor is the smaller one?",
            ),
        ),
        tolerance=5e-3,
    ),
    Exercise(
        key="04-3",
        answer=1 / math.e,
        hint="Set the two gradient sizes equal for γ = 1, subtract what both share, and solve for log p.",
        mistakes=(
            Mistake(0.5, "That is the limit for γ near 0; here γ is 1."),
            Mistake(math.exp(-2), "There the quotient of the two gradients is largest, not one."),
            Mistake(math.e, "A probability is below one: check the sign of the logarithm."),
        ),
    ),
    Exercise(
        key="04-4",
        answer=true_probability,
        hint="At score 0.5 your function gives 1 − α; with γ = 0 and α = 0.5 it gives the score back.",
        mistakes=(
            Mistake(
                lambda score, gamma, alpha: true_probability(score, gamma, 0.5),
                "You turned γ back but not α: each side of the balance has its own weight.",
            ),
            Mistake(
                lambda score, gamma, alpha: true_probability(score, gamma, 1 - alpha),
                "You swapped the weights: α belongs to the positives, which pull the score up.",
            ),
            Mistake(
                lambda score, gamma, alpha: true_probability(score, 0.0, alpha),
                "You turned α back but not γ: the pull of Step 6 is not 1 − p.",
            ),
            Mistake(
                lambda score, gamma, alpha: 1 - true_probability(score, gamma, alpha),
                "You returned the probability of the other class: check which side of the balance carries η.",
            ),
        ),
        probes=((0.3, 2.0, 0.25), (0.8, 1.0, 0.75), (0.5, 5.0, 0.25), (0.6, 0.0, 0.5)),
    ),
)
