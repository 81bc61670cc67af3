"""Pixels of several classes: train a network on windows of tiles, score its labels of whole test tiles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course.augment import Augmentation, augment_batch, draw_windows
from imbalance_course.datasets import MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments.classification import Split, place
from imbalance_course.experiments.experiment import Outcome
from imbalance_course.experiments.segmentation import count_pixels
from imbalance_course.metrics import average_precision
from imbalance_course.metrics.confusion import class_dice, class_overlap, confusion_matrix
from imbalance_course.posthoc import reuse_background
from imbalance_course.training import Task, TrainingResult, predict_logits, train
from imbalance_course.training.task import Pick

IMAGES_AT_ONCE = 16  # whole tiles that go through the network together, a matter of memory
STRIDE = 2  # ranking scores look at every second row and column: neighbors say nearly the same


class SideBySide(nn.Module):
    """Two networks that see one image; their outputs are joined, their weights are not.

    Example:
        >>> SideBySide(nn.Conv2d(3, 5, 1), nn.Conv2d(3, 1, 1))(torch.zeros(1, 3, 4, 4)).shape
        torch.Size([1, 6, 4, 4])
    """

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, C, H, W) to the channels of both networks."""
        return torch.cat([self.first(pixels), self.second(pixels)], dim=1)


@dataclass(frozen=True)
class Labels:
    """What a network says of some tiles.

    Attributes:
        scores: (n, K, h, w) probabilities of the classes, on every second row and column.
        classes: (n, H, W) class numbers.
        two_stage: (n, H, W) class numbers after a binary network has taken back what it calls background;
            None without such a network.
    """

    scores: np.ndarray
    classes: np.ndarray
    two_stage: np.ndarray | None = None


@dataclass(frozen=True, kw_only=True)
class ClassesOutcome(Outcome):
    """Masks and labels of the test tiles.

    Attributes:
        held_out_overlap: mean overlap over union of the held-out tiles.
        held_out_counts: held-out pixels of each class.
        test_masks: (m, H, W) class numbers; 255 where a pixel counts nowhere.
        test_labels: what the network says of them.
        test_kinds: (m,) kind of each tile, for scores by kind; None for none.
    """

    held_out_overlap: float
    held_out_counts: dict[str, int]
    test_masks: np.ndarray
    test_labels: Labels
    test_kinds: np.ndarray | None = None

    @property
    def held_out_score(self) -> float:
        """Mean overlap over union of the held-out tiles."""
        return self.held_out_overlap

    def score(self, data: MaskSet) -> dict[str, Any]:
        """Scores of all classes, of each class, of each kind of tile, and what a second stage changes."""
        names, labels = data.class_names, self.test_labels
        metrics = score_classes(self.test_masks, labels.classes, names)
        metrics |= rank_classes(self.test_masks[:, ::STRIDE, ::STRIDE], labels.scores, names)
        if labels.two_stage is not None:
            second = score_classes(self.test_masks, labels.two_stage, names)
            metrics |= {f"two_stage_{name}": value for name, value in second.items()}
            for name in ("mean_iou", "mean_dice"):
                metrics[f"gain_{name}"] = second[name] - metrics[name]
        for kind in [] if self.test_kinds is None else np.unique(self.test_kinds):
            inside = self.test_kinds == kind
            of_kind = score_classes(self.test_masks[inside], labels.classes[inside], names)
            metrics[f"mean_iou_{kind}"] = of_kind["mean_iou"]
        return {"held_out_counts": self.held_out_counts, "metrics": metrics}


def score_classes(masks: np.ndarray, labels: np.ndarray, names: tuple[str, ...]) -> dict[str, float]:
    """Overlap over union and Dice, of each class and on average over the classes that are there.

    Args:
        masks: (n, H, W) class numbers; 255 where a pixel counts nowhere.
        labels: (n, H, W) class numbers.
        names: (K,) names of the classes.
    """
    matrix = confusion_matrix(masks, labels, classes=len(names), ignore=IGNORE)
    overlap, dice = class_overlap(matrix), class_dice(matrix)
    each = {f"iou_{short(name)}": float(value) for name, value in zip(names, overlap, strict=True)}
    means = {"mean_iou": float(np.nanmean(overlap)), "mean_dice": float(np.nanmean(dice))}
    return means | {name: value for name, value in each.items() if np.isfinite(value)}


def rank_classes(masks: np.ndarray, scores: np.ndarray, names: tuple[str, ...]) -> dict[str, float]:
    """Mean over the classes of the average precision: the area under the precision-recall curve.

    Some code gives this name to a mean of precisions or of recalls; that is a score of one decision.

    Args:
        masks: (n, h, w) class numbers; 255 where a pixel counts nowhere.
        scores: (n, K, h, w) probabilities.
        names: (K,) names of the classes; one without a pixel is left out.
    """
    kept = masks != IGNORE
    areas = [
        float(average_precision(masks[kept] == number, scores[:, number][kept]))
        for number in range(len(names))
        if (masks[kept] == number).any()
    ]
    return {"mean_average_precision": sum(areas) / len(areas)}


def short(name: str) -> str:
    """Name of a class as a metric uses it: drawn classes are called as the real ones."""
    return name.removeprefix("drawn ").replace(" ", "_")


