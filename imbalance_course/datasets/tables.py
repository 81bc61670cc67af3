"""CSV files that list images, read strictly: what may mean another row or cell than was meant is refused."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from imbalance_course.errors import CourseError

MOST_BYTES = 256 * 2**20  # of a file; a million rows have about 50 million
NO_NUMBERS = frozenset(("nan", "inf", "infinity"))
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no tab and no line break


@dataclass(frozen=True)
class Table:
    """Columns of a CSV file by their usual names, all of one length.

    Attributes:
        name: what messages call the file.
        columns: the columns that are known, without spaces around their texts.
        lines: line of the file on which each row begins, counted from 1.
    """

    name: str
    columns: dict[str, list[str]]
    lines: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

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


def read_csv(
    name: str, file: BinaryIO, accepted: Mapping[str, Sequence[str]], delimiters: str = ","
) -> Table:
    """Read a CSV file in UTF-8; empty lines are skipped, and columns of other names passed over.

    Texts come in Unicode's composed form: the same word, typed on two systems, is one word.

    Args:
        name: what messages call the file.
        file: its bytes.
        accepted: usual name of a column -> names that it may have, in small letters.
        delimiters: the one that the first line has most of separates the cells.

    Raises:
        CourseError: the file is too large, not UTF-8, not CSV or empty, has a column twice, more cells in a
            row than in the first line, or a line break in a column that is read; the message names the line.
    """
    text = _decode(name, file.read(MOST_BYTES + 1))
    first = text.partition("\n")[0]
    if not first.strip():
        raise CourseError(f"Expected column names in the first line of {name}, found none.")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(delimiters, key=first.count), strict=True)
    line = 1
    try:
        places, width = _find_columns(name, next(rows), accepted)
        columns: dict[str, list[str]] = {column: [] for column in places}
        lines: list[int] = []
        line = rows.line_num + 1
        for cells in rows:
            if cells:
                _take(name, line, cells, places, width, columns)
                lines.append(line)
            line = rows.line_num + 1
    except csv.Error as error:
        raise CourseError(
            f"Expected {name} to be a CSV file, but it cannot be read from line {line} on ({error}). See "
            "whether a quote is left open there."
        ) from error
    return Table(name, columns, lines)


def find_odd_cells(table: Table, column: str) -> dict[str, list[int]]:
    """What a column has in place of names: kind of the cell -> lines of the file.

    An empty cell, or a number that is none, such as ``nan`` and ``inf``: programs write these for what they
    do not know.

    Example:
        >>> find_odd_cells(Table("t.csv", {"label": ["cat", "", "NaN"]}, [2, 3, 4]), "label")
        {'none': [3], 'NaN': [4]}
    """
    odd: dict[str, list[int]] = {}
    for line, text in zip(table.lines, table.columns[column], strict=True):
        if not text or text.lstrip("+-").casefold() in NO_NUMBERS:
            odd.setdefault(text or "none", []).append(line)
    return odd


def _decode(name: str, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise CourseError(
            f"Expected {name} to have at most {MOST_BYTES // 2**20} MiB, found more. Leave out columns that "
            "are not needed, or split the folder."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CourseError(
            f"Expected {name} to be UTF-8 text, found other bytes in line "
            f'{_line_of(content[: error.start].decode("utf-8", "replace"))}. Save it again as "CSV UTF-8".'
        ) from error
    control = CONTROLS.search(text)
    if control:
        raise CourseError(
            f"Expected {name} to be text, found the control character {control[0]!r} in line "
            f'{_line_of(text[: control.start()])}. Save it again as "CSV UTF-8".'
        )
    return unicodedata.normalize("NFC", text)


def _line_of(before: str) -> int:
    return 1 + before.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _find_columns(
    name: str, header: Iterable[str], accepted: Mapping[str, Sequence[str]]
) -> tuple[dict[str, int], int]:
    """Usual name -> place of each column that is there, and the number of columns."""
    header = [text.strip().casefold() for text in header]
    found = {
        column: [place for place, text in enumerate(header) if text in names]
        for column, names in accepted.items()
    }
    for column, places in found.items():
        if len(places) > 1:
            raise CourseError(
                f"Expected one column {column} in {name}, found {len(places)} "
                f"({', '.join(header[place] for place in places)}). Delete or rename the others."
            )
    return {column: places[0] for column, places in found.items() if places}, len(header)


def _take(name: str, line: int, cells, places: dict[str, int], width: int, columns: dict[str, list]) -> None:
    """Add a row to the columns; cells that a row lacks are empty."""
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
        raise CourseError(
            f"Expected {width} cells as in the first line of {name}, found {len(cells)} in line {line}. Put "
            "quotes around a text that holds a separator."
        )
    for column, place in places.items():
        cell = cells[place].strip() if place < len(cells) else ""
        if "\n" in cell or "\r" in cell:
            raise CourseError(
                f"Expected a {column} on one line in {name}, found one that begins in line {line} and goes "
                "on in the next. See whether a quote is left open there."
            )
        columns[column].append(cell)
