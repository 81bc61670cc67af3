"""The pack format: one zip with ``manifest.csv`` first, then the images it lists.

``manifest.csv`` has the columns ``image``, ``label`` or ``mask``, and ``group``; further columns are allowed.
"""

import io
from collections import Counter
from pathlib import Path

from imbalance_course.datasets.archives import LARGEST, Item, check_once, open_zip
from imbalance_course.datasets.tables import Table, find_odd_cells, read_csv
from imbalance_course.datasets.zips import plain_names, read_together
from imbalance_course.errors import CourseError

MANIFEST = "manifest.csv"
COLUMNS = {name: (name,) for name in ("image", "label", "mask", "group")}


def list_pack(path: Path, wanted: str) -> list[Item]:
    """Items of a pack, in the order of its manifest.

    Args:
        path: the zip file.
        wanted: the column that tells what is seen, ``label`` or ``mask``.

    Raises:
        CourseError: not a zip, or the manifest is missing, lacks a column, or lists a file that is missing or
            there twice.
    """
    table, stored = _read_manifest(path)
    required = ("image", wanted, "group")
    table.require(*required)
    _check_cells(table, required)
    rows = zip(*(table.columns[name] for name in required), strict=True)
    items = [
        Item(image, (image, answer), group) if wanted == "mask" else Item(image, (image,), group, answer)
        for image, answer, group in rows
    ]
    for item, line in zip(items, table.lines, strict=True):
        absent = [name for name in item.files if name not in stored]
        if absent:
            raise CourseError(f"Expected {absent[0]} of {table.name}, line {line}, in the pack, found none.")
    return items


def _check_cells(table: Table, columns: tuple[str, ...]) -> None:
    for column in columns:
        for kind, lines in find_odd_cells(table, column).items():
            raise CourseError(f"Expected a {column} in {table.name}, line {lines[0]}, found {kind}.")
    image, times = Counter(table.columns["image"]).most_common(1)[0]
    if times > 1:
        lines = [
            str(line) for line, name in zip(table.lines, table.columns["image"], strict=True) if name == image
        ]
        raise CourseError(
            f"Expected every image once in {table.name}, found {image} in the lines {', '.join(lines[:5])}."
        )


def _read_manifest(path: Path) -> tuple[Table, set[str]]:
    """The manifest and the names of all files."""
    with open_zip(path) as archive:
        names = plain_names(archive)
        if MANIFEST not in names:
            raise CourseError(f"Expected {MANIFEST} in {path}, found none: this is not a pack.")
        check_once(path, names)
        (content,) = read_together(archive, (MANIFEST,), LARGEST)
    return read_csv(f"{MANIFEST} of {path}", io.BytesIO(content), COLUMNS), set(names)
