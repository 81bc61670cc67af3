"""Exercises of lesson 09, Cat-Dog."""

import numpy as np

from imbalance_course.exercises.core import Exercise, Mistake

CATS_RIGHT, DOGS_RIGHT, PER_CLASS = 821, 1489, 1500
PRECISION = CATS_RIGHT / (CATS_RIGHT + PER_CLASS - DOGS_RIGHT)
RECALL = CATS_RIGHT / PER_CLASS

BUDGET, DOGS, CATS = 160_000, 9_350, 850

SEEDS = np.array([0.80, 0.84, 0.85])
STANDARD_ERROR = SEEDS.std(ddof=1) / np.sqrt(len(SEEDS))
STUDENT_T = 4.303  # 97.5 % quantile, two degrees of freedom


def f1_at_prevalence(recall: float, false_alarms: float, prevalence: float) -> float:
    """F1 when the share of positives is ``prevalence``."""
    hits, missed = prevalence * recall, prevalence * (1 - recall)
    return 2 * hits / (2 * hits + missed + (1 - prevalence) * false_alarms)


EXERCISES = (
    Exercise(
        key="09-1",
        answer=2 * PRECISION * RECALL / (PRECISION + RECALL),
        hint="Count tp, fp and fn first: the cat is positive, and a wrong dog is a false positive.",
        mistakes=(
            Mistake(
                (PRECISION + RECALL) / 2,
                "This is the plain mean of precision and recall; F1 is their harmonic mean.",
            ),
            Mistake(2.0, "The denominator holds the sum of precision and recall, not their product."),
            Mistake((CATS_RIGHT + DOGS_RIGHT) / (2 * PER_CLASS), "This is the accuracy."),
        ),
    ),
    Exercise(
        key="09-2",
        answer=(BUDGET / (DOGS + CATS), BUDGET / 2 / CATS),
        hint="How many of the images that the run sees are cats? Divide by the number of different cats.",
        mistakes=(
            Mistake((BUDGET / CATS, BUDGET / CATS), "Not every image that the run sees is a cat."),
            Mistake(
                (BUDGET / (DOGS + CATS), BUDGET / (DOGS + CATS)),
                "Oversampling changes the share of cats to one half.",
            ),
            Mistake(
                (BUDGET / (DOGS + CATS), BUDGET / (2 * DOGS)), "This is how often the run sees each dog."
            ),
        ),
    ),
    Exercise(
        key="09-3",
        answer=f1_at_prevalence,
        probes=((0.8, 0.02, 1 / 12), (0.8, 0.02, 0.5), (0.5, 0.1, 0.25)),
        hint="Of one item, write the chance to be a true positive, a false positive and a false negative.",
        mistakes=(
            Mistake(
                lambda recall, false_alarms, prevalence: f1_at_prevalence(recall, false_alarms, 0.5),
                "Your F1 does not depend on the share of positives.",
            ),
            Mistake(
                lambda recall, false_alarms, prevalence: f1_at_prevalence(
                    recall, false_alarms, 1 - prevalence
                ),
                "The share of positives and the share of negatives are exchanged.",
            ),
        ),
    ),
    Exercise(
        key="09-4",
        answer=STUDENT_T * STANDARD_ERROR,
        tolerance=2e-4,
        hint="Standard deviation with n - 1, divided by the root of n, times the t quantile.",
        mistakes=(
            Mistake(
                1.96 * STANDARD_ERROR, "1.96 belongs to many seeds; with three the t quantile is larger."
            ),
            Mistake(
                STUDENT_T * SEEDS.std(ddof=1),
                "This is the spread of single runs; the mean of three varies less.",
            ),
            Mistake(
                STUDENT_T * SEEDS.std() / np.sqrt(3), "The standard deviation of a sample divides by n - 1."
            ),
        ),
    ),
)
