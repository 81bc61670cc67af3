"""CSV files that come with images, read with patience for what spreadsheets write."""

import csv
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Table:
    """Columns of a CSV file by their usual names, all of one length.

    Attributes:
        name: name of the file.
        columns: the columns that are known, without spaces around their texts.
    """

    name: str
    columns: dict[str, list[str]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def require(self, *names: str) -> None:
        """Check that columns are there.

        Raises:
            CourseError: one is missing, or there is no row.
        """
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise CourseError(
                f"Expected the columns {', '.join(names)} in the first line of {self.name}, missing: "
                f"{', '.join(missing)}. Name the columns so."
            )
        if not len(self):
            raise CourseError(f"Expected a row for each file in {self.name}, found the first line alone.")


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8, separated by commas, semicolons or tabs; empty lines are skipped.

    Raises:
        CourseError: it is not UTF-8, not CSV or empty, or has a column twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            if not first.strip():
                raise CourseError(f"Expected column names in the first line of {path.name}, found none.")
            file.seek(0)
            delimiter = max(DELIMITERS, key=first.count)
            return _collect(path.name, csv.reader(file, delimiter=delimiter))
    except UnicodeDecodeError as error:
        raise CourseError(
            f'Expected {path.name} to be UTF-8 text, found other bytes. Save it again as "CSV UTF-8".'
        ) from error
    except (csv.Error, OSError) as error:
        raise CourseError(
            f"Expected {path.name} to be a CSV file, but it cannot be read ({error})."
        ) from error


def _collect(name: str, lines: Iterable[list[str]]) -> Table:
    lines = iter(lines)
    header = [text.strip().casefold() for text in next(lines)]
    places = {
        column: [position for position, text in enumerate(header) if text in accepted]
        for column, accepted in COLUMNS.items()
    }
    for column, positions in places.items():
        if len(positions) > 1:
            raise CourseError(
                f"Expected one column {column} in {name}, found {len(positions)} "
                f"({', '.join(header[position] for position in positions)}). Delete or rename the others."
            )
    columns = {column: [] for column, positions in places.items() if positions}
    wanted = [(columns[column], positions[0]) for column, positions in places.items() if positions]
    for line in lines:
        if line:
            for column, position in wanted:
                column.append(line[position].strip() if position < len(line) else "")
    return Table(name, columns)


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
