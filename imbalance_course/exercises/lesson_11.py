"""Exercises of lesson 11: overlap and boundary losses."""

from collections.abc import Sequence

from imbalance_course.exercises.core import Exercise, Mistake


def jaccard_loss_growth(order: Sequence[int], errors: Sequence[float], truth: Sequence[int]) -> float:
    """Errors times the growth of the Jaccard loss, for pixels that become wrong in a given order."""
    total, before, union = 0.0, 0.0, sum(truth)
    for wrong, pixel in enumerate(order, start=1):
        union += 1 - truth[pixel]
        total += errors[pixel] * (wrong / union - before)
        before = wrong / union
    return total


def lovasz_extension(errors: Sequence[float], truth: Sequence[int]) -> float:
    """The Lovász extension of the Jaccard loss, for at least one true pixel."""
    return jaccard_loss_growth(sorted(range(len(errors)), key=lambda pixel: -errors[pixel]), errors, truth)


_OVERLAP, _SIZE = 0.8 + 0.4, 0.8 + 0.4 + 0.3 + 0.1 + 2
_DICE = 2 * _OVERLAP / _SIZE

EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="11-1",
        answer=0.75 / (2 - 0.75),
        hint="Solve D = 2J / (1 + J) for J. IoU is never above Dice.",
        mistakes=(
            Mistake(2 * 0.75 / (1 + 0.75), "You went from IoU to Dice; here Dice is given."),
            Mistake(0.75 / 2, "Halving Dice would hold only near 0: the numerator counts TP twice."),
            Mistake(0.75, "The two agree only at 0 and 1."),
        ),
    ),
    Exercise(
        key="11-2",
        answer=_DICE / _SIZE * 0.3 * (1 - 0.3),
        hint="Compute I, S and D first. Then take Step 5 with the truth and the probability of this pixel.",
        mistakes=(
            Mistake(_DICE / _SIZE, "This is the slope in p; the sigmoid has a slope too."),
            Mistake((_DICE - 2) / _SIZE * 0.3 * 0.7, "This pixel is background: its y is 0."),
            Mistake(0.3, "This is the pull of the cross-entropy, which sees this pixel alone."),
            Mistake(-_DICE / _SIZE * 0.3 * 0.7, "More p on background raises the loss: mind the sign."),
        ),
    ),
    Exercise(
        key="11-3",
        answer=0.3 * 0.8,
        hint="Use the bar of Step 9. With prices that sum to 1 it is a product of two numbers.",
        mistakes=(
            Mistake(0.7 * 0.8, "You swapped the prices: alpha belongs to the false positives."),
            Mistake(0.3, "That would hold for a perfect index only."),
            Mistake(0.5 * 0.8, "That is the bar of the Dice loss."),
            Mistake(0.5, "The Tversky loss does not aim at probabilities, so one half has no special role."),
        ),
    ),
    Exercise(
        key="11-4",
        answer=lovasz_extension,
        hint="For errors 0.2, 0.9, 0.4 and truths 1, 1, 0 growths are 1/3, 1/2, 1/6, the sum is 0.583.",
        mistakes=(
            Mistake(
                lambda errors, truth: jaccard_loss_growth(range(len(errors)), errors, truth),
                "You took the pixels as they come: the largest error must become wrong first.",
            ),
            Mistake(
                lambda errors, truth: jaccard_loss_growth(
                    sorted(range(len(errors)), key=lambda pixel: errors[pixel]), errors, truth
                ),
                "You sorted from small to large: the largest error must become wrong first.",
            ),
            Mistake(
                lambda errors, truth: sum(errors) / sum(truth),
                "A wrong background pixel also enlarges the union.",
            ),
            Mistake(
                lambda errors, truth: sum(errors) / len(errors),
                "This is the mean error; the growth of the Jaccard loss is the weight.",
            ),
        ),
        probes=(
            ([0.2, 0.9, 0.4], [1, 1, 0]),
            ([0.5, 0.1, 0.8, 0.3], [0, 1, 0, 1]),
            ([1.0, 0.0, 1.0], [1, 1, 0]),
        ),
    ),
    Exercise(
        key="11-5",
        answer=10 * 3**2 / 2,
        hint="Each wrong pixel costs its distance from the true edge, which runs between two pixels.",
        mistakes=(
            Mistake(30, "This counts the wrong pixels; each of them costs its distance."),
            Mistake(90, "The square of the distance is an integral of 2r, and the loss takes r."),
            Mistake(60, "The edge runs between two pixels: the nearest wrong one is half a pixel away."),
            Mistake(4.5, "This is one row; the edge is ten pixels long."),
        ),
    ),
)
