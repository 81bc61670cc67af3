"""The interactive figure of lesson 08: which remedies last when a model fits every item."""

from collections.abc import Sequence

import numpy as np

from imbalance_course.errors import CourseError
from imbalance_course.widgets.base import Figure, Slider

# One coordinate for each item, eleven negatives to a positive, with a gap from -1 to 1.
NEGATIVES = tuple(np.linspace(-4, -1, 22).round(3).tolist())
POSITIVES = (1.0, 2.0)


class FadingWeights(Figure):
    r"""The boundary of a line fitted to separable items, against the steps of the training.

    The model is :math:`z = a x + b`, its loss the vector-scaling loss of two classes,
    :math:`w_y \log(1 + e^{\iota_y - \Delta_y (2y - 1) z})`, where negatives have weight and factor 1. Each
    step has the same length, 0.02, along the negative gradient.

    Args:
        negatives: coordinates of the negatives, all below 0; the nearest is the end of the gap.
        positives: coordinates of the positives, all above 0.

    Sliders: ``weight`` (w of positives), ``offset`` (its multiple of log(N_0 / N_1) is added for positives
    and taken off for negatives; 1 is the logit adjustment), ``factor`` (of positives) and ``steps``.

    Raises:
        CourseError: if a class has no item, or an item is on the wrong side of 0.

    Example:
        >>> FadingWeights(weight=11)
        FadingWeights(weight=11.0, offset=0.0, factor=1.0, steps=100.0)
    """

    script = "fading_weights.js"
    weight = Slider(1, 1, 100, "Weight of the positives", log=True)
    offset = Slider(0, 0, 2, "Offset (1: logit adjustment)", step=0.1, digits=1)
    factor = Slider(1, 0.2, 1, "Factor of the positives", step=0.05)
    steps = Slider(100, 1, 10_000, "Training steps", log=True, digits=0, whole=True)

    def __init__(
        self, negatives: Sequence[float] = NEGATIVES, positives: Sequence[float] = POSITIVES, **values: float
    ):
        if not (len(negatives) and len(positives) and max(negatives) < 0 < min(positives)):
            raise CourseError("Expected negatives below 0 and positives above 0, at least one of each.")
        items = {"negatives": negatives, "positives": positives}
        super().__init__({name: np.asarray(x, float).tolist() for name, x in items.items()}, **values)
        self.title = "What lasts when every item is right"
