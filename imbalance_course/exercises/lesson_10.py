"""Exercises of lesson 10: BreakHis, class rates and splits."""

from imbalance_course.exercises.core import Exercise, Mistake


def weighted_bar(share: float, power: float) -> float:
    """True probability from which a model with weights (N / 2 N_c) ** power calls an image positive."""
    return 1 / (1 + ((1 - share) / share) ** power)


_BENIGN, _MALIGNANT = 0.853, 0.951  # the article's rates with weights

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="10-1",
        answer=0.9 * _BENIGN + 0.1 * _MALIGNANT,
        hint="Step 2: each rate counts by the share of its class, and the shares are those of the clinic.",
        mistakes=(
            Mistake(0.1 * _BENIGN + 0.9 * _MALIGNANT, "You gave each class the share of the other one."),
            Mistake((_BENIGN + _MALIGNANT) / 2, "That is the balanced accuracy, which ignores the mix."),
            Mistake(
                (2480 * _BENIGN + 5429 * _MALIGNANT) / 7909,
                "That is the mix of the data set; the clinic has another one.",
            ),
        ),
    ),
    Exercise(
        key="10-2",
        answer=89.8,
        hint="For each rate try the two counts around 496 times the rate: divide by 496, round again.",
        mistakes=(
            Mistake(62.1, "308 of 496 gives this rate."),
            Mistake(85.3, "423 of 496 gives this rate."),
            Mistake(0.898, "The right one; give it in percent, as the article does."),
        ),
    ),
    Exercise(
        key="10-3",
        answer=weighted_bar,
        hint="Only the ratio of the two weights matters; it is ((1 − π)/π) to the power k. Use Step 4.",
        mistakes=(
            Mistake(lambda share, power: share, "This is right for k = 1 alone: where does k enter?"),
            Mistake(
                lambda share, power: 1 / (1 + power * (1 - share) / share),
                "Weights that are applied k times multiply; they do not add up.",
            ),
            Mistake(
                lambda share, power: 1 - weighted_bar(share, power),
                "You swapped the classes: a heavier rare class needs less evidence, not more.",
            ),
        ),
        probes=((0.3, 0.0), (0.3, 1.0), (0.3, 2.0), (0.1, 0.5), (0.05, 3.0)),
    ),
    Exercise(
        key="10-4",
        answer=(0.95 - 0.80) / (1 - 0.80),
        hint="Solve the last formula of Step 7 for R.",
        mistakes=(
            Mistake(0.15, "That is the gap; some recognized images would have been answered rightly anyway."),
            Mistake(0.15 / 0.95, "Divide by what is left to gain under the split by case."),
            Mistake(0.25, "That is the share that is not recognized."),
        ),
    ),
    Exercise(
        key="10-5",
        answer=(0.5, 0.0, 0.0, 1.5),
        hint="Step 9: a weight over the number of places, times each map; add the maps, then cut at 0.",
        mistakes=(
            Mistake((0.5, -1.0, 0.0, 1.5), "The sum is right; evidence against is still to be cut off."),
            Mistake((2.0, 0.0, 0.0, 6.0), "The mean over four places divides each slope by four."),
            Mistake((0.5, 1.0, 0.0, 1.5), "The second weight is negative: its map counts against the class."),
        ),
    ),
)
