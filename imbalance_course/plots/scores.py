"""Figures of scores: where they lie, what each threshold gives, whether they come true."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from imbalance_course.metrics import ReliabilityCurve, counts_by_threshold
from imbalance_course.metrics.checks import check_both_classes, check_probabilities
from imbalance_course.plots.lines import label_ends, mark
from imbalance_course.plots.style import CLASS_COLORS, COLORS, CYCLE, GRAY, new_figure


def histogram_of_scores(
    labels: Sequence[int],
    scores: Sequence[float],
    threshold: float | None = None,
    *,
    names: Sequence[str] = ("negative", "positive"),
    bins: int = 40,
) -> Figure:
    """Draw how many examples of each class have which score, one panel a class with its own scale.

    Args:
        labels: N values 0 or 1.
        scores: N probabilities of the positive class.
        threshold: where a vertical line stands, or none.
        names: name of class 0 and of class 1.
        bins: bars on [0, 1].

    Returns:
        The figure: negatives above, positives below, on one score axis.

    Raises:
        ValueError: if labels and scores do not fit together or a score is no probability.

    Example:
        >>> figure = histogram_of_scores([0, 0, 1], [0.1, 0.4, 0.8], threshold=0.5)
    """
    positive, scores = check_probabilities(labels, scores)
    figure, panels = new_figure(4.2, rows=2)
    for kind, axes in enumerate(panels):
        chosen = scores[positive == bool(kind)]
        axes.hist(chosen, bins=np.linspace(0, 1, bins + 1), color=CLASS_COLORS[kind], alpha=0.85)
        axes.set(xlim=(0, 1), ylabel="Examples", title=f"{names[kind]} (n = {len(chosen)})")
        axes.grid(axis="y")
        if threshold is not None:
            axes.axvline(threshold, color=GRAY, linestyle=(0, (4, 3)), linewidth=1.5)
    panels[0].tick_params(labelbottom=False)
    panels[1].set_xlabel(f"Score: probability of {names[1]}")
    if threshold is not None:
        mark(panels[0], threshold, f"threshold {threshold:.3g}")
    return figure


def threshold_curves(
    labels: Sequence[int], scores: Sequence[float], *, chosen: float | None = None
) -> Figure:
    """Draw precision, recall and F1 against the threshold.

    Args:
        labels: N values 0 or 1, both present.
        scores: N probabilities of the positive class.
        chosen: threshold to mark, or none.

    Returns:
        The figure.

    Raises:
        ValueError: if labels and scores do not fit together or one class is missing.

    Example:
        >>> figure = threshold_curves([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9], chosen=0.4)
    """
    positive, scores = check_probabilities(labels, scores)
    check_both_classes(positive)
    _, counts = counts_by_threshold(positive.astype(int), scores)
    figure, (axes,) = new_figure(3.8)
    # "score >= threshold" calls the same examples positive from just above one score up to the next.
    ends = np.r_[0, np.unique(scores)]
    colors = {"precision": COLORS["third"], "recall": COLORS["positive"], "f1": GRAY}
    for name, color in colors.items():
        rising = getattr(counts, name)[:0:-1]
        axes.plot(ends, np.r_[rising[0], rising], drawstyle="steps-pre", color=color)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Threshold", ylabel="Score on this data")
    axes.grid(axis="y")
    label_ends(axes, ["precision", "recall", "F1"])
    if chosen is not None:
        mark(axes, chosen, f"chosen {chosen:.3g}")
    return figure


def reliability_diagram(curves: Mapping[str, ReliabilityCurve]) -> Figure:
    """Draw how often a predicted probability came true, against that probability.

    Args:
        curves: name of the model to the result of ``metrics.reliability_curve``; a larger dot stands for more
            examples.

    Returns:
        The figure; a calibrated model lies on the dashed diagonal.

    Example:
        >>> from imbalance_course.metrics import reliability_curve
        >>> figure = reliability_diagram({"model": reliability_curve([0, 1], [0.2, 0.9])})
    """
    figure, (axes,) = new_figure(4.6, width=6.2)
    axes.plot([0, 1], [0, 1], color=GRAY, linestyle="--", linewidth=1.5, label="calibrated")
    for index, (name, curve) in enumerate(curves.items()):
        color = CYCLE[index % len(CYCLE)]
        axes.plot(curve.mean_probability, curve.positive_share, color=color, label=name)
        area = 20 + 180 * curve.items / curve.items.max()
        axes.scatter(curve.mean_probability, curve.positive_share, s=area, color=color, alpha=0.6, zorder=3)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    axes.set(xlabel="Predicted probability", ylabel="Share that was positive")
    axes.grid(alpha=0.25)
    axes.legend(loc="upper left")
    return figure
