"""Exercises of lesson 13: nuclei, a class for every pixel."""

import math
from collections.abc import Sequence

from imbalance_course.exercises.core import Exercise, Mistake

Counts = Sequence[tuple[int, int, int]]  # (TP, FP, FN) of every class


def mean_overlap(counts: Counts, absent: float | None = None) -> float:
    """Mean IoU over the classes that are there, or over all with a value for absent ones."""
    found = [tp / (tp + fp + fn) if tp + fp + fn else absent for tp, fp, fn in counts]
    there = [value for value in found if value is not None]
    return sum(there) / len(there)


def pooled_overlap(counts: Counts) -> float:
    """IoU of the sums over the classes."""
    tp, fp, fn = (sum(each) for each in zip(*counts, strict=True))
    return tp / (tp + fp + fn)


_BACKGROUND, _COMMON, _RARE = 0.8, 0.15, 0.05  # shares of the pixels
_AMONG_NUCLEI = _RARE / (_COMMON + _RARE)

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="13-1",
        answer=math.exp(math.e * (_BACKGROUND - _AMONG_NUCLEI)),
        hint="Write both weights before they are normalized; the sum cancels in the ratio.",
        mistakes=(
            Mistake(
                math.exp(math.e * (_BACKGROUND - _RARE)),
                "That is function 4: for function 5 the class is compared with the nuclei only.",
            ),
            Mistake(_BACKGROUND / _RARE, "That is the ratio of inverse shares, function 2."),
            Mistake(
                math.exp(math.e * (_AMONG_NUCLEI - _BACKGROUND)),
                "You divided the weight of the background by that of the class.",
            ),
        ),
    ),
    Exercise(
        key="13-2",
        answer=(0.4, 0.4, 0.2),
        hint="A class can fill at most its share over h of the hard pixels; the rest is as even as can be.",
        mistakes=(
            Mistake((0.8, 0.15, 0.05), "That is what cross-entropy of all pixels aims at."),
            Mistake((1 / 3, 1 / 3, 1 / 3), "The rarest class has not enough pixels for that: mind the cap."),
            Mistake((3.2, 0.6, 0.2), "These are the caps; probabilities have the sum 1."),
        ),
    ),
    Exercise(
        key="13-3",
        answer=30.0,
        hint="Compare right over wrong with the IoU before; both together are 80 pixels.",
        mistakes=(
            Mistake(48.0, "The IoU is a bar for right over wrong, not for right over all."),
            Mistake(60.0, "That is the Dice coefficient; its half is the bar."),
            Mistake(40.0, "Half would be the bar for the number of right pixels, not for the overlap."),
        ),
    ),
    Exercise(
        key="13-4",
        answer=math.log(1 + 6 / math.e),
        hint="Let the first softmax be sure and right; write out the second one.",
        mistakes=(
            Mistake(math.log(7), "That is the loss at the start, when all classes are equally likely."),
            Mistake(math.log(1 + 7 / math.e), "There are six other classes, not seven."),
            Mistake(math.e / (math.e + 6), "That is the largest probability; the loss is minus its log."),
            Mistake(0.0, "That is the floor of one softmax."),
        ),
    ),
    Exercise(
        key="13-5",
        answer=mean_overlap,
        hint="Leave out the classes with no pixel in truth and answer, and divide by how many are left.",
        mistakes=(
            Mistake(
                lambda counts: mean_overlap(counts, absent=0.0),
                "You counted a class that is nowhere as 0: leave it out.",
            ),
            Mistake(
                lambda counts: mean_overlap(counts, absent=1.0),
                "You counted a class that is nowhere as 1: leave it out.",
            ),
            Mistake(pooled_overlap, "You pooled the classes, so that the largest one decides."),
        ),
        probes=(([(50, 10, 40), (0, 0, 0), (5, 5, 0)],), ([(9, 0, 1), (0, 3, 0), (0, 0, 0), (0, 0, 0)],)),
    ),
)
