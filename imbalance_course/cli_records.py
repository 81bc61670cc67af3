"""The `records` commands: list, show, verify, sum up and run again what was recorded."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from imbalance_course.cli_console import console, make_table
from imbalance_course.errors import CourseError

records_app = typer.Typer(no_args_is_help=True, help="Look at recorded runs, and run them again.")
RecordsPath = Annotated[Path | None, typer.Option(help="A records.jsonl; the shipped records when left out.")]


@records_app.command("list")
def records_list(path: RecordsPath = None) -> None:
    """List runs: id, experiment, row, profile, seed, score, date."""
    table = make_table("id", "experiment", "row", "profile", "seed", "score", "finished")
    for record in _find_records(path):
        table.add_row(
            record.id,
            record.experiment,
            record.row,
            record.profile,
            str(record.seed),
            record.headline,
            record.finished[:10],
        )
    console.print(table)


@records_app.command("show")
def records_show(
    row: Annotated[str, typer.Argument(help="Name of the row.")],
    seed: Annotated[int, typer.Option(help="Seed of the run.")] = 0,
    profile: Annotated[str, typer.Option(help="demo, laptop or full.")] = "laptop",
    path: RecordsPath = None,
) -> None:
    """Print one record whole, as JSON."""
    found = [r for r in _find_records(path) if (r.row, r.profile, r.seed) == (row, profile, seed)]
    if not found:
        raise CourseError(
            f"Expected a recorded run of {row}, profile {profile}, seed {seed}, found none. See "
            "`records list`."
        )
    fields = {"id": found[0].id, **json.loads(found[0].to_line())}
    console.print(json.dumps(fields, indent=2), soft_wrap=True, markup=False)


@records_app.command("verify")
def records_verify(path: RecordsPath = None) -> None:
    """Read every record and check that nothing was changed after its run; exit code 2 where something was."""
    records = _find_records(path)
    failed = sum(bool(record.failure) for record in records)
    ends = f", {failed} of them of runs that failed" if failed else ""
    _say(f"{len(records)} records{ends}: every checksum holds.")


@records_app.command("table")
def records_table(
    profile: Annotated[str, typer.Option(help="demo, laptop or full.")] = "laptop",
    path: RecordsPath = None,
) -> None:
    """Scores of every row with 95 % intervals: over seeds, or over cases where images come in cases."""
    records = [record for record in _find_records(path) if record.profile == profile]
    if not records:
        raise CourseError(
            f"Expected recorded runs of profile {profile}, found none. `imbalance-course run` makes some."
        )
    print_table(records)


@records_app.command("rerun")
def records_rerun(
    id: Annotated[str, typer.Argument(help="Id of the record, or its first digits; see `records list`.")],
    path: RecordsPath = None,
    device: Annotated[str, typer.Option(help="cpu or cuda; the first GPU when left out.")] = "",
) -> None:
    """Run a record again from itself alone, and say whether every number comes out the same."""
    from imbalance_course.device import choose_device
    from imbalance_course.experiments import find_experiment, rerun
    from imbalance_course.progress import RunBar
    from imbalance_course.records import find_record

    record = find_record(_find_records(path), id)
    if record.failure:
        raise CourseError(
            f"Expected a run that came to its end, got one that failed: {record.failure} "
            f"`imbalance-course run {record.experiment} --profile {record.profile} --rows {record.row} "
            f"--seeds {record.seed}` tries it again."
        )
    _say(
        f"{record.id}: {record.experiment}, {record.row}, profile {record.profile}, seed {record.seed}, "
        f"recorded {record.finished[:10]} on {record.device}"
    )
    with RunBar(console) as watch:
        done = rerun(
            record, find_experiment(record.experiment), device=choose_device(device or None), watch=watch
        )
    if done.devices:
        _say("The device differs, and hardware rounds in its own way: {} then, {} now.".format(*done.devices))
    if not done.differing:
        _say("Equal to the last bit.")
        return
    _say(f"Not equal: {', '.join(done.differing)}.")
    sys.exit(1)


def print_table(records) -> None:
    """A table for each experiment and profile; one line a row: seeds and scores, each with its interval."""
    kinds = dict.fromkeys((record.experiment, record.profile) for record in records)
    for kind in kinds:
        _print_one([record for record in records if (record.experiment, record.profile) == kind], *kind)


def _print_one(records, experiment: str, profile: str) -> None:
    from imbalance_course.records.scores import finished
    from imbalance_course.records.table import summarize, summarize_metrics

    if all(record.test_counts_at_half for record in finished(records)):
        columns = ["row", "seeds", "F1 at 0.5", "F1 at chosen threshold", "balanced accuracy"]
        lines = [[str(value) for value in vars(line).values()] for line in summarize(records)]
    else:
        columns, lines = summarize_metrics(records)
    drawn = " – drawn images, not photographs" if any(record.drawn_data for record in records) else ""
    table = make_table(*columns, title=f"{experiment}, profile {profile}{drawn}")
    for line in lines:
        table.add_row(*line)
    console.print(table)
    for record in records:
        if record.failure:
            _say(f"{record.row}, seed {record.seed} failed: {record.failure}")


def _find_records(path: Path | None):
    from imbalance_course.experiments import EXPERIMENTS
    from imbalance_course.records import read_records, recorded_runs

    if path is None:
        return [record for name in EXPERIMENTS for record in recorded_runs(name, failed=True)]
    if not path.is_file():
        raise CourseError(f"Expected a file of records at {path}, found none.")
    return read_records(path)


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, markup=False)
