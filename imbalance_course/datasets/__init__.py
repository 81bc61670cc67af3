"""Data sets: the pack format, Cat-Dog, and demo images that the package draws itself."""

from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.catdog import load_catdog
from imbalance_course.datasets.demo import draw_animals

__all__ = ["ImageSet", "draw_animals", "load_catdog"]
