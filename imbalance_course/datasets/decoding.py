"""From the bytes of a file to arrays, on all cores."""

import hashlib
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from imbalance_course.datasets.archives import Item, read_items
from imbalance_course.datasets.base import IGNORE
from imbalance_course.datasets.image_files import UNREADABLE, open_image, turn_upright
from imbalance_course.errors import CourseError

MOST_PIXELS = 16_000_000  # of an image of a data set; the largest of any has 2162 x 2162
AHEAD = 4  # images in memory for each thread
BYTE_MODES = frozenset(("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr"))
MASK_MODES = frozenset(("1", "L", "P"))


def decode_items(
    path: Path, items: list[Item], decode: Callable[[list[bytes]], Any]
) -> Iterator[tuple[Item, Any]]:
    """Decode the items of one archive in parallel: the decoder releases Python's lock.

    Args:
        path: a zip or tar file.
        items: what to read, in the archive's order.
        decode: contents of an item's files -> anything.

    Yields:
        Item and what ``decode`` returned, or item and the error where a file is damaged, in order.

    Raises:
        CourseError: the whole archive is damaged, or a file differs from its checksum.
    """

    def work(item: Item, contents: list[bytes] | Exception) -> tuple[Item, Any]:
        if isinstance(contents, Exception):
            return item, contents
        _check_files(path, item, contents)
        try:
            return item, decode(contents)
        except UNREADABLE as error:
            return item, error

    yield from work_ahead(work, zip(items, read_items(path, items), strict=True))


def work_ahead(work: Callable[..., Any], arguments: Iterable[tuple], ahead: int = AHEAD) -> Iterator[Any]:
    """Work in threads on what comes next while the last result is in use.

    Args:
        work: called with each tuple of arguments.
        arguments: taken one after the other, no faster than the results are fetched.
        ahead: jobs waiting or done for each thread; more even out fast and slow ones but hold more memory.

    Yields:
        What ``work`` returned, in order.

    Example:
        >>> list(work_ahead(pow, [(2, 3), (3, 2)]))
        [8, 9]
    """
    waiting: deque = deque()
    threads = os.cpu_count() or 1
    with warnings.catch_warnings(), ThreadPoolExecutor(threads) as pool:
        # Pillow warns of odd notes beside the picture, which nobody reads here.
        warnings.simplefilter("ignore")
        for each in arguments:
            waiting.append(pool.submit(work, *each))
            if len(waiting) > ahead * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read_rgb(content: bytes) -> Image.Image:
    """The first picture of a file as RGB, turned as its camera noted.

    Gray ones become three equal channels; what a transparent pixel hides is shown.

    Raises:
        ValueError: or another of ``UNREADABLE``; it is damaged, too large, or has more than 8 bits a color.
    """
    with open_image(content, MOST_PIXELS) as image:
        if image.mode not in BYTE_MODES:
            raise ValueError(f"its pixels are of the kind {image.mode}, expected 8 bits a color")
        return turn_upright(image)[0].convert("RGB")


def read_gray(content: bytes, shape: tuple[int, int]) -> np.ndarray:
    """A mask as brightness, (H, W) uint8.

    Args:
        content: of its file.
        shape: height and width of its image.

    Raises:
        ValueError: or another of ``UNREADABLE``; it is damaged, or not as large as its image.
    """
    with open_image(content, MOST_PIXELS) as image:
        (width, height), (rows, columns) = image.size, shape
        if (height, width) != (rows, columns):
            raise ValueError(f"a mask of {width} x {height} pixels, its image has {columns} x {rows}")
        return np.asarray(image.convert("L"))


def read_square(content: bytes, size: int) -> np.ndarray:
    """An image squeezed to a square, (size, size, 3) uint8: nothing is cut off."""
    return squeeze(read_rgb(content), size)


def squeeze(image: Image.Image, size: int) -> np.ndarray:
    """An RGB image squeezed to a square, (size, size, 3) uint8."""
    if image.size != (size, size):
        image = image.resize((size, size), Image.Resampling.BOX, reducing_gap=None)
    return np.asarray(image)


def read_palette_mask(content: bytes, classes: int) -> np.ndarray:
    """A mask whose stored numbers are the classes, (H, W) uint8.

    Args:
        content: of its file.
        classes: number of classes; beside them 255 is a number that counts nowhere.

    Raises:
        ValueError: or another of ``UNREADABLE``; it is damaged, too large, or has other numbers.
    """
    with open_image(content, MOST_PIXELS) as image:
        if image.mode not in MASK_MODES:
            raise ValueError(f"a mask of the kind {image.mode}, expected gray or a palette")
        mask = np.asarray(image).astype(np.uint8)
    strange = sorted(set(np.unique(mask).tolist()) - {*range(classes), IGNORE})
    if strange:
        raise ValueError(f"a mask with the number {strange[0]}, expected 0 to {classes - 1}")
    return mask


def cut_tiles(image: np.ndarray, mask: np.ndarray, tile: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut an image and its mask to a grid of square tiles.

    The last row and column are filled up with black, whose mask is 255: those pixels count nowhere.

    Args:
        image: (H, W, 3) uint8.
        mask: (H, W) uint8.
        tile: side of a tile in pixels.

    Returns:
        Tiles (N, tile, tile, 3) and masks (N, tile, tile), row by row.

    Raises:
        ValueError: image and mask differ in size.

    Example:
        >>> tiles, masks = cut_tiles(np.zeros((5, 3, 3), np.uint8), np.ones((5, 3), np.uint8), tile=3)
        >>> tiles.shape, masks[1].tolist()
        ((2, 3, 3, 3), [[1, 1, 1], [1, 1, 1], [255, 255, 255]])
    """
    if image.shape[:2] != mask.shape:
        raise ValueError(f"Expected a mask as large as its image, got {mask.shape} and {image.shape[:2]}.")
    height, width = mask.shape
    missing = ((0, -height % tile), (0, -width % tile))
    image = np.pad(image, (*missing, (0, 0)))
    mask = np.pad(mask, missing, constant_values=IGNORE)
    rows, columns = mask.shape[0] // tile, mask.shape[1] // tile
    image = image.reshape(rows, tile, columns, tile, 3).swapaxes(1, 2).reshape(-1, tile, tile, 3)
    return image, mask.reshape(rows, tile, columns, tile).swapaxes(1, 2).reshape(-1, tile, tile)


def _check_files(path: Path, item: Item, contents: list[bytes]) -> None:
    for name, content, expected in zip(item.files, contents, item.checksums, strict=False):
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            raise CourseError(
                f"Expected {name} in {path} with sha256 {expected}, got {found}: the file is damaged or "
                "another version. Delete the archive and fetch it again."
            )
