"""Still figures in one style; each function returns a matplotlib figure.

Call :func:`use_style` once at the top of a lesson. matplotlib is imported with the first name that needs it.

Example:
    >>> from imbalance_course import plots
    >>> plots.use_style()
    >>> figure = plots.class_bars([11_000, 1_000], ["dog", "cat"])
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "COLORS": "style",
    "use_style": "style",
    "annotated_pairs": "annotations",
    "draw_marks": "annotations",
    "class_bars": "counts",
    "confusion_matrices": "counts",
    "confusion_matrix": "counts",
    "feature_planes": "inside",
    "heat_overlays": "inside",
    "image_grid": "images",
    "curves": "lines",
    "learning_curves": "lines",
    "histogram_of_scores": "scores",
    "reliability_diagram": "scores",
    "threshold_curves": "scores",
    "rows_with_intervals": "results",
    "intervals_by_row": "intervals",
    "intervals_by_size": "hits",
    "loss_by_hits": "hits",
    "mask_overlays": "overlays",
    "flow_chart": "flow",
    "network_sketches": "networks",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
