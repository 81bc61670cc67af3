"""Exercises of lesson 15: hypergradients, the Neumann series, and where a searched loss should end."""

import math

from imbalance_course.exercises.core import Exercise, Mistake


def series(h: float, r: float, step: float, terms: int) -> float:
    """Truncated Neumann series for r / h."""
    return r * (1 - (1 - step * h) ** terms) / h


_LOW, _HIGH = 0.5, 4.0  # curvatures of 15-2
_BEST = 2 / (_LOW + _HIGH)

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="15-1",
        answer=1.5,
        hint="Find the second derivatives of f, the minimum θ* at λ = 4, and the slope of g there.",
        mistakes=(
            Mistake(-1.5, "The sign: the formula has a minus, and the mixed derivative of f has one too."),
            Mistake(6.0, "The inverse of H is missing: how far does the minimum move when λ moves by 1?"),
            Mistake(24.0, "You multiplied by H; the formula divides by it."),
            Mistake(3.0, "H is the second derivative of f, not the factor in front of the square."),
            Mistake(2.0, "This is the slope of g in θ; the chain rule goes on to λ."),
        ),
    ),
    Exercise(
        key="15-2",
        answer=(_BEST, 1 - _BEST * _LOW),
        hint="ρ is the larger of |1 − ε h| at both ends; it is smallest where the two are equal.",
        mistakes=(
            Mistake((1 / _HIGH, 1 - _LOW / _HIGH), "This step is safe, but a larger one is faster."),
            Mistake((2 / _HIGH, 1.0), "At this step the error in the steep direction no longer falls."),
            Mistake(
                (1 / (_LOW + _HIGH), _HIGH / (_LOW + _HIGH)),
                "Set 1 − ε h at the small end equal to minus 1 − ε h at the large end; you lost a 2.",
            ),
            Mistake((_BEST, _BEST * _LOW), "This is what a term removes; ρ is what it leaves."),
            Mistake((1 - _BEST * _LOW, _BEST), "The step comes first, then ρ."),
        ),
    ),
    Exercise(
        key="15-3",
        answer=1 - 0.9**5,
        hint="In this direction ε h is 0.1. Step 8 says what is still missing after J terms.",
        mistakes=(
            Mistake(0.9**5, "This is the share that is still missing."),
            Mistake(0.5, "The terms are not equal: each is 0.9 of the one before."),
            Mistake(1 - 0.9**4, "Count the terms from the first, which costs no product with H."),
            Mistake(1 - 0.1**5, "You exchanged the rate 1 − ε h with ε h."),
        ),
    ),
    Exercise(
        key="15-4",
        answer=series,
        hint="With one term it is step · r; each further term is (1 − step · h) times the one before.",
        mistakes=(
            Mistake(lambda h, r, step, terms: r / h, "This is the exact value; the series has few terms."),
            Mistake(
                lambda h, r, step, terms: series(h, r, step, terms + 1),
                "One term too many: the sum runs from 0 to J − 1.",
            ),
            Mistake(
                lambda h, r, step, terms: series(h, r, step, terms) / step,
                "The step in front of the sum is missing.",
            ),
            Mistake(
                lambda h, r, step, terms: series(h, r, step, terms) / r,
                "You approximated 1 / h; multiply by the right-hand side.",
            ),
        ),
        probes=((0.5, 3.0, 1.0, 1), (0.5, 3.0, 1.0, 4), (2.0, -1.0, 0.3, 7), (1.0, 2.0, 2.5, 6)),
    ),
    Exercise(
        key="15-5",
        answer=math.log(1 / 22),
        hint="Set z of Step 11 to zero at the place where 2x is zero.",
        mistakes=(
            Mistake(math.log(22), "The sign: the offset stands for what training knows of the class shares."),
            Mistake(
                math.log(1 / 22) / 0.8, "The factor divides the whole difference, so it cancels at zero."
            ),
            Mistake(0.8 * math.log(1 / 22), "The offset is added after the factor, and at z = 0 that is 0."),
            Mistake(math.log(1 / 23), "The offset is the ratio of the classes, not the share of one."),
        ),
    ),
)
