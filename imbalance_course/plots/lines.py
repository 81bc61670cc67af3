"""Lines over an axis, each named at its own end."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from imbalance_course.errors import CourseError
from imbalance_course.plots.style import CYCLE, GRAY, new_figure

_LABEL_GAP = 0.085  # least distance of two labels, in heights of the panel
_LABEL_FLOOR = 0.04  # lowest label, clear of the tick labels


def spread(positions: Sequence[float], gap: float, floor: float = 0.0) -> list[float]:
    """Move positions apart to at least ``gap``, none below ``floor``, keeping their order.

    Example:
        >>> spread([0.5, 0.5], 0.1)
        [0.45, 0.55]
    """
    order = np.argsort(positions, kind="stable")
    groups: list[tuple[float, int]] = []  # center and size of labels that touch
    for index in order:
        groups.append((float(positions[index]), 1))
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < gap * (groups[-1][1] + groups[-2][1]) / 2:
            (upper, many), (lower, few) = groups.pop(), groups.pop()
            groups.append(((upper * many + lower * few) / (many + few), many + few))
    placed = [center + gap * (k - (size - 1) / 2) for center, size in groups for k in range(size)]
    result = np.empty(len(placed))
    result[order] = np.maximum(placed, floor + gap * np.arange(len(placed)))
    return [round(float(value), 12) for value in result]


def label_ends(axes: Axes, names: Sequence[str]) -> None:
    """Write each line's name beside its right end, in its color, without overlap."""
    lines = axes.get_lines()[: len(names)]
    right = max(line.get_xdata()[-1] for line in lines)
    to_axes = axes.transData + axes.transAxes.inverted()
    heights = [to_axes.transform((right, line.get_ydata()[-1]))[1] for line in lines]
    for line, name, y in zip(
        lines, names, spread(np.clip(heights, 0, 1), _LABEL_GAP, _LABEL_FLOOR), strict=True
    ):
        axes.annotate(
            name, (1.02, y), xycoords="axes fraction", color=line.get_color(), va="center", fontweight="bold"
        )


def curves(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    *,
    colors: Mapping[str, str] | None = None,
    dashed: Sequence[str] = (),
    markers: Mapping[str, float] | None = None,
    ylim: tuple[float, float] | None = None,
    log: str = "",
    legend: bool = False,
) -> Figure:
    """Draw several functions of the same x.

    Args:
        x: N values, rising.
        series: name to N values.
        xlabel: words of the horizontal axis, with the unit.
        ylabel: words of the vertical axis, with the unit.
        colors: name to color, for lines with a fixed meaning; see ``plots.COLORS``.
        dashed: names of reference lines.
        markers: words to the x at which a vertical line stands.
        ylim: ends of the vertical axis.
        log: the logarithmic axes: "x", "y" or "xy".
        legend: name the lines in a box instead of at their right ends; for lines that end in one point.

    Returns:
        The figure.

    Raises:
        CourseError: if a series is not as long as x.

    Example:
        >>> p = np.linspace(0.01, 0.99, 99)
        >>> figure = curves(p, {"cross-entropy": -np.log(p)}, "Probability of the true class", "Loss (nats)")
    """
    figure, (axes,) = new_figure(3.8)
    for index, (name, values) in enumerate(series.items()):
        if len(values) != len(x):
            raise CourseError(f"Expected {len(x)} values for {name!r}, one for each x, got {len(values)}.")
        color = (colors or {}).get(name, CYCLE[index % len(CYCLE)])
        axes.plot(x, values, color=color, linestyle="--" if name in dashed else "-", label=name)
    if "x" in log:
        axes.set_xscale("log")
    if "y" in log:
        axes.set_yscale("log")
    axes.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)  # the ends depend on the scale
    axes.grid(axis="y")
    axes.margins(x=0)
    for words, at in (markers or {}).items():
        mark(axes, at, words)
    if legend:
        axes.legend()
    elif len(series) > 1:
        label_ends(axes, list(series))
    return figure


def mark(axes: Axes, x: float, words: str) -> None:
    """Draw a dashed vertical line with its words above the panel."""
    axes.axvline(x, color=GRAY, linestyle=(0, (4, 3)), linewidth=1.5)
    axes.annotate(
        words, (x, 1.02), xycoords=axes.get_xaxis_transform(), ha="center", va="bottom", annotation_clip=False
    )


def learning_curves(histories: Mapping[str, Sequence[Mapping[str, float]]]) -> Figure:
    """Draw what each run's history holds, one panel a quantity, against the epoch.

    Args:
        histories: name of the run to its history: one mapping an epoch, all with the same keys, such as
            ``loss`` and ``held_out_roc_auc``.

    Returns:
        The figure.

    Raises:
        CourseError: if a history is empty.

    Example:
        >>> figure = learning_curves({"balanced": [{"loss": 0.6}, {"loss": 0.4}]})
    """
    empty = [name for name, history in histories.items() if not history]
    if empty or not histories:
        raise CourseError(
            f"Expected at least one epoch for each run, got none for {', '.join(empty) or 'any run'}."
        )
    quantities = list(next(iter(histories.values()))[0])
    figure, panels = new_figure(3.4, len(quantities))
    for axes, quantity in zip(panels, quantities, strict=True):
        for index, (name, history) in enumerate(histories.items()):
            values = [epoch[quantity] for epoch in history]
            style = "o-" if len(values) < 15 else "-"
            axes.plot(range(1, len(values) + 1), values, style, color=CYCLE[index % len(CYCLE)], label=name)
        words = quantity.replace("_", " ").replace("held out", "held-out").replace("roc auc", "ROC AUC")
        axes.set(xlabel="Epoch", ylabel=words[0].upper() + words[1:])
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(axis="y")
    if len(histories) > 1:
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return figure
