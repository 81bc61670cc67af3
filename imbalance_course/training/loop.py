"""The one training loop: a whole data set on the device, batches by index, exact resume.

Nothing in the loop waits for the device: the order of an epoch travels ahead once, transforms happen where
the images are, losses add up there and are read once an epoch.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course.augment import Augmentation, rescale
from imbalance_course.device import PRECISIONS
from imbalance_course.errors import NotFiniteError
from imbalance_course.sampling import index_stream
from imbalance_course.training.checkpoint import resume, save
from imbalance_course.training.compilation import translate
from imbalance_course.training.config import TrainingConfig, step_size
from imbalance_course.training.finite import EpochWatch, check_outputs
from imbalance_course.training.task import Task, classification, probabilities


@dataclass
class TrainingResult:
    """What a finished run leaves behind; the network carries the weights of the epoch kept."""

    best_epoch: int  # the epoch kept, counted from 1
    history: list[dict[str, float]]  # per epoch: training loss, score of the held-out part
    seconds: float  # training and looking at the held-out part, over all parts of an interrupted run
    compiled: str  # whether the step was translated by torch.compile, and why not


def train(
    network: nn.Module,
    loss: nn.Module,
    images: Tensor,
    targets: Tensor,
    fit: np.ndarray,
    held_out: np.ndarray,
    config: TrainingConfig,
    *,
    seed: int,
    task: Task | None = None,
    stream: Callable[..., np.ndarray] = index_stream,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> TrainingResult:
    """Train a network and keep the epoch that scores best on the held-out part, or the last one.

    Args:
        network: maps (B, C, H, W) in [-1, 1] to (B, 1, ...) or (B, K, ...) logits; already on the device.
        loss: maps logits and targets to one number. One column of logits comes as (B, ...) with floating
            targets, several come as (B, K, ...) with class numbers. Floating targets stay floating.
            Where it has ``advance``, every epoch begins by calling it with the share of the training that
            is over.
        images: (N, H, W, C) uint8 on the device.
        targets: (N, ...) on the device: class numbers, masks or floating values.
        fit: positions to train on; a position may repeat.
        held_out: positions to choose the epoch on.
        config: step sizes, budget, number format.
        seed: order of the images and augmentation.
        task: how images and targets are transformed and an epoch is scored; None means classification with
            the rotation and the flips of ``config``.
        stream: (fit, start, stop, seed=) to the positions between two points of an endless order.
        checkpoint: file to resume from and to write after every epoch; None keeps nothing.
        on_images: called with the number of images seen so far.

    Returns:
        The chosen epoch, the history, the time, and whether the step was compiled.

    Raises:
        NotFiniteError: a loss, a gradient, or an output or the score on the held-out part is NaN or infinite;
            the message names the epoch, and the step and the images, or the held-out images.
        CourseError: the compiler asked for does not work.
    """
    device, dtype, batch = images.device, PRECISIONS[config.precision], config.batch_size
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True  # all batches have one shape: try each algorithm once
    task = task or classification(Augmentation(config.rotation_turns, config.flip_probability))
    # One kernel for all weights where the device has it; CPU records were made without.
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        fused=True if device.type == "cuda" else None,
    )
    loss_of, compiled = translate(_make_loss(network, loss, dtype), config, device)
    advance = getattr(loss, "advance", lambda progress: None)
    parameters = list(network.parameters())
    held_out_targets = targets[send(held_out, device)]
    progress = resume(checkpoint, network, optimizer)
    on_images(progress.epoch * config.images_seen_per_epoch)

    for epoch in range(progress.epoch, config.epochs):
        started = time.perf_counter()
        advance(epoch / config.epochs)
        network.train()
        noted = EpochWatch(config.steps_per_epoch, device)
        first = epoch * config.images_seen_per_epoch
        order = stream(fit, first, first + config.images_seen_per_epoch, seed=seed)
        # A seed of its own for every epoch: a resumed run draws the same transforms and drops the same units.
        with _seeded(seed * 10_000 + epoch, device) as generator:
            for step, chosen in enumerate(send(order, device).split(batch)):
                picked, truth = task.pick(images, targets, chosen, generator)
                pixels, truth = task.transform(rescale(picked, _storage(dtype)), truth, generator)
                for group in optimizer.param_groups:
                    group["lr"] = step_size(config, epoch * config.steps_per_epoch + step)
                value = loss_of(pixels, truth)
                optimizer.zero_grad(set_to_none=True)
                value.backward()
                noted.note(step, value, parameters)
                optimizer.step()
                on_images(first + (step + 1) * batch)
        mean_loss = noted.mean_loss(epoch, order)
        logits = _forward(network, images, held_out, dtype, task.images_at_once)
        score = task.score(check_outputs(logits, held_out, f" in epoch {epoch + 1}"), held_out_targets)
        progress.history.append({"loss": mean_loss, task.score_name: _check_score(score, task, epoch)})
        scores = [entry[task.score_name] for entry in progress.history]
        if config.kept_epoch == "last" or scores[-1] >= max(scores):
            progress.best_weights = {name: value.clone() for name, value in network.state_dict().items()}
        progress.epoch = epoch + 1
        progress.seconds += time.perf_counter() - started
        save(checkpoint, network, optimizer, progress)

    network.load_state_dict(progress.best_weights)
    scores = [entry[task.score_name] for entry in progress.history]
    best_epoch = len(scores) if config.kept_epoch == "last" else len(scores) - scores[::-1].index(max(scores))
    return TrainingResult(best_epoch, progress.history, progress.seconds, compiled)


def predict(
    network: nn.Module,
    images: Tensor,
    positions: np.ndarray,
    dtype: torch.dtype,
    *,
    images_at_once: int = 500,
) -> np.ndarray:
    """Probabilities for some images, without augmentation.

    Args:
        network: a trained network.
        images: (N, H, W, 3) uint8.
        positions: (n,) which images.
        dtype: number format to compute in.
        images_at_once: about how many images go through the network together, a matter of memory.

    Returns:
        (n, ...) float64 probabilities of the positive class; (n, C, ...) of every class where there are more.
    """
    logits = predict_logits(network, images, positions, dtype, images_at_once=images_at_once)
    return probabilities(logits).cpu().numpy()


def predict_logits(
    network: nn.Module,
    images: Tensor,
    positions: np.ndarray,
    dtype: torch.dtype,
    *,
    images_at_once: int = 500,
) -> Tensor:
    """Logits for some images, without augmentation.

    Args:
        network: a trained network.
        images: (N, H, W, 3) uint8.
        positions: (n,) which images.
        dtype: number format to compute in.
        images_at_once: about how many images go through the network together, a matter of memory.

    Returns:
        (n, ...) for a network with one column of logits, else (n, C, ...), on the device.

    Raises:
        NotFiniteError: a logit is NaN or infinite; the message names the images.
    """
    return check_outputs(_forward(network, images, positions, dtype, images_at_once), positions)


@torch.no_grad()
def _forward(
    network: nn.Module, images: Tensor, positions: np.ndarray, dtype: torch.dtype, images_at_once: int
) -> Tensor:
    network.eval()
    parts = np.array_split(positions, max(1, len(positions) // images_at_once))
    chosen = (images.index_select(0, send(part, images.device)) for part in parts)
    return torch.cat([apply_network(network, rescale(part, _storage(dtype)), dtype) for part in chosen])


def apply_network(network: nn.Module, pixels: Tensor, dtype: torch.dtype) -> Tensor:
    """Logits of pixels (n, C, H, W) in [-1, 1], computed in a number format; one logit comes as (n, ...)."""
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    with torch.autocast(pixels.device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
        logits = network(pixels)
    return (logits.squeeze(1) if logits.shape[1] == 1 else logits).to(_storage(dtype))


def send(positions: np.ndarray, device: torch.device) -> Tensor:
    """Positions on the device; the copy to a GPU runs beside what the GPU is doing."""
    positions = torch.as_tensor(positions)
    if device.type != "cuda":
        return positions.to(device)
    return positions.pin_memory().to(device, non_blocking=True)


def _make_loss(network: nn.Module, loss: nn.Module, dtype: torch.dtype) -> Callable[[Tensor, Tensor], Tensor]:
    def loss_of(pixels: Tensor, targets: Tensor) -> Tensor:
        logits = apply_network(network, pixels, dtype)
        # One number for one target, or values: as the logits are. Else class numbers.
        as_values = logits.ndim == targets.ndim or targets.is_floating_point()
        return loss(logits, targets.to(logits.dtype) if as_values else targets.long())

    return loss_of


def _storage(dtype: torch.dtype) -> torch.dtype:
    """Pixels and weights stay in float32 when the products are bfloat16."""
    return torch.float32 if dtype == torch.bfloat16 else dtype


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[torch.Generator]:
    """A generator on the device; what draws from the global one, dropout for instance, is seeded too."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield torch.Generator(device).manual_seed(seed)


def _check_score(score: float, task: Task, epoch: int) -> float:
    if not math.isfinite(score):
        raise NotFiniteError(f"Expected a finite {task.score_name}, got {score} in epoch {epoch + 1}.")
    return score
