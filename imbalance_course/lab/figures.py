"""The figures of the report, as SVG that lies in the page and loads nothing."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from imbalance_course.lab.predictions import Predictions, Scored, counts_by_decision
from imbalance_course.lab.scoring import count_calls
from imbalance_course.metrics import Interval, ReliabilityCurve, reliability_curve
from imbalance_course.plots.intervals import intervals_by_row
from imbalance_course.plots.scores import reliability_diagram
from imbalance_course.plots.style import COLORS, CYCLE, new_figure, use_style

WIDTH = 5.0  # inches, what a phone shows without making letters smaller
MOST_POINTS = 400  # of a curve, more than a page can show


def draw_methods(scores: Mapping[str, Mapping[str, Interval]], xlabel: str) -> str:
    """Score of every method with its interval: title -> part -> interval."""
    with _style():
        return as_svg(intervals_by_row(scores, xlabel), "methods")


def draw_precision_recall(
    curves: Mapping[str, tuple[Predictions, int, float | None]], *, prevalence: float | None = None
) -> str:
    """Precision against recall.

    Args:
        curves: name of the line -> predictions, class against the rest, and the decision to mark or None.
        prevalence: precision of calling everything positive, drawn as a dashed line; None for none.
    """
    with _style():
        figure, (axes,) = new_figure(4.2, width=WIDTH)
        for index, (name, (predictions, number, decision)) in enumerate(curves.items()):
            color = CYCLE[index % len(CYCLE)]
            _, counts = counts_by_decision(predictions.against_rest(number))
            step = -(-len(counts.tp) // MOST_POINTS)
            shown = [*range(1, len(counts.tp) - 1, step), len(counts.tp) - 1]
            label = f" {name}" if name.startswith("_") else name  # else Matplotlib takes it for no name
            axes.plot(counts.recall[shown], counts.precision[shown], color=color, label=label, linewidth=1.8)
            if decision is not None:
                called = count_calls(predictions, decision)
                axes.plot(called.recall, called.precision, "o", color=color, markersize=9)
        if prevalence is not None:
            axes.axhline(
                prevalence, color=COLORS["neutral"], linestyle="--", linewidth=1.5, label="everything called"
            )
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="Recall", ylabel="Precision")
        axes.grid()
        figure.legend(loc="outside lower center", ncols=2)
        return as_svg(figure, "precision-recall")


def draw_calibration(temperatures: Sequence[tuple[Predictions, float | None]]) -> str:
    """Probability against what came true, all splits together, with and without the temperature.

    Args:
        temperatures: test predictions of each split with its temperature, or None.
    """
    curves = {"as trained": _pool([predictions.trust() for predictions, _ in temperatures])}
    if all(temperature is not None for _, temperature in temperatures):
        curves["with temperature"] = _pool([each.trust(temperature) for each, temperature in temperatures])
    with _style():
        figure = reliability_diagram(curves)
        figure.set_size_inches(WIDTH, 4.8)
        return as_svg(figure, "calibration")


def as_svg(figure: Figure, name: str) -> str:
    """A figure as an ``<svg>`` for a page: no address in it, and no id that another figure has.

    Args:
        figure: what to write.
        name: of the figure, unlike that of any other on the page.
    """
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s+xmlns(:xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r'\1 aria-hidden="true"', svg, count=1)
    return svg.strip()


@contextmanager
def _style() -> Iterator[None]:
    """The style of the course, for as long as a figure is drawn; a name with dollars is no formula."""
    with matplotlib.rc_context():
        use_style()
        matplotlib.rcParams["text.parse_math"] = False
        yield


def _pool(parts: Sequence[Scored]) -> ReliabilityCurve:
    labels, scores, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
    return reliability_curve(labels, scores, weights=weights, bins=10)
