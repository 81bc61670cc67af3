"""The interactive figure of weights from pixel shares; its docstring says what the sliders mean."""

from imbalance_course.widgets.base import Figure, Slider


class ShareWeights(Figure):
    """Six functions from pixel shares to class weights, for a background, a rare class and the other nuclei.

    The functions are :func:`imbalance_course.weights.equal`, ``inverse_share``, ``rising_exponential``,
    ``falling_exponential``, ``foreground_normalized`` and ``foreground_only``, numbered from 1 to 6.

    Sliders: ``share`` (of the rare class among the pixels that are not background) and ``background`` (its
    share of all pixels).

    Example:
        >>> ShareWeights(share=0.01)
        ShareWeights(share=0.01, background=0.8)
    """

    script = "share_weights.js"
    share = Slider(0.01, 0.001, 0.9, "Share of the rare class among the nuclei", log=True)
    background = Slider(0.8, 0.02, 0.99, "Share of the background in the image")

    def __init__(self, **values: float):
        super().__init__(**values)
        self.title = "Six weights from pixel shares"
