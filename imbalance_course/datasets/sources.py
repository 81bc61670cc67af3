"""A source: the files that hold a data set on this machine, as packs or as the publisher's archives."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from imbalance_course.datasets.archives import (
    Item,
    check_once,
    is_tar,
    list_files,
    remembered_sha256,
    sha256,
)
from imbalance_course.datasets.decoding import read_palette_mask
from imbalance_course.datasets.locations import find_archives, find_packs, missing_data
from imbalance_course.datasets.packs import list_pack
from imbalance_course.datasets.registry import DataSet, find_data_set
from imbalance_course.errors import CourseError


@dataclass(frozen=True)
class Layout:
    """How a publisher's archives are read.

    Attributes:
        list_items: names of an archive's files -> items, in the same order.
        read_mask: contents of an item's files and (height, width) -> mask; None for a set with labels.
        classes: number of classes that a mask may have.
    """

    list_items: Callable[[list[str]], list[Item]]
    read_mask: Callable[[list[bytes], tuple[int, int]], np.ndarray] | None = None
    classes: int = 0


@dataclass(frozen=True)
class Source:
    """A data set that was found.

    Attributes:
        data_set: what is known about it.
        paths: its packs or archives, in order.
        checksums: sha256 of each.
        layout: how the archives are read.
        packed: True for packs, whose files are all known to be good: a bad one stops the reading. In a
            publisher's archive a file that does not decode is skipped.
    """

    data_set: DataSet
    paths: tuple[Path, ...]
    checksums: tuple[str, ...]
    layout: Layout
    packed: bool

    @property
    def checksum(self) -> str:
        """Identifies the data, however many files hold them."""
        return "+".join(self.checksums)

    @cached_property
    def items(self) -> list[list[Item]]:
        """Items of each pack or archive."""
        if self.packed:
            wanted = "mask" if self.layout.read_mask else "label"
            return [list_pack(path, wanted) for path in self.paths]
        listed = [self.layout.list_items(list_files(path)) for path in self.paths]
        for path, items in zip(self.paths, listed, strict=True):
            if not items:
                raise CourseError(f"Expected images of {self.data_set.title} in {path}, found none.")
            check_once(path, [item.name for item in items])
        return listed

    @property
    def count(self) -> int | None:
        """Number of items; None where counting would mean to unpack a large tar file."""
        if any(is_tar(path) for path in self.paths):
            return None
        return sum(len(items) for items in self.items)

    def read_mask(self, contents: list[bytes], shape: tuple[int, int]) -> np.ndarray:
        """The mask of one item, from the contents of its files.

        Raises:
            ValueError: or another of ``UNREADABLE``; the mask is damaged, or has other numbers than classes.
        """
        if self.packed:
            return read_palette_mask(contents[1], self.layout.classes)
        return self.layout.read_mask(contents, shape)


def open_source(name: str, layout: Layout) -> Source:
    """Find a data set: its packs first, else the publisher's archives.

    Raises:
        CourseError: neither is there, or an archive's checksum is not the published one.
    """
    data_set = find_data_set(name)
    packs, archives = find_packs(data_set), find_archives(data_set)
    if packs:
        return Source(data_set, tuple(packs), tuple(sha256(path) for path in packs), layout, True)
    if not archives:
        raise missing_data(data_set)
    checksums = tuple(remembered_sha256(path) for path in archives)
    for path, checksum, file in zip(archives, checksums, data_set.files, strict=True):
        check_sha256(path, checksum, file.sha256)
    return Source(data_set, tuple(archives), checksums, layout, False)


def check_sha256(path: Path | str, checksum: str, published: str | None) -> None:
    """Compare a checksum with the published one, where there is one.

    Raises:
        CourseError: they differ; the message names the file.
    """
    if published and checksum != published:
        raise CourseError(
            f"Expected {path} with sha256 {published}, got {checksum}: the file is damaged or another "
            "version. Delete it and fetch it again."
        )