def train_and_label(
    network: nn.Module,
    loss: nn.Module,
    data: MaskSet,
    images: Tensor,
    parts: Split,
    config: Any,
    *,
    seed: int,
    two_stage: bool = False,
    test_kinds: np.ndarray | None = None,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> ClassesOutcome:
    """Train a network on windows and label the test tiles whole.

    Args:
        network: maps (B, C, H, W) to K logits a pixel, and one more with two stages; fresh.
        loss: maps logits (B, K, H, W) and masks (B, H, W) of windows to one number.
        data: tiles with masks.
        images: (N, H, W, C) uint8, the same tiles on the device.
        parts: positions to train on, to look at while training, and to test on.
        config: settings of training, with ``window`` and ``augmentation``.
        seed: order of the tiles, places and transforms of the windows.
        two_stage: whether the last logit tells foreground from background.
        test_kinds: (m,) kind of each test tile.
        checkpoint: file to resume from and to write after every epoch.
        on_images: called with the number of windows seen so far.
    """
    classes = len(data.class_names)
    network, result = train_on_windows(
        network, loss, data, images, parts, config, seed=seed, checkpoint=checkpoint, on_images=on_images
    )
    dtype = PRECISIONS[config.precision]
    return ClassesOutcome(
        training_counts=count_pixels(data, data.masks[parts.fit]),
        held_out_overlap=result.history[result.best_epoch - 1]["held_out_mean_iou"],
        held_out_counts=count_pixels(data, data.masks[parts.held_out]),
        test_masks=data.masks[parts.test],
        test_labels=_label(network, images, parts.test, dtype, classes, two_stage),
        test_kinds=test_kinds,
        best_epoch=result.best_epoch,
        history=result.history,
        seconds=result.seconds,
        images_seen=config.images_seen,
        weights=network.state_dict(),
    )


def train_on_windows(
    network: nn.Module,
    loss: nn.Module,
    data: MaskSet,
    images: Tensor,
    parts: Split,
    config: Any,
    *,
    seed: int,
    pick: Pick | None = None,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> tuple[nn.Module, TrainingResult]:
    """Train a network on windows of tiles.

    Args:
        network: maps (B, C, H, W) to K logits a pixel, or more; fresh.
        loss: maps logits (B, K, H, W) and masks (B, H, W) of windows to one number.
        data: tiles with masks.
        images: (N, H, W, C) uint8, the same tiles on the device.
        parts: positions to train on and to look at while training.
        config: settings of training, with ``window`` and ``augmentation``.
        seed: order of the tiles, places and transforms of the windows.
        pick: how windows are cut, see :class:`imbalance_course.training.Task`; None cuts at random places.
        checkpoint: file to resume from and to write after every epoch.
        on_images: called with the number of windows seen so far.

    Returns:
        The network on the device, in the epoch kept, and what the training leaves.
    """
    network = place(network, images.device, PRECISIONS[config.precision])
    masks = torch.from_numpy(np.array(data.masks)).to(images.device)
    task = _task(config, len(data.class_names), pick or partial(draw_windows, size=config.window))
    result = train(
        network, loss.to(images.device), images, masks, parts.fit, parts.held_out, config,
        seed=seed, task=task, checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip
    return network, result


def logits_by_part(
    network: nn.Module, images: Tensor, positions: np.ndarray, dtype: torch.dtype
) -> Iterator[tuple[np.ndarray, Tensor]]:
    """Positions and their logits (n, K, H, W), some tiles at a time: all would not fit into memory."""
    for part in np.array_split(positions, max(1, len(positions) // IMAGES_AT_ONCE)):
        yield part, predict_logits(network, images, part, dtype, images_at_once=IMAGES_AT_ONCE)


def mean_overlap(logits: Tensor, masks: Tensor, classes: int) -> float:
    """Mean overlap over union of the classes that are there, for logits (n, K or more, H, W)."""
    labels = logits[:, :classes].argmax(dim=1).cpu().numpy()
    matrix = confusion_matrix(masks.cpu().numpy(), labels, classes=classes, ignore=IGNORE)
    return float(np.nanmean(class_overlap(matrix)))


def _task(config: Any, classes: int, pick: Pick) -> Task:
    augmentation: Augmentation = config.augmentation

    return Task(
        lambda pixels, truth, generator: augment_batch(pixels, augmentation, generator, masks=truth),
        lambda logits, masks: mean_overlap(logits, masks, classes),
        "held_out_mean_iou", images_at_once=IMAGES_AT_ONCE, pick=pick,
    )  # fmt: skip


def _label(network, images, positions, dtype, classes: int, two_stage: bool) -> Labels:
    scores, labels, second = [], [], []
    for _, logits in logits_by_part(network, images, positions, dtype):
        chosen = logits[:, :classes].argmax(dim=1)
        labels.append(chosen.to(torch.uint8).cpu().numpy())
        thinned = logits[:, :classes, ::STRIDE, ::STRIDE]
        scores.append(thinned.double().softmax(dim=1).to(logits.dtype).cpu().numpy())
        if two_stage:
            kept = reuse_background(chosen, logits[:, classes].sigmoid())
            second.append(kept.to(torch.uint8).cpu().numpy())
    joined = np.concatenate(second) if two_stage else None
    return Labels(np.concatenate(scores), np.concatenate(labels), joined)
