"""Figures on few hits among many empty pixels: losses and recovery against the size of the signal."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Interval
from imbalance_course.plots.lines import curves
from imbalance_course.plots.style import CYCLE, new_figure

_MARKS = ("o", "s", "^", "D", "v", "P")
LEAST = 0.1  # smallest value of a logarithmic axis
_NUDGE = 0.03  # of the size, so that the bars of two series stand side by side


def losses_by_hits(
    pixels: int = 128 * 88, *, step: int = 2, time: float = 100.0
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    r"""Three losses of an image of which half of the hits are recovered, while it is filled with hits.

    With k hits of time t among n pixels, half of them predicted as 0,

    .. math::
        \text{MSE} = \frac{k t^2}{2 n}, \qquad \text{MAE} = \frac{k t}{2 n}, \qquad
        \text{ACB-MSE} = \frac{t^2}{2}.

    Here they are computed from the two images.

    Args:
        pixels: pixels of the image, n.
        step: hits that are added at a time, even.
        time: value of a hit, t.

    Returns:
        (T,) numbers of hits, and name of the loss -> (T,) values.

    Raises:
        CourseError: a step that is odd, or larger than the image.

    Reference:
        Description of the package acb_mse, figure 1: values of 100, two pixels at a time, half recovered.

    Example:
        >>> hits, losses = losses_by_hits(8)
        >>> hits.tolist(), losses["ACB-MSE"].tolist()
        ([2, 4, 6, 8], [5000.0, 5000.0, 5000.0, 5000.0])
    """
    if step % 2 or not 0 < step <= pixels:
        raise CourseError(f"Expected an even step from 2 to {pixels} pixels, got {step}.")
    import torch  # here, for the other figures do without

    from imbalance_course.losses import acb_mse_loss

    functions = {
        "MSE": torch.nn.functional.mse_loss,
        "MAE": torch.nn.functional.l1_loss,
        "ACB-MSE": acb_mse_loss,
    }
    hits = np.arange(step, pixels + 1, step)
    truth, found = torch.zeros(2, pixels, dtype=torch.float64)
    losses = {name: np.empty(len(hits)) for name in functions}
    for place, count in enumerate(hits.tolist()):
        truth[:count], found[: count // 2] = time, time
        for name, function in functions.items():
            losses[name][place] = function(found, truth)
    return hits, losses


def loss_by_hits(pixels: int = 128 * 88, *, step: int = 2, time: float = 100.0) -> Figure:
    """Draw three losses of an image of which half of the hits are recovered, against the number of hits.

    Args:
        pixels: pixels of the image.
        step: hits that are added at a time, even.
        time: value of a hit.

    Returns:
        The figure; both axes are logarithmic, for the losses have different units.

    Raises:
        CourseError: a step that is odd, or larger than the image.

    Reference:
        Description of the package acb_mse, figure 1.

    Example:
        >>> figure = loss_by_hits(64)
    """
    hits, losses = losses_by_hits(pixels, step=step, time=time)
    return curves(
        hits, losses, "Hits in the image", "Loss, half of the hits recovered", log="xy", legend=True,
        dashed=["MAE"],
    )  # fmt: skip


def intervals_by_size(
    panels: Mapping[str, Mapping[str, Sequence[Interval | None]]],
    hits: Sequence[float],
    ylabel: str,
    *,
    log: bool = False,
) -> Figure:
    """Draw a score against the size of the signal, a line a row, one panel above the other.

    Args:
        panels: title of the panel -> name of the row -> an interval for each size, None where nothing was
            recorded; the same rows in every panel.
        hits: hits of a signal of each size, rising.
        ylabel: words of the vertical axes.
        log: whether the vertical axes are logarithmic; smaller values than 0.1 are then drawn there.

    Returns:
        The figure. A row without any interval is named in the legend as not recorded.

    Raises:
        CourseError: no interval at all, another number of intervals than of sizes, or more than six rows.

    Example:
        >>> found = {"MSE": [Interval(0.2, 0.1, 0.3, 3), Interval(0.5, 0.4, 0.6, 3)]}
        >>> figure = intervals_by_size({"at 15": found}, [20, 60], "Signal recovered")
    """
    series = [(name, found) for rows in panels.values() for name, found in rows.items()]
    if not any(interval for _, found in series for interval in found):
        raise CourseError("Expected at least one recorded row, got none; run the experiment first.")
    if any(len(found) != len(hits) for _, found in series) or any(
        len(rows) > len(_MARKS) for rows in panels.values()
    ):
        raise CourseError(f"Expected at most {len(_MARKS)} rows with {len(hits)} intervals each.")
    figure, all_axes = new_figure(0.8 + 2.6 * len(panels), rows=len(panels), width=5.0)
    for axes, (title, rows) in zip(all_axes, panels.items(), strict=True):
        for number, (name, found) in enumerate(rows.items()):
            look = {"color": CYCLE[number], "marker": _MARKS[number]}
            place = np.asarray(hits) * (1 + _NUDGE * (number - (len(rows) - 1) / 2))
            means, lows, highs = (
                np.array([getattr(interval, end) if interval else np.nan for interval in found])
                for end in ("mean", "low", "high")
            )
            if log:
                means, lows, highs = (np.maximum(values, LEAST) for values in (means, lows, highs))
            label = name if any(found) else f"{name}: no record yet"
            axes.plot(place, means, label=label, **look)
            axes.vlines(place, lows, highs, color=look["color"], linewidth=2.5)
        axes.set_title(title, loc="left")
        axes.set(ylabel=ylabel, xscale="log", yscale="log" if log else "linear")
        axes.set_xticks(list(hits), [f"{size:.0f}" for size in hits])
        axes.minorticks_off()
        axes.grid(axis="y")
    all_axes[-1].set_xlabel("Hits of the signal")
    figure.legend(*all_axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=1)
    return figure
