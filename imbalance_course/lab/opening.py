"""Image files of any kind as RGB with 8 bits a color, and mask files as numbers."""

from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path

import numpy as np
from PIL import Image

from imbalance_course.datasets.image_files import open_image, turn_upright

DEEP = 16  # bits; the most that a gray pixel may have
DEEP_MODES = frozenset(("I", "I;16", "I;16B", "I;16L", "I;16N"))
SEE_THROUGH_MODES = frozenset(("RGBA", "RGBa", "LA", "La", "PA"))
NUMBER_MODES = frozenset(("1", "L", "LA", "P", "RGB", "RGBA")) | DEEP_MODES  # what a mask may be


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
        ValueError: or another of ``UNREADABLE``; the file cannot be read.
    """
    with open_image(path) as image:
        traits = Trait(0)
        if _holds_several(image):
            traits |= Trait.SEVERAL
        shape = image.size[::-1]
        if near is not None:
            image.draft("RGB", (2 * near, 2 * near))
        lying = image.size
        image, turned = turn_upright(image)
        if turned:
            traits |= Trait.TURNED
            shape = shape[::-1] if image.size != lying else shape
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
        return Picture(image.convert("RGB"), shape, traits, highest)


def open_mask(path: Path) -> np.ndarray:
    """Read the numbers of a mask file, (H, W) uint8; a camera's note in it turns it as it turns images.

    A palette of black and white counts by color, any other palette by its numbers.

    Raises:
        ValueError: or another of ``UNREADABLE``; the file is damaged, in color, holds several masks, or has
            numbers over 255.
    """
    with open_image(path) as image:
        if _holds_several(image):
            raise ValueError("it holds several pictures; save one mask in a file")
        image = turn_upright(image)[0]
        if image.mode == "F":
            raise ValueError("its numbers are fractions; classes are whole numbers from 0 to 254")
        if image.mode not in NUMBER_MODES:
            raise ValueError("it is in color; save the number of the class in a gray image")
        numbers = np.asarray(image)
        if image.mode == "P":
            return _read_palette(numbers, image)
    if numbers.ndim == 3:
        colors = numbers[..., :3] if numbers.shape[2] > 2 else numbers[..., :1]
        if (colors != colors[..., :1]).any():
            raise ValueError("it is in color; save the number of the class in a gray image")
        numbers = colors[..., 0]
    if numbers.min() < 0 or numbers.max() > 255:
        raise ValueError(f"it has numbers up to {numbers.max():g}; classes are whole numbers from 0 to 254")
    return numbers.astype(np.uint8)


def _read_palette(numbers: np.ndarray, image: Image.Image) -> np.ndarray:
    """Class numbers; programs that save few colors may give white the number 0, which means foreground."""
    colors = np.array(image.getpalette("RGB")).reshape(-1, 3)
    used = np.unique(numbers)
    if len(used) <= 2 and used.max() < len(colors) and np.isin(colors[used].sum(axis=1), (0, 765)).all():
        return (colors[numbers, 0] > 0).astype(np.uint8)
    return numbers.astype(np.uint8)


def _holds_several(image: Image.Image) -> bool:
    return getattr(image, "n_frames", 1) > 1 and image.format != "MPO"  # a photograph with a small copy
