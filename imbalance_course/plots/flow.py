"""A flow chart: steps one below the other, a field of branches, and where all of them end."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from imbalance_course.errors import CourseError
from imbalance_course.plots.style import COLORS, GRAY, WIDTH, new_figure

Box = tuple[str, str, str]  # heading, what to do, small print below
_HEIGHT = 0.9  # inches, of a box of three lines
_GAP = 0.26  # inches, between two boxes
_COLUMNS = 2


def flow_chart(steps: Sequence[Box], branches: Sequence[Box], end: Box) -> Figure:
    """Draw steps from top to bottom, branches side by side below them, and the box that all lead to.

    Args:
        steps: heading, text and small print of each step.
        branches: the same of each branch, drawn row by row in two columns.
        end: the same of the last box.

    Returns:
        The figure; one line of each text has to fit a box.

    Raises:
        CourseError: if there is no step or no branch.

    Example:
        >>> start, this, end = ("Start", "Look.", ""), ("This?", "Do it.", "seen once"), ("End", "Rest.", "")
        >>> figure = flow_chart([start], [this], end)
    """
    if not steps or not branches:
        raise CourseError("Expected at least one step and one branch, got none.")
    rows = -(-len(branches) // _COLUMNS)
    height = (len(steps) + rows + 1) * (_HEIGHT + _GAP)
    figure, (axes,) = new_figure(height)
    axes.set(xlim=(0, WIDTH), ylim=(height - _GAP / 2, -_GAP / 2))
    axes.axis("off")
    top = 0.0
    for number, box in enumerate(steps, start=1):
        _draw(axes, 0, top, WIDTH, box, COLORS["negative"], f"{number}  ")
        _arrow(axes, WIDTH / 2, top + _HEIGHT, top + _HEIGHT + _GAP)
        top += _HEIGHT + _GAP
    width = (WIDTH - _GAP) / _COLUMNS
    for place, box in enumerate(branches):
        row, column = divmod(place, _COLUMNS)
        left, at = column * (width + _GAP), top + row * (_HEIGHT + _GAP / 2)
        _draw(axes, left, at, width, box, COLORS["third"])
    top += rows * (_HEIGHT + _GAP / 2) - _GAP / 2
    _arrow(axes, WIDTH / 2, top, top + _GAP)
    _draw(axes, 0, top + _GAP, WIDTH, end, COLORS["positive"])
    axes.set_ylim(top + 2 * _GAP + _HEIGHT, -_GAP / 2)
    return figure


def _draw(axes: Axes, left: float, top: float, width: float, box: Box, color: str, number: str = "") -> None:
    heading, words, small = box
    look = {"boxstyle": "round,pad=0,rounding_size=0.08", "facecolor": "none", "edgecolor": color}
    axes.add_patch(FancyBboxPatch((left, top), width, _HEIGHT, linewidth=2, clip_on=False, **look))
    lines = [(number + heading, "bold", "normal"), (words, "normal", "normal")]
    lines += [(small, "normal", "italic")] if small else []
    for line, (text, weight, style) in enumerate(lines):
        middle = top + _HEIGHT * (0.5 + 0.28 * (line - (len(lines) - 1) / 2))
        where = {"ha": "center", "va": "center", "color": GRAY}
        axes.text(left + width / 2, middle, text, fontweight=weight, fontstyle=style, **where)


def _arrow(axes: Axes, x: float, start: float, end: float) -> None:
    look = {"arrowstyle": "-|>", "color": GRAY, "linewidth": 1.5, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (x, end), (x, start), arrowprops=look)
