"""The command line: data, runs, records and a look at the machine."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from imbalance_course import __version__
from imbalance_course.cli_console import PlainConsole, console, make_table, split_seeds, split_words
from imbalance_course.cli_data import data_app
from imbalance_course.cli_lab import lab
from imbalance_course.cli_predict import predict
from imbalance_course.cli_ray import run_on_ray
from imbalance_course.cli_records import print_table, records_app
from imbalance_course.errors import CourseError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Experiments and records of the course on imbalanced data.",
)
app.add_typer(data_app, name="data")
app.add_typer(records_app, name="records")
app.command()(predict)
app.command()(lab)

DEFAULT_OUTPUT = Path("runs")


def main() -> None:
    """Entry point: a user's mistake, and what the system refuses, becomes one sentence and exit code 2."""
    try:
        app()
    except CourseError as error:
        _stop(str(error))
    except OSError as error:
        what = error.filename or "what this command prints"
        _stop(f"Expected to read or write {what}, got: {error.strerror or error}.")


def _stop(sentence: str) -> NoReturn:
    PlainConsole(stderr=True, highlight=False).print(f"imbalance-course: {sentence}", soft_wrap=True)
    try:
        sys.stdout.flush()
    except OSError:  # what was not written goes nowhere; Python would try again at its end, and complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(2)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__)


@app.command()
def run(
    experiment: Annotated[str, typer.Argument(help="catdog, breakhis, ..., or all.")],
    profile: Annotated[
        str, typer.Option(help="demo (drawn images), laptop (real, small) or full (one GPU).")
    ] = "demo",
    rows: Annotated[str, typer.Option(help="Comma-separated rows; all when left out.")] = "",
    seeds: Annotated[str, typer.Option(help="Comma-separated seeds.")] = "0",
    output: Annotated[Path, typer.Option(help="Folder for records and checkpoints.")] = DEFAULT_OUTPUT,
    device: Annotated[str, typer.Option(help="cpu or cuda; the first GPU when left out.")] = "",
    tune: Annotated[
        bool, typer.Option(help="Try the settings of each method; the held-out part chooses.")
    ] = False,
    ray: Annotated[
        str, typer.Option(help="Spread the runs by Ray: local, auto or HOST:PORT of a cluster.")
    ] = "",
    ray_cores: Annotated[int, typer.Option(min=1, help="With --ray, CPU cores of each run.")] = 1,
    keep_networks: Annotated[
        bool,
        typer.Option(help="Keep each trained network, for `predict`; of voids and nuclei-* only."),
    ] = False,
) -> None:
    """Run an experiment, or all; what came to its end and is recorded is not run again."""
    names, numbers = split_words(rows), split_seeds(seeds)
    from imbalance_course.device import choose_device
    from imbalance_course.experiments import EXPERIMENTS, find_experiment
    from imbalance_course.experiments.networks import check_keeping

    if experiment == "all" and names:
        raise CourseError("Expected no --rows with `run all`, which runs every row of every experiment.")
    found = list(EXPERIMENTS.values()) if experiment == "all" else [find_experiment(experiment)]
    for one in found:
        one.check_rows(profile, names)
        if keep_networks:
            check_keeping(one)
    if keep_networks and ray:
        raise CourseError("Expected no --keep-networks with --ray: networks stay where they were trained.")
    if output.exists() and not output.is_dir():
        raise CourseError(f"Expected a folder for --output, got the file {output}.")
    plan = {"profile": profile, "rows": names, "seeds": numbers, "tune": tune}
    try:
        if ray:
            complete = run_on_ray(found, output, address=ray, cores=ray_cores, device=device or None, **plan)
            sys.exit(0 if complete else 1)
        chosen = choose_device(device or None)
        complete = [_run(one, output / one.name, chosen, plan, keep_networks) for one in found]
    except KeyboardInterrupt:
        console.print(
            "Stopped. Finished runs are recorded; the same command goes on after the last whole epoch.",
            soft_wrap=True,
        )
        sys.exit(130)
    if not all(complete):
        sys.exit(1)


@app.command()
def doctor(
    output: Annotated[Path, typer.Option(help="Folder that runs would write to.")] = DEFAULT_OUTPUT,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Look at device, versions, folders and data; say what is wrong and how to mend it (exit code 1)."""
    from imbalance_course.doctor import examine

    findings = examine(output)
    faults = sum(finding.state == "fault" for finding in findings)
    if as_json:
        console.print_json(data=[asdict(finding) for finding in findings])
    else:
        _print_findings(findings)
        console.print("Nothing is wrong." if not faults else f"To be mended: {faults}.")
    sys.exit(1 if faults else 0)


def _print_findings(findings) -> None:
    table = make_table("state", "what", "found: what it means")
    table.columns[-1].overflow = "fold"  # a path that is too long is broken, never cut
    colors = {"fault": "bold red", "note": "yellow", "good": "green"}
    for finding in findings:
        state = Text(finding.state, style=colors[finding.state])
        table.add_row(
            state, Text(finding.what), Text.assemble((finding.found, "bold"), f": {finding.meaning}")
        )
    console.print(table)


def _run(experiment, output, device, plan, keep_networks) -> bool:
    """Whether every run came to its end."""
    from imbalance_course.device import describe_device
    from imbalance_course.experiments import run_experiment
    from imbalance_course.experiments.networks import network_file
    from imbalance_course.progress import RunBar

    console.print(
        f"{experiment.title}, profile {plan['profile']}, on {describe_device(device)}", soft_wrap=True
    )
    with RunBar(console) as watch:
        records = run_experiment(
            experiment, output=output, device=device, watch=watch, keep_networks=keep_networks, **plan
        )
    print_table(records)
    done = [record for record in records if not record.failure]
    for record in done if keep_networks else []:
        console.print(f"network of {record.row}: {network_file(output, record)}", soft_wrap=True)
    return len(done) == len(records)
