"""A folder of a learner's own images, as the experiments take it."""

import csv
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imbalance_course.datasets import ImageSet, MaskSet
from imbalance_course.datasets.decoding import cut_tiles, read_palette_mask, read_rgb, read_square
from imbalance_course.lab.checks import Finding, error, refuse_errors

IMAGE_SIZE = 64  # pixels; side of an image that has a class
TILE = 128  # pixels; side of a tile with a mask


@dataclass(frozen=True)
class LabFolder:
    """A folder that was read and found fit to learn from.

    Attributes:
        data: images of one size; labels 0 to K - 1 with sorted names, or masks whose class 0 is the
            background. Every item has a group, its own where the learner gave none.
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

    Args:
        path: the folder.
        image_size: side in pixels of the images, 64 when left out, or of the tiles with masks, 128.
        cache: folder to keep decoded images in; None is the package's own.
        on_done: called with a number of images that were decoded.

    Raises:
        CourseError: the folder cannot be learned from; the message lists every error found.
    """
    path = Path(path)
    if (path / "images").is_dir() and (path / "masks").is_dir():
        return _read_masks(path, image_size or TILE, on_done)
    if (path / "labels.csv").is_file():
        rows = list(csv.DictReader((path / "labels.csv").open(encoding="utf-8")))
        listed = [(row["file"], row["label"], row["group"]) for row in rows]
    else:
        found = sorted(file.relative_to(path) for file in path.glob("*/**/*.png"))
        listed = [(file.as_posix(), file.parts[0], file.with_suffix("").as_posix()) for file in found]
    names = tuple(sorted({label for _, label, _ in listed}))
    if len(names) < 2:
        refuse_errors([error(f"Expected a folder of images for each class in {path}, found {len(names)}.")])
    images = []
    for file, _, _ in listed:
        images.append(read_square((path / file).read_bytes(), image_size or IMAGE_SIZE))
        on_done(1)
    data = ImageSet(
        name=path.name,
        images=np.stack(images),
        labels=np.array([names.index(label) for _, label, _ in listed]),
        groups=np.array([group for _, _, group in listed]),
        class_names=names,
        checksum=hashlib.sha256(np.stack(images).tobytes()).hexdigest(),
    )
    grouped = (path / "labels.csv").is_file()
    return LabFolder(data, tuple(file for file, _, _ in listed), "classes", grouped, ())


def _read_masks(path: Path, tile: int, on_done: Callable[[int], None]) -> LabFolder:
    images, masks, files = [], [], []
    for file in sorted((path / "images").glob("*.png")):
        mask = read_palette_mask((path / "masks" / file.name).read_bytes())
        tiles = cut_tiles(np.asarray(read_rgb(file.read_bytes())), mask // max(1, mask.max()), tile)
        images.append(tiles[0])
        masks.append(tiles[1])
        files += [file.relative_to(path).as_posix()] * len(tiles[0])
        on_done(1)
    data = MaskSet(
        name=path.name,
        images=np.concatenate(images),
        masks=np.concatenate(masks),
        groups=np.array([Path(file).stem for file in files]),
        class_names=("background", "foreground"),
        checksum=hashlib.sha256(np.concatenate(images).tobytes()).hexdigest(),
    )
    return LabFolder(data, tuple(files), "masks", False, ())
