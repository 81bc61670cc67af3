"""Name of a data set -> the functions that find it and read it."""

from imbalance_course.datasets.breakhis import load_breakhis, open_breakhis
from imbalance_course.datasets.catdog import load_catdog, open_catdog
from imbalance_course.datasets.nuclei import (
    load_nuclei_dsb2018,
    load_nuclei_monusac,
    open_nuclei_dsb2018,
    open_nuclei_monusac,
)
from imbalance_course.datasets.voids import load_voids, open_voids

OPENERS = {
    "catdog": open_catdog,
    "breakhis": open_breakhis,
    "voids": open_voids,
    "nuclei-dsb2018": open_nuclei_dsb2018,
    "nuclei-monusac": open_nuclei_monusac,
}
LOADERS = {
    "catdog": load_catdog,
    "breakhis": load_breakhis,
    "voids": load_voids,
    "nuclei-dsb2018": load_nuclei_dsb2018,
    "nuclei-monusac": load_nuclei_monusac,
}
