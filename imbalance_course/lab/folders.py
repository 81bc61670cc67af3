"""A folder of a learner's own images, as the experiments take it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imbalance_course.datasets import ImageSet, MaskSet
from imbalance_course.datasets.locations import cache_folder
from imbalance_course.errors import CourseError
from imbalance_course.lab.balance import check_balance, check_groups, check_shares
from imbalance_course.lab.checks import Finding, error, has_errors, refuse_errors
from imbalance_course.lab.copies import check_copies, find_near_copies, join_copies
from imbalance_course.lab.decoded import Decoded
from imbalance_course.lab.files import check_lost, check_sizes, describe_kinds, describe_sizes
from imbalance_course.lab.layouts import recognize
from imbalance_course.lab.listed import read_classes
from imbalance_course.lab.listing import Listing
from imbalance_course.lab.mask_values import decide_classes, survey_masks
from imbalance_course.lab.names import check_names
from imbalance_course.lab.reading import Reader
from imbalance_course.lab.walking import Inventory, walk

IMAGE_SIZE = 64  # pixels; side of an image that has a class
TILE = 128  # pixels; side of a tile with a mask
SIZES = (16, 1024)  # pixels; least and largest side
READ_ON = 5_000  # images; with more, errors in names and tables are told before pixels are read


@dataclass(frozen=True)
class LabFolder:
    """A folder that was read and found fit to learn from.

    Attributes:
        data: images of one size; labels 0 to K - 1 with sorted names, or masks whose class 0 is the
            background. Every item has a group, its own where the learner gave none; images of the same
            pixels share one.
        files: path of each item's image, relative to the folder; the tiles of one image repeat it.
        kind: ``classes`` or ``masks``.
        grouped: whether the learner gave groups.
        findings: warnings and notes.
    """

    data: ImageSet | MaskSet
    files: tuple[str, ...]
    kind: str
    grouped: bool
    findings: tuple[Finding, ...]


def read_folder(
    path: str | Path,
    *,
    image_size: int | None = None,
    cache: Path | None = None,
    on_done: Callable[[int], None] = lambda images: None,
) -> LabFolder:
    """Read and check a folder of images.

    It is one of these: a folder for each class; a CSV file with the columns file, label or mask, and group
    if images belong together; folders ``images`` and ``masks`` with files of equal names, or
    ``NAME_mask.png`` beside ``NAME.png``. For the first and the last, ``groups.csv`` (file, group) tells what
    belongs together, and ``classes.csv`` (value, name) what the numbers in masks mean.

    Args:
        path: the folder.
        image_size: side in pixels of the images, 64 when left out, or of the tiles with masks, 128; from 16
            to 1024.
        cache: folder to keep decoded images in; None is the package's own.
        on_done: called with a number of images that were decoded.

    Returns:
        The images, decoded on the first call and memory-mapped on the next.

    Raises:
        CourseError: the folder cannot be learned from; the message lists every error found. In a folder of
            more than 5 000 images, names and tables must be right before pixels are read.
    """
    low, high = SIZES
    if image_size is not None and not low <= image_size <= high:
        raise CourseError(f"Expected an image size of {low} to {high} pixels, got {image_size}.")
    inventory = walk(path)
    try:
        listing = recognize(inventory)
    except CourseError as problem:
        refuse_errors([*inventory.findings, error(str(problem))])
        raise
    findings = [*inventory.findings, *listing.findings, *check_names(listing)]
    if not listing.items:
        findings.append(error(f"Expected images in {inventory.root}, found none to read."))
    if len(listing.items) > READ_ON or not listing.items:
        refuse_errors(findings)
    size = image_size or (TILE if listing.kind == "masks" else IMAGE_SIZE)
    reader = Reader(inventory.root, size, cache or cache_folder(), on_done)
    read = _read_masks if listing.kind == "masks" else _read_classes
    return read(inventory, listing, reader, findings)


def _read_classes(
    inventory: Inventory, listing: Listing, reader: Reader, findings: list[Finding]
) -> LabFolder:
    decoded = reader.read_images(listing)
    findings += check_lost([item.name for item in listing.items], decoded.lost, decoded.reasons, what="image")
    items = [listing.items[position] for position in decoded.kept]
    names = tuple(sorted({item.label for item in listing.items}))
    numbers = {name: number for number, name in enumerate(names)}
    labels = np.array([numbers[item.label] for item in items], dtype=np.int64)
    files = tuple(item.name for item in items)
    own = np.array([item.group for item in items], dtype=str)
    groups = join_copies(decoded.digests, own)
    findings += check_copies(files, decoded.digests, labels.tolist(), kind="classes")
    findings += check_balance(np.arange(len(items)), labels, groups, names, kind="classes")
    findings += _check_images(files, decoded, groups, reader.size)
    data = ImageSet(
        name=inventory.root.name,
        images=decoded.images,
        labels=labels,
        groups=groups,
        class_names=names,
        checksum=_checksum(files, labels, groups, decoded.digests),
        skipped=tuple(listing.items[position].name for position in decoded.lost),
    )
    return LabFolder(data, files, "classes", listing.grouped, refuse_errors(findings))


def _read_masks(inventory: Inventory, listing: Listing, reader: Reader, findings: list[Finding]) -> LabFolder:
    survey = survey_masks(inventory.root, listing.items, reader.cache)
    findings += check_lost(
        [item.files[1] for item in listing.items], survey.lost, survey.reasons, what="mask"
    )
    table, problems = read_classes(inventory)
    classes = decide_classes(survey, listing.items, table)
    findings += [*problems, *classes.findings]
    if has_errors(classes.findings):
        refuse_errors(findings)
    decoded = reader.read_tiles(listing, survey, classes)
    surveyed = [listing.items[position] for position in survey.kept]
    images = [item.name for item in surveyed]
    damaged = ~decoded.other_size
    findings += check_lost(images, decoded.lost[damaged], decoded.reasons[damaged], what="image")
    findings += check_sizes(images, decoded)
    files = [images[position] for position in decoded.kept]
    own = np.array([surveyed[position].group for position in decoded.kept], dtype=str)
    groups = join_copies(decoded.digests, own)
    masks = [digest.tobytes() for digest in decoded.mask_digests]
    findings += check_copies(files, decoded.digests, masks, kind="masks")
    pixels = survey.counts[decoded.kept]
    amounts = np.stack(
        [pixels[:, classes.lookup == number].sum(axis=1) for number in range(len(classes.names))], axis=1
    )
    of_image, of_class = np.nonzero(amounts * (np.arange(len(classes.names)) > 0))
    findings += check_balance(of_image, of_class, groups, classes.names, kind="masks")
    findings += check_shares(amounts.sum(axis=0), classes.names, len(decoded.images))
    findings += _check_images(files, decoded, groups, reader.size)
    data = MaskSet(
        name=inventory.root.name,
        images=decoded.images,
        masks=decoded.masks,
        groups=groups[decoded.owners],
        class_names=classes.names,
        checksum=_checksum(files, groups, decoded.digests, decoded.mask_digests),
        skipped=tuple(images[position] for position in decoded.lost),
    )
    owners = tuple(files[owner] for owner in decoded.owners)
    return LabFolder(data, owners, "masks", listing.grouped, refuse_errors(findings))


def _check_images(files, decoded: Decoded, groups: np.ndarray, size: int) -> list[Finding]:
    """What is asked of images with a class and of images with masks alike."""
    return [
        *check_groups(groups[decoded.owners]),
        *describe_kinds(files, decoded),
        *describe_sizes(decoded, size),
        *find_near_copies(files, decoded.thumbs, groups),
    ]


def _checksum(files, *columns: np.ndarray) -> str:
    """Identifies names, answers, groups and pixels, wherever the folder lies."""
    checksum = hashlib.sha256("\n".join(files).encode())
    for column in columns:
        checksum.update(column.tobytes() if column.dtype.kind != "U" else "\n".join(column).encode())
    return checksum.hexdigest()
