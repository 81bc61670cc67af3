"""CSV files that come with images, read with patience for what spreadsheets write."""

import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from imbalance_course.datasets.tables import Table, read_csv
from imbalance_course.errors import CourseError

# Names that a column may have; the first is the one that messages ask for.
COLUMNS = {
    "file": ("file", "image", "filename"),
    "label": ("label", "class"),
    "mask": ("mask",),
    "group": ("group",),
    "value": ("value",),
    "name": ("name",),
}
DELIMITERS = ",;\t"


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8, separated by commas, semicolons or tabs; empty lines are skipped.

    Raises:
        CourseError: it cannot be opened, or :func:`imbalance_course.datasets.tables.read_csv` refuses it.
    """
    try:
        with path.open("rb") as file:
            return read_csv(path.name, file, COLUMNS, DELIMITERS)
    except OSError as error:
        raise CourseError(f"Expected a CSV file at {path}, but it cannot be read ({error}).") from error


class FileNames:
    """Finds the file that a CSV file means.

    Args:
        names: paths of the files, relative to the folder.

    Example:
        >>> FileNames(["images/a.png", "images/b.png"]).find("a.png")
        'images/a.png'
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._exact = {unicodedata.normalize("NFC", name): name for name in names}
        self._ends: dict[str, list[str]] = defaultdict(list)
        for name in self._exact:
            self._ends[name.rpartition("/")[2]].append(name)

    def find(self, name: str) -> str | None:
        """The file of that path, or the only one of that name in any folder; None for no such file."""
        name = unicodedata.normalize("NFC", name)
        if name not in self._exact:
            name = posixpath.normpath(name.replace("\\", "/"))
        if name not in self._exact and "/" not in name and len(self._ends.get(name, ())) == 1:
            name = self._ends[name][0]
        return self._exact.get(name)
