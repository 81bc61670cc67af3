"""imgaug 0.4.0 on today's NumPy. Its last release is of 2020; NumPy has dropped names since that it uses."""

from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np

from imbalance_course.errors import CourseError

# Names that imgaug reads from NumPy; 1.24 to 1.26 lack the first two, 2.0 and later the last two.
FORMER_NAMES = {
    "bool": np.bool_,
    "complex": complex,
    "sctypes": {
        "float": [np.float16, np.float32, np.float64, np.longdouble],
        "int": [np.int8, np.int16, np.int32, np.int64],
        "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    },
}
MODULES_THAT_READ_LATER = ("parameters", "augmenters.meta", "augmentables.polys")


@cache
def load_imgaug() -> ModuleType:
    """Import imgaug, mended; NumPy itself is left as it was.

    Raises:
        CourseError: imgaug, or a system library that its OpenCV needs, is not installed.
    """
    try:
        with _former_names():
            imgaug = import_module("imgaug")
    except ImportError as error:
        raise CourseError(
            f"Expected imgaug for pipelines on the CPU, got: {error}. "
            "Install it with: pip install 'imbalance-course[book]'"
        ) from error
    for name in MODULES_THAT_READ_LATER:
        import_module(f"imgaug.{name}").np = _NumPyWithFormerNames()
    _keep_elastic_maps_in_float32()
    _let_color_temperature_take_a_batch()
    return imgaug


class _NumPyWithFormerNames:
    """Stands for NumPy inside a module of imgaug."""

    def __getattr__(self, name: str):
        return getattr(np, name) if hasattr(np, name) else FORMER_NAMES[name]


@contextmanager
def _former_names():
    """NumPy with the dropped names, as long as imgaug is being imported."""
    missing = [name for name in FORMER_NAMES if name not in vars(np)]
    for name in missing:
        setattr(np, name, FORMER_NAMES[name])
    try:
        yield
    finally:
        for name in missing:
            delattr(np, name)


def _keep_elastic_maps_in_float32() -> None:
    """Since NumPy 2 a float32 array times a float64 number is float64, which OpenCV refuses as a map."""
    elastic = import_module("imgaug.augmenters.geometric").ElasticTransformation
    original = elastic._generate_shift_maps.__func__

    def generate(cls, *arguments, **options):
        return tuple(shift.astype(np.float32) for shift in original(cls, *arguments, **options))

    elastic._generate_shift_maps = classmethod(generate)


def _let_color_temperature_take_a_batch() -> None:
    """imgaug multiplies (N,) by (N, 3) here, which fits for one image only."""

    def multipliers(self, kelvins):
        row = np.clip(np.asarray(kelvins, dtype=np.float64), 1_000, 40_000) / 100 - 10
        low, high = np.floor(row).astype(int), np.ceil(row).astype(int)
        share = (row - low)[:, np.newaxis]
        return ((1 - share) * self.table[low] + share * self.table[high]).astype(np.float32)

    table = import_module("imgaug.augmenters.color")._KelvinToRGBTable
    table.transform_kelvins_to_rgb_multipliers = multipliers
