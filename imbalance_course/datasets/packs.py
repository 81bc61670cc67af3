"""The pack format: one zip with ``manifest.csv`` first, then the images it lists.

``manifest.csv`` has the columns ``image``, ``label`` or ``mask``, and ``group``; further columns are allowed.
"""

import csv
import io
import zipfile
import zlib
from pathlib import Path

from imbalance_course.datasets.archives import Item
from imbalance_course.errors import CourseError


def list_pack(path: Path, wanted: str) -> list[Item]:
    """Items of a pack, in the order of its manifest.

    Args:
        path: the zip file.
        wanted: the column that tells what is seen, ``label`` or ``mask``.

    Raises:
        CourseError: not a zip, or the manifest is missing, lacks a column or lists a missing file.
    """
    text, stored = _read_manifest(path)
    rows = list(csv.DictReader(io.StringIO(text)))
    required = ("image", wanted, "group")
    lacking = [name for name in required if not rows or rows[0].get(name) is None]
    if lacking:
        raise CourseError(
            f"Expected the columns {', '.join(required)} in manifest.csv of {path}, missing: "
            f"{', '.join(lacking)}."
        )
    items = [
        Item(row["image"], (row["image"], row["mask"]), row["group"])
        if wanted == "mask"
        else Item(row["image"], (row["image"],), row["group"], row["label"])
        for row in rows
    ]
    absent = [name for item in items for name in item.files if name not in stored]
    if absent:
        raise CourseError(
            f"Expected every image of the manifest in {path}, {len(absent)} are missing (first: {absent[0]})."
        )
    return items


def _read_manifest(path: Path) -> tuple[str, set[str]]:
    """Text of the manifest and the names of all files."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read("manifest.csv").decode("utf-8"), set(archive.namelist())
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CourseError(
            f"Expected {path} to be a whole zip file, got a damaged one ({error}). Fetch it again."
        ) from error
    except KeyError as error:
        raise CourseError(f"Expected manifest.csv in {path}, found none: this is not a pack.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"Expected manifest.csv in {path} to be UTF-8 text ({error}).") from error
