"""Figures that move, with and without a kernel.

In a notebook each is an ipywidgets widget whose sliders are traits (``figure.gamma = 0.5``,
``figure.observe``); on a static page the same figure runs from its HTML output.

Example:
    >>> from imbalance_course import widgets
    >>> widgets.FocalCurves(gamma=2)
    FocalCurves(gamma=2.0, balanced=False, alpha=0.25)
"""

from importlib import import_module
from typing import Any

_HOMES = {  # figure -> its module
    "AccuracyParadox": "figures",
    "AffineMap": "affine",
    "DecisionHelper": "deciding",
    "CaseLeak": "leak",
    "FadingWeights": "fading",
    "FocalCurves": "figures",
    "HitBalance": "hits",
    "NeumannSeries": "bilevel",
    "OverlapLosses": "overlap",
    "PrevalenceExplorer": "prevalence",
    "ResampledBoundary": "resampling",
    "ShareWeights": "share_weights",
    "SigmoidFit": "figures",
    "ThresholdExplorer": "figures",
    "VoidProfile": "voids",
    "WeightedThreshold": "figures",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
