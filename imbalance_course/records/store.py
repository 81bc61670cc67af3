"""Files of records: read them whole, append to them so that nothing is lost on a kill."""

from collections.abc import Iterable
from pathlib import Path

from imbalance_course.errors import CourseError
from imbalance_course.records.record import Record
from imbalance_course.writing import alone, written_beside

SHIPPED_FOLDER = Path(__file__).parent


def recorded_runs(
    experiment: str, *, profile: str | None = None, row: str | None = None, failed: bool = False
) -> list[Record]:
    """The runs that ship with the package, sorted by row and seed.

    Args:
        experiment: name of the experiment, for example ``catdog``.
        profile: only this profile.
        row: only this row.
        failed: with the runs that failed, for tables that say so.

    Returns:
        An empty list when nothing was recorded: the caller says so instead of printing a number.

    Example:
        >>> recorded_runs("no such experiment")
        []
    """
    records = read_records(SHIPPED_FOLDER / f"{experiment}.jsonl")
    wanted = (
        record
        for record in records
        if profile in (None, record.profile) and row in (None, record.row) and (failed or not record.failure)
    )
    return sorted(wanted, key=lambda record: (record.row, record.seed))


def read_records(path: Path) -> list[Record]:
    """All records of a file; a file that does not exist holds none.

    Raises:
        CourseError: a line is damaged; the message names file and line.
    """
    if not path.is_file():
        return []
    records = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                records.append(Record.from_line(line.decode("utf-8")))
            except CourseError as error:
                raise CourseError(f"{path}, line {number}: {error}") from error
            except UnicodeDecodeError as error:
                raise CourseError(f"{path}, line {number}: Expected UTF-8 text, got other bytes.") from error
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
    """Add a record to a file unless the same run has one there; that of a run that failed gives way.

    The whole file is written beside the old one and renamed; a lock keeps two processes apart.

    Raises:
        CourseError: a line is damaged, or the file cannot be written; then it is as it was.
    """
    with alone(path.parent / ".records.lock"):
        records = read_records(path)
        if any(known.key == record.key and not known.failure for known in records):
            return
        kept = [known for known in records if known.key != record.key]
        with written_beside(path) as file:
            file.writelines(f"{entry.to_line()}\n".encode() for entry in [*kept, record])
