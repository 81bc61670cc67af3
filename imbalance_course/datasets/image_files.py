"""Image files of unknown origin, opened so that neither their kind nor their size does harm."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from imbalance_course.datasets.archives import DAMAGE

# What Pillow answers damaged files with; UnidentifiedImageError is an OSError.
UNREADABLE = (*DAMAGE, SyntaxError, TypeError, AttributeError, Image.DecompressionBombError)
FORMATS = ("BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")  # Pillow runs programs for others
MOST_PIXELS = 120_000_000  # of one image; a photograph of a telephone may have 108 million
LARGE = (
    16_000_000  # pixels; images with more are decoded one at a time, for each takes up to 16 bytes a pixel
)
MOST_ACROSS = 65_535  # pixels of a side, as in JPEG; a thread of pixels would be filled up to large tiles
MOST_BYTES = 1_000_000_000  # of one file; some decoders read it whole
ORIENTATION = 0x0112  # the camera's note how it was held
ONE_LARGE = threading.RLock()
TILE_SIDES = (0x0142, 0x0143)  # width and height of the tiles that a TIFF file is stored in
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@contextmanager
def open_image(file: Path | bytes, most_pixels: int = MOST_PIXELS) -> Iterator[Image.Image]:
    """Open an image file; pixels are not decoded yet.

    Args:
        file: the file, or its contents.
        most_pixels: an image with more is refused before any memory is taken for it.

    Yields:
        The first picture of the file.

    Raises:
        ValueError: or another of ``UNREADABLE``; it is no image of a known kind, damaged, or too large.
    """
    # Never by its path: Pillow would then map some TIFF files to memory, and mixes up turned ones.
    with io.BytesIO(file) if isinstance(file, bytes) else file.open("rb") as stream:
        if isinstance(file, Path) and os.fstat(stream.fileno()).st_size > MOST_BYTES:
            raise ValueError(f"it has more than {MOST_BYTES / 1e6:,.0f} MB; cut it to smaller images")
        with _open(stream) as image:
            _check_size(image, most_pixels)
            with ONE_LARGE if image.width * image.height > LARGE else nullcontext():
                yield image


def turn_upright(image: Image.Image) -> tuple[Image.Image, bool]:
    """An image as its camera was held, and whether it had to be turned.

    Args:
        image: decoded or not.

    Raises:
        ValueError: or another of ``UNREADABLE``; the image is damaged.
    """
    noted = _orientation(image)
    image.load()
    left = _orientation(image)  # Pillow turns TIFF files itself, and no others
    return (image if left == 1 else image.transpose(TURNS[left])), noted != 1


def _open(stream: BinaryIO) -> Image.Image:
    try:
        return Image.open(stream, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ValueError("no image of a known kind, save it as PNG") from error
    except Image.DecompressionBombError as error:
        raise ValueError(f"it has too many pixels; {_cut(MOST_PIXELS)}") from error


def _check_size(image: Image.Image, most: int) -> None:
    width, height = image.size
    if width * height > most or max(width, height) > MOST_ACROSS:
        raise ValueError(f"it has {width:,} x {height:,} pixels; {_cut(most)}")
    if image.format == "TIFF":
        across, down = (image.tag_v2.get(side, 1) for side in TILE_SIDES)
        if across * down > most:
            raise ValueError(f"it is stored in tiles of {across:,} x {down:,} pixels")


def _cut(most: int) -> str:
    return f"cut it to images of at most {most / 1e6:,.0f} million, no side over {MOST_ACROSS:,}"


def _orientation(image: Image.Image) -> int:
    """How the camera was held, 1 to 8; 1 too where its notes are damaged."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
        return found if found in TURNS else 1
    except UNREADABLE:
        return 1
