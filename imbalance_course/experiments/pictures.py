"""Image files of any kind: images and masks read, pictures written so that none is ever half there."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from imbalance_course.datasets.base import IGNORE
from imbalance_course.datasets.image_files import UNREADABLE, open_image, turn_upright
from imbalance_course.errors import CourseError
from imbalance_course.plots.paint import CLASS_COLORS
from imbalance_course.writing import written_beside


def read_picture(path: Path, channels: int) -> np.ndarray:
    """An image as networks see it, turned as its camera noted.

    More than 8 bits a pixel, and floating values, are stretched from the least to the largest value. What
    a transparent pixel hides is shown. Of several pictures in a file the first is read.

    Args:
        path: a file of up to 120 million pixels.
        channels: 1 for gray, 3 for colors.

    Returns:
        (H, W, channels) uint8.

    Raises:
        CourseError: no file, or one that is no whole image.
    """
    with _explained(path), open_image(path) as image:
        picture = turn_upright(image)[0]
        if picture.mode == "F" or picture.mode.startswith("I"):
            picture = Image.fromarray(_stretch(np.asarray(picture)))
        picture = picture.convert("RGB")
        pixels = np.asarray(picture if channels == 3 else picture.convert("L"))
    return pixels.reshape(*pixels.shape[:2], channels)


def read_classes(path: Path, shape: tuple[int, int], classes: int) -> np.ndarray:
    """A mask: class numbers, where 255 counts nowhere; of two classes also a picture in black and white.

    Args:
        path: a file of a single picture; of a palette picture the numbers count, not the colors.
        shape: height and width of its image.
        classes: number of classes.

    Returns:
        (H, W) uint8.

    Raises:
        CourseError: no file, no mask, or the mask of another image.
    """
    with _explained(path), open_image(path) as image:
        if getattr(image, "n_frames", 1) > 1:
            raise CourseError(f"Expected one mask in {path}, got {image.n_frames} pictures.")
        picture = turn_upright(image)[0]
        if picture.mode not in ("1", "L", "P", "F") and not picture.mode.startswith("I"):
            picture = picture.convert("RGB")
        numbers = np.asarray(picture)
    if numbers.dtype.kind == "f" and not ((numbers == numbers.round()) & (abs(numbers) <= IGNORE)).all():
        raise CourseError(f"Expected whole class numbers in {path}, got fractions or others.")
    numbers = numbers.astype(np.int64)
    if numbers.ndim == 3:
        if (numbers != numbers[..., :1]).any():
            raise CourseError(f"Expected a mask of class numbers in {path}, got a picture in colors.")
        numbers = numbers[..., 0]
    if numbers.shape != tuple(shape):
        raise CourseError(
            f"Expected a mask as large as its image, {shape[1]} x {shape[0]} pixels, got {path} with "
            f"{numbers.shape[1]} x {numbers.shape[0]}."
        )
    found = set(np.unique(numbers).tolist())
    if classes == 2 and found <= {0, 255}:
        return (numbers == 255).astype(np.uint8)
    if not found <= {*range(classes), IGNORE} or found == {IGNORE}:
        some = ", ".join(str(number) for number in sorted(found)[:6])
        either = ", or black and white," if classes == 2 else ""
        raise CourseError(
            f"Expected class numbers from 0 to {classes - 1}{either} in {path}, and 255 where a pixel counts "
            f"nowhere, got {some}."
        )
    return numbers.astype(np.uint8)


def classes_picture(classes: np.ndarray) -> Image.Image:
    """Class numbers (H, W) as a picture with a palette: background black, each class in its color."""
    picture = Image.fromarray(np.ascontiguousarray(classes, dtype=np.uint8))
    colors = [(0, 0, 0), *(CLASS_COLORS[number % len(CLASS_COLORS)] for number in range(255))]
    picture.putpalette([value for color in colors for value in color])
    return picture


def write_pictures(pictures: Mapping[Path, Image.Image]) -> None:
    """Write PNG files beside their places, then into them: all, or none where a disk is full.

    Raises:
        CourseError: a folder or file cannot be written.
    """
    with ExitStack() as files:
        for path, picture in pictures.items():
            picture.save(files.enter_context(written_beside(path)), format="PNG")


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    if not path.is_file():
        raise CourseError(
            f"Expected an image file at {path}, got {'a folder' if path.is_dir() else 'nothing'}."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd notes beside the picture, which nobody reads here
            yield
    except CourseError:
        raise
    except UNREADABLE as error:
        raise CourseError(
            f"Expected a whole image in {path}, got a damaged or another file ({error})."
        ) from error


def _stretch(values: np.ndarray) -> np.ndarray:
    """Any numbers to bytes; whole numbers that are bytes already stay."""
    values = values.astype(np.float64)
    kept = np.isfinite(values)
    low, high = (values[kept].min(), values[kept].max()) if kept.any() else (0.0, 0.0)
    values = np.where(kept, values, low)
    if low >= 0 and high <= 255 and (values == values.round()).all():
        return values.astype(np.uint8)
    return ((values - low) / (high - low or 1.0) * 255).round().astype(np.uint8)
