"""Colors with a fixed meaning, and settings under which a figure drawn twice is the same file."""

import sys

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

GRAY = "#767676"  # contrast 4.5 on white and 4.1 on #121212: one file serves the light and the dark page
COLORS = {
    "positive": "#D55E00",
    "negative": "#0072B2",
    "third": "#009E73",
    "fourth": "#CC79A7",
    "fifth": "#E69F00",
    "sixth": "#56B4E9",
    "neutral": GRAY,
}  # Okabe and Ito (2008), apart for every kind of color vision
CYCLE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
CLASS_COLORS = (COLORS["negative"], COLORS["positive"])  # index = label
WIDTH = 7.0  # inches, the text width of a page

_SETTINGS = {
    "figure.facecolor": "none",
    "figure.figsize": (WIDTH, 3.6),
    "savefig.facecolor": "none",
    "svg.hashsalt": "imbalance-course",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 12,
    "axes.facecolor": "none",
    "axes.edgecolor": GRAY,
    "axes.labelcolor": GRAY,
    "axes.titlecolor": GRAY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRAY,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.8,
    "text.color": GRAY,
    "xtick.color": GRAY,
    "ytick.color": GRAY,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "lines.linewidth": 2.2,
    "lines.markersize": 7,
    "legend.frameon": False,
    "legend.fontsize": 12,
    "legend.labelcolor": GRAY,
    "axes.prop_cycle": matplotlib.cycler(color=CYCLE),
}


def use_style() -> None:
    """Set the style of the course and, in a notebook, SVG without a date as the format of figures.

    Example:
        >>> use_style()
        >>> matplotlib.rcParams["svg.hashsalt"]
        'imbalance-course'
    """
    matplotlib.rcParams.update(_SETTINGS)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        from matplotlib_inline.config import InlineBackend

        backend = InlineBackend.instance(parent=shell)
        backend.shell = shell
        backend.figure_formats = {"svg"}
        backend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}


def new_figure(
    height: float, columns: int = 1, *, rows: int = 1, width: float = WIDTH
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its panels, row by row.

    The figure is not known to pyplot, so that a notebook shows it once: as the value of the cell.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def grouped(count: float) -> str:
    """Write a count with thin spaces: 11000 is 11 000."""
    return f"{count:,.0f}".replace(",", "\u2009")
