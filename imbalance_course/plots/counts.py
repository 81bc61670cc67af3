"""Figures of counts: how many examples a class has, and what became of them."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts
from imbalance_course.plots.style import CLASS_COLORS, COLORS, CYCLE, WIDTH, grouped, new_figure


def class_bars(
    counts: Sequence[int], names: Sequence[str], *, ylabel: str = "Examples", log: bool = False
) -> Figure:
    """Draw one bar a class, with its count and its share.

    Args:
        counts: examples of each class, K values; with two classes the second is the positive one.
        names: K names.
        ylabel: words of the vertical axis.
        log: whether the axis is logarithmic; then every count must be positive.

    Returns:
        The figure.

    Raises:
        CourseError: if counts and names differ in length, or nothing is to be counted.

    Example:
        >>> figure = class_bars([11_000, 1_000], ["dog", "cat"])
    """
    if len(counts) != len(names):
        raise CourseError(f"Expected a name for each count, got {len(counts)} counts and {len(names)} names.")
    total = sum(counts)
    if min(counts, default=-1) < 0 or total == 0 or (log and min(counts) == 0):
        raise CourseError(
            f"Expected counts of at least 0 (above 0 on a log axis), not all 0, got {list(counts)}."
        )
    figure, (axes,) = new_figure(3.4, width=min(WIDTH, 2.0 + 1.3 * len(counts)))
    colors = list(CLASS_COLORS) if len(counts) == 2 else [CYCLE[k % len(CYCLE)] for k in range(len(counts))]
    bars = axes.bar(list(names), list(counts), color=colors, width=0.6)
    axes.bar_label(bars, [f"{grouped(n)}\n{100 * n / total:.3g} %" for n in counts], padding=3)
    axes.set_ylabel(ylabel)
    axes.margins(y=0.22)
    axes.yaxis.set_major_formatter(lambda value, _: grouped(value))
    if log:
        axes.set_yscale("log")
        axes.set_ylim(top=max(counts) * 8)
        axes.yaxis.set_major_formatter(lambda value, _: grouped(value))
    return figure


def confusion_matrix(
    counts: Counts, names: Sequence[str] = ("positive", "negative"), *, title: str = ""
) -> Figure:
    """Draw the four confusion counts as large numbers, each with its share of its true class.

    Args:
        counts: tp, fp, fn, tn.
        names: name of the positive and of the negative class.
        title: words above the matrix.

    Returns:
        The figure; right cells are tinted in the color of their class, wrong cells only outlined.

    Example:
        >>> figure = confusion_matrix(Counts(tp=821, fp=11, fn=679, tn=1489), ("cat", "dog"))
    """
    figure, (axes,) = new_figure(3.4, width=5.2)
    _draw_matrix(axes, counts, names, title)
    return figure


def confusion_matrices(
    matrices: Mapping[str, Counts], names: Sequence[str] = ("positive", "negative")
) -> Figure:
    """Draw confusion matrices one below the other, to compare the numbers of a cell.

    Args:
        matrices: title -> tp, fp, fn, tn.
        names: name of the positive and of the negative class.

    Returns:
        The figure; each matrix looks as in :func:`confusion_matrix`.

    Raises:
        CourseError: if there is no matrix.

    Example:
        >>> counts = Counts(tp=821, fp=11, fn=679, tn=1489)
        >>> figure = confusion_matrices({"plain": counts, "weighted": counts}, ("cat", "dog"))
    """
    if not matrices:
        raise CourseError("Expected at least one confusion matrix, got none.")
    figure, panels = new_figure(2.7 * len(matrices), rows=len(matrices), width=5.2)
    for axes, (title, counts) in zip(panels, matrices.items(), strict=True):
        _draw_matrix(axes, counts, names, title)
    return figure


def _draw_matrix(axes: Axes, counts: Counts, names: Sequence[str], title: str) -> None:
    cells = [[counts.tp, counts.fn], [counts.fp, counts.tn]]
    for row, color in enumerate((COLORS["positive"], COLORS["negative"])):
        for column in range(2):
            fill = color if row == column else "none"
            corner = (column + 0.02, row + 0.02)
            axes.add_patch(Rectangle(corner, 0.96, 0.96, facecolor=fill, alpha=0.15))
            axes.add_patch(Rectangle(corner, 0.96, 0.96, facecolor="none", edgecolor=color, linewidth=1.5))
            number, total = cells[row][column], sum(cells[row])
            axes.text(column + 0.5, row + 0.47, grouped(number), ha="center", va="center", fontsize=22)
            share = f"{100 * number / total:.1f} % of {names[row]}" if total else f"no {names[row]}"
            axes.text(column + 0.5, row + 0.75, share, ha="center", va="center", fontsize=12)
    axes.set(xlim=(0, 2), ylim=(2, 0), xlabel="Called", ylabel="Truth", title=title)
    axes.set_xticks([0.5, 1.5], list(names))
    axes.set_yticks([0.5, 1.5], list(names), rotation=90, va="center")
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
