"""Where a run stands, on disk: enough to end like an undisturbed one."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn


@dataclass
class Progress:
    """What a run has done so far, apart from the state of network and optimizer."""

    epoch: int = 0  # finished epochs
    seconds: float = 0.0  # over all parts of an interrupted run
    history: list[dict[str, float]] = field(default_factory=list)  # one entry an epoch
    best_weights: dict[str, torch.Tensor] = field(default_factory=dict)  # of the best epoch so far


def resume(checkpoint: Path | None, network: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Load network and optimizer where there is a checkpoint, and say where the run stands."""
    if checkpoint is None or not checkpoint.is_file():
        return Progress()
    state = torch.load(checkpoint, map_location=next(network.parameters()).device, weights_only=True)
    network.load_state_dict(state.pop("network"))
    optimizer.load_state_dict(state.pop("optimizer"))
    return Progress(**state)


def save(checkpoint: Path | None, network: nn.Module, optimizer, progress: Progress) -> None:
    """Write a checkpoint beside the old one, then take its place; None keeps nothing."""
    if checkpoint is None:
        return
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    beside = checkpoint.with_suffix(".writing")
    parts = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(parts | vars(progress), beside)
    os.replace(beside, checkpoint)
