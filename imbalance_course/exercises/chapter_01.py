"""Exercises of chapter 01: the accuracy paradox."""

from imbalance_course.exercises.core import Exercise, Mistake
from imbalance_course.metrics import Counts

LECTURE = Counts(tp=100, fp=100, fn=100, tn=99_900)  # the opening example, imbalanced side

# A screening test: share of the ill it finds, share of the healthy it alarms for nothing.
RECALL, FALSE_ALARMS = 0.90, 0.05

# The lecture's Cat-Dog validation counts, cat positive, 1 500 of each: trained plainly, trained with class weights.
PLAIN = Counts(tp=1082, fp=17, fn=418, tn=1483)
WEIGHTED = Counts(tp=1163, fp=121, fn=337, tn=1379)
DOGS_PER_CAT = 11


def precision_at(prevalence: float, recall: float, false_alarm_rate: float) -> float:
    """Precision of a detector on data with another share of positives (Bayes' rule)."""
    found, false_alarms = prevalence * recall, (1 - prevalence) * false_alarm_rate
    return found / (found + false_alarms)


def f1_at_one_to(negatives: float, counts: Counts) -> float:
    """F1 of the same recall and specificity on data with that many negatives for each positive."""
    found, false_alarms = counts.recall, negatives * (1 - counts.specificity)
    return 2 * found / (2 * found + false_alarms + (1 - counts.recall))


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="01-1",
        answer=LECTURE.balanced_accuracy,
        hint="Compute recall among the 200 positives and specificity among the 100 000 negatives, then take their mean.",
        mistakes=(
            Mistake(LECTURE.accuracy, "That is accuracy: every person counts the same, so the negatives decide."),
            Mistake(
                (LECTURE.recall + LECTURE.precision) / 2,
                "That is the mean of recall and precision; both look at the positive class only.",
            ),
            Mistake(
                LECTURE.recall + LECTURE.specificity, "You added recall and specificity without taking the mean."
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
                "That is the number of ill for each healthy person; the share has all people in its denominator.",
            ),
            Mistake(
                RECALL / (RECALL + FALSE_ALARMS),
                "That is the share of the healthy at break-even; the question asks for the share of the ill.",
            ),
            Mistake(
                (1 - FALSE_ALARMS) / (RECALL + 1 - FALSE_ALARMS),
                "You used the specificity where the false alarm rate belongs.",
            ),
        ),
        tolerance=5e-4,
    ),
    Exercise(
        key="01-3",
        answer=precision_at,
        hint="Write the four counts as shares of all people and divide the true alarms by all alarms.",
        mistakes=(
            Mistake(
                lambda prevalence, recall, false_alarm_rate: recall / (recall + false_alarm_rate),
                "Your answer does not depend on the share of positives: it holds when both classes are equally large.",
            ),
            Mistake(
                lambda prevalence, recall, false_alarm_rate: (
                    prevalence * recall / (prevalence * recall + false_alarm_rate)
                ),
                "The false alarm rate is a share of the negatives; weigh it by how many negatives there are.",
            ),
            Mistake(
                lambda prevalence, recall, false_alarm_rate: precision_at(prevalence, recall, 1 - false_alarm_rate),
                "You used the specificity where the false alarm rate belongs.",
            ),
        ),
        probes=((0.5, 0.9, 0.1), (0.1, 0.8, 0.05), (0.002, 0.5, 0.001)),
    ),
    Exercise(
        key="01-4",
        answer=(f1_at_one_to(DOGS_PER_CAT, PLAIN), f1_at_one_to(DOGS_PER_CAT, WEIGHTED)),
        hint="For one cat there are eleven dogs: recall and specificity stay, the false alarms grow elevenfold.",
        mistakes=(
            Mistake((PLAIN.f1, WEIGHTED.f1), "These are the values on as many cats as dogs; here are eleven dogs to a cat."),
            Mistake(
                (f1_at_one_to(1 / DOGS_PER_CAT, PLAIN), f1_at_one_to(1 / DOGS_PER_CAT, WEIGHTED)),
                "You made the cats eleven times as many; the dogs are.",
            ),
            Mistake(
                (f1_at_one_to(DOGS_PER_CAT, WEIGHTED), f1_at_one_to(DOGS_PER_CAT, PLAIN)),
                "The two values are right but in the wrong order: plain first, weighted second.",
            ),
        ),
    ),
)
