"""Dogs vs. Cats: 12 500 photographs of each, the data set of the lecture's experiments."""

import re

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.cache import load_images
from imbalance_course.datasets.sources import Layout, Source, open_source

CLASS_NAMES = ("dog", "cat")  # the cat is the positive class, as in the lecture


def load_catdog(size: int = 160, on_done=None) -> ImageSet:
    """Cat-Dog at one image size; every photograph is squeezed to a square.

    Args:
        size: side in pixels; the packs hold 160.
        on_done: called with a number of images while they are decoded for the first time.

    Returns:
        About 25 000 images; label 1 is the cat. In the packs, near-duplicate photographs share a group; the
        publisher's archive does not say which those are, so there each photograph is a group of its own.

    Raises:
        CourseError: the data are missing or damaged.

    Reference:
        Elson et al., Asirra: a CAPTCHA that exploits interest-aligned manual image categorization, 2007.
    """
    return load_images(open_catdog(), CLASS_NAMES, size, on_done)


def open_catdog() -> Source:
    """Find the packs or the publisher's archive."""
    return open_source("catdog", Layout(_list_items))


def _list_items(names: list[str]) -> list[Item]:
    """``PetImages/Cat/17.jpg`` is the cat ``cat.17``."""
    found = [(name, re.fullmatch(r"(?:.*/)?(Cat|Dog)/(\d+)\.jpg", name)) for name in names]
    return [
        Item(name, (name,), f"{match[1].lower()}.{match[2]}", match[1].lower())
        for name, match in found
        if match
    ]
