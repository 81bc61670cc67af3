"""Companion package of the course on imbalanced data: losses, sampling, experiments and their records.

Submodules load on first use, so that ``import imbalance_course`` stays light.

Example:
    >>> import imbalance_course
    >>> imbalance_course.weights.inverse_frequency([100, 300])
    array([2.        , 0.66666667])
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

_SUBMODULES = (
    "augment",
    "datasets",
    "distance_maps",
    "errors",
    "exercises",
    "experiments",
    "losses",
    "metrics",
    "models",
    "plots",
    "records",
    "sampling",
    "splits",
    "training",
    "weights",
    "widgets",
)

__all__ = ["__version__", *_SUBMODULES]


def __getattr__(name: str) -> ModuleType:
    if name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
