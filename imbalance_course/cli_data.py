"""The `data` commands: what is there, decode it, check it."""

from typing import Annotated

import typer

from imbalance_course.cli_console import console, make_table
from imbalance_course.errors import CourseError

data_app = typer.Typer(no_args_is_help=True, help="Find, decode and check data packs.")


@data_app.command("list")
def data_list() -> None:
    """Show which data packs are found, and where they are looked for."""
    from imbalance_course.datasets.catdog import PACK_NAMES
    from imbalance_course.datasets.locations import DATA_VARIABLE, cache_folder, data_folder

    table = make_table("data set", "pack", "found")
    for name in PACK_NAMES:
        table.add_row("catdog", name, "yes" if (data_folder() / name).is_file() else "no")
    table.add_row("drawn animals", "(drawn by the package)", "yes")
    console.print(table)
    console.print(
        f"packs: {data_folder()}  (moved by {DATA_VARIABLE})\ndecoded images: {cache_folder()}",
        soft_wrap=True,
    )


@data_app.command("prepare")
def data_prepare(size: Annotated[int, typer.Option(help="Side of the images in pixels.")] = 64) -> None:
    """Decode the Cat-Dog images once, so that runs start at once."""
    from imbalance_course.datasets import load_catdog
    from imbalance_course.progress import image_bar

    if not 8 <= size <= 160:
        raise CourseError(f"Expected an image size between 8 and 160 pixels, got {size}.")
    with image_bar("decoding", 25_000) as advance:
        animals = load_catdog(size, advance)
    console.print(f"{len(animals)} images of {size} x {size} pixels are ready: {animals.class_counts}")


@data_app.command("check")
def data_check() -> None:
    """Read every pack, decode every image, and name the first that is damaged."""
    import numpy as np

    from imbalance_course.datasets.catdog import open_catdog
    from imbalance_course.datasets.packs import decode_images
    from imbalance_course.progress import image_bar

    for pack in open_catdog():
        out = np.empty((len(pack.rows), 8, 8, 3), dtype=np.uint8)
        with image_bar(pack.path.name, len(pack.rows)) as advance:
            decode_images(pack, 8, out, advance)
        console.print(
            f"{pack.path.name}: {len(pack.rows)} images decode, sha256 {pack.checksum}", soft_wrap=True
        )
