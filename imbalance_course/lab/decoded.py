"""Decoded images of a folder, kept on disk so that the next start reads one array."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.cache import create_array
from imbalance_course.datasets.decoding import work_ahead
from imbalance_course.datasets.image_files import UNREADABLE
from imbalance_course.errors import CourseError
from imbalance_course.lab.opening import DEEP, Trait
from imbalance_course.writing import write_folder

VERSION = 1  # of what is kept; a change of the decoding counts it up
AHEAD = 2  # images in memory for each thread; they may be large
THUMB = 8  # side in pixels of the small copy that near-duplicates are found by


class OtherSize(ValueError):
    """A mask that is not as large as its image."""


@dataclass(frozen=True)
class Piece:
    """One decoded image.

    Attributes:
        images: (k, S, S, 3) uint8; its tiles, or itself.
        masks: (k, S, S) uint8 of each tile, or None.
        thumb: (8, 8, 3) uint8, the whole image made small.
        shape: height and width of the image in pixels.
        traits: what was special about the file.
        highest: largest stored number of an image with more than 8 bits, else 0.
    """

    images: np.ndarray
    masks: np.ndarray | None
    thumb: np.ndarray
    shape: tuple[int, int]
    traits: Trait
    highest: int


@dataclass(frozen=True)
class Decoded:
    """All images of a folder.

    Attributes:
        images: (N, S, S, 3) uint8, memory-mapped.
        masks: (N, S, S) uint8, or None.
        owners: (N,) position of each one's image among the n that were read.
        kept: (n,) position of each image that was read among the items.
        digests: (n, 16) uint8, equal for images of equal pixels.
        mask_digests: (n, 16) uint8, likewise for their masks; zeros without masks.
        thumbs: (n, 8, 8, 3) uint8.
        shapes: (n, 2) height and width in pixels.
        traits: (n,) what was special about the files.
        depth: bits of the images with more than 8 that were counted as dark to bright.
        lost: (m,) position of each item that was not read.
        reasons: (m,) why.
        other_size: (m,) whether that was a mask of another size.
    """

    images: np.ndarray
    masks: np.ndarray | None
    owners: np.ndarray
    kept: np.ndarray
    digests: np.ndarray
    mask_digests: np.ndarray
    thumbs: np.ndarray
    shapes: np.ndarray
    traits: np.ndarray
    depth: int
    lost: np.ndarray
    reasons: np.ndarray
    other_size: np.ndarray


@dataclass
class _Notes:
    """What is collected of each image while the arrays grow."""

    owners: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    thumbs: list[np.ndarray] = field(default_factory=list)
    shapes: list[tuple[int, int]] = field(default_factory=list)
    traits: list[int] = field(default_factory=list)
    highest: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    other_size: list[bool] = field(default_factory=list)


def load_decoded(
    folder: Path,
    items: Sequence[Item],
    cut: Callable[[Item, int], Piece],
    *,
    rows: int,
    size: int,
    masked: bool,
    on_done: Callable[[int], None],
) -> Decoded:
    """Decode the items in parallel, or read what was kept.

    Args:
        folder: where it is kept; its name must tell the files and settings.
        items: the images.
        cut: item and bits of deep images -> its tiles.
        rows: tiles of all items together, or more.
        size: side of a tile in pixels.
        masked: whether tiles have masks.
        on_done: called with 1 after each image.

    Raises:
        CourseError: the disk has too little room.
    """
    write_folder(folder, lambda target: _Writer(target, items, cut, rows, size, masked).write(on_done))
    table = dict(np.load(folder / "table.npz"))
    count = len(table["owners"])
    return Decoded(
        images=np.load(folder / "images.npy", mmap_mode="r")[:count],
        masks=np.load(folder / "masks.npy", mmap_mode="r")[:count] if masked else None,
        depth=int(table.pop("depth")),
        **table,
    )


def cache_key(root: Path, items: Sequence[Item], *settings: object) -> str:
    """A name that changes with the settings and with the name, size and date of every file.

    Raises:
        CourseError: a file has gone since it was listed.
    """
    key = hashlib.sha256(repr((VERSION, str(root), *settings)).encode())
    for item in items:
        for name in item.files:
            about = _look_at(root / name)
            key.update(f"{name}\n{about.st_size} {about.st_mtime_ns}\n".encode())
    return key.hexdigest()[:24]


def _look_at(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise CourseError(f"Expected {path} to stay while the folder is read, got: {error}.") from error


def try_to(work: Callable[..., object], *arguments: object) -> object:
    """What ``work`` returns, or the error where a file is damaged."""
    try:
        return work(*arguments)
    except UNREADABLE as error:
        return error


class _Writer:
    """Fills the arrays of one folder of the cache."""

    def __init__(
        self,
        target: Path,
        items: Sequence[Item],
        cut: Callable[[Item, int], Piece],
        rows: int,
        size: int,
        masked: bool,
    ) -> None:
        self.target, self.items, self.cut = target, items, cut
        self.images = self._open("images.npy", (max(rows, 1), size, size, 3))
        self.masks = self._open("masks.npy", (max(rows, 1), size, size)) if masked else None
        self.notes = _Notes()

    def _open(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        return create_array(self.target / name, shape)

    def write(self, on_done: Callable[[int], None]) -> None:
        """Decode all, then once more those deep images that are far from using all their bits."""
        notes = self.notes
        for position, piece in enumerate(self._decode(range(len(self.items)), DEEP)):
            if isinstance(piece, Exception):
                notes.lost.append(position)
                notes.reasons.append(str(piece) or type(piece).__name__)
                notes.other_size.append(isinstance(piece, OtherSize))
            else:
                self._take(position, piece)
            on_done(1)
        depth = max(8, max(notes.highest, default=0).bit_length())
        owners = np.array(notes.owners, dtype=np.int64)
        if depth < DEEP and any(notes.traits):
            deep = [order for order, traits in enumerate(notes.traits) if traits & Trait.DEEP]
            again = self._decode([notes.kept[order] for order in deep], depth)
            for order, piece in zip(deep, again, strict=True):
                if not isinstance(piece, Exception):
                    self.images[owners == order] = piece.images
                    notes.thumbs[order] = piece.thumb
        self._save(owners, depth)

    def _decode(self, positions: Sequence[int], depth: int):
        jobs = ((self.cut, self.items[position], depth) for position in positions)
        return work_ahead(lambda *job: try_to(*job), jobs, AHEAD)

    def _take(self, position: int, piece: Piece) -> None:
        notes = self.notes
        rows = slice(len(notes.owners), len(notes.owners) + len(piece.images))
        self.images[rows] = piece.images
        if self.masks is not None:
            self.masks[rows] = piece.masks
        notes.owners += [len(notes.kept)] * len(piece.images)
        notes.kept.append(position)
        notes.thumbs.append(piece.thumb)
        notes.shapes.append(piece.shape)
        notes.traits.append(int(piece.traits))
        notes.highest.append(piece.highest)

    def _save(self, owners: np.ndarray, depth: int) -> None:
        notes = self.notes
        count = len(notes.kept)
        self.images.flush()
        np.savez(
            self.target / "table.npz",
            owners=owners,
            kept=np.array(notes.kept, dtype=np.int64),
            digests=digest_rows(self.images, owners, count),
            mask_digests=np.zeros((count, 16), np.uint8)
            if self.masks is None
            else digest_rows(self.masks, owners, count),
            thumbs=np.array(notes.thumbs, dtype=np.uint8).reshape(count, THUMB, THUMB, 3),
            shapes=np.array(notes.shapes, dtype=np.int64).reshape(count, 2),
            traits=np.array(notes.traits, dtype=np.uint8),
            depth=depth,
            lost=np.array(notes.lost, dtype=np.int64),
            reasons=np.array(notes.reasons, dtype=str),
            other_size=np.array(notes.other_size, dtype=bool),
        )


def digest_rows(arrays: np.ndarray, owners: np.ndarray, count: int) -> np.ndarray:
    """Checksums of images from all their tiles, (count, 16) uint8.

    Args:
        arrays: (N, ...) uint8 tiles; those of an image follow one another.
        owners: (N,) image of each tile, 0 to ``count`` - 1.
        count: number of images.
    """
    starts = np.searchsorted(owners, np.arange(count + 1))
    digests = np.zeros((count, 16), dtype=np.uint8)
    for image in range(count):
        content = np.ascontiguousarray(arrays[starts[image] : starts[image + 1]])
        digests[image] = np.frombuffer(hashlib.blake2b(content, digest_size=16).digest(), np.uint8)
    return digests
