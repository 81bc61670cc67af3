"""Data sets: real ones in packs or as published, and demo images that the package draws itself."""

from imbalance_course.datasets.base import ImageSet, MaskSet
from imbalance_course.datasets.breakhis import load_breakhis
from imbalance_course.datasets.catdog import load_catdog
from imbalance_course.datasets.demo import draw_animals
from imbalance_course.datasets.drawn_nuclei import draw_nuclei
from imbalance_course.datasets.drawn_tissue import draw_tissue
from imbalance_course.datasets.drawn_tof import TimeImages, draw_times
from imbalance_course.datasets.drawn_voids import draw_voids
from imbalance_course.datasets.nuclei import load_nuclei_dsb2018, load_nuclei_monusac
from imbalance_course.datasets.voids import load_voids

__all__ = [
    "ImageSet",
    "MaskSet",
    "TimeImages",
    "draw_animals",
    "draw_nuclei",
    "draw_times",
    "draw_tissue",
    "draw_voids",
    "load_breakhis",
    "load_catdog",
    "load_nuclei_dsb2018",
    "load_nuclei_monusac",
    "load_voids",
]
