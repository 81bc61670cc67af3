"""Exercises of lesson 01: the accuracy paradox."""

from imbalance_course.exercises.core import Exercise, Mistake
from imbalance_course.metrics import Counts

LECTURE = Counts(tp=100, fp=100, fn=100, tn=99_900)  # the opening example, imbalanced side

# A screening test: share of the ill it finds, share of the healthy it alarms for nothing.
RECALL, FALSE_ALARMS = 0.90, 0.05

# The lecture's Cat-Dog counts, cat positive, 1 500 of each: trained plainly, trained with class weights.
PLAIN = Counts(tp=1082, fp=17, fn=418, tn=1483)
WEIGHTED = Counts(tp=1163, fp=121, fn=337, tn=1379)
SHARE_OF_CATS = 1 / 12  # one cat to eleven dogs


def precision_at(prevalence: float, recall: float, false_alarm_rate: float) -> float:
    """Precision of a detector on data with that share of positives."""
    detector = Counts(tp=recall, fp=false_alarm_rate, fn=1 - recall, tn=1 - false_alarm_rate)
    return detector.at_prevalence(prevalence).precision


def f1_of_both(prevalence: float) -> tuple[float, float]:
    """F1 of the two Cat-Dog models, plain and weighted, on data with that share of cats."""
    return PLAIN.at_prevalence(prevalence).f1, WEIGHTED.at_prevalence(prevalence).f1


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="01-1",
        answer=LECTURE.balanced_accuracy,
        hint="Compute recall among the 200 positives and specificity among the 100 000 negatives.",
        mistakes=(
            Mistake(
                LECTURE.accuracy, "That is accuracy: every person counts the same, so the negatives decide."
            ),
            Mistake(
                (LECTURE.recall + LECTURE.precision) / 2,
                "That is the mean of recall and precision; both leave out the negatives that are right.",
            ),
            Mistake(
                LECTURE.recall + LECTURE.specificity,
                "You added recall and specificity without taking the mean.",
            ),
        ),
    ),
    Exercise(
        key="01-2",
        answer=FALSE_ALARMS / (RECALL + FALSE_ALARMS),
        hint="Set the accuracy of step 2 equal to that of step 3 and solve for the share of positives.",
        mistakes=(
            Mistake(
                FALSE_ALARMS / RECALL,
                "That is the number of ill for each healthy person; a share has all people below the line.",
            ),
            Mistake(
                RECALL / (RECALL + FALSE_ALARMS),
                "That is the share of the healthy; the question asks for the share of the ill.",
            ),
            Mistake(
                (1 - FALSE_ALARMS) / (RECALL + 1 - FALSE_ALARMS),
                "You used the specificity where the false alarm rate belongs.",
            ),
        ),
    ),
    Exercise(
        key="01-3",
        answer=precision_at,
        hint="Write true and false alarms as shares of all people, then divide the true ones by their sum.",
        mistakes=(
            Mistake(
                lambda prevalence, recall, false_alarm_rate: recall / (recall + false_alarm_rate),
                "Your answer ignores the share of positives: it holds for two classes of equal size.",
            ),
            Mistake(
                lambda prevalence, recall, false_alarm_rate: (
                    prevalence * recall / (prevalence * recall + false_alarm_rate)
                ),
                "The false alarm rate is a share of the negatives; weigh it by how many negatives there are.",
            ),
            Mistake(
                lambda prevalence, recall, false_alarm_rate: precision_at(
                    prevalence, recall, 1 - false_alarm_rate
                ),
                "You used the specificity where the false alarm rate belongs.",
            ),
        ),
        probes=((0.5, 0.9, 0.1), (0.1, 0.8, 0.05), (0.002, 0.5, 0.001)),
    ),
    Exercise(
        key="01-4",
        answer=f1_of_both(SHARE_OF_CATS),
        hint="Recall and specificity stay; for each cat there are now eleven times the false alarms.",
        mistakes=(
            Mistake(f1_of_both(1 / 2), "These are the values on equally many cats and dogs."),
            Mistake(f1_of_both(11 / 12), "You made the cats eleven times as many; the dogs are."),
            Mistake(f1_of_both(1 / 11), "One cat to eleven dogs is one animal of twelve, not of eleven."),
            Mistake(
                f1_of_both(SHARE_OF_CATS)[::-1], "The two values are swapped: plain first, weighted second."
            ),
        ),
    ),
)
