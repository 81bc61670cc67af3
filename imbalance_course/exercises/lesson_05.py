"""Exercises of lesson 05: metrics, thresholds, calibration."""

import math

from imbalance_course.exercises.core import Exercise, Mistake
from imbalance_course.metrics import Counts, brier_score, expected_calibration_error, mean_interval

LECTURE = Counts(tp=100, fp=10, fn=5, tn=50)  # its first confusion matrix, n = 165
SWAPPED = Counts(tp=50, fp=5, fn=10, tn=100)

MISSED, FALSE_ALARM = 50, 2  # costs
TRAINED_SHARE, USED_SHARE = 1 / 2, 1 / 100  # of positives

# Two groups of items: score, items, positives among them.
GROUPS = ((0.1, 80, 12), (0.7, 20, 10))

FIRST, SECOND = (0.71, 0.65, 0.68), (0.74, 0.70, 0.72)  # F1 of two methods, one value a seed


def moved(value: float, old: float, new: float) -> float:
    """A precision, or a probability, where the share of positives is ``new`` instead of ``old``."""
    odds = value / (1 - value) * new / (1 - new) * (1 - old) / old
    return odds / (1 + odds)


def threshold(missed: float, false_alarm: float) -> float:
    """The probability from which an alarm is the cheaper answer."""
    return false_alarm / (false_alarm + missed)


def _gap(score: float, items: int, positives: int) -> float:
    return positives / items - score


_SCORES = [score for score, items, _ in GROUPS for _ in range(items)]
_LABELS = [int(place < positives) for _, items, positives in GROUPS for place in range(items)]
_GAINS = [second - first for first, second in zip(FIRST, SECOND, strict=True)]
_INTERVAL = mean_interval(_GAINS)
_UNRELATED = math.hypot(
    *(mean_interval(values).mean - mean_interval(values).low for values in (FIRST, SECOND))
)

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="05-1",
        answer=(LECTURE.f1, SWAPPED.f1),
        hint="F1 is 2 TP / (2 TP + FP + FN). Swapping the classes swaps TP with TN, and FP with FN.",
        mistakes=(
            Mistake((2.0, 2.0), "You divided by recall times precision; the sum belongs below the line."),
            Mistake(
                (LECTURE.f1, LECTURE.f1),
                "F1 has no true negatives in it, so it changes with the class names.",
            ),
            Mistake(
                (
                    (LECTURE.recall + LECTURE.precision) / 2,
                    (SWAPPED.recall + SWAPPED.precision) / 2,
                ),
                "F1 is the harmonic mean of recall and precision; you took the arithmetic one.",
            ),
            Mistake((SWAPPED.f1, LECTURE.f1), "The two values are in the other order."),
        ),
    ),
    Exercise(
        key="05-2",
        answer=moved,
        hint="Turn the precision into odds; the odds of the share enter as a factor; turn back at the end.",
        mistakes=(
            Mistake(
                lambda precision, old, new: moved(precision, new, old),
                "You moved the wrong way: fewer positives must lower the precision.",
            ),
            Mistake(
                lambda precision, old, new: precision * new / old,
                "Precision is not proportional to the share; its odds are, to the odds of the share.",
            ),
            Mistake(
                lambda precision, old, new: precision / (precision + (1 - precision) * old / new),
                "You scaled the true alarms; the share of the negatives changes as well.",
            ),
            Mistake(
                lambda precision, old, new: precision,
                "Recall stays the same, precision does not: with more negatives come more false alarms.",
            ),
        ),
        probes=((0.9, 0.5, 0.1), (0.5, 0.002, 0.5), (0.3, 0.25, 0.01)),
    ),
    Exercise(
        key="05-3",
        answer=moved(threshold(MISSED, FALSE_ALARM), USED_SHARE, TRAINED_SHARE),
        hint="Find the probability that is needed at the place of use, then the score that stands for it.",
        mistakes=(
            Mistake(
                threshold(MISSED, FALSE_ALARM),
                "That is the threshold for a probability at the place of use; the score is not one.",
            ),
            Mistake(
                moved(threshold(MISSED, FALSE_ALARM), TRAINED_SHARE, USED_SHARE),
                "You shifted the wrong way: where people are rarely ill, the score must be higher.",
            ),
            Mistake(
                threshold(FALSE_ALARM, MISSED), "You swapped the two costs, and left the share as it was."
            ),
            Mistake(
                moved(threshold(FALSE_ALARM, MISSED), USED_SHARE, TRAINED_SHARE),
                "You swapped the two costs: the dearer the miss, the lower the threshold.",
            ),
        ),
    ),
    Exercise(
        key="05-4",
        answer=expected_calibration_error(_LABELS, _SCORES),
        hint="For each group: share of positives minus score, without its sign. Weigh by the items.",
        mistakes=(
            Mistake(
                sum(abs(_gap(*group)) for group in GROUPS) / 2,
                "You gave both groups the same weight; one has four times the items.",
            ),
            Mistake(
                sum(_gap(*group) * group[1] for group in GROUPS) / 100,
                "Errors in opposite directions do not cancel: take each distance without its sign.",
            ),
            Mistake(
                max(abs(_gap(*group)) for group in GROUPS),
                "That is the largest distance, not the mean one.",
            ),
            Mistake(
                brier_score(_LABELS, _SCORES),
                "That is the Brier score; the calibration error compares groups, not items.",
            ),
        ),
    ),
    Exercise(
        key="05-5",
        answer=_INTERVAL.low,
        hint="Subtract seed by seed; then mean minus 4.303 · standard deviation / √3, with n − 1 in it.",
        mistakes=(
            Mistake(
                _INTERVAL.mean - _UNRELATED,
                "You treated the two methods as unrelated; the seeds are the same, so subtract first.",
            ),
            Mistake(
                _INTERVAL.mean - (_INTERVAL.mean - _INTERVAL.low) * 1.96 / 4.303,
                "1.96 is the factor for many values; for three it is 4.303.",
            ),
            Mistake(
                _INTERVAL.mean - (_INTERVAL.mean - _INTERVAL.low) * math.sqrt(2 / 3),
                "You divided by n in the standard deviation; with three values that matters.",
            ),
            Mistake(
                _INTERVAL.mean - (_INTERVAL.mean - _INTERVAL.low) * math.sqrt(3),
                "That is the spread of single runs; the mean of three is surer by √3.",
            ),
            Mistake(_INTERVAL.mean, "That is the mean gain itself, not the end of its interval."),
        ),
    ),
)
