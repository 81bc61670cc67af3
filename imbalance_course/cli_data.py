"""The `data` commands: what is there, fetch it, decode it, check it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from imbalance_course.cli_console import console, make_table
from imbalance_course.errors import CourseError

data_app = typer.Typer(no_args_is_help=True, help="Find, fetch, decode and check data sets.")
Name = Annotated[str, typer.Argument(help="A data set of `data list`.")]


@data_app.command("list")
def data_list() -> None:
    """Show which data sets are found, and where they are looked for."""
    from imbalance_course.datasets.locations import (
        DATA_VARIABLE,
        cache_folder,
        data_folder,
        find_packs,
        is_found,
    )
    from imbalance_course.datasets.registry import DATA_SETS

    table = make_table("data set", "found", "what", "terms")
    for name, data_set in DATA_SETS.items():
        found = "as packs" if find_packs(data_set) else "as published" if is_found(data_set) else "no"
        table.add_row(name, found, data_set.title, data_set.terms)
    table.add_row("(drawn)", "always", "animals, tissue, voids and nuclei that the package draws itself", "")
    console.print(table)
    _say(f"data: {data_folder()}  (moved by {DATA_VARIABLE})\ndecoded images: {cache_folder()}")
    _say("`data download NAME` shows the publisher and the terms, and fetches what is missing.")


@data_app.command("download")
def data_download(
    name: Name,
    accept_license: Annotated[
        bool, typer.Option("--accept-license", help="I have read the terms and accept them.")
    ] = False,
) -> None:
    """Fetch a data set from its publisher, after showing its size and terms."""
    from imbalance_course.datasets.download import fetch, require_requests
    from imbalance_course.datasets.locations import data_folder, find_packs
    from imbalance_course.datasets.registry import find_data_set

    data_set = find_data_set(name)
    _describe(data_set)
    if find_packs(data_set):
        _say(f"{name} is there as packs, which are read first. Nothing was fetched.")
        return
    require_requests()
    if not accept_license and not (_on_terminal() and typer.confirm("Do you accept these terms?")):
        raise CourseError(
            f"Expected that you accept the terms of {data_set.title}, got no such answer; nothing was "
            "fetched. Add --accept-license if you do."
        )
    for file in data_set.files:
        with _byte_bar(file.name) as on_bytes:
            path = fetch(data_set, file, on_bytes)
        _say(f"{path} is there" + (", and its checksum is right." if file.sha256 else "."))
    _say(f"All of {name} is in {data_folder()}. `imbalance-course data prepare {name}` decodes it.")


@data_app.command("prepare")
def data_prepare(
    name: Name = "catdog",
    size: Annotated[
        int | None, typer.Option(help="Side of images or tiles in pixels; the course's own when left out.")
    ] = None,
) -> None:
    """Decode a data set once, so that runs start at once."""
    from imbalance_course.datasets.catalog import LOADERS, OPENERS
    from imbalance_course.datasets.registry import find_data_set
    from imbalance_course.progress import image_bar

    data_set = find_data_set(name)
    size = data_set.usual_size if size is None else size
    smallest, largest = data_set.sizes
    if not smallest <= size <= largest:
        raise CourseError(f"Expected an image size between {smallest} and {largest} pixels, got {size}.")
    with image_bar("decoding", OPENERS[name]().count) as advance:
        loaded = LOADERS[name](size, advance)
    _say(f"{len(loaded)} images of {size} x {size} pixels are ready: {_summary(loaded)}")
    _name_skipped(loaded.skipped)


@data_app.command("check")
def data_check(
    name: Annotated[str, typer.Argument(help="A data set; all that are found when left out.")] = "",
) -> None:
    """Read every file, decode every image, and name those that are damaged."""
    from imbalance_course.datasets.locations import data_folder, is_found
    from imbalance_course.datasets.registry import DATA_SETS, find_data_set

    chosen = [find_data_set(name)] if name else [each for each in DATA_SETS.values() if is_found(each)]
    if not chosen:
        packs = ", ".join(pack for data_set in DATA_SETS.values() for pack in data_set.packs)
        raise CourseError(
            f"Expected at least one data set in {data_folder()}, found none of {packs}, and no publisher's "
            "archive. `imbalance-course data list` says more."
        )
    for data_set in chosen:
        _check(data_set)


def _check(data_set) -> None:
    from imbalance_course.datasets.archives import sha256
    from imbalance_course.datasets.cache import decode_source, decode_tiles
    from imbalance_course.datasets.catalog import OPENERS
    from imbalance_course.datasets.decoding import read_rgb
    from imbalance_course.datasets.sources import check_sha256
    from imbalance_course.progress import image_bar

    source = OPENERS[data_set.name]()
    for path, checksum in zip(source.paths, source.checksums, strict=True):
        check_sha256(path, sha256(path), checksum)  # archives are read anew, whatever was remembered
        _say(f"{path.name}: sha256 {checksum}")
    decode = (
        decode_tiles(source, data_set.usual_size)
        if source.layout.read_mask
        else lambda files: read_rgb(files[0])
    )
    with image_bar(data_set.name, source.count) as advance:
        results = [(item.name, result is None) for item, result in decode_source(source, decode, advance)]
    skipped = tuple(name for name, damaged in results if damaged)
    _say(f"{data_set.name}: {len(results) - len(skipped)} images decode")
    _name_skipped(skipped)


def _describe(data_set) -> None:
    """Publisher, files, size, terms and reference: what one must know before anything is fetched."""
    _say(f"{data_set.title}\npublisher: {data_set.page}\nterms: {data_set.terms}")
    _say(f"to cite: {data_set.reference}")
    for file in data_set.files:
        size = f"about {file.megabytes} MB" if file.megabytes else "size not published"
        _say(f"file: {file.name}, {size}, from {file.url}")
    if data_set.caution:
        _say(f"caution: {data_set.caution}")


def _on_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


@contextmanager
def _byte_bar(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar for one download; yields a function that takes the bytes there and the bytes expected."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _summary(loaded) -> str:
    """Counts of classes, or shares of pixels."""
    if hasattr(loaded, "labels"):
        return str(loaded.class_counts)
    return ", ".join(f"{name} {share:.2%}" for name, share in loaded.class_shares.items())


def _name_skipped(skipped: tuple[str, ...]) -> None:
    if skipped:
        _say(f"Damaged and left out ({len(skipped)}): {', '.join(skipped)}")


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, markup=False)
