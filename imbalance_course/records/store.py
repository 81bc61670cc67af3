"""Files of records: read them whole, append to them so that nothing is lost on a kill."""

import os
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from imbalance_course.errors import CourseError
from imbalance_course.records.record import Record

SHIPPED_FOLDER = Path(__file__).parent


def recorded_runs(experiment: str, *, profile: str | None = None, row: str | None = None) -> list[Record]:
    """The runs that ship with the package, sorted by row and seed.

    Args:
        experiment: name of the experiment, for example ``catdog``.
        profile: only this profile.
        row: only this row.

    Returns:
        An empty list when nothing was recorded: the caller says so instead of printing a number.

    Example:
        >>> recorded_runs("no such experiment")
        []
    """
    records = read_records(SHIPPED_FOLDER / f"{experiment}.jsonl")
    wanted = (r for r in records if profile in (None, r.profile) and row in (None, r.row))
    return sorted(wanted, key=lambda record: (record.row, record.seed))


def read_records(path: Path) -> list[Record]:
    """All records of a file; a file that does not exist holds none.

    Raises:
        CourseError: a line is damaged; the message names file and line.
    """
    if not path.is_file():
        return []
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            records.append(Record.from_line(line))
        except CourseError as error:
            raise CourseError(f"{path}, line {number}: {error}") from error
    return records


def find_record(records: Iterable[Record], id: str) -> Record:
    """The one record whose id begins so.

    Raises:
        CourseError: none does, or several do.
    """
    found = [record for record in records if record.id.startswith(id)]
    if len(found) != 1:
        raise CourseError(
            f"Expected the id of one record, got {id!r}, which fits {len(found)}. See `records list`."
        )
    return found[0]


def append_record(path: Path, record: Record) -> None:
    """Add a record to a file unless a record of the same run is there.

    The whole file is written beside the old one and renamed; a lock keeps two processes apart.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / ".records.lock"):
        records = read_records(path)
        if any(known.key == record.key for known in records):
            return
        beside = path.with_suffix(".writing")
        with beside.open("w", encoding="utf-8") as file:
            file.writelines(entry.to_line() + "\n" for entry in [*records, record])
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
