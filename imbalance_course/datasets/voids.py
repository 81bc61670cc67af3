"""Helium voids in electron micrographs: every pixel is void or not."""

import re
from functools import cache
from importlib.resources import files

import numpy as np

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.base import MaskSet
from imbalance_course.datasets.cache import load_masks
from imbalance_course.datasets.decoding import read_gray
from imbalance_course.datasets.sources import Layout, Source, open_source

CLASS_NAMES = ("material", "void")


def load_voids(tile: int = 256, on_done=None) -> MaskSet:
    """Helium voids, cut to square tiles.

    Args:
        tile: side of a tile in pixels; the images have 512.
        on_done: called with a number of images while they are decoded for the first time.

    Returns:
        Tiles of 136 gray images; mask 0 is material, 1 is void, about one pixel in six. The three micrographs
        are the groups: tiles of one touch each other, so hold out a whole micrograph.

    Raises:
        CourseError: the data are missing or damaged, or a file differs from its checksum.

    Reference:
        Agarwal et al., Engineering Applications of Artificial Intelligence 126, 106747, 2023.
    """
    return load_masks(open_voids(), CLASS_NAMES, tile, on_done)


def open_voids() -> Source:
    """Find the pack or the publisher's archive."""
    return open_source("voids", Layout(_list_items, _read_mask, len(CLASS_NAMES)))


def _list_items(names: list[str]) -> list[Item]:
    """The images whose checksum is known, each with its mask; rotated and flipped copies are left out.

    ``…/dataset/test/images/100kX_300kV_0537_10_3.png`` belongs to micrograph 0537.
    """
    checksums, items = _known_checksums(), []
    for name in names:
        match = re.fullmatch(r"(.*/)?(dataset/\w+/images/100kX_300kV_(\d+)_\d+_\d+\.png)", name)
        if match and match[2] in checksums:
            mask = match[2].replace("/images/", "/masks/")
            stored = (name, (match[1] or "") + mask)
            items.append(Item(name, stored, match[3], checksums=(checksums[match[2]], checksums[mask])))
    return items


def _read_mask(contents: list[bytes], shape: tuple[int, int]) -> np.ndarray:
    """White is void."""
    return (read_gray(contents[1], shape) > 127).astype(np.uint8)


@cache
def _known_checksums() -> dict[str, str]:
    """Path in the repository -> sha256, as ``sha256sum`` writes them."""
    text = files("imbalance_course.datasets").joinpath("voids.sha256").read_text()
    return {path: checksum for checksum, path in (line.split(maxsplit=1) for line in text.splitlines())}
