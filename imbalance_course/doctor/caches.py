"""Decoded images that nothing will read again."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from imbalance_course.datasets.catalog import OPENERS
from imbalance_course.datasets.locations import cache_folder, is_found
from imbalance_course.datasets.registry import DATA_SETS
from imbalance_course.doctor.finding import Finding, good, note
from imbalance_course.errors import CourseError

FOLDER_NAME = re.compile(r"(?P<name>.+)-(?P<size>\d+)px-(?P<checksums>[0-9a-f]{8}(?:-[0-9a-f]{8})*)")
LAB = "lab-"  # folders of `lab` have names that their own files decide


def look() -> Iterator[Finding]:
    """Folders of decoded images: of data that have changed, or of another version of the package."""
    folders = [path.parent for path in sorted(cache_folder().glob("*/images.npy"))]
    folders = [folder for folder in folders if not folder.name.startswith((LAB, "."))]
    current = {name: _checksums(name) for name in DATA_SETS}
    reasons = {folder: _why_stale(folder, current) for folder in folders}
    for folder, reason in reasons.items():
        if reason:
            size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
            yield note("stale cache", f"{size / 1e6:.0f} MB", f"{reason}. Delete it: rm -r '{folder}'")
    if not any(reasons.values()):
        yield good("decoded images", str(len(folders)), "folders in the cache, none of them stale")


def _checksums(name: str) -> str | None:
    """What the folders of a data set end in; None where it is missing or damaged."""
    if not is_found(DATA_SETS[name]):
        return None
    try:
        return "-".join(checksum[:8] for checksum in OPENERS[name]().checksums)
    except CourseError:
        return None


def _why_stale(folder: Path, current: dict[str, str | None]) -> str:
    """Why nothing can or will read a folder; empty when all is well."""
    parts = FOLDER_NAME.fullmatch(folder.name)
    if parts is None or parts["name"] not in current:
        return f"{folder.name} is none of this version's names: made by another version"
    checksums = current[parts["name"]]
    if checksums and parts["checksums"] != checksums:
        return f"{folder.name} was made from packs that have changed since"
    if not _is_readable(folder, int(parts["size"])):
        return f"{folder.name} is not in this version's format, or damaged"
    return ""


def _is_readable(folder: Path, size: int) -> bool:
    """Whether the arrays are those that this version writes."""
    try:
        images = np.load(folder / "images.npy", mmap_mode="r")
        with np.load(folder / "table.npz") as table:
            known = {"groups", "skipped"} <= set(table.files)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return False
    return known and images.dtype == np.uint8 and images.shape[1:] == (size, size, 3)
