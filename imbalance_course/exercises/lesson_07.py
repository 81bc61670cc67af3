"""Exercises of lesson 07: augmentation."""

from imbalance_course.exercises.core import Exercise, Mistake


def bilinear(i00: float, i10: float, i01: float, i11: float, lam: float, mu: float) -> float:
    """Value between four pixels, ``lam`` of the way to the right and ``mu`` of the way down."""
    return (1 - mu) * ((1 - lam) * i00 + lam * i10) + mu * ((1 - lam) * i01 + lam * i11)


def nearest(i00: float, i10: float, i01: float, i11: float, lam: float, mu: float) -> float:
    """Value of the pixel whose center is nearest."""
    upper, lower = (i00, i10), (i01, i11)
    return (lower if mu >= 0.5 else upper)[lam >= 0.5]


def distinct_views(pool: int, draws: int) -> float:
    """Expected number of different views among draws with repetition."""
    return pool * (1 - (1 - 1 / pool) ** draws)


_D, _MIRRORED = 0.1, 0.2  # share of the letter d, share of letters mirrored
_LOOKS_LIKE_D = _D * (1 - _MIRRORED) + (1 - _D) * _MIRRORED

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="07-1",
        answer=(44.0, 40.0),
        hint="Subtract the center (32, 32), apply the rotation, add the center again.",
        mistakes=(
            Mistake((-20.0, 40.0), "You turned about the corner (0, 0), not about the center."),
            Mistake((20.0, 24.0), "You turned the other way: with y down, a positive angle is clockwise."),
            Mistake((43.0, 40.0), "Places count from the corner of the image: its center is (32, 32)."),
            Mistake(
                (40.0, 44.0), "The numbers are right, their order is not: first to the right, then down."
            ),
        ),
    ),
    Exercise(
        key="07-2",
        answer=(64.0, 32.0),
        hint="Each coordinate is multiplied by the new size over the old size of its own axis.",
        mistakes=(
            Mistake((256.0, 96.0), "That is where the point was: it must be resized like the image."),
            Mistake((64.0, 24.0), "Width and height shrink by different factors here."),
            Mistake((256 * 128 / 384, 24.0), "You swapped the factors of width and height."),
            Mistake((32.0, 64.0), "The numbers are right, their order is not: first x, then y."),
        ),
    ),
    Exercise(
        key="07-3",
        answer=bilinear,
        hint="With λ = μ = 0 your function gives the first pixel, with λ = μ = 1 the last one.",
        mistakes=(
            Mistake(
                lambda i00, i10, i01, i11, lam, mu: bilinear(i00, i10, i01, i11, mu, lam),
                "You swapped the axes: λ goes to the right, toward the second pixel.",
            ),
            Mistake(nearest, "That is the nearest pixel; bilinear mixes all four."),
            Mistake(
                lambda i00, i10, i01, i11, lam, mu: (i00 + i10 + i01 + i11) / 4,
                "That is the plain mean; the weights depend on where the place lies.",
            ),
            Mistake(
                lambda i00, i10, i01, i11, lam, mu: bilinear(i00, i10, i01, i11, 1 - lam, 1 - mu),
                "Your weights grow with the distance: the nearer pixel weighs more.",
            ),
        ),
        probes=(
            (1.0, 2.0, 4.0, 8.0, 0.25, 0.75),
            (0.0, 1.0, 0.0, 0.0, 0.6, 0.1),
            (3.0, 3.0, 9.0, 9.0, 0.9, 0.5),
        ),
    ),
    Exercise(
        key="07-4",
        answer=distinct_views(40, 60),
        hint="How many different views are in the pool, and how often is it drawn from?",
        mistakes=(
            Mistake(40.0, "That is the size of the pool; 60 draws do not meet all of it."),
            Mistake(distinct_views(20, 60), "A mirrored image counts as a view of its own."),
            Mistake(60.0, "Draws repeat: some views come more than once."),
            Mistake(distinct_views(40, 120), "Mirroring changes what is drawn, not how often."),
        ),
    ),
    Exercise(
        key="07-5",
        answer=_D * (1 - _MIRRORED) / _LOOKS_LIKE_D,
        hint="Two kinds of letters look like a d in training: which share of all letters is each of them?",
        mistakes=(
            Mistake(1 - _MIRRORED, "That holds where both letters are equally frequent."),
            Mistake(_D, "That is the share of d among all letters, not among those that look like one."),
            Mistake(_D * (1 - _MIRRORED), "Divide by the share of all pictures that look like a d."),
            Mistake(_LOOKS_LIKE_D, "That is the share of pictures that look like a d, whatever their label."),
            Mistake(1 - _D * (1 - _MIRRORED) / _LOOKS_LIKE_D, "That is the share that carries the label b."),
        ),
    ),
)
