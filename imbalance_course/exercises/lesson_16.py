"""Exercises of lesson 16: choosing, and one's own data."""

import math

from imbalance_course.exercises.core import Exercise, Mistake


def _half_width(variance: float, positives: int) -> float:
    return 1.96 * math.sqrt(variance / positives)


def _positives(variance: float, difference: float, errors: float = 1.96 + 0.84) -> float:
    return math.ceil(errors**2 * variance / difference**2)


_MOVED = 1 / 20 * 0.99 / 0.01  # odds of the threshold
_BACKWARD = 1 / 20 * 0.01 / 0.99
_GAIN, _DISAGREEMENT = (18 - 6) / 120, (18 + 6) / 120

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="16-1",
        answer=2 / 52,
        hint="Write the expected cost of each answer for a probability p, and ask where they are equal.",
        mistakes=(
            Mistake(50 / 52, "You swapped the costs: a dear miss calls for inspecting early, not late."),
            Mistake(2 / 50, "These are the odds of the threshold; turn them into a probability."),
            Mistake(0.5, "At 0.5 both mistakes would have to cost the same."),
        ),
        tolerance=5e-4,
    ),
    Exercise(
        key="16-2",
        answer=_MOVED / (1 + _MOVED),
        hint="Work in odds: the cost ratio, times the odds in training, divided by the odds in use.",
        mistakes=(
            Mistake(1 / 21, "This is the threshold on a probability of the place of use; the score is none."),
            Mistake(
                _BACKWARD / (1 + _BACKWARD),
                "The wrong way: scores from equal classes are too high where positives are rare.",
            ),
            Mistake(0.99, "This takes the share into account, but not the costs."),
            Mistake(_MOVED, "These are the odds of the threshold; turn them into a probability."),
        ),
        tolerance=2e-4,
    ),
    Exercise(
        key="16-3",
        answer=(_GAIN, _half_width(_DISAGREEMENT - _GAIN**2, 120)),
        hint="Each positive contributes 1, -1 or 0. Find mean and variance of that number first.",
        mistakes=(
            Mistake(
                (_GAIN, _half_width(_DISAGREEMENT - _GAIN**2, 120) / 1.96),
                "The second number is the standard error; the interval reaches further.",
            ),
            Mistake(
                (_GAIN, _half_width(_DISAGREEMENT, 120)),
                "You took the mean square for the variance: the squared mean must come off.",
            ),
            Mistake((12, _half_width(_DISAGREEMENT - _GAIN**2, 120)), "A recall is a share, not a count."),
            Mistake(
                (_GAIN, _half_width(_DISAGREEMENT - _GAIN**2, 24)),
                "Positives on which both agree count as well, as zeros: divide by all of them.",
            ),
        ),
        tolerance=2e-4,
    ),
    Exercise(
        key="16-4",
        answer=_positives(0.12 - 0.04**2, 0.04),
        hint="Solve gain = (1.96 + 0.84) standard errors for the number of positives, and round up.",
        mistakes=(
            Mistake(
                _positives(0.12 - 0.04**2, 0.04, 1.96),
                "With so many the gain is told in one half of all tests only.",
            ),
            Mistake(_positives(0.12, 0.04), "The squared gain must come off the share of disagreement."),
            Mistake(
                math.ceil(2.8**2 * (0.12 - 0.04**2) / 0.04),
                "The gain stands squared below the line.",
            ),
        ),
        tolerance=4e-3,  # 580 to 583: the quantiles may be rounded
    ),
    Exercise(
        key="16-5",
        answer=lambda kappa: 0.03 * math.sqrt((1 - kappa) / math.pi),
        hint="Only the difference of the two errors matters. Find its standard deviation for a given κ.",
        mistakes=(
            Mistake(
                lambda kappa: 0.03 / math.sqrt(math.pi),
                "This holds for independent errors; two that rise and fall together leave less to choose.",
            ),
            Mistake(
                lambda kappa: 0.03 * (1 - kappa) / math.sqrt(math.pi),
                "The variance of the difference shrinks by the factor 1 − κ, not its root.",
            ),
            Mistake(
                lambda kappa: 0.06 * math.sqrt((1 - kappa) / math.pi),
                "You forgot that half of the difference is gained, not all of it.",
            ),
            Mistake(
                lambda kappa: 0.03 * math.sqrt((1 + kappa) / math.pi),
                "The sign of κ is off: errors that are equal cannot be chosen among.",
            ),
        ),
        probes=((0.0,), (0.5,), (0.9,), (-0.5,)),
        tolerance=1e-5,
    ),
)
