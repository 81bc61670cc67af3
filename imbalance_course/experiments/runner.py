"""Runs the rows of an experiment, skips what is recorded, and writes each record as soon as it exists."""

import dataclasses
import datetime
import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

import imbalance_course
from imbalance_course.datasets import ImageSet
from imbalance_course.device import choose_precision, describe_device
from imbalance_course.errors import CourseError
from imbalance_course.metrics import (
    Counts,
    average_precision,
    brier_score,
    choose_threshold,
    confusion_counts,
    expected_calibration_error,
    roc_auc,
)
from imbalance_course.records import Record, append_record, read_records

HISTOGRAM_BINS = 200


@dataclass(frozen=True)
class Outcome:
    """What running one row gives back to the runner."""

    training_counts: dict[str, int]
    held_out_labels: np.ndarray
    held_out_scores: np.ndarray
    test_labels: np.ndarray
    test_scores: np.ndarray
    best_epoch: int
    history: list[dict[str, float]]
    seconds: float
    images_seen: int


@dataclass(frozen=True)
class Experiment:
    """A results table: its rows, its profiles, and how to load data and run one row.

    Attributes:
        name: name on the command line.
        title: one line for people.
        rows: row name -> one line for people.
        profiles: profile name -> configuration.
        load: (configuration, on_done) -> data.
        count_images: (configuration) -> training images of one run.
        run: (row, configuration, data, images on the device, seed, checkpoint, on_images) -> outcome.
    """

    name: str
    title: str
    rows: Mapping[str, str]
    profiles: Mapping[str, Any]
    load: Callable[..., ImageSet]
    count_images: Callable[[Any], int]
    run: Callable[..., Outcome]

    def config(self, profile: str):
        """Configuration of a profile.

        Raises:
            CourseError: no such profile.
        """
        if profile not in self.profiles:
            raise CourseError(f"Expected a profile among {', '.join(self.profiles)}, got {profile!r}.")
        return self.profiles[profile]

    def check_rows(self, names: list[str] | None) -> list[str]:
        """The named rows, or all of them.

        Raises:
            CourseError: a name is not a row.
        """
        unknown = [name for name in names or [] if name not in self.rows]
        if unknown:
            raise CourseError(f"Expected rows among {', '.join(self.rows)}; got {', '.join(unknown)}.")
        return list(dict.fromkeys(names)) if names else list(self.rows)


class Watch(Protocol):
    """Who is told how far a run is; the command line shows a progress bar, a notebook nothing."""

    def skipped(self, row: str, seed: int) -> None: ...
    def decoded(self, images: int) -> None: ...
    def started(self, row: str, seed: int, images_total: int) -> None: ...
    def trained(self, images_seen: int) -> None: ...
    def finished(self, record: Record) -> None: ...


class Silence:
    """A watch that says nothing."""

    def skipped(self, row: str, seed: int) -> None:
        """Ignore."""

    def decoded(self, images: int) -> None:
        """Ignore."""

    def started(self, row: str, seed: int, images_total: int) -> None:
        """Ignore."""

    def trained(self, images_seen: int) -> None:
        """Ignore."""

    def finished(self, record: Record) -> None:
        """Ignore."""


