"""Rows of a results table with several intervals each, narrow enough for a phone."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Interval
from imbalance_course.plots.style import COLORS, new_figure
from imbalance_course.records.scores import NO_RECORD

_WIDTH = 5.0  # inches, what a phone shows without making letters smaller
_LINE = 0.21  # inches from one line of a row to the next
_MARKS = (("o", COLORS["negative"]), ("s", COLORS["third"]), ("^", COLORS["fourth"]))


def intervals_by_row(
    rows: Mapping[str, Mapping[str, Interval | None]],
    xlabel: str,
    *,
    sources: Mapping[str, float] | None = None,
    reference: str = "source",
) -> Figure:
    """Draw each row's intervals under its name, and the source's number beside the first of them.

    Args:
        rows: name of the row -> name of the series -> interval, or None where nothing was recorded; the
            same series, at most three, in every row.
        xlabel: words of the horizontal axis.
        sources: name of the row -> the source's number.
        reference: what the diamonds stand for.

    Returns:
        The figure. A row without any interval says so; one value alone has no bar.

    Raises:
        CourseError: no interval at all, or not one to three series, the same in every row.

    Example:
        >>> found = {"at 0.5": Interval(0.83, 0.81, 0.85, 3), "at the chosen threshold": None}
        >>> figure = intervals_by_row({"1:11": found}, "F1", sources={"1:11": 0.833})
    """
    series = list(next(iter(rows.values()), {}))
    if not 1 <= len(series) <= len(_MARKS) or any(list(found) != series for found in rows.values()):
        raise CourseError("Expected one to three series, the same in every row.")
    if not any(found for each in rows.values() for found in each.values()):
        raise CourseError("Expected at least one recorded row, got none; run the experiment first.")
    sources = sources or {}
    tops = [0.0]  # of each row, in lines: its name, its marks, and half a line to the next row
    for name, found in rows.items():
        marks = len(series) if any(found.values()) else int(name in sources)
        tops.append(tops[-1] + 1.5 + marks)
    figure, (axes,) = new_figure(1.5 + _LINE * tops[-1], width=_WIDTH)
    for top, (name, found) in zip(tops, rows.items(), strict=False):
        words = name if any(found.values()) else f"{name}: {NO_RECORD}"
        axes.text(0, top, words, transform=axes.get_yaxis_transform(), va="center")
        for line, interval in enumerate(found.values(), start=1):
            _draw(axes, interval, top + line, *_MARKS[line - 1])
        if name in sources:
            axes.plot(sources[name], top + 1, **_diamond())
        axes.axhline(top - 0.75, color=COLORS["neutral"], linewidth=0.5, alpha=0.4)
    axes.set(ylim=(tops[-1] - 0.75, -0.75), xlabel=xlabel, yticks=[])
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    _explain(figure, series, reference if sources else "")
    return figure


def _draw(axes: Axes, interval: Interval | None, y: float, marker: str, color: str) -> None:
    if interval is not None:  # with a single value the ends are NaN, and not drawn
        axes.plot([interval.low, interval.high], [y, y], color=color, linewidth=2.5)
        axes.plot(interval.mean, y, marker, color=color, markersize=8)


def _diamond() -> dict:
    look = {"marker": "D", "markersize": 7, "fillstyle": "none", "markeredgewidth": 2, "linestyle": ""}
    return look | {"color": COLORS["positive"]}


def _explain(figure: Figure, series: list[str], reference: str) -> None:
    """A line of the legend for every kind of mark."""
    axes = figure.axes[0]
    handles = [
        axes.plot([], [], marker=marker, color=color, markersize=8, linewidth=2.5, label=name)[0]
        for name, (marker, color) in zip(series, _MARKS, strict=False)
    ]
    if reference:
        handles += axes.plot([], [], label=reference, **_diamond())
    figure.legend(handles=handles, loc="outside upper left")
