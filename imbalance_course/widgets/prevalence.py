"""The interactive figure of precision, recall and the share of positives."""

import math

from imbalance_course.errors import CourseError
from imbalance_course.widgets.base import Figure, Slider

_STEP = 0.05  # distance of two thresholds
_BEYOND = 3.0  # thresholds reach this far below the negatives' mean and above the positives'


class PrevalenceExplorer(Figure):
    """One detector, its ROC curve and its precision-recall curve, where positives are common or rare.

    Scores are normal with variance 1, mean 0 for negatives and ``separation`` for positives.

    Sliders: ``prevalence`` (share of positives) and ``threshold`` (of the score).

    Raises:
        CourseError: if the separation is out of range.

    Example:
        >>> PrevalenceExplorer(prevalence=0.01)
        PrevalenceExplorer(prevalence=0.01, threshold=1.0)
    """

    script = "prevalence_explorer.js"
    prevalence = Slider(0.1, 0.001, 0.5, "Share of positives π", log=True)
    threshold = Slider(1, -_BEYOND, 6 + _BEYOND, "Threshold on the score", step=_STEP)

    def __init__(self, separation: float = 2.0, **values: float):
        if not 0 < separation <= 6:
            raise CourseError(f"Expected separation above 0 and at most 6, got {separation!r}.")
        last = math.ceil((separation + 2 * _BEYOND) / _STEP)
        thresholds = [round(k * _STEP - _BEYOND, 2) for k in range(last + 1)]
        data = {
            "thresholds": thresholds,
            "recalls": [_upper_tail(at - separation) for at in thresholds],
            "false_alarm_rates": [_upper_tail(at) for at in thresholds],
            "area": _upper_tail(-separation / math.sqrt(2)),
        }
        super().__init__(data, {"threshold": (thresholds[0], thresholds[-1])}, **values)
        self.title = "The same detector where positives are rare"


def _upper_tail(x: float) -> float:
    """Share of a standard normal distribution above x."""
    return math.erfc(x / math.sqrt(2)) / 2
