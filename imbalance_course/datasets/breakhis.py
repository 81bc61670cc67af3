"""BreakHis: microscope pictures of breast tumors at magnification 200X, grouped by case."""

from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.cache import load_cached
from imbalance_course.datasets.locations import find_packs
from imbalance_course.datasets.packs import open_pack

PACK_NAMES = ("breakhis-200x.zip",)
CLASS_NAMES = ("malignant", "benign")  # the rare class is the positive one


def load_breakhis(size: int = 112, on_done=None) -> ImageSet:
    """BreakHis at 200X and one image size.

    The pictures are half as wide again as they are tall. Each is squeezed to a square, so that no tissue is
    cut off; nuclei of both classes then look taller than they are, by one half.

    Args:
        size: side in pixels.
        on_done: called with a number of images while they are decoded for the first time.

    Returns:
        Images whose label 1 is benign, the rare class. A case (one patient) is a group.

    Raises:
        CourseError: the data are missing or damaged.

    Reference:
        Spanhol et al., A dataset for breast cancer histopathological image classification,
        IEEE Transactions on Biomedical Engineering 63(7), 2016.
    """
    return load_cached(
        "breakhis", [open_pack(path) for path in find_packs(PACK_NAMES)], CLASS_NAMES, size, on_done
    )
