"""All runs on a learner's folder: each is recorded as soon as it is finished, and never run twice."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from imbalance_course.device import PRECISIONS, choose_precision
from imbalance_course.errors import CourseError
from imbalance_course.experiments.classification import place
from imbalance_course.experiments.experiment import Experiment, Watch, config_fields
from imbalance_course.experiments.running import run_experiment
from imbalance_course.lab.choosing import RunPredictions
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.learning import predictions_file, run
from imbalance_course.lab.methods import METHODS
from imbalance_course.lab.predictions import load_predictions
from imbalance_course.lab.scoring import summarize
from imbalance_course.lab.settings import LabConfig
from imbalance_course.models import make_network, make_pixel_network
from imbalance_course.records import Record, read_records

EXPERIMENT = PROFILE = "lab"  # what the records are called
TIMED_STEPS = 4


@dataclass(frozen=True)
class LabRun:
    """A run: its record, and what the network said; nothing where the run failed."""

    record: Record
    predictions: RunPredictions | None


def make_experiment(folder: LabFolder, config: LabConfig, output: Path) -> Experiment:
    """The experiment that runs the methods on a folder."""
    return Experiment(
        name=EXPERIMENT,
        title=f"Folder {folder.data.name}",
        rows={name: method.title for name, method in METHODS[folder.kind].items()},
        profiles={PROFILE: config},
        load=lambda config, on_done: folder.data,
        count_images=lambda config: config.images_seen,
        run=partial(run, folder, output),
    )


def run_methods(
    folder: LabFolder,
    config: LabConfig,
    output: Path,
    *,
    methods: list[str],
    seeds: list[int],
    device: torch.device | None = None,
    watch: Watch | None = None,
) -> list[LabRun]:
    """Run what is not recorded yet; an interrupted run goes on after its last whole epoch.

    Args:
        folder: what is trained on.
        config: settings of all runs.
        output: folder for records, predictions and checkpoints.
        methods: names of methods of the folder's kind.
        seeds: one split and one run of every method for each.
        device: where to compute; None means the CPU.
        watch: told about progress.

    Returns:
        All asked runs, old and new, those that failed among them.

    Raises:
        CourseError: the output folder holds runs of other data or settings, or predictions are missing.
    """
    check_output(folder, config, output, device or torch.device("cpu"))
    records = run_experiment(
        make_experiment(folder, config, output),
        profile=PROFILE, rows=methods, seeds=seeds, output=output, device=device, watch=watch,
    )  # fmt: skip
    return [LabRun(record, _read_predictions(output, record)) for record in records]


def check_output(folder: LabFolder, config: LabConfig, output: Path, device: torch.device) -> None:
    """Stop where the output folder holds runs that cannot be compared with the ones asked for.

    Raises:
        CourseError: other data, other settings, or an output folder inside the learner's.
    """
    asked = config_fields(config) | {"precision": choose_precision(config.precision, device)}
    for record in read_records(output / "records.jsonl"):
        differing = [name for name, value in asked.items() if record.config.get(name) != value]
        if record.data_checksum != folder.data.checksum:
            differing = ["the images"]
        if differing:
            raise CourseError(
                f"Expected {output} to hold runs with the same images and settings, got others: "
                f"{', '.join(differing)} differ. Choose another --output, or delete that folder."
            )


def count_left(output: Path, methods: list[str], seeds: list[int]) -> int:
    """How many of the asked runs are not recorded yet, or failed."""
    recorded = read_records(output / "records.jsonl")
    known = {(record.row, record.seed) for record in recorded if not record.failure}
    return sum((method, seed) not in known for method in methods for seed in seeds)


def seconds_per_run(folder: LabFolder, config: LabConfig, device: torch.device) -> float:
    """About how long one run takes, from a few steps of training on images of the folder.

    Reading the held-out and the test part is counted in with a third of a step's time for each image.
    """
    precision = choose_precision(config.precision, device)
    dtype, classes = PRECISIONS[precision], len(folder.data.class_names)
    if folder.kind == "classes":
        side = config.image_size
        network = make_network(config.network, side, classes, widths=config.widths)
    else:
        side = config.window
        network = make_pixel_network(config.network, outputs=classes, widths=config.widths)
    network = place(network, device, dtype)
    pixels = torch.zeros(config.batch_size, 3, side, side, device=device)
    seconds = []
    for _ in range(TIMED_STEPS):
        started = time.perf_counter()
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
            network(pixels if dtype != torch.float64 else pixels.double()).float().square().mean().backward()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        seconds.append(time.perf_counter() - started)
    an_image = float(np.median(seconds[1:])) / config.batch_size  # the first step warms up
    area = (config.image_size / side) ** 2  # whole tiles are larger than windows
    looked_at = len(folder.data) * area * (0.15 * config.epochs + 0.3)
    return an_image * (config.images_seen + looked_at / 3)


def _read_predictions(output: Path, record: Record) -> RunPredictions | None:
    if record.failure:
        return None
    file = predictions_file(output, record.row, record.seed)
    parts = load_predictions(file)
    if parts.keys() != {"held_out", "test"} or not _agree(summarize(**parts), record.metrics):
        raise CourseError(
            f"Expected in {file} the predictions that the record of {record.row}, split {record.seed}, was "
            "scored on, found others. Delete the folder that it lies in, or choose another --output, and run "
            "again."
        )
    return RunPredictions(record.row, record.seed, **parts)


def _agree(scores: dict[str, float], recorded: dict[str, float]) -> bool:
    """Whether scores are the recorded ones, but for what another version of NumPy rounds otherwise."""
    return scores.keys() == recorded.keys() and np.allclose(
        [scores[name] for name in scores], [recorded[name] for name in scores], rtol=1e-6, atol=1e-9
    )