def run_experiment(
    experiment: Experiment,
    *,
    profile: str,
    rows: list[str] | None = None,
    seeds: list[int] | None = None,
    output: Path | None = None,
    device: torch.device | None = None,
    watch: Watch | None = None,
) -> list[Record]:
    """Run rows and seeds that are not recorded yet.

    Args:
        experiment: what to run.
        profile: demo, laptop or full.
        rows: names of rows; None runs all.
        seeds: one run for each; None means seed 0.
        output: folder for ``records.jsonl`` and checkpoints; None keeps nothing on disk.
        device: where to compute; None means the CPU.
        watch: told about progress.

    Returns:
        The records of all asked runs, old and new, in the order asked.

    Raises:
        CourseError: unknown row or profile, missing data, a damaged record file.
    """
    config, names = experiment.config(profile), experiment.check_rows(rows)
    device, watch = device or torch.device("cpu"), watch or Silence()
    config = dataclasses.replace(config, precision=choose_precision(config.precision, device))
    file = output / "records.jsonl" if output else None
    known = {record.key: record for record in (read_records(file) if file else [])}
    records, data, images = [], None, None
    for row in names:
        for seed in seeds or [0]:
            record = known.get((experiment.name, row, profile, seed))
            if record:
                watch.skipped(row, seed)
            else:
                if data is None:
                    data = experiment.load(config, watch.decoded)
                    images = torch.from_numpy(np.array(data.images)).to(device)
                watch.started(row, seed, experiment.count_images(config))
                checkpoint = (
                    output / "checkpoints" / _checkpoint_name(config, data, row, seed) if output else None
                )
                outcome = experiment.run(row, config, data, images, seed, checkpoint, watch.trained)
                record = make_record(experiment.name, row, profile, seed, config, data, device, outcome)
                if file:
                    append_record(file, record)
                    checkpoint.unlink(missing_ok=True)
                watch.finished(record)
            records.append(record)
    return records


def make_record(experiment, row, profile, seed, config, data: ImageSet, device, outcome: Outcome) -> Record:
    """Score an outcome: counts at 0.5 and at the threshold chosen on the held-out part, and the rest."""
    truth, scores = outcome.test_labels, outcome.test_scores
    prevalence = float(truth.mean())
    threshold = choose_threshold(
        outcome.held_out_labels, outcome.held_out_scores, metric="f1", prevalence=prevalence
    )
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    named = zip(data.class_names, np.bincount(outcome.held_out_labels, minlength=2), strict=True)
    return Record(
        experiment=experiment,
        row=row,
        profile=profile,
        seed=seed,
        drawn_data=data.drawn,
        config=json.loads(json.dumps(dataclasses.asdict(config))),
        training_counts=outcome.training_counts,
        held_out_counts={name: int(count) for name, count in named},
        test_counts_at_half=_as_numbers(confusion_counts(truth, scores, 0.5)),
        threshold=float(threshold),
        threshold_rule=f"highest F1 on the held-out part, weighted to a share of positives of {prevalence:g}",
        test_counts_at_threshold=_as_numbers(confusion_counts(truth, scores, threshold)),
        metrics={
            "roc_auc": float(roc_auc(truth, scores)),
            "average_precision": float(average_precision(truth, scores)),
            "expected_calibration_error": float(expected_calibration_error(truth, scores)),
            "brier_score": float(brier_score(truth, scores)),
        },
        score_histogram={
            "positives": np.histogram(scores[truth == 1], edges)[0].tolist(),
            "negatives": np.histogram(scores[truth == 0], edges)[0].tolist(),
        },
        best_epoch=outcome.best_epoch,
        history=outcome.history,
        data_checksum=data.checksum,
        version=imbalance_course.__version__,
        commit=_commit(),
        torch_version=torch.__version__,
        device=describe_device(device),
        seconds=round(outcome.seconds, 2),
        images_per_second=round(outcome.images_seen / outcome.seconds, 1),
        finished=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _as_numbers(counts: Counts) -> dict[str, int]:
    return {name: int(value) for name, value in dataclasses.asdict(counts).items()}


def _checkpoint_name(config, data: ImageSet, row: str, seed: int) -> str:
    """The name changes with every setting and with the data, so a run never resumes another run's state."""
    settings = json.dumps([dataclasses.asdict(config), data.checksum], sort_keys=True)
    return f"{row}-seed{seed}-{hashlib.sha256(settings.encode()).hexdigest()[:12]}.pt"


def _commit() -> str | None:
    """Commit of the source checkout the package runs from, with ``+`` when files differ from it."""
    folder = Path(imbalance_course.__file__).resolve().parent

    def git(*words: str) -> str:
        return subprocess.run(
            ("git", "-C", str(folder), *words), capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + (
            "+" if git("status", "--porcelain", "--untracked-files=no", ".") else ""
        )
    except (OSError, subprocess.CalledProcessError):
        return None
