"""Runs the rows of an experiment, skips what is recorded, and writes each record as soon as it exists."""

import dataclasses
import datetime
import glob
import hashlib
import json
import subprocess
import time
from contextlib import AbstractContextManager, nullcontext
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch

import imbalance_course
from imbalance_course.device import choose_precision, describe_device
from imbalance_course.errors import CourseError, NotFiniteError
from imbalance_course.experiments.experiment import Experiment, Outcome, Silence, Watch, config_fields
from imbalance_course.experiments.networks import KeptNetwork, check_keeping, network_file, save_network
from imbalance_course.records import Record, append_record, read_records
from imbalance_course.writing import alone


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
    """Run rows and seeds that are not recorded yet, and those that failed.

    A run whose numbers break is recorded as failed, with the reason, and the others go on. The next call
    tries it again from its last whole epoch, since data or settings may have been mended; what comes of it
    takes the place of the old record.

    Another process that runs the same row and seed into the same folder is waited for.

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
    known = _by_key(file)
    records = []
    for row, seed in product(names, seeds or [0]):
        key = (experiment.name, row, profile, seed)
        record = known.get(key)
        done = _is_done(record, output, keep_networks)
        with nullcontext() if done else _alone(output, row, profile, seed, watch):
            if not done:
                record = _by_key(file).get(key)  # another process may have run it meanwhile
            if _is_done(record, output, keep_networks):
                watch.skipped(row, seed)
            elif record is not None and not record.failure:
                network = _train_again(record, experiment, device, watch)
                save_network(network_file(output, record), network)
            else:
                checkpoints = output / "checkpoints" if output else None
                record = runner.run(row, profile, seed, checkpoints=checkpoints, tune=tune)
                if keep_networks and not record.failure:
                    save_network(network_file(output, record), runner.kept_network())
                if file:
                    append_record(file, record)
                watch.finished(record)
        if output and not record.failure:
            forget_checkpoints(output / "checkpoints", record)
        records.append(record)
    return records


def forget_checkpoints(folder: Path, record: Record) -> None:
    """Delete what a run needed to go on, once it is recorded.

    Args:
        folder: of the checkpoints.
        record: of the run.
    """
    for settings in (record.tuning or {}).get("candidates", [{}]):
        name = _checkpoint_name(record.config | settings, record.data_checksum, record.row, record.seed)
        for file in folder.glob(f"*{glob.escape(name)}.*"):
            file.unlink(missing_ok=True)


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
        self.weights: dict[str, torch.Tensor] | None = None

    def run(
        self, row: str, profile: str, seed: int, *, checkpoints: Path | None = None, tune: bool = False
    ) -> Record:
        """Train, score and describe one run; an interrupted one goes on from its checkpoint.

        A run with a number that is NaN or infinite is described as failed.
        """
        if self.data is None:
            self.data = self.experiment.load(self.config, self.watch.decoded)
            self.images = torch.from_numpy(np.array(self.data.images)).to(self.device)
        started = time.perf_counter()
        try:
            record = self._run(row, profile, seed, checkpoints, tune)
            record.to_line()  # refuses a score that is not finite
        except NotFiniteError as error:
            return self._describe_failure(row, profile, seed, str(error), time.perf_counter() - started)
        return record

    def _run(self, row: str, profile: str, seed: int, checkpoints: Path | None, tune: bool) -> Record:
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

    def _train(self, row: str, config: Any, seed: int, checkpoints: Path | None) -> Outcome:
        self.watch.started(row, seed, self.experiment.count_images(config))
        checkpoint = None
        if checkpoints:
            name = _checkpoint_name(config_fields(config), self.data.checksum, row, seed)
            checkpoint = checkpoints / f"{name}.pt"
        return self.experiment.run(row, config, self.data, self.images, seed, checkpoint, self.watch.trained)

    def _describe(self, row: str, profile: str, seed: int, config: Any, outcome: Outcome) -> Record:
        return Record(
            **self._facts(row, profile, seed, config),
            training_counts=outcome.training_counts,
            best_epoch=outcome.best_epoch,
            history=outcome.history,
            seconds=round(outcome.seconds, 2),
            images_per_second=round(outcome.images_seen / outcome.seconds, 1),
            **outcome.score(self.data),
        )

    def _describe_failure(self, row: str, profile: str, seed: int, reason: str, seconds: float) -> Record:
        return Record(
            **self._facts(row, profile, seed, self.config),
            training_counts={},
            held_out_counts={},
            metrics={},
            best_epoch=0,
            history=[],
            seconds=round(seconds, 2),
            images_per_second=0.0,
            failure=reason,
        )

    def _facts(self, row: str, profile: str, seed: int, config: Any) -> dict[str, Any]:
        """What is known of a run however it ends."""
        return {
            "experiment": self.experiment.name,
            "row": row,
            "profile": profile,
            "seed": seed,
            "drawn_data": self.data.drawn,
            "config": config_fields(config),
            "data_checksum": self.data.checksum,
            "version": imbalance_course.__version__,
            "commit": _commit(),
            "torch_version": torch.__version__,
            "device": describe_device(self.device),
            "finished": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        }


def _by_key(file: Path | None) -> dict[tuple, Record]:
    return {record.key: record for record in (read_records(file) if file else [])}


def _is_done(record: Record | None, output: Path | None, keep_networks: bool) -> bool:
    """Whether a run came to its end and is recorded, with its network where that is asked for."""
    if record is None or record.failure:
        return False
    return not keep_networks or network_file(output, record).is_file()


def _alone(
    output: Path | None, row: str, profile: str, seed: int, watch: Watch
) -> AbstractContextManager[None]:
    """Keep other processes from the same run: they wait, and then find it recorded."""
    if output is None:
        return nullcontext()
    return alone(output / f".{row}-{profile}-seed{seed}.lock", lambda: watch.waiting(row, seed))


def _checkpoint_name(fields: dict[str, Any], checksum: str, row: str, seed: int) -> str:
    """The name changes with every setting and with the data, so no run resumes another run's state."""
    settings = json.dumps([fields, checksum], sort_keys=True)
    return f"{row}-seed{seed}-{hashlib.sha256(settings.encode()).hexdigest()[:12]}"


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
