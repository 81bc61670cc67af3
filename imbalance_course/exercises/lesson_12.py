"""Exercises of lesson 12: helium voids and the width that a loss gives them."""

import math

from imbalance_course.exercises.core import Exercise, Mistake


def blur_from_widths(width_plain: float, width_weighted: float, beta: float) -> float:
    """Blur of the edges, in pixels, from the width errors without and with a weight on voids."""
    return (width_weighted - width_plain) / (2 * math.log(beta))


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        key="12-1",
        answer=2 * 2 * math.log(5),
        hint="Step 3 gives the shift of one edge; a void has an edge on either side.",
        mistakes=(
            Mistake(2 * math.log(5), "This is the shift of one edge; the void grows on both sides."),
            Mistake(2 * 2 * math.log10(5), "Logarithms of this course are natural."),
            Mistake(2 * 2 * 5, "The weight moves the logit by its logarithm."),
            Mistake(10 + 2 * 2 * math.log(5), "The question is how much wider, not how wide."),
        ),
    ),
    Exercise(
        key="12-2",
        answer=5 / 6,
        hint="At the true edge the truth is one half. What does the weighted network say there?",
        mistakes=(
            Mistake(1 / 6, "This is the true probability at which the output is one half: the other way."),
            Mistake(0.5, "At one half this network draws the void too wide."),
            Mistake(4 / 5, "The odds are 5 to 1, so the share is 5 out of 6."),
        ),
    ),
    Exercise(
        key="12-3",
        answer=2 * 20 * (math.sqrt(1.15) - 1),
        hint="The area of a disk grows with the square of its radius. Find the new radius first.",
        mistakes=(
            Mistake(20 * (math.sqrt(1.15) - 1), "This is how far one edge moved; width has two edges."),
            Mistake(0.15 * 40, "Here the width grew by 15 %; then the area grows by 32 %."),
            Mistake(0.15 * 20, "Area grows with the square of the radius, and width has two edges."),
            Mistake(
                0.15 / 2 * 20, "The slope at 1 gives the radius, roughly; take the root, and both edges."
            ),
        ),
        tolerance=5e-3,
    ),
    Exercise(
        key="12-4",
        answer=blur_from_widths,
        hint="For width errors 1 and 7 pixels and weight 5 the blur is 6 / (2 log 5) = 1.864 pixels.",
        mistakes=(
            Mistake(
                lambda plain, weighted, beta: weighted / (2 * math.log(beta)),
                "Part of the width error is there without any weight: take it off.",
            ),
            Mistake(
                lambda plain, weighted, beta: (weighted - plain) / math.log(beta),
                "A width error has two edges, each moved by s log beta.",
            ),
            Mistake(
                lambda plain, weighted, beta: (weighted - plain) / (2 * beta),
                "The weight enters by its logarithm.",
            ),
        ),
        probes=((1.0, 7.0, 5.0), (-2.0, 2.0, 3.0), (0.5, 6.0, 12.0)),
    ),
    Exercise(
        key="12-5",
        answer=30,
        hint="Turn the two names around first: which of the two shares has the true voids below the line?",
        mistakes=(
            Mistake(10, "You took the names at their word; 0.75 is the share of the predicted objects."),
            Mistake(60, "This is how many true voids there are; 30 of them were found."),
            Mistake(15, "Divide the matched objects by the share, then take them off."),
        ),
    ),
)
