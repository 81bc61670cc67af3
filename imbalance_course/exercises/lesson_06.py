"""Exercises of lesson 06: resampling and honest splits."""

import math

from imbalance_course.exercises.core import Exercise, Mistake


def honest_probability(p: float, before: tuple[float, float], after: tuple[float, float]) -> float:
    """Probability of the positive class, from the output of a model trained on resampled rows."""
    factors = [late / early for early, late in zip(before, after, strict=True)]
    odds = p / (1 - p) * factors[0] / factors[1]
    return odds / (1 + odds)


def spread_of_a_mix(share: float) -> float:
    """Variance of (1 - share) x + share x' for neighbors with variance 1 and correlation 0.4."""
    return (1 - share) ** 2 + share**2 + 2 * share * (1 - share) * 0.4


_NO_ILL = math.comb(54, 12) / math.comb(60, 12)
_VARIANCE = 12 * 0.1 * 0.9 * (60 - 12) / (60 - 1)

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="06-1",
        answer=honest_probability(0.6, (9000, 300), (3000, 600)),
        hint="Find both factors, divide one by the other, and change the odds of 0.6 by the quotient.",
        mistakes=(
            Mistake(
                honest_probability(0.6, (3000, 600), (9000, 300)),
                "You corrected in the wrong direction: resampling made positives more frequent.",
            ),
            Mistake(
                honest_probability(0.6, (300, 300), (300, 600)),
                "You counted the repeated positives but not the dropped negatives.",
            ),
            Mistake(
                honest_probability(0.6, (9000, 300), (3000, 300)),
                "You counted the dropped negatives but not the repeated positives.",
            ),
            Mistake(0.1, "You divided the probability by the quotient; it is the odds that are multiplied."),
        ),
    ),
    Exercise(
        key="06-2",
        answer=spread_of_a_mix(0.5),
        hint="Step 7 gives the variance for one λ before it averages; put the middle into it.",
        mistakes=(
            Mistake((2 + 0.4) / 3, "That is the average over a uniform λ; here λ is fixed."),
            Mistake(0.5, "That would hold for independent neighbors; these are correlated."),
            Mistake(0.25 + 0.25 + 0.25 * 0.4, "The mixed term of the square is there twice."),
        ),
    ),
    Exercise(
        key="06-3",
        answer=(_VARIANCE**0.5, _NO_ILL),
        hint="Use Step 8 for the first number; for the second, all twelve must come from the healthy.",
        mistakes=(
            Mistake(
                ((12 * 0.1 * 0.9) ** 0.5, 0.9**12),
                "You drew with replacement: a patient cannot be in the test part twice.",
            ),
            Mistake((_VARIANCE, _NO_ILL), "The first number is the variance; take its root."),
            Mistake((_VARIANCE**0.5, 0.9**12), "The second number is for draws with replacement."),
            Mistake(((12 * 0.1 * 0.9) ** 0.5, _NO_ILL), "The first number is for draws with replacement."),
        ),
    ),
    Exercise(
        key="06-4",
        answer=1 - 0.25**2,
        hint="Count the other copies, and ask when all of them are in the test part too.",
        mistakes=(
            Mistake(1 - 0.25**3, "The row itself is in the test part already; only its other copies count."),
            Mistake(0.25**2, "That is the probability that no copy is in training."),
            Mistake(1 - 0.75**2, "You took the share of the training part where that of the test belongs."),
        ),
    ),
    Exercise(
        key="06-5",
        answer=honest_probability,
        hint="With equal pairs your function gives p back; from (1100, 100) to (100, 100), 0.5 becomes 1/12.",
        mistakes=(
            Mistake(
                lambda p, before, after: honest_probability(p, after, before),
                "You corrected in the wrong direction: check that 0.5 from a balanced set becomes small.",
            ),
            Mistake(
                lambda p, before, after: honest_probability(p, (1, 1), after),
                "You used the counts after resampling alone; what changes the odds is after over before.",
            ),
            Mistake(
                lambda p, before, after: p * (after[0] / before[0]) / (after[1] / before[1]),
                "You changed the probability; it is the odds that are multiplied.",
            ),
        ),
        probes=(
            (0.5, (1100.0, 100.0), (100.0, 100.0)),
            (0.3, (500.0, 40.0), (500.0, 120.0)),
            (0.8, (60.0, 60.0), (60.0, 60.0)),
            (0.6, (9000.0, 300.0), (3000.0, 600.0)),
        ),
    ),
)
