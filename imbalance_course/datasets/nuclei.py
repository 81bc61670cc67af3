"""Nuclei: the Data Science Bowl 2018 (nucleus or not) and MoNuSAC (four kinds of nuclei)."""

import re
from collections import defaultdict
from xml.etree import ElementTree

import numpy as np
from PIL import Image, ImageDraw
from scipy.ndimage import generate_binary_structure, maximum_filter, minimum_filter

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.base import IGNORE, MaskSet
from imbalance_course.datasets.cache import load_masks
from imbalance_course.datasets.decoding import read_gray
from imbalance_course.datasets.sources import Layout, Source, open_source

DSB2018_NAMES = ("background", "nucleus", "border")
MONUSAC_NAMES = ("background", "epithelial", "lymphocyte", "neutrophil", "macrophage")


def load_nuclei_dsb2018(tile: int = 128, on_done=None) -> MaskSet:
    """Nuclei of the Data Science Bowl 2018, cut to square tiles.

    Args:
        tile: side of a tile in pixels; the images have 256 to 1388.
        on_done: called with a number of images while they are decoded for the first time.

    Returns:
        Tiles of about 660 images, fluorescence and histology; mask 0 is background, 1 the inside of a
        nucleus, 2 its border, one pixel wide. Every image is a group.

    Raises:
        CourseError: the data are missing or damaged.

    Reference:
        Caicedo et al., Nucleus segmentation across imaging experiments: the 2018 Data Science Bowl,
        Nature Methods 16, 1247, 2019.
    """
    return load_masks(open_nuclei_dsb2018(), DSB2018_NAMES, tile, on_done)


def load_nuclei_monusac(tile: int = 128, on_done=None) -> MaskSet:
    """Nuclei of MoNuSAC 2020, cut to square tiles.

    Args:
        tile: side of a tile in pixels; the images have 35 to 2162.
        on_done: called with a number of images while they are decoded for the first time.

    Returns:
        Tiles with mask 0 background, 1 epithelial, 2 lymphocyte, 3 neutrophil, 4 macrophage and 255 where
        the annotators could not tell. The pack has 69 images of the challenge's test part, the publisher's
        archives all 294 of both parts. A patient is a group.

    Raises:
        CourseError: the data are missing or damaged.

    Reference:
        Verma et al., MoNuSAC2020: a multi-organ nuclei segmentation and classification challenge,
        IEEE Transactions on Medical Imaging 40(12), 2021.
    """
    return load_masks(open_nuclei_monusac(), MONUSAC_NAMES, tile, on_done)


def open_nuclei_dsb2018() -> Source:
    """Find the pack or the publisher's archive."""
    return open_source("nuclei-dsb2018", Layout(_list_dsb2018, _read_dsb2018, len(DSB2018_NAMES)))


def open_nuclei_monusac() -> Source:
    """Find the pack or the publisher's archives."""
    return open_source("nuclei-monusac", Layout(_list_monusac, _read_monusac, len(MONUSAC_NAMES)))


def _list_dsb2018(names: list[str]) -> list[Item]:
    """``<id>/images/<id>.png`` with one file for each nucleus, ``<id>/masks/*.png``."""
    masks = defaultdict(list)
    for name in names:
        folder, _, file = name.rpartition("/masks/")
        if folder and file.endswith(".png"):
            masks[folder].append(name)
    items = []
    for name in names:
        match = re.fullmatch(r"((?:.*/)?([0-9a-f]+))/images/\2\.png", name)
        if match:
            items.append(Item(name, (name, *sorted(masks[match[1]])), match[2][:16]))
    return items


def _read_dsb2018(contents: list[bytes], shape: tuple[int, int]) -> np.ndarray:
    """Number the nuclei; a border pixel has a direct neighbor of another number."""
    numbers = np.zeros(shape, dtype=np.int32)
    for number, content in enumerate(contents[1:], start=1):
        numbers[read_gray(content, shape) > 0] = number
    cross = generate_binary_structure(2, 1)
    edge = minimum_filter(numbers, footprint=cross) != maximum_filter(numbers, footprint=cross)
    return ((numbers > 0) * (1 + edge)).astype(np.uint8)


def _list_monusac(names: list[str]) -> list[Item]:
    """``…/TCGA-2Z-A9JG-01Z-00-DX1_1.tif`` with its ``.xml``; the first 12 letters are the patient."""
    found = [(name, re.fullmatch(r"(?:.*/)?(TCGA-[^/]+)\.tif", name)) for name in names]
    return [
        Item(name, (name, name.removesuffix(".tif") + ".xml"), match[1][:12])
        for name, match in found
        if match
    ]


def _read_monusac(contents: list[bytes], shape: tuple[int, int]) -> np.ndarray:
    """Paint the outlines; what is of none of the four classes is ambiguous and lies under the nuclei."""
    outlines = defaultdict(list)
    for annotation in ElementTree.fromstring(contents[1]).iter("Annotation"):
        kind = next((part.get("Name", "") for part in annotation.iter("Attribute")), "").lower()
        color = MONUSAC_NAMES.index(kind) if kind in MONUSAC_NAMES[1:] else IGNORE
        for region in annotation.iter("Region"):
            points = [(float(point.get("X")), float(point.get("Y"))) for point in region.iter("Vertex")]
            if not np.isfinite(points).all():
                raise ValueError("an outline with corners that are no numbers")
            if len(points) > 2:
                outlines[color].append(points)
    mask = Image.new("L", (shape[1], shape[0]), 0)
    for color in sorted(outlines, reverse=True):
        for points in outlines[color]:
            ImageDraw.Draw(mask).polygon(points, fill=color)
    return np.asarray(mask)
