"""Exercises of lesson 03, class weights."""

from imbalance_course.exercises.core import Exercise, Mistake

# BreakHis: images of 82 patients.
BENIGN, MALIGNANT = 2480, 5429
IMAGES = BENIGN + MALIGNANT

# One missed fault costs as much as 20 needless inspections.
MISS, ALARM = 20.0, 1.0

# A batch with one cat (loss 2.3) and three dogs (loss 0.1 each), weights 6 and 0.5.
CAT_LOSS, DOG_LOSS, DOGS = 2.3, 0.1, 3
CAT_WEIGHT, DOG_WEIGHT = 6.0, 0.5
WEIGHTED_SUM = CAT_WEIGHT * CAT_LOSS + DOGS * DOG_WEIGHT * DOG_LOSS
WEIGHTS_IN_BATCH = CAT_WEIGHT + DOGS * DOG_WEIGHT

SHARE = 0.2  # share of positives in exercise 03-5


def honest(p: float, w_negative: float, w_positive: float) -> float:
    """Probability of the positive class, from the probability p of a model trained with class weights."""
    return w_negative * p / (w_positive * (1 - p) + w_negative * p)


EXERCISES = (
    Exercise(
        key="03-1",
        answer=(IMAGES / (2 * BENIGN), IMAGES / (2 * MALIGNANT)),
        hint="Each class has to end with half of the total weight N: w_c N_c = N / 2.",
        mistakes=(
            Mistake(
                (IMAGES / BENIGN, IMAGES / MALIGNANT), "You left out K: these weights double the mean loss."
            ),
            Mistake(
                (IMAGES / (2 * MALIGNANT), IMAGES / (2 * BENIGN)),
                "The two are exchanged: which class is rarer, and needs the larger weight?",
            ),
            Mistake(
                (MALIGNANT / IMAGES, BENIGN / IMAGES),
                "The ratio of these two is right, but their mean over the data is not 1: "
                "they shrink the loss and with it the step size.",
            ),
        ),
    ),
    Exercise(
        key="03-2",
        answer=ALARM / (ALARM + MISS),
        hint="Write down the expected cost of each of the two answers and find where they are equal.",
        mistakes=(
            Mistake(
                MISS / (ALARM + MISS),
                "This makes alarms rarer. An expensive miss should make them more frequent.",
            ),
            Mistake(ALARM / MISS, "These are the odds at the threshold, not the probability."),
            Mistake(0.5, "One half is right only when both mistakes cost the same."),
        ),
    ),
    Exercise(
        key="03-3",
        answer=honest,
        probes=((0.5, 0.5, 6.0), (0.9, 0.5, 6.0), (0.2, 1.0, 1.0), (0.3, 2.0, 0.5)),
        hint="Turn p into odds p / (1 - p), divide them by w_positive / w_negative, turn them back.",
        mistakes=(
            Mistake(
                lambda p, w_negative, w_positive: honest(p, w_positive, w_negative),
                "You applied the weights once more instead of taking them away.",
            ),
            Mistake(
                lambda p, w_negative, w_positive: p * w_negative / w_positive,
                "You divided the probability. The weights multiply the odds p / (1 - p).",
            ),
            Mistake(
                lambda p, w_negative, w_positive: p,
                "This leaves p as it is, which is right only when both weights are equal.",
            ),
        ),
    ),
    Exercise(
        key="03-4",
        answer=(WEIGHTED_SUM / (DOGS + 1), WEIGHTED_SUM / WEIGHTS_IN_BATCH),
        hint="Both have the same numerator. One divides by four items, the other by their four weights.",
        mistakes=(
            Mistake(
                (WEIGHTED_SUM / WEIGHTS_IN_BATCH, WEIGHTED_SUM / (DOGS + 1)),
                "The two are exchanged: this package divides by the number of items.",
            ),
            Mistake(
                (WEIGHTED_SUM / (DOGS + 1), WEIGHTED_SUM / (CAT_WEIGHT + DOG_WEIGHT)),
                "The batch has three dogs, so the weight of a dog enters the sum three times.",
            ),
        ),
    ),
    Exercise(
        key="03-5",
        answer=(SHARE, SHARE**2 / (SHARE**2 + (1 - SHARE) ** 2)),
        hint="p = 1/2 means odds of 1. Divide 1 by every factor that multiplied the odds.",
        mistakes=(
            Mistake(
                (SHARE, SHARE),
                "Balanced drawing has multiplied the odds by (1 - share) / share; the weights do it again.",
            ),
            Mistake((SHARE, SHARE**2), "Square the odds, then turn them back into a probability."),
            Mistake(
                (1 - SHARE, (1 - SHARE) ** 2 / (SHARE**2 + (1 - SHARE) ** 2)),
                "Weighting up the positives lowers the threshold; these values lie above one half.",
            ),
        ),
    ),
)
