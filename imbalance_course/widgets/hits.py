"""The interactive figure of few hits among many empty pixels; its docstring says what the sliders mean."""

from imbalance_course.widgets.base import Figure, Slider


class HitBalance(Figure):
    """What three losses want painted into an image of 128 x 88 pixels with a few hits of value 100.

    Left, the loss of one constant value in every pixel, relative to the loss of a blank image. Right, the
    best value of one pixel against the probability that it is a hit.

    Sliders: ``hits`` (pixels that are hits), ``hit_weight`` and ``miss_weight`` (A and B of ACB-MSE).

    Example:
        >>> HitBalance(hits=70)
        HitBalance(hits=70.0, hit_weight=1.0, miss_weight=1.0)
    """

    script = "hit_balance.js"
    hits = Slider(230, 2, 11_200, "Hits among 11 264 pixels", log=True, whole=True, digits=0)
    hit_weight = Slider(1, 0.1, 10, "Weight A of the hits", log=True)
    miss_weight = Slider(1, 0.1, 100, "Weight B of the rest", log=True)

    def __init__(self, **values: float):
        super().__init__({"pixels": 128 * 88, "value": 100}, **values)
        self.title = "What a loss wants painted when hits are rare"
