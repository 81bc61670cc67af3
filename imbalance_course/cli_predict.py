"""The `predict` command: one's own images through a network that a run kept."""

from pathlib import Path
from typing import Annotated

import typer

from imbalance_course.cli_console import console, make_table


def predict(
    record: Annotated[
        str, typer.Argument(help="Id of a record whose network was kept, or its first digits.")
    ],
    images: Annotated[list[Path], typer.Argument(help="PNG, TIFF, JPEG, WebP, GIF or BMP files.")],
    output: Annotated[
        Path | None, typer.Option(help="Folder for what is written; beside each image when left out.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            help="Mask of the one image, class numbers or black and white: shows errors and scores."
        ),
    ] = None,
    palette: Annotated[
        str, typer.Option(help="Colors with --truth: paper, or safe for every kind of color vision.")
    ] = "paper",
    runs: Annotated[Path, typer.Option(help="What was --output of the run.")] = Path("runs"),
    force: Annotated[bool, typer.Option("--force", help="Replace masks and overlays that exist.")] = False,
    device: Annotated[str, typer.Option(help="cpu or cuda; the first GPU when left out.")] = "",
) -> None:
    """Find voids or nuclei on your own images, with a network kept by `run --keep-networks`."""
    from imbalance_course.device import choose_device
    from imbalance_course.experiments.labeling import load_labeler
    from imbalance_course.experiments.predicting import find_kept_network, predict_files
    from imbalance_course.plots.paint import COLOR_NAMES, ERRORS

    found, experiment, file = find_kept_network(record, runs)
    labeler = load_labeler(file, experiment, found, choose_device(device or None))
    _say(f"{found.id}: {experiment.name}, {experiment.rows[found.row]}, seed {found.seed}")
    if found.drawn_data:
        _say("This network has seen drawn images alone; what it says of photographs is worth nothing.")
    for done in predict_files(labeler, images, output=output, truth=truth, palette=palette, force=force):
        _say(f"{done.image}, {done.shape[1]} x {done.shape[0]} pixels: {done.mask}, {done.overlay}")
        table = make_table("class", "share", "objects")
        for name, share in done.shares.items():
            table.add_row(name, f"{share:.1%}", str(done.objects.get(name, "")))
        console.print(table)
        if done.scores:
            meanings = zip(COLOR_NAMES[palette], ERRORS, strict=True)
            _say("colors of the overlay: " + ", ".join(f"{color} {error}" for color, error in meanings))
            table = make_table("score", "value")
            for name, value in done.scores.items():
                table.add_row(name.replace("_", " "), f"{value:.3f}")
            console.print(table)


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, markup=False)
