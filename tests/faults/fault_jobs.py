"""What the processes do that are killed, doubled or left without room. Their server imports this file."""

import dataclasses
import os
import resource
import sys
from pathlib import Path

import numpy as np
import requests  # noqa: F401  imported here, so that no child pays for it
import torch
from children import PATIENCE
from made_records import make_record

from imbalance_course import cli, experiments, progress  # noqa: F401
from imbalance_course.datasets import cache, catalog, download, registry  # noqa: F401
from imbalance_course.experiments import predicting, voids  # noqa: F401
from imbalance_course.lab import report  # noqa: F401
from imbalance_course.records import append_record
from imbalance_course.writing import written_beside

ROW = "unet-micrograph-bce"
EPOCH = 4  # images of an epoch
TINY = dataclasses.replace(
    voids.PROFILES["demo"],
    tile=32, window=32, widths=(2,) * 6, images_total=3 * EPOCH, images_per_epoch=EPOCH, batch_size=2,
)  # fmt: skip
RECORDS = [make_record(seed=seed) for seed in range(12)]
torch.set_num_threads(1)


def call(folder: Path, data: Path, *words: str) -> None:
    """The command line as called in a folder, which has the cache; what it prints goes to ``FOLDER.log``."""
    os.chdir(folder)
    os.environ["IMBALANCE_COURSE_DATA"] = str(data)
    os.environ["IMBALANCE_COURSE_CACHE"] = str(folder / "cache")
    log = os.open(f"{folder}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.argv = ["imbalance-course", *words]
    cli.main()


def prepare(folder: Path, data: Path) -> None:
    """Decode two packs."""
    call(folder, data, "data", "prepare", "catdog", "--size", "24")


def fetch(folder: Path, url: str, checksum: str | None) -> None:
    """Download a data set whose one file lies at an address."""
    file = registry.RemoteFile("file.zip", url, checksum)
    registry.DATA_SETS["catdog"] = dataclasses.replace(registry.DATA_SETS["catdog"], files=(file,))
    call(folder, folder / "data", "data", "download", "catdog", "--accept-license")


def append(folder: Path) -> None:
    """Write a dozen records, one after the other."""
    for record in RECORDS:
        append_record(folder / "records.jsonl", record)


def run(folder: Path) -> None:
    """Train one row, keep its network, and note the images seen in ``FOLDER.seen``."""
    note = os.open(f"{folder}.seen", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def run_and_note(row, config, data, images, seed, checkpoint, on_images):
        def on_images_noted(seen: int) -> None:
            os.write(note, f"{seen}\n".encode())
            on_images(seen)

        return voids.run(row, config, data, images, seed, checkpoint, on_images_noted)

    experiments.EXPERIMENTS["voids"] = dataclasses.replace(
        voids.EXPERIMENT, profiles={"demo": TINY}, run=run_and_note
    )
    call(folder, folder / "data", "run", "voids", "--rows", ROW, "--keep-networks", "--device", "cpu")


def prepare_and_note(folder: Path, data: Path) -> None:
    """Decode two packs, and note each decoding of a source in ``FOLDER.decoded``."""
    decode_source = cache.decode_source

    def decode_and_note(*arguments):
        with open(f"{folder}.decoded", "a") as note:
            note.write("decoded\n")
        return decode_source(*arguments)

    cache.decode_source = decode_and_note
    prepare(folder, data)


def append_shuffled(folder: Path, seed: int) -> None:
    """Write a dozen records in an order of one's own."""
    for number in np.random.default_rng(seed).permutation(len(RECORDS)):
        append_record(folder / "records.jsonl", RECORDS[number])


def write_letters(file: Path, letter: str) -> None:
    """Write the same large file again and again."""
    for _ in range(20):
        with written_beside(file) as handle:
            for _ in range(4):
                handle.write(letter.encode() * 50_000)


def at_once(barrier, job, *arguments) -> None:
    """Do a job when all others are ready to do theirs."""
    barrier.wait(PATIENCE)
    job(*arguments)


def list_without_room(folder: Path) -> None:
    """List the records where nothing can be printed; what is said instead is in ``FOLDER.log``."""
    log = os.open(f"{folder}.log", os.O_WRONLY | os.O_CREAT)
    os.dup2(log, 2)
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    sys.argv = ["imbalance-course", "records", "list"]
    cli.main()


def limited(size: int, job, *arguments) -> None:
    """Do a job that may write no file of more bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    job(*arguments)
