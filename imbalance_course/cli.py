"""The command line: data, runs, records and a look at the machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from imbalance_course import __version__
from imbalance_course.cli_console import console, make_table
from imbalance_course.cli_data import data_app
from imbalance_course.errors import CourseError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Experiments and records of the course on imbalanced data.",
)
records_app = typer.Typer(no_args_is_help=True, help="Look at recorded runs.")
app.add_typer(data_app, name="data")
app.add_typer(records_app, name="records")

DEFAULT_OUTPUT = Path("runs")


def main() -> None:
    """Entry point: a user's mistake becomes one sentence and exit code 2."""
    try:
        app()
    except CourseError as error:
        Console(stderr=True, highlight=False).print(
            f"imbalance-course: {error}", soft_wrap=True, markup=False
        )
        sys.exit(2)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__)


@app.command()
def run(
    experiment: Annotated[str, typer.Argument(help="Name of the experiment, for example catdog.")],
    profile: Annotated[
        str, typer.Option(help="demo (drawn images), laptop (real, small) or full (one GPU).")
    ] = "demo",
    rows: Annotated[str, typer.Option(help="Comma-separated rows; all when left out.")] = "",
    seeds: Annotated[str, typer.Option(help="Comma-separated seeds.")] = "0",
    output: Annotated[Path, typer.Option(help="Folder for records and checkpoints.")] = DEFAULT_OUTPUT,
    device: Annotated[str, typer.Option(help="cpu or cuda; the first GPU when left out.")] = "",
) -> None:
    """Run an experiment; what is recorded already is not run again."""
    names, numbers = _split_words(rows), _split_seeds(seeds)
    from imbalance_course.device import choose_device, describe_device
    from imbalance_course.experiments import find_experiment, run_experiment
    from imbalance_course.progress import RunBar

    found = find_experiment(experiment)
    found.check_rows(profile, names)
    if output.exists() and not output.is_dir():
        raise CourseError(f"Expected a folder for --output, got the file {output}.")
    chosen = choose_device(device or None)
    console.print(f"{found.title}, profile {profile}, on {describe_device(chosen)}", soft_wrap=True)
    try:
        with RunBar(console) as watch:
            records = run_experiment(
                found,
                profile=profile,
                rows=names,
                seeds=numbers,
                output=output / experiment,
                device=chosen,
                watch=watch,
            )
    except KeyboardInterrupt:
        console.print(
            "Stopped. Finished runs are recorded; the same command goes on after the last whole epoch.",
            soft_wrap=True,
        )
        sys.exit(130)
    _print_table(records)


@records_app.command("list")
def records_list(
    path: Annotated[
        Path | None, typer.Option(help="A records.jsonl; the shipped records when left out.")
    ] = None,
) -> None:
    """List runs: experiment, row, profile, seed, device, date."""
    table = make_table("experiment", "row", "profile", "seed", "F1 at 0.5", "device", "finished")
    for record in _find_records(path):
        table.add_row(
            record.experiment,
            record.row,
            record.profile,
            str(record.seed),
            f"{record.at_half.f1:.3f}",
            record.device,
            record.finished[:10],
        )
    console.print(table)


@records_app.command("show")
def records_show(
    row: Annotated[str, typer.Argument(help="Name of the row.")],
    seed: Annotated[int, typer.Option(help="Seed of the run.")] = 0,
    profile: Annotated[str, typer.Option(help="demo, laptop or full.")] = "laptop",
    path: Annotated[
        Path | None, typer.Option(help="A records.jsonl; the shipped records when left out.")
    ] = None,
) -> None:
    """Print one record whole, as JSON."""
    import json

    found = [r for r in _find_records(path) if (r.row, r.profile, r.seed) == (row, profile, seed)]
    if not found:
        raise CourseError(
            f"Expected a recorded run of {row}, profile {profile}, seed {seed}, found none. See "
            "`records list`."
        )
    console.print(json.dumps(json.loads(found[0].to_line()), indent=2), soft_wrap=True, markup=False)


@records_app.command("table")
def records_table(
    profile: Annotated[str, typer.Option(help="demo, laptop or full.")] = "laptop",
    path: Annotated[
        Path | None, typer.Option(help="A records.jsonl; the shipped records when left out.")
    ] = None,
) -> None:
    """F1 of every row: mean and 95 % interval over seeds."""
    records = [record for record in _find_records(path) if record.profile == profile]
    if not records:
        raise CourseError(
            f"Expected recorded runs of profile {profile}, found none. `imbalance-course run` makes some."
        )
    _print_table(records)


@app.command()
def doctor() -> None:
    """Show the device, the versions, the data found, and what would run where."""
    from imbalance_course.doctor import examine

    table = make_table("what", "found", "meaning")
    for finding in examine():
        table.add_row(finding.what, finding.found, finding.meaning)
    console.print(table)


def _find_records(path: Path | None):
    from imbalance_course.experiments import EXPERIMENTS
    from imbalance_course.records import read_records, recorded_runs

    if path is None:
        return [record for name in EXPERIMENTS for record in recorded_runs(name)]
    if not path.is_file():
        raise CourseError(f"Expected a file of records at {path}, found none.")
    return read_records(path)


def _print_table(records) -> None:
    from imbalance_course.records.table import summarize

    drawn = any(record.drawn_data for record in records)
    table = make_table(
        "row",
        "seeds",
        "F1 at 0.5",
        "F1 at chosen threshold",
        "balanced accuracy",
        title="drawn images, not photographs" if drawn else None,
    )
    for line in summarize(records):
        table.add_row(
            line.row, str(line.seeds), line.f1_at_half, line.f1_at_threshold, line.balanced_accuracy
        )
    console.print(table)


def _split_words(text: str) -> list[str] | None:
    return [word.strip() for word in text.split(",") if word.strip()] or None


def _split_seeds(text: str) -> list[int]:
    try:
        seeds = [int(word) for word in text.split(",") if word.strip()]
    except ValueError as error:
        raise CourseError(
            f"Expected seeds as whole numbers with commas, for example 0,1,2; got {text!r}."
        ) from error
    if not seeds or min(seeds) < 0:
        raise CourseError(f"Expected at least one seed, none of them negative, got {text!r}.")
    return list(dict.fromkeys(seeds))
