"""The interactive figure of lesson 12: how wide a void with a blurred edge is drawn under two losses."""

from imbalance_course.widgets.base import Figure, Slider


class VoidProfile(Figure):
    r"""A cut through a void of 30 pixels: true probability, what two losses aim at, and the widths at 1/2.

    A pixel at ``x`` is void with probability :math:`\eta = \sigma(v)`, :math:`v = (15 - |x|) / s`. The
    weighted cross-entropy weighs void pixels by :math:`\beta`, the distance map loss by one plus ``strength``
    times the mean of the map there, :math:`\max(0, 1 - s \log(1 + e^v) / (15\, \eta))`.

    Sliders: ``weight`` (of void pixels, against 1), ``blur`` (s, of the edge, pixels), ``strength`` (of the
    distance map; 1 is the loss of the study, 0 the cross-entropy).

    Example:
        >>> VoidProfile(weight=10)
        VoidProfile(weight=10.0, blur=1.6, strength=1.0)
    """

    script = "void_profile.js"
    weight = Slider(5, 1, 20, "Weight β of void pixels", log=True)
    blur = Slider(1.6, 0.2, 4, "Blur s of the edge (pixels)", step=0.1, digits=1)
    strength = Slider(1, 0, 2, "Strength of the distance map", step=0.1, digits=1)

    def __init__(self, **values: float):
        super().__init__(**values)
        self.title = "A weight makes a blurred void wider"
