"""The one training loop: a whole data set on the device, batches by index, exact resume."""

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from imbalance_course.augment import flip_and_rotate, rescale
from imbalance_course.device import PRECISIONS
from imbalance_course.errors import CourseError
from imbalance_course.metrics import roc_auc
from imbalance_course.sampling import index_stream


@dataclass(frozen=True)
class TrainingConfig:
    """What the loop needs to know. An epoch is a number of images, the same for every row."""

    images_total: int  # training images seen in the whole run
    images_per_epoch: int  # images between two looks at the held-out part
    batch_size: int  # images a step
    learning_rate: float  # peak step size of AdamW
    warmup_share: float  # share of the run in which the step size rises, 0 to 1
    weight_decay: float  # AdamW decay per unit of step size
    rotation_turns: float  # largest rotation, in full turns
    flip_probability: float  # share of images mirrored, 0 to 1
    precision: str  # float64, float32 or bfloat16

    def __post_init__(self) -> None:
        if not 0 < self.batch_size <= self.images_per_epoch <= self.images_total:
            raise CourseError(
                "Expected 0 < batch_size <= images_per_epoch <= images_total, got "
                f"{self.batch_size}, {self.images_per_epoch}, {self.images_total}."
            )
        if self.precision not in PRECISIONS:
            raise CourseError(f"Expected a precision among {', '.join(PRECISIONS)}, got {self.precision!r}.")

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches in an epoch."""
        return self.images_per_epoch // self.batch_size

    @property
    def epochs(self) -> int:
        """Whole epochs in the run."""
        return self.images_total // self.images_per_epoch

    @property
    def images_seen(self) -> int:
        """Images the run trains on in whole epochs of whole batches."""
        return self.epochs * self.steps_per_epoch * self.batch_size


@dataclass
class TrainingResult:
    """What a finished run leaves behind; the network carries the weights of the best epoch."""

    best_epoch: int  # counted from 1
    history: list[dict[str, float]]  # per epoch: training loss, held-out ROC AUC
    seconds: float  # training and looking at the held-out part, over all parts of an interrupted run


def train(
    network: nn.Module,
    loss: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    fit: np.ndarray,
    held_out: np.ndarray,
    config: TrainingConfig,
    *,
    seed: int,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> TrainingResult:
    """Train a binary classifier and keep the epoch that ranks the held-out part best.

    The epoch is chosen by the area under the ROC curve, which depends neither on a threshold nor on the
    share of positives; so the same rule is fair to every row.

    Args:
        network: maps (B, 3, H, W) in [-1, 1] to (B, 1) logits; already on the device.
        loss: maps logits and targets of shape (B,) to one number.
        images: (N, H, W, 3) uint8 on the device.
        labels: (N,) 0 or 1 on the device.
        fit: positions to train on; a position may repeat.
        held_out: positions to choose the epoch on.
        config: step sizes, budget, augmentation.
        seed: order of the images and augmentation.
        checkpoint: file to resume from and to write after every epoch; None keeps nothing.
        on_images: called with the number of images seen so far.

    Returns:
        The chosen epoch, the history and the time.

    Raises:
        CourseError: the loss stopped being a finite number.
    """
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    epoch, seconds, history, best_weights = _resume(checkpoint, network, optimizer)
    dtype = PRECISIONS[config.precision]
    truth = labels[torch.as_tensor(held_out, device=labels.device)].cpu().numpy()
    on_images(epoch * config.steps_per_epoch * config.batch_size)
    while epoch < config.epochs:
        started = time.perf_counter()
        mean_loss = _train_epoch(
            network, loss, images, labels, fit, config, optimizer, dtype, seed, epoch, on_images
        )
        area = roc_auc(truth, predict(network, images, held_out, dtype))
        epoch += 1
        history.append({"loss": mean_loss, "held_out_roc_auc": area})
        if area >= max(entry["held_out_roc_auc"] for entry in history):
            best_weights = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        seconds += time.perf_counter() - started
        if checkpoint:
            _save(checkpoint, network, optimizer, epoch, seconds, history, best_weights)
    network.load_state_dict(best_weights)
    areas = [entry["held_out_roc_auc"] for entry in history]
    best_epoch = len(areas) - areas[::-1].index(max(areas))
    return TrainingResult(best_epoch, history, seconds)


def _train_epoch(
    network, loss, images, labels, fit, config, optimizer, dtype, seed, epoch, on_images
) -> float:
    network.train()
    device = images.device
    generator = torch.Generator(device).manual_seed(
        seed * 10_000 + epoch
    )  # a resumed epoch draws the same transforms
    batch = config.batch_size
    first = epoch * config.steps_per_epoch * batch
    order = index_stream(fit, first, first + config.steps_per_epoch * batch, seed=seed)
    order = torch.as_tensor(order, device=device)
    total = torch.zeros((), device=device, dtype=torch.float64)
    for step in range(config.steps_per_epoch):
        chosen = order[step * batch : (step + 1) * batch]
        pixels = rescale(images[chosen], _storage(dtype))
        pixels = flip_and_rotate(
            pixels,
            rotation_turns=config.rotation_turns,
            flip_probability=config.flip_probability,
            generator=generator,
        )
        for group in optimizer.param_groups:
            group["lr"] = step_size(config, epoch * config.steps_per_epoch + step)
        logits = _forward(network, pixels, dtype)
        value = loss(logits, labels[chosen].to(logits.dtype))
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        total += value.detach()
        on_images(first + (step + 1) * batch)
    mean = float(total) / config.steps_per_epoch
    if not math.isfinite(mean):
        raise CourseError(
            f"Expected a finite training loss, got {mean} in epoch {epoch + 1}. "
            "Lower the learning rate or the weights."
        )
    return mean


@torch.no_grad()
def predict(
    network: nn.Module, images: torch.Tensor, positions: np.ndarray, dtype: torch.dtype
) -> np.ndarray:
    """Probability of the positive class for some images, without augmentation.

    Args:
        network: a trained network.
        images: (N, H, W, 3) uint8.
        positions: (n,) which images.
        dtype: number format to compute in.

    Returns:
        (n,) float64 in [0, 1].
    """
    network.eval()
    parts = [
        _forward(
            network, rescale(images[torch.as_tensor(part, device=images.device)], _storage(dtype)), dtype
        )
        for part in np.array_split(positions, max(1, len(positions) // 500))
    ]
    return torch.cat(parts).double().sigmoid().cpu().numpy()


def step_size(config: TrainingConfig, step: int) -> float:
    """Step size at a step: a linear rise to the peak, then half a cosine down to zero."""
    progress = (step + 1) / (config.epochs * config.steps_per_epoch)
    if progress < config.warmup_share:
        return config.learning_rate * progress / config.warmup_share
    falling = (progress - config.warmup_share) / (1 - config.warmup_share)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * falling))


def _storage(dtype: torch.dtype) -> torch.dtype:
    """Pixels and weights stay in float32 when the products are bfloat16."""
    return torch.float32 if dtype == torch.bfloat16 else dtype


def _forward(network: nn.Module, pixels: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    with torch.autocast(pixels.device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
        logits = network(pixels)
    return logits.squeeze(1).to(_storage(dtype))


def _resume(checkpoint: Path | None, network: nn.Module, optimizer: torch.optim.Optimizer):
    if checkpoint is None or not checkpoint.is_file():
        return 0, 0.0, [], {}
    state = torch.load(checkpoint, map_location=next(network.parameters()).device, weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return state["epoch"], state["seconds"], state["history"], state["best_weights"]


def _save(checkpoint: Path, network, optimizer, epoch, seconds, history, best_weights) -> None:
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    beside = checkpoint.with_suffix(".writing")
    torch.save(
        {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "seconds": seconds,
            "history": history,
            "best_weights": best_weights,
        },
        beside,
    )
    os.replace(beside, checkpoint)
