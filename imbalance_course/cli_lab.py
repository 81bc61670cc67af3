"""The `lab` command: a learner's own folder, from the check to the report."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from imbalance_course.cli_console import console, make_table, split_seeds, split_words
from imbalance_course.errors import CourseError


def lab(
    path: Annotated[Path, typer.Argument(help="Your folder; the page “Your own data” shows three layouts.")],
    output: Annotated[
        Path | None, typer.Option(help="Folder for runs and report; lab-NAME when left out.")
    ] = None,
    seeds: Annotated[
        str, typer.Option(help="Comma-separated; one split and one run a method each.")
    ] = "0,1,2",
    budget: Annotated[
        str, typer.Option(help="quick, normal, long, or a number of training images of one run.")
    ] = "normal",
    image_size: Annotated[
        int | None, typer.Option(min=16, max=1024, help="Side in pixels; 64, or 128 for masks.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda; the first GPU when left out.")] = "",
    methods: Annotated[str, typer.Option(help="Comma-separated, or all; five when left out.")] = "",
    cost_ratio: Annotated[
        float | None, typer.Option(help="What a miss costs, in false alarms; for two classes.")
    ] = None,
    network: Annotated[str, typer.Option(help="small, resnet18, ...; unet, deeplab, ... for masks.")] = "",
    flip: Annotated[bool, typer.Option(help="Whether a mirrored image keeps its class.")] = True,
    check_only: Annotated[bool, typer.Option("--check-only", help="Read and check, train nothing.")] = False,
) -> None:
    """Check, split and learn your own folder with several methods, and write one report."""
    names, numbers = split_words(methods), split_seeds(seeds)
    if cost_ratio is not None and not 0 < cost_ratio < float("inf"):
        raise CourseError(f"Expected a cost ratio above 0, got {cost_ratio:g}.")
    folder = _read(path, image_size)
    if check_only:
        return
    from imbalance_course.device import choose_device
    from imbalance_course.lab.methods import choose_methods
    from imbalance_course.lab.running import run_methods
    from imbalance_course.lab.settings import make_config
    from imbalance_course.progress import RunBar

    chosen = choose_methods(folder.kind, names)
    if cost_ratio is not None and len(folder.data.class_names) != 2:
        raise CourseError(
            f"Expected no --cost-ratio with {len(folder.data.class_names)} classes: it weighs two kinds of "
            "mistakes, misses and false alarms."
        )
    config = make_config(folder, budget=budget, network=network or None, flip=flip)
    target = choose_device(device or None)
    output = _check_place(output or Path(f"lab-{path.resolve().name}"), path)
    _announce(folder, config, output, chosen, numbers, target)
    try:
        with RunBar(console) as watch:
            runs = run_methods(
                folder, config, output, methods=chosen, seeds=numbers, device=target, watch=watch
            )
    except KeyboardInterrupt:
        _say(
            f"Stopped. Finished runs are kept in {output}; the same command goes on after the last whole "
            f"epoch: {_typed()}"
        )
        sys.exit(130)
    from imbalance_course.lab.report import write_report

    file = output / "report.html"
    advice = write_report(file, folder, runs, command=_typed(), cost_ratio=cost_ratio)
    _say(f"Recommended: {advice.chosen.method}. {advice.reason}")
    _say(f"Report: {file.resolve()}")


def _read(path: Path, image_size: int | None):
    """The folder, its classes and the findings, printed."""
    from imbalance_course.lab.folders import read_folder
    from imbalance_course.lab.tallies import class_lines
    from imbalance_course.progress import image_bar

    with image_bar("reading images", total=None) as on_done:
        folder = read_folder(path, image_size=image_size, on_done=on_done)
    unit = "images" if folder.kind == "classes" else "pixels"
    table = make_table("class", unit, "share", title=f"{path}: {folder.kind}, {len(folder.data)} items")
    for line in class_lines(folder):
        table.add_row(line["name"], line["items"], line["share"])
    console.print(table)
    for finding in folder.findings:
        _say(f"{finding.level}: {finding.what}")
    return folder


def _check_place(output: Path, path: Path) -> Path:
    if output.exists() and not output.is_dir():
        raise CourseError(f"Expected a folder for --output, got the file {output}.")
    inside, outside = output.resolve(), path.resolve()
    if inside == outside or outside in inside.parents:
        raise CourseError(
            f"Expected an --output outside of {path}, got {output}: the next check would take its files for "
            "yours. Call the command from another folder, or name one."
        )
    return output


def _announce(folder, config, output: Path, methods: list[str], seeds: list[int], device) -> None:
    """What will be run, and about how long it takes."""
    from imbalance_course.device import describe_device
    from imbalance_course.lab.running import check_output, count_left, seconds_per_run

    check_output(folder, config, output, device)
    left = count_left(output, methods, seeds)
    _say(f"{len(methods)} methods, {len(seeds)} splits, on {describe_device(device)}: {', '.join(methods)}")
    if left:
        seconds = seconds_per_run(folder, config, device)
        _say(f"{left} runs of {config.images_total} images to go, about {_time(seconds)} each, "
             f"{_time(left * seconds)} in all.")  # fmt: skip


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _typed() -> str:
    """The command as it was typed."""
    return shlex.join(["imbalance-course", *sys.argv[1:]])


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, markup=False)
