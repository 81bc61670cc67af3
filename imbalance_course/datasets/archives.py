"""Zip and tar archives read file by file, as their publishers offer them.

Nothing is unpacked to disk, so that no name in an archive, however odd, leads anywhere. Links, devices and
folders count as no files. Whatever an archive says of its sizes, ``LARGEST`` bytes of one item are in memory.
"""

import hashlib
import json
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imbalance_course.datasets.locations import cache_folder
from imbalance_course.datasets.tars import walk_tar
from imbalance_course.datasets.zips import plain_names, read_together
from imbalance_course.errors import CourseError
from imbalance_course.writing import written_beside

# What the standard library raises for bytes that are not the archive or the file they should be.
DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, OSError, RuntimeError,
    ValueError, LookupError, ArithmeticError, MemoryError,
)  # fmt: skip
LARGEST = 32_000_000  # bytes of an item's files together; the largest of any data set have 19 million


@dataclass(frozen=True)
class Item:
    """One image of an archive with all that belongs to it.

    Attributes:
        name: what messages call it.
        files: names in the archive; the image first, then what its mask is made of.
        group: items that share a group must stay on one side of every split.
        label: name of its class; empty for a set with masks.
        checksums: sha256 of each file, or nothing where none is known.
    """

    name: str
    files: tuple[str, ...]
    group: str
    label: str = ""
    checksums: tuple[str, ...] = ()


def is_tar(path: Path) -> bool:
    """Whether an archive is a compressed tar file, which is read front to back only."""
    return path.name.endswith(".tar.gz")


def list_files(path: Path) -> list[str]:
    """Names of all plain files of an archive, in its order.

    Raises:
        CourseError: not a whole zip or tar file.
    """
    if not is_tar(path):
        with open_zip(path) as archive:
            return plain_names(archive)
    with _explained(path):
        return [name for name, _ in walk_tar(path, LARGEST)]


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file to read from.

    Raises:
        CourseError: it is damaged, or something that is read from it inside the block.
    """
    with _explained(path), zipfile.ZipFile(path) as archive:
        yield archive


def read_items(path: Path, items: list[Item]) -> Iterator[list[bytes] | Exception]:
    """Contents of each item's files, or the error where one of them cannot be read.

    Args:
        path: a zip or tar file.
        items: in the archive's order; of a tar file, items of a single file each.

    Raises:
        CourseError: the archive as a whole is damaged.
    """
    yield from _read_tar(path, items) if is_tar(path) else _read_zip(path, items)


def check_once(path: Path, names: list[str]) -> None:
    """Check that no name is there twice: two files of one name would be read as one.

    Args:
        path: the archive, for the message.
        names: names in it.

    Raises:
        CourseError: a name is there twice.
    """
    name, times = Counter(names).most_common(1)[0] if names else ("", 0)
    if times > 1:
        raise CourseError(f"Expected each file of {path} once, found {name} {times} times. Fetch it again.")


def sha256(path: Path) -> str:
    """Checksum of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: Path) -> str:
    """Checksum of a large archive; read once and remembered as long as its size and date stay the same."""
    about = path.stat()
    key = hashlib.sha256(f"{path.resolve()} {about.st_size} {about.st_mtime_ns}".encode()).hexdigest()
    note = cache_folder() / "checksums" / f"{key}.json"
    if note.is_file():
        return json.loads(note.read_text())["sha256"]
    checksum = sha256(path)
    with written_beside(note) as file:
        file.write(json.dumps({"file": str(path), "sha256": checksum}).encode())
    return checksum


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except CourseError:
        raise
    except DAMAGE as error:
        kind, what = "tar" if is_tar(path) else "zip", str(error) or type(error).__name__
        raise CourseError(
            f"Expected {path} to be a whole {kind} file, got a damaged one ({what}). Fetch it again."
        ) from error


def _read_zip(path: Path, items: list[Item]) -> Iterator[list[bytes] | Exception]:
    with open_zip(path) as archive:
        for item in items:
            try:
                contents = read_together(archive, item.files, LARGEST)
            except DAMAGE as error:
                yield error
            else:
                yield contents


def _read_tar(path: Path, items: list[Item]) -> Iterator[list[bytes] | Exception]:
    wanted = {item.files[0] for item in items}
    with _explained(path):
        for name, read in walk_tar(path, LARGEST):
            if name in wanted:
                yield [read()]
