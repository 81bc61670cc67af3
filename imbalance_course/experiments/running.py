"""Runs the rows of an experiment, skips what is recorded, and writes each record as soon as it exists."""

import dataclasses
import datetime
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import torch

import imbalance_course
from imbalance_course.device import choose_precision, describe_device
from imbalance_course.errors import CourseError
from imbalance_course.experiments.experiment import Experiment, Outcome, Silence, Watch, config_fields
from imbalance_course.experiments.networks import KeptNetwork, check_keeping, network_file, save_network
from imbalance_course.records import Record, append_record, read_records


def run_experiment(
    experiment: Experiment,
    *,
    profile: str,
    rows: list[str] | None = None,
    seeds: list[int] | None = None,
    output: Path | None = None,
    device: torch.device | None = None,
    watch: Watch | None = None,
    tune: bool = False,
    keep_networks: bool = False,
) -> list[Record]:
    """Run rows and seeds that are not recorded yet.

    Args:
        experiment: what to run.
        profile: demo, laptop or full.
        rows: names of rows; None runs all rows of the profile.
        seeds: one run for each; None means seed 0.
        output: folder for ``records.jsonl``, checkpoints and networks; None keeps nothing on disk.
        device: where to compute; None means the CPU.
        watch: told about progress.
        tune: train every candidate of a row and keep the one that the held-out part scores best.
        keep_networks: write the network of each run beside its record. A run that was recorded without its
            network is run again, and must come out as recorded.

    Returns:
        The records of all asked runs, old and new, in the order asked.

    Raises:
        CourseError: unknown row or profile, missing data, a damaged record file, networks that cannot be
            kept or come out otherwise than recorded.
    """
    if keep_networks:
        check_keeping(experiment)
        if output is None:
            raise CourseError("Expected an output folder to keep networks in, got none.")
    config, names = experiment.config(profile), experiment.check_rows(profile, rows)
    device, watch = device or torch.device("cpu"), watch or Silence()
    runner = Runner(experiment, config, device, watch)
    file = output / "records.jsonl" if output else None
    known = {record.key: record for record in (read_records(file) if file else [])}
    records = []
    for row in names:
        for seed in seeds or [0]:
            record = known.get((experiment.name, row, profile, seed))
            if record is None:
                record = runner.run(
                    row, profile, seed, checkpoints=output / "checkpoints" if output else None, tune=tune
                )
                if keep_networks:
                    save_network(network_file(output, record), runner.kept_network())
                if file:
                    append_record(file, record)
                    runner.forget_checkpoints()
                watch.finished(record)
            elif keep_networks and not network_file(output, record).is_file():
                save_network(network_file(output, record), _train_again(record, experiment, device, watch))
            else:
                watch.skipped(row, seed)
            records.append(record)
    return records


def run_again(
    record: Record, experiment: Experiment, device: torch.device, watch: Watch
) -> tuple[Record, "Runner"]:
    """Run a record with its own settings, whatever the profile says today.

    A choice among candidates is not made again: the record's settings are those that were chosen.

    Args:
        record: what to run again.
        experiment: the experiment that it names.
        device: where to compute.
        watch: told about progress.

    Returns:
        The record of the same run, made again, and the runner that ran it.

    Raises:
        CourseError: missing data, or settings that this version of the package does not have.
    """
    runner = Runner(experiment, experiment.restore_config(record.config), device, watch)
    repeated = runner.run(record.row, record.profile, record.seed)
    # The settings were the record's own; one that is younger than the record is no difference.
    return dataclasses.replace(repeated, config=record.config, tuning=record.tuning), runner


def _train_again(record: Record, experiment: Experiment, device: torch.device, watch: Watch) -> KeptNetwork:
    """The network of a record whose run did not keep it."""
    repeated, runner = run_again(record, experiment, device, watch)
    if repeated.id != record.id:
        raise CourseError(
            f"Expected the run of {record.id} to come out as recorded, got other numbers: the network made "
            "now is not the one of the record. Other hardware and versions round in their own way; run the "
            "row into a new folder, --output FOLDER --keep-networks, for a record and a network that agree."
        )
    watch.finished(repeated)
    return runner.kept_network()


class Runner:
    """Runs single rows of one experiment with one configuration; loads the data before the first run."""

    def __init__(self, experiment: Experiment, config: Any, device: torch.device, watch: Watch) -> None:
        self.experiment = experiment
        self.config = dataclasses.replace(config, precision=choose_precision(config.precision, device))
        self.device = device
        self.watch = watch
        self.data: Any = None
        self.images: torch.Tensor | None = None
        self.checkpoints: list[Path] = []
        self.weights: dict[str, torch.Tensor] | None = None

    def run(
        self, row: str, profile: str, seed: int, *, checkpoints: Path | None = None, tune: bool = False
    ) -> Record:
        """Train, score and describe one run; an interrupted one goes on from its checkpoint."""
        if self.data is None:
            self.data = self.experiment.load(self.config, self.watch.decoded)
            self.images = torch.from_numpy(np.array(self.data.images)).to(self.device)
        candidates = self.experiment.candidates(row) if tune else ()
        configs = [dataclasses.replace(self.config, **settings) for settings in candidates] or [self.config]
        outcomes = [self._train(row, config, seed, checkpoints) for config in configs]
        if not candidates:
            self.weights = outcomes[0].weights
            return self._describe(row, profile, seed, self.config, outcomes[0])
        scores = [outcome.held_out_score for outcome in outcomes]
        chosen = scores.index(max(scores))
        self.weights = outcomes[chosen].weights
        tuning = {
            "candidates": [dict(settings) for settings in candidates],
            "held_out_scores": scores,
            "chosen": dict(candidates[chosen]),
        }
        record = self._describe(row, profile, seed, configs[chosen], outcomes[chosen])
        return dataclasses.replace(record, tuning=tuning)

    def kept_network(self) -> KeptNetwork:
        """The network of the last run."""
        return KeptNetwork(self.weights, self.data.images.shape[-1], self.data.class_names)

    def forget_checkpoints(self) -> None:
        """Delete the checkpoints of a run that is recorded."""
        for checkpoint in self.checkpoints:
            checkpoint.unlink(missing_ok=True)
        self.checkpoints.clear()

    def _train(self, row: str, config: Any, seed: int, checkpoints: Path | None) -> Outcome:
        self.watch.started(row, seed, self.experiment.count_images(config))
        checkpoint = None
        if checkpoints:
            checkpoint = checkpoints / _checkpoint_name(config, self.data.checksum, row, seed)
            self.checkpoints.append(checkpoint)
        return self.experiment.run(row, config, self.data, self.images, seed, checkpoint, self.watch.trained)

    def _describe(self, row: str, profile: str, seed: int, config: Any, outcome: Outcome) -> Record:
        return Record(
            experiment=self.experiment.name,
            row=row,
            profile=profile,
            seed=seed,
            drawn_data=self.data.drawn,
            config=config_fields(config),
            training_counts=outcome.training_counts,
            best_epoch=outcome.best_epoch,
            history=outcome.history,
            data_checksum=self.data.checksum,
            version=imbalance_course.__version__,
            commit=_commit(),
            torch_version=torch.__version__,
            device=describe_device(self.device),
            seconds=round(outcome.seconds, 2),
            images_per_second=round(outcome.images_seen / outcome.seconds, 1),
            finished=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            **outcome.score(self.data),
        )


def _checkpoint_name(config: Any, checksum: str, row: str, seed: int) -> str:
    """The name changes with every setting and with the data, so no run resumes another run's state."""
    settings = json.dumps([config_fields(config), checksum], sort_keys=True)
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
