"""The interactive figure of overlap and boundary losses; its docstring says what the sliders mean."""

from imbalance_course.widgets.base import Figure, Slider


class OverlapLosses(Figure):
    """A round object in an image of 64 x 64 pixels, a round prediction, and what each loss says of it.

    The prediction gives 0.99 inside and 0.01 outside for the cross-entropy, 1 and 0 for the other losses.

    Sliders: ``radius`` (of the object, pixels), ``shift`` (of the prediction, pixels), ``growth`` (how much
    larger the radius of the prediction is; below 0 smaller, until nothing is left), ``alpha`` (price of a
    false positive in the Tversky loss; that of a false negative is 1 - alpha).

    Example:
        >>> OverlapLosses(radius=3)
        OverlapLosses(radius=3.0, shift=2.0, growth=2.0, alpha=0.3)
    """

    script = "overlap_losses.js"
    radius = Slider(4, 1, 12, "Radius of the object (pixels)", step=1, digits=0)
    shift = Slider(2, 0, 24, "Shift of the prediction (pixels)", step=1, digits=0)
    growth = Slider(2, -4, 6, "Prediction wider by (pixels)", step=1, digits=0)
    alpha = Slider(0.3, 0, 1, "Tversky α: price of too much", step=0.05)

    def __init__(self, **values: float):
        super().__init__(**values)
        self.title = "A prediction slides away from its object"
