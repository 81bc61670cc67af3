"""The interactive figure that turns costs and counts into a threshold and a number of positives."""

from imbalance_course.errors import CourseError
from imbalance_course.metrics import chance_to_tell
from imbalance_course.widgets.base import Figure, Slider

_Z = 1.959963984540054  # standard errors from the middle of a 95 % interval to its ends
_Z_CHANCE = 0.8416212335729143  # quantile of the normal distribution at a chance of 80 %
_PER_ERROR = 50  # chances in the table for each standard error


class DecisionHelper(Figure):
    """From costs to a threshold, from counts to a half-width and to the chance to tell two models apart.

    The plain model finds the share ``recall`` of the positives and the better one a share more; of all
    positives, the plain model alone finds the share ``plain_only``.

    Sliders: ``prevalence`` (share of positives at the place of use), ``cost_ratio`` (cost of a miss in false
    alarms), ``positives`` (in the test) and ``difference`` (true gain of recall).

    Raises:
        CourseError: if the two shares leave no room for a gain.

    Example:
        >>> DecisionHelper(positives=200)
        DecisionHelper(prevalence=0.1, cost_ratio=10.0, positives=200.0, difference=0.05)
    """

    script = "decision_helper.js"
    prevalence = Slider(0.1, 0.001, 0.5, "Share of positives in use", log=True)
    cost_ratio = Slider(10, 0.1, 1000, "Cost of a miss, in false alarms", log=True)
    positives = Slider(100, 10, 10_000, "Positives in the test", log=True, whole=True, digits=0)
    difference = Slider(0.05, 0.01, 0.5, "True gain of recall", step=0.005, digits=3)

    def __init__(self, recall: float = 0.8, plain_only: float = 0.05, **values: float):
        room = round(1 - recall - plain_only, 3)
        if not 0 <= plain_only < recall or room < 0.05:
            raise CourseError(
                "Expected plain_only from 0 to below recall, and both together at most 0.95, "
                f"got recall {recall!r} and plain_only {plain_only!r}."
            )
        data = {
            "recall": recall,
            "plain_only": plain_only,
            "z": _Z,
            "factor": (_Z + _Z_CHANCE) ** 2,
            "chances": [round(chance_to_tell(k / _PER_ERROR, 1), 6) for k in range(6 * _PER_ERROR + 1)],
            "per_error": _PER_ERROR,
        }
        super().__init__(data, {"difference": (0.01, min(room, 0.5))}, **values)
        self.title = "Which threshold, how many positives?"
