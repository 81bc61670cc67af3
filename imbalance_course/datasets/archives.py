"""Zip and tar archives read file by file, as their publishers offer them: nothing is unpacked to disk."""

import hashlib
import json
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imbalance_course.datasets.locations import cache_folder
from imbalance_course.errors import CourseError
from imbalance_course.writing import written_beside

# What the standard library raises for bytes that are not the archive or the file they should be.
DAMAGE = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError)


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
    """Whether an archive is read front to back only."""
    return path.name.endswith((".tar.gz", ".tgz", ".tar"))


def list_files(path: Path) -> list[str]:
    """Names of all files of an archive, in its order.

    Raises:
        CourseError: not a whole zip or tar file.
    """
    with _explained(path):
        if is_tar(path):
            with tarfile.open(path) as archive:
                return [member.name for member in archive if member.isfile()]
        with zipfile.ZipFile(path) as archive:
            return [name for name in archive.namelist() if not name.endswith("/")]


def read_items(path: Path, items: list[Item]) -> Iterator[list[bytes] | Exception]:
    """Contents of each item's files, or the error where one of them cannot be read.

    Args:
        path: a zip or tar file.
        items: in the archive's order; of a tar file, items of a single file each.

    Raises:
        CourseError: the archive as a whole is damaged.
    """
    with _explained(path):
        yield from _read_tar(path, items) if is_tar(path) else _read_zip(path, items)


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
    except DAMAGE as error:
        kind = "tar" if is_tar(path) else "zip"
        raise CourseError(
            f"Expected {path} to be a whole {kind} file, got a damaged one ({error}). Fetch it again."
        ) from error


def _read_zip(path: Path, items: list[Item]) -> Iterator[list[bytes] | Exception]:
    with zipfile.ZipFile(path) as archive:
        for item in items:
            try:
                contents = [archive.read(name) for name in item.files]
            except DAMAGE as error:
                yield error
            else:
                yield contents


def _read_tar(path: Path, items: list[Item]) -> Iterator[list[bytes] | Exception]:
    wanted = {item.files[0] for item in items}
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and member.name in wanted:
                yield [archive.extractfile(member).read()]
