"""Runs a record again from itself alone and compares the two."""

import dataclasses
from dataclasses import dataclass

import torch

from imbalance_course.experiments.experiment import Experiment, Silence, Watch
from imbalance_course.experiments.running import run_again
from imbalance_course.records import Record
from imbalance_course.records.record import VARYING


@dataclass(frozen=True)
class Reproduction:
    """A record and the record of the same run, made again.

    Attributes:
        recorded: the record as it was.
        repeated: what running it again gave.
    """

    recorded: Record
    repeated: Record

    @property
    def differing(self) -> list[str]:
        """Fields that differ, of those that the same run on the same device must give again."""
        names = [field.name for field in dataclasses.fields(Record) if field.name not in VARYING]
        return [name for name in names if getattr(self.recorded, name) != getattr(self.repeated, name)]

    @property
    def devices(self) -> tuple[str, str] | None:
        """The two devices where they differ; other hardware rounds differently."""
        pair = self.recorded.device, self.repeated.device
        return pair if pair[0] != pair[1] else None


def rerun(
    record: Record,
    experiment: Experiment,
    *,
    device: torch.device | None = None,
    watch: Watch | None = None,
) -> Reproduction:
    """Run a record again with its own settings, whatever the profile says today, and compare.

    Args:
        record: what to run again.
        experiment: the experiment that it names.
        device: where to compute; None means the CPU.
        watch: told about progress.

    Returns:
        Both records.

    Raises:
        CourseError: missing data, or settings that this version of the package does not have.
    """
    repeated, _ = run_again(record, experiment, device or torch.device("cpu"), watch or Silence())
    return Reproduction(record, repeated)
