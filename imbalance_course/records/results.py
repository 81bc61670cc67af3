"""Recorded runs as the lines of a results table: scores beside the source's, and how the runs were made."""

from collections.abc import Iterable, Mapping, Sequence

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Interval
from imbalance_course.records.record import Record
from imbalance_course.records.scores import Score, finished

EMPTY = "–"

Line = dict[str, str]  # heading of a column -> text of the cell, the row's title first
RunsByTitle = Mapping[str, list[Record]]
Intervals = dict[str, dict[str, Interval | None]]


def runs_by_title(
    titles: Mapping[str, str], records: Iterable[Record], *, simulated: bool = False
) -> dict[str, list[Record]]:
    """Runs of every row of a table; a row that was never run has an empty list.

    Args:
        titles: name of the row -> its title, from top to bottom.
        records: runs of one experiment and one profile; those of other rows are left out.
        simulated: whether the experiment draws its data in every profile; the table must then say so.

    Returns:
        Title -> runs, by seed.

    Raises:
        CourseError: a run of the profile demo, a run on drawn images where real ones are expected or the
            other way round, runs of several profiles, or two runs with one seed.
    """
    wanted = [record for record in records if record.row in titles]
    if any(record.profile == "demo" or record.drawn_data != simulated for record in wanted):
        expected, other = ("drawn", "real") if simulated else ("real", "drawn")
        raise CourseError(
            f"Expected runs on {expected} images, none of the profile demo, got one of that profile or on "
            f"{other} images; leave it out."
        )
    profiles = sorted({record.profile for record in wanted})
    if len(profiles) > 1:
        raise CourseError(f"Expected runs of one profile, got {', '.join(profiles)}; choose one.")
    keys = [record.key for record in wanted]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise CourseError(f"Expected one record for each run, got two for {twice[0]}; remove one.")
    wanted.sort(key=lambda record: record.seed)
    return {title: [run for run in wanted if run.row == name] for name, title in titles.items()}


def score_lines(
    rows: RunsByTitle, scores: Sequence[Score], source: str = "", values: Mapping[str, float] | None = None
) -> list[Line]:
    """Lines of a table with a column for each score, the first of them beside the source's number.

    Args:
        rows: what :func:`runs_by_title` gives.
        scores: the columns.
        source: heading of the source's column; empty for none.
        values: the source's number by title of the row.
    """
    first, *others = scores
    lines = []
    for title, runs in rows.items():
        line = {"Row": title, "Seeds": str(len(finished(runs))), first.heading: first.text(runs)}
        line |= {source: source_text((values or {}).get(title))} if source else {}
        lines.append(line | {score.heading: score.text(runs) if runs else EMPTY for score in others})
    return lines


def side_by_side(
    columns: Mapping[str, RunsByTitle], score: Score, source: str, values: Mapping[str, float]
) -> list[Line]:
    """Lines of a table with one score of the same rows under several conditions, and the source's number.

    Args:
        columns: heading -> rows; all have the same titles.
        score: what is shown.
        source: heading of the source's column.
        values: the source's number by title of the row.
    """
    titles = next(iter(columns.values()))
    return [
        {"Row": title}
        | {heading: score.text(rows[title]) for heading, rows in columns.items()}
        | {source: source_text(values.get(title))}
        for title in titles
    ]


def intervals_by_score(rows: RunsByTitle, scores: Mapping[str, Score]) -> Intervals:
    """What a figure of several scores draws: title -> name of the score -> interval."""
    return {
        title: {name: score.interval(runs) for name, score in scores.items()} for title, runs in rows.items()
    }


def intervals_by_column(columns: Mapping[str, RunsByTitle], score: Score) -> Intervals:
    """What a figure of one score under several conditions draws: title -> heading -> interval."""
    titles = next(iter(columns.values()))
    return {title: {name: score.interval(rows[title]) for name, rows in columns.items()} for title in titles}


def run_lines(rows: RunsByTitle) -> list[Line]:
    """How the runs of each row were made; rows without a finished run are left out."""
    recorded = {title: finished(runs) for title, runs in rows.items() if finished(runs)}
    in_cases = any(run.test_groups for runs in recorded.values() for run in runs)
    return [
        {
            "Row": title,
            "Profile": runs[0].profile,
            "Seeds": ", ".join(str(run.seed) for run in runs),
        }
        | ({"Cases tested": str(len(_cases(runs)))} if in_cases else {})
        | {
            "Seconds a run": _range(run.seconds for run in runs),
            "Images per second": _range(run.images_per_second for run in runs),
            "Date": _join(sorted(run.finished[:10] for run in runs)),
            "Device": "; ".join(sorted({run.device for run in runs})),
            "Settings": _settings(runs),
        }
        for title, runs in recorded.items()
    ]


def failure_lines(records: Iterable[Record]) -> list[Line]:
    """The runs that failed, and why; no line where none did."""
    return [
        {
            "Experiment": run.experiment,
            "Row": run.row,
            "Profile": run.profile,
            "Seed": str(run.seed),
            "Date": run.finished[:10],
            "Reason": run.failure,
        }
        for run in records
        if run.failure
    ]


def source_text(value: float | None) -> str:
    """The source's number as the text of a cell.

    Example:
        >>> source_text(0.96), source_text(None)
        ('0.960', '–')
    """
    return EMPTY if value is None else f"{value:.3f}"


def _cases(runs: Sequence[Record]) -> set[str]:
    return {case for run in runs for case in run.test_groups or {}}


def _range(values: Iterable[float]) -> str:
    return _join([f"{value:,.0f}".replace(",", "\u2009") for value in sorted(values)])


def _join(sorted_texts: Sequence[str]) -> str:
    """The first and the last, or the one that both are."""
    return " to ".join(dict.fromkeys([sorted_texts[0], sorted_texts[-1]]))


def _settings(runs: Sequence[Record]) -> str:
    """Whether settings of the method were chosen among candidates, run by run."""
    tuned = sum("candidates" in (run.tuning or {}) for run in runs)
    if not tuned:
        return "as given"
    return "chosen by trial" if tuned == len(runs) else f"chosen by trial in {tuned} of {len(runs)}"
