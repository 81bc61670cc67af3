"""Image files of any kind as RGB with 8 bits a color, and mask files as numbers."""

import struct
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from imbalance_course.datasets.decoding import UNREADABLE

# Pillow answers files with random bytes inside with these too.
DAMAGED = (*UNREADABLE, struct.error, LookupError, TypeError, ArithmeticError, MemoryError)
DEEP = 16  # bits; the most that a gray pixel may have
ORIENTATION = 0x0112  # the camera's note how it was held
DEEP_MODES = frozenset(("I", "I;16", "I;16B", "I;16L", "I;16N"))
SEE_THROUGH_MODES = frozenset(("RGBA", "RGBa", "LA", "La", "PA"))


class Trait(IntFlag):
    """What was special about a file."""

    SEVERAL = 1  # more than one picture in it
    TURNED = 2
    SEE_THROUGH = 4
    DEEP = 8  # more than 8 bits


@dataclass(frozen=True)
class Picture:
    """The first picture of a file.

    Attributes:
        image: RGB with 8 bits, as the camera was held.
        shape: height and width in pixels before anything was made smaller.
        traits: what was special about the file.
        highest: largest stored number of a picture with more than 8 bits, else 0.
    """

    image: Image.Image
    shape: tuple[int, int]
    traits: Trait
    highest: int = 0


def open_picture(path: Path, *, near: int | None = None, depth: int = DEEP) -> Picture:
    """Read an image file.

    Args:
        path: the file.
        near: side in pixels that the image will be squeezed to: a JPEG is then unpacked no larger than
            needed. None keeps every pixel.
        depth: bits that hold the largest number of all pictures with more than 8; they are cut to 8.

    Raises:
        ValueError: or another of ``DAMAGED``; the file cannot be read.
    """
    with Image.open(path) as image:
        traits = Trait(0)
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":  # a photograph with a small copy
            traits |= Trait.SEVERAL
        width, height = image.size
        if near is not None:
            image.draft("RGB", (2 * near, 2 * near))
        image.load()
        highest = 0
        if image.mode in DEEP_MODES:
            numbers = np.asarray(image)
            if numbers.min() < 0 or numbers.max() >= 1 << DEEP:
                raise ValueError("its numbers have more than 16 bits; save it with 8 or 16")
            traits, highest = traits | Trait.DEEP, int(numbers.max())
            shallow = numbers.astype(np.int64) >> (depth - 8)
            image = Image.fromarray(np.minimum(shallow, 255).astype(np.uint8))
        elif image.mode == "F":
            raise ValueError("its numbers are fractions; save it with 8 or 16 bits")
        elif image.mode in SEE_THROUGH_MODES or "transparency" in image.info:
            image = image.convert("RGBA")
            if image.getextrema()[3][0] < 255:
                traits |= Trait.SEE_THROUGH
                image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image)
        orientation = _orientation(image)
        image = image.convert("RGB")
        if orientation != 1:
            traits |= Trait.TURNED
            image.getexif()[ORIENTATION] = orientation
            image = ImageOps.exif_transpose(image)
            height, width = (width, height) if orientation >= 5 else (height, width)
        return Picture(image, (height, width), traits, highest)


def open_mask(path: Path) -> np.ndarray:
    """Read the numbers of a mask file, (H, W) uint8.

    A palette of black and white counts by color, any other palette by its numbers.

    Raises:
        ValueError: or another of ``DAMAGED``; the file is damaged, in color, or has numbers over 255.
    """
    with Image.open(path) as image:
        numbers = np.asarray(image)
        if image.mode == "P":
            return _read_palette(numbers, image)
    if numbers.ndim == 3:
        colors = numbers[..., :3] if numbers.shape[2] > 2 else numbers[..., :1]
        if (colors != colors[..., :1]).any():
            raise ValueError("it is in color; save the number of the class in a gray image")
        numbers = colors[..., 0]
    if numbers.min() < 0 or numbers.max() > 255 or numbers.dtype.kind == "f":
        raise ValueError(f"it has numbers up to {numbers.max():g}; classes are whole numbers from 0 to 254")
    return numbers.astype(np.uint8)


def _read_palette(numbers: np.ndarray, image: Image.Image) -> np.ndarray:
    """Class numbers; programs that save few colors may give white the number 0, which means foreground."""
    colors = np.array(image.getpalette("RGB")).reshape(-1, 3)
    used = np.unique(numbers)
    if len(used) <= 2 and used.max() < len(colors) and np.isin(colors[used].sum(axis=1), (0, 765)).all():
        return (colors[numbers, 0] > 0).astype(np.uint8)
    return numbers.astype(np.uint8)


def _orientation(image: Image.Image) -> int:
    """How the camera was held, 1 to 8; 1 too where its notes are damaged."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
    except DAMAGED:
        return 1
    return found if found in range(1, 9) else 1
