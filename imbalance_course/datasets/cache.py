"""Decoded images kept on disk, so that a second start reads one array instead of thousands of files.

A folder of the cache holds ``images.npy``, for a set with masks ``masks.npy``, and ``table.npz`` with what is
known of each image. Its name has the checksums of the data, so other data never meet an old array.
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.base import ImageSet, MaskSet
from imbalance_course.datasets.decoding import cut_tiles, decode_items, read_rgb, read_square
from imbalance_course.datasets.growing import growing_array
from imbalance_course.datasets.locations import cache_folder
from imbalance_course.datasets.sources import Source
from imbalance_course.errors import CourseError
from imbalance_course.writing import take_room, write_folder, writing_error

MOST_PIXELS = 3_000_000_000  # of all tiles of a set with masks together, 4 bytes each on disk


def load_images(source: Source, class_names: tuple[str, ...], size: int, on_done=None) -> ImageSet:
    """Labeled images at one size, decoded on the first call and memory-mapped on the next.

    Args:
        source: where the data were found.
        class_names: name of class 0, class 1, ...; every label must be among them.
        size: side in pixels.
        on_done: called with a number of images while decoding.

    Raises:
        CourseError: the data are damaged or have another label.
    """
    folder = _folder_of(source, size)
    write_folder(folder, lambda target: _decode_images(target, source, class_names, size, on_done))
    table = np.load(folder / "table.npz")
    return ImageSet(
        name=source.data_set.name,
        images=np.load(folder / "images.npy", mmap_mode="r")[: len(table["labels"])],
        labels=table["labels"],
        groups=table["groups"],
        class_names=class_names,
        checksum=source.checksum,
        skipped=tuple(table["skipped"].tolist()),
    )


def load_masks(source: Source, class_names: tuple[str, ...], tile: int, on_done=None) -> MaskSet:
    """Tiles with masks, decoded on the first call and memory-mapped on the next.

    Args:
        source: where the data were found.
        class_names: name of class 0, class 1, ...
        tile: side of a tile in pixels.
        on_done: called with a number of images while decoding.

    Raises:
        CourseError: the data are damaged.
    """
    folder = _folder_of(source, tile)
    write_folder(folder, lambda target: _decode_masks(target, source, tile, on_done))
    table = np.load(folder / "table.npz")
    return MaskSet(
        name=source.data_set.name,
        images=np.load(folder / "images.npy", mmap_mode="r"),
        masks=np.load(folder / "masks.npy", mmap_mode="r"),
        groups=table["groups"],
        class_names=class_names,
        checksum=source.checksum,
        skipped=tuple(table["skipped"].tolist()),
    )


def decode_source(source: Source, decode: Callable[[list[bytes]], object], on_done=None):
    """Decode every item of a source in order.

    Args:
        source: where the data were found.
        decode: contents of an item's files -> anything.
        on_done: called with 1 after each item.

    Yields:
        Item and what ``decode`` returned; None where a file of a publisher's archive does not decode.

    Raises:
        CourseError: a file of a pack is damaged; the message names it.
    """
    for path, items in zip(source.paths, source.items, strict=True):
        for item, result in decode_items(path, items, decode):
            if isinstance(result, Exception) and source.packed:
                raise CourseError(
                    f"Expected a readable image {item.name} in {path}, got a damaged one ({result})."
                ) from result
            yield item, None if isinstance(result, Exception) else result
            if on_done:
                on_done(1)


def decode_tiles(source: Source, tile: int) -> Callable[[list[bytes]], tuple[np.ndarray, np.ndarray]]:
    """The function that makes tiles with masks out of the contents of an item's files."""

    def decode(contents: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
        image = np.asarray(read_rgb(contents[0]))
        return cut_tiles(image, source.read_mask(contents, image.shape[:2]), tile)

    return decode


def _folder_of(source: Source, size: int) -> Path:
    checksums = "-".join(checksum[:8] for checksum in source.checksums)
    return cache_folder() / f"{source.data_set.name}-{size}px-{checksums}"


def _decode_images(target: Path, source: Source, class_names: tuple[str, ...], size: int, on_done) -> None:
    items = [item for part in source.items for item in part]
    strange = sorted({item.label for item in items} - set(class_names))
    if strange:
        raise CourseError(
            f"Expected the labels {' and '.join(sorted(class_names))} in {source.paths[0].parent}, got "
            f"{', '.join(strange)}."
        )
    images = create_array(target / "images.npy", (len(items), size, size, 3))
    kept: list[Item] = []
    skipped: list[str] = []
    for item, image in decode_source(source, lambda contents: read_square(contents[0], size), on_done):
        if image is None:
            skipped.append(item.name)
        else:
            images[len(kept)] = image
            kept.append(item)
    images.flush()
    _write_table(target, kept, skipped, labels=np.array([class_names.index(item.label) for item in kept]))


def _decode_masks(target: Path, source: Source, tile: int, on_done) -> None:
    kept: list[Item] = []
    skipped: list[str] = []
    with (
        growing_array(target / "images.npy") as add_images,
        growing_array(target / "masks.npy") as add_masks,
    ):
        for item, tiles in decode_source(source, decode_tiles(source, tile), on_done):
            if tiles is None:
                skipped.append(item.name)
                continue
            kept += [item] * len(tiles[0])
            if len(kept) * tile**2 > MOST_PIXELS:
                raise CourseError(
                    f"Expected at most {MOST_PIXELS / 1e6:,.0f} million pixels in all images of "
                    f"{source.data_set.title}, got more up to {item.name}: these are other data."
                )
            add_images(tiles[0])
            add_masks(tiles[1])
    _write_table(target, kept, skipped)


def _write_table(target: Path, kept: list[Item], skipped: list[str], **columns: np.ndarray) -> None:
    if not kept:
        raise CourseError(
            f"Expected images that decode, got {len(skipped)} damaged ones (first: {skipped[0]})."
        )
    groups = np.array([item.group for item in kept])
    np.savez(target / "table.npz", groups=groups, skipped=np.array(skipped, dtype=str), **columns)


def create_array(path: Path, shape: tuple[int, ...]) -> np.memmap:
    """A new uint8 array on disk whose room is taken at once.

    Otherwise a disk that fills up while images are decoded would kill the process.

    Args:
        path: the file.
        shape: of the array.

    Returns:
        The array, memory-mapped for writing.

    Raises:
        CourseError: the disk has too little room.
    """
    needed = math.prod(shape)
    try:
        with path.open("wb") as file:
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            take_room(file, needed)
    except OSError as error:
        raise writing_error(path, error, needed=needed) from error
    return np.load(path, mmap_mode="r+")
