"""The figure of a results table: every seed, the mean with its interval, and the source's number."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from imbalance_course.errors import CourseError
from imbalance_course.metrics import mean_interval
from imbalance_course.plots.style import COLORS, new_figure

_ROW_HEIGHT = 0.42  # inches
_DIAMOND = {"marker": "D", "markersize": 6, "fillstyle": "none", "markeredgewidth": 2, "linestyle": ""}


def rows_with_intervals(
    rows: Sequence[tuple[str, Sequence[float], float | None]],
    xlabel: str = "F1",
    *,
    reference: str = "source",
    xlim: tuple[float, float] | None = None,
) -> Figure:
    """Draw each row of a table: its seeds as small dots, their mean and 95 % interval, the source's number.

    Args:
        rows: (name, one value a seed, the source's number or None), drawn from top to bottom.
        xlabel: words of the horizontal axis.
        reference: what the diamonds stand for.
        xlim: ends of the horizontal axis.

    Returns:
        The figure. A row with one seed has no interval; a row without seeds shows the source's number alone.

    Raises:
        CourseError: if there is no row.

    Example:
        >>> figure = rows_with_intervals([("balanced", [0.95, 0.96, 0.97], 0.960)])
    """
    if not rows:
        raise CourseError("Expected at least one row, got none; run the experiment or choose other rows.")
    blue = COLORS["negative"]
    figure, (axes,) = new_figure(1.3 + _ROW_HEIGHT * len(rows))
    for y, (_, values, source) in enumerate(rows):
        if len(values):
            interval = mean_interval(values)  # the ends are NaN, and not drawn, with a single seed
            axes.plot([interval.low, interval.high], [y, y], color=blue, linewidth=2.5)
            axes.plot(interval.mean, y, "o", color=blue, markersize=8)
            axes.plot(values, [y + 0.25] * len(values), "o", color=blue, markersize=4, alpha=0.6)
        if source is not None:
            axes.plot(source, y - 0.25, color=COLORS["positive"], **_DIAMOND)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlabel=xlabel, xlim=xlim)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.spines["left"].set_visible(False)
    figure.legend(handles=_legend(rows, reference), loc="outside upper left", ncols=3)
    return figure


def _legend(rows: Sequence[tuple], reference: str) -> list[Line2D]:
    """Explain only the marks that are drawn."""
    blue, orange = COLORS["negative"], COLORS["positive"]
    handles = []
    if any(len(values) for _, values, _ in rows):
        handles.append(Line2D([], [], color=blue, marker="o", markersize=8, label="mean, 95 % interval"))
        handles.append(
            Line2D([], [], color=blue, marker="o", markersize=4, alpha=0.6, linestyle="", label="a seed")
        )
    if any(source is not None for _, _, source in rows):
        handles.append(Line2D([], [], color=orange, label=reference, **_DIAMOND))
    return handles
