"""BreakHis: microscope pictures of breast tumors at magnification 200X, grouped by case."""

import re

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.cache import load_images
from imbalance_course.datasets.sources import Layout, Source, open_source

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
    return load_images(open_breakhis(), CLASS_NAMES, size, on_done)


def open_breakhis() -> Source:
    """Find the pack or the publisher's archive."""
    return open_source("breakhis", Layout(_list_items))


def _list_items(names: list[str]) -> list[Item]:
    """``…/benign/…/200X/SOB_B_A-14-22549AB-200-001.png`` is an image of case 22549.

    A few cases have two slides, with letters after the number; both belong to one patient.
    """
    pattern = r".*/(benign|malignant)/.*/200X/SOB_[BM]_[A-Z]+-\d+-(\d+)[A-Z]*-200-\d+\.png"
    found = [(name, re.fullmatch(pattern, name)) for name in names]
    return [Item(name, (name,), match[2], match[1]) for name, match in found if match]
