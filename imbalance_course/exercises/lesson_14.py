"""Exercises of lesson 14: ACB-MSE, few hits among many empty pixels."""

from imbalance_course.exercises.core import Exercise, Mistake


def probability(share: float, ratio: float) -> float:
    """Probability of a hit at which a loss with this ratio of weights aims at this share of its value."""
    return share / (share + ratio * (1 - share))


def rest_weight(bar: float, hits: float, rest: float) -> float:
    """Weight B with which half the value of a hit means the probability ``bar``, for A = 1."""
    return rest * bar / (hits * (1 - bar))


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="14-1",
        answer=(6.4, 1280.0),
        hint="Ten pixels are wrong, each by 80. Which mean divides by how many pixels?",
        mistakes=(
            Mistake((1280.0, 6.4), "The values are right; the MSE comes first."),
            Mistake((25.6, 5120.0), "You counted the recovered hits; the loss comes from the missed ones."),
            Mistake((0.08, 16.0), "The errors are squared in both losses."),
            Mistake((6.4, 6.4), "ACB-MSE takes the mean over the hits alone, not over all pixels."),
            Mistake((6.4, 640.0), "The two means are added; nobody divides by the number of classes."),
        ),
    ),
    Exercise(
        key="14-2",
        answer=20 / 220,
        hint="Over which pixels does the mean of the hits run?",
        mistakes=(
            Mistake(0.5, "That would be so if each image had a mean of its own; they share one batch."),
            Mistake(0.1, "Compare with all hits, not with those of the other image."),
            Mistake(200 / 220, "A hit weighs the same in both images; the first has fewer of them."),
        ),
    ),
    Exercise(
        key="14-3",
        answer=probability(0.9, 99),
        hint="Find w for one hit in a hundred pixels, then use the formula of Step 8.",
        mistakes=(
            Mistake(0.9, "So it would be under MSE."),
            Mistake(99 * 0.9 / (99 * 0.9 + 0.1), "This is Step 7: from a probability to a value. Go back."),
            Mistake(0.01, "This is the probability at half the value of a hit."),
        ),
    ),
    Exercise(
        key="14-4",
        answer=rest_weight,
        hint="Solve bar = 1 / (1 + w) for w, then w = rest / (B · hits) for B.",
        mistakes=(
            Mistake(
                lambda bar, hits, rest: 1 / rest_weight(bar, hits, rest),
                "Upside down: a larger B makes w smaller and the bar higher.",
            ),
            Mistake(
                lambda bar, hits, rest: rest * (1 - bar) / (hits * bar),
                "Check at a bar of 0.9: the rest must weigh more than at a bar of 0.1.",
            ),
            Mistake(
                lambda bar, hits, rest: bar / (1 - bar),
                "So it would be with equally many hits and other pixels; w also holds their numbers.",
            ),
        ),
        probes=((0.5, 230, 11_034), (0.1, 70, 11_194), (0.9, 10, 10)),
    ),
    Exercise(
        key="14-5",
        answer=lambda mu, nu: 1 - mu**2 / (2 * nu),
        hint="Write the mean of (y − c)² over the hits with μ and ν, add c², and set the derivative to zero.",
        mistakes=(
            Mistake(lambda mu, nu: 0.5, "So it is when all hits have one value, where ν is μ²."),
            Mistake(
                lambda mu, nu: nu - mu**2 / 2, "This is the loss itself; divide by that of a blank image."
            ),
            Mistake(lambda mu, nu: mu**2 / (2 * nu), "This is the part that is saved."),
            Mistake(
                lambda mu, nu: 1 - mu**2 / nu,
                "This keeps the mean of the hits alone: the rest pulls the constant down.",
            ),
        ),
        probes=((65.0, 4500.0), (50.0, 2500.0), (10.0, 400.0)),
    ),
)
