"""Trained networks on disk: each beside the record of its run, under the record's id."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from imbalance_course.errors import CourseError
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.records import Record
from imbalance_course.training.checkpoint import UNREADABLE, save_state


@dataclass(frozen=True)
class KeptNetwork:
    """A trained network and what one must know to use it.

    Attributes:
        weights: of the epoch kept, by name.
        channels: channels of its images.
        class_names: name of class 0, class 1, ...
    """

    weights: dict[str, Tensor]
    channels: int
    class_names: tuple[str, ...]

    def build(self, experiment: Experiment, record: Record) -> nn.Module:
        """The network of a record, with these weights, ready to predict on the CPU.

        Raises:
            CourseError: the weights are those of another network, or this version of the package has not the
                row or the settings of the record.
        """
        check_keeping(experiment)
        if record.row not in experiment.rows:
            raise CourseError(f"Expected a row of this version's {experiment.name}, got {record.row!r}.")
        config = experiment.restore_config(record.config)
        network = experiment.make_network(record.row, config, len(self.class_names))
        network = network.to(next(iter(self.weights.values())).dtype, memory_format=torch.channels_last)
        try:
            network.load_state_dict(self.weights)
        except RuntimeError as error:
            raise CourseError(
                f"Expected weights of the network of {record.id}, {record.row}, got those of another."
            ) from error
        return network.eval()


def check_keeping(experiment: Experiment) -> None:
    """Stop where the networks of an experiment cannot be kept.

    Raises:
        CourseError: no function is known that makes its networks anew.
    """
    if experiment.make_network is None:
        raise CourseError(
            f"Expected an experiment that labels pixels, got {experiment.name}, whose networks are not kept: "
            "only voids, nuclei-dsb2018 and nuclei-monusac keep theirs."
        )


def network_file(folder: Path, record: Record) -> Path:
    """Where the network of a record is kept, in the folder that holds ``records.jsonl``."""
    return folder / "networks" / f"{record.id}.pt"


def save_network(file: Path, kept: KeptNetwork) -> None:
    """Write a network beside its place, then into it: a file of that name is always whole."""
    weights = {name: value.contiguous().cpu() for name, value in kept.weights.items()}
    save_state(file, {**vars(kept), "weights": weights, "class_names": list(kept.class_names)})


def load_network(file: Path) -> KeptNetwork:
    """Read what :func:`save_network` wrote; nothing in the file is executed.

    Raises:
        CourseError: the file is damaged or another kind of file.
    """
    try:
        fields = torch.load(file, map_location="cpu", weights_only=True)
        kept = KeptNetwork(fields["weights"], fields["channels"], tuple(fields["class_names"]))
        if not kept.weights or not all(isinstance(value, Tensor) for value in kept.weights.values()):
            raise TypeError("no weights, or weights that are no arrays")
        return kept
    except UNREADABLE as error:
        raise CourseError(
            f"Expected the weights of a network in {file}, got a damaged or another file. Delete it and make "
            "it again with --keep-networks."
        ) from error
