"""Where a run stands, on disk: enough to end like an undisturbed one."""

import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from imbalance_course.errors import CourseError
from imbalance_course.writing import written_beside

# What torch raises for a file that is cut short, or is no file of weights, or of another network.
UNREADABLE = (OSError, EOFError, RuntimeError, LookupError, TypeError, ValueError, pickle.UnpicklingError)


@dataclass
class Progress:
    """What a run has done so far, apart from the state of network and optimizer."""

    epoch: int = 0  # finished epochs
    seconds: float = 0.0  # over all parts of an interrupted run
    history: list[dict[str, float]] = field(default_factory=list)  # one entry an epoch
    best_weights: dict[str, torch.Tensor] = field(default_factory=dict)  # of the best epoch so far


def resume(checkpoint: Path | None, network: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Load network and optimizer where there is a checkpoint, and say where the run stands.

    Raises:
        CourseError: the file is damaged.
    """
    if checkpoint is None or not checkpoint.is_file():
        return Progress()
    try:
        state = torch.load(checkpoint, map_location=next(network.parameters()).device, weights_only=True)
        network.load_state_dict(state.pop("network"))
        optimizer.load_state_dict(state.pop("optimizer"))
        return Progress(**state)
    except UNREADABLE as error:
        raise CourseError(
            f"Expected a run that can go on in {checkpoint}, got a damaged or another file. Delete it; the "
            "run then begins anew."
        ) from error


def save(checkpoint: Path | None, network: nn.Module, optimizer, progress: Progress) -> None:
    """Write a checkpoint beside the old one, then take its place; None keeps nothing."""
    if checkpoint is None:
        return
    parts = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    save_state(checkpoint, parts | vars(progress))


def save_state(file: Path, state: dict[str, Any]) -> None:
    """Write what torch can write beside its place, then into it.

    Raises:
        CourseError: the file cannot be written; what was there is untouched.
    """
    with written_beside(file) as handle:
        try:
            torch.save(state, handle)
        except RuntimeError as error:  # torch's own words for a write that the system refused
            raise (error.__context__ if isinstance(error.__context__, OSError) else error) from None
