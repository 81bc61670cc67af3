"""Records of several seeds summed up to one line a row."""

from collections.abc import Iterable
from dataclasses import dataclass

from imbalance_course.records.record import Record
from imbalance_course.records.scores import FAILED, Score, count_failed, finished, format_interval

MOST_SCORES = 4  # columns of scores that a terminal has room for


@dataclass(frozen=True)
class TableLine:
    """One row of a results table, numbers as text with their 95 % interval.

    Where every run tests all images, that is mean and half-width over seeds. Where test images come in
    groups, as in a cross-validation over cases, it is the score of all of them with the ends over cases.
    """

    row: str
    seeds: int
    f1_at_half: str
    f1_at_threshold: str
    balanced_accuracy: str


def group_by_row(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by row, rows in the order of their first record."""
    rows: dict[str, list[Record]] = {}
    for record in records:
        rows.setdefault(record.row, []).append(record)
    return rows


def summarize(records: Iterable[Record]) -> list[TableLine]:
    """One line for each row."""
    return [
        TableLine(
            row=row,
            seeds=len(finished(runs)),
            f1_at_half=Score("f1", "at_half").text(runs),
            f1_at_threshold=Score("f1", "at_threshold").text(runs),
            balanced_accuracy=Score("balanced_accuracy", "at_half").text(runs),
        )
        for row, runs in group_by_row(records).items()
    ]


def summarize_metrics(records: Iterable[Record]) -> tuple[list[str], list[list[str]]]:
    """The first scores of every row, for runs that do not decide between two classes.

    Returns:
        Names of the columns, and one line of text a row of the table. A record has all its scores.
    """
    rows = group_by_row(records)
    names = list(dict.fromkeys(name for runs in rows.values() for run in runs for name in run.metrics))
    names = names[:MOST_SCORES]
    lines = []
    for row, runs in rows.items():
        values = [[run.metrics[name] for run in runs if name in run.metrics] for name in names]
        without = FAILED if all(run.failure for run in runs) else "-"
        cells = [format_interval(found) + count_failed(runs) if found else without for found in values]
        lines.append([row, str(len(finished(runs))), *cells])
    return ["row", "seeds", *(name.replace("_", " ") for name in names)], lines
