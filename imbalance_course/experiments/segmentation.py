"""Pixels of two classes: train a network on windows of images, score its masks of whole test images."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course.augment import draw_windows
from imbalance_course.augment.color import stretch
from imbalance_course.datasets import MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments.classification import Split, as_numbers, place
from imbalance_course.experiments.experiment import Outcome
from imbalance_course.metrics import Counts, average_precision, choose_threshold, confusion_counts
from imbalance_course.metrics.masks import boundary_f1, match_objects, width_error
from imbalance_course.training import Task, predict, train

IMAGES_AT_ONCE = 8  # whole images that go through the network together, a matter of memory


@dataclass(frozen=True, kw_only=True)
class MaskOutcome(Outcome):
    """Masks and probabilities of the held-out and the test images.

    Attributes:
        held_out_masks: (n, H, W) 0 or 1; 255 where a pixel counts nowhere.
        held_out_scores: (n, H, W) probability of class 1.
        test_masks: (m, H, W) likewise.
        test_scores: (m, H, W) likewise.
    """

    held_out_masks: np.ndarray
    held_out_scores: np.ndarray
    test_masks: np.ndarray
    test_scores: np.ndarray

    @property
    def held_out_score(self) -> float:
        """Overlap over union of the held-out part at 0.5."""
        return _count_pixels(self.held_out_masks, self.held_out_scores, 0.5).iou

    def score(self, data: MaskSet) -> dict[str, Any]:
        """Pixel counts, and scores of boundaries and objects, at 0.5 and at the chosen threshold."""
        kept = self.held_out_masks != IGNORE
        threshold = float(
            choose_threshold(self.held_out_masks[kept], self.held_out_scores[kept], metric="f1")
        )
        kept_in_test = self.test_masks != IGNORE
        return {
            "held_out_counts": count_pixels(data, self.held_out_masks),
            "test_counts_at_half": as_numbers(_count_pixels(self.test_masks, self.test_scores, 0.5)),
            "threshold": threshold,
            "threshold_rule": "highest F1 of the pixels of the held-out images",
            "test_counts_at_threshold": as_numbers(
                _count_pixels(self.test_masks, self.test_scores, threshold)
            ),
            "metrics": {
                "average_precision": float(
                    average_precision(self.test_masks[kept_in_test], self.test_scores[kept_in_test])
                ),
                **score_shapes(self.test_masks, self.test_scores >= 0.5),
                **{
                    f"{name}_at_threshold": value
                    for name, value in score_shapes(self.test_masks, self.test_scores >= threshold).items()
                },
            },
        }


def score_shapes(masks: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Scores of boundaries and objects; a width error that does not exist is left out.

    Args:
        masks: (n, H, W) 0 or 1; a prediction on a pixel with 255 is taken back.
        predictions: (n, H, W) bool.
    """
    truth, predictions = masks == 1, predictions & (masks != IGNORE)
    objects, wider = match_objects(truth, predictions), width_error(truth, predictions)
    return {
        "boundary_f1_1px": boundary_f1(truth, predictions, tolerance=1),
        "boundary_f1_3px": boundary_f1(truth, predictions, tolerance=3),
        "object_precision": objects.precision,
        "object_recall": objects.recall,
    } | ({} if wider is None else {"width_error_px": wider})


def train_and_segment(
    network: nn.Module,
    loss: nn.Module,
    data: MaskSet,
    images: Tensor,
    targets: Tensor,
    parts: Split,
    config: Any,
    *,
    seed: int,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> MaskOutcome:
    """Train a network on windows and predict the held-out and the test images whole.

    Args:
        network: maps (B, C, H, W) to one logit a pixel; fresh.
        loss: maps logits (B, H, W) and targets of windows to one number.
        data: images with masks.
        images: (N, H, W, C) uint8, the same images on the device.
        targets: (N, H, W) or (N, H, W, K), the masks, and what else the loss needs, on the device.
        parts: positions to train on, to choose the threshold on, and to test on.
        config: settings of training, with ``window``, ``brightness`` and ``contrast``.
        seed: order of the images, places of the windows.
        checkpoint: file to resume from and to write after every epoch.
        on_images: called with the number of windows seen so far.
    """
    dtype = PRECISIONS[config.precision]
    network = place(network, images.device, dtype)
    result = train(
        network, loss.to(images.device), images, targets, parts.fit, parts.held_out, config,
        seed=seed, task=_task(config), checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip
    scores = {
        part: predict(network, images, positions, dtype, images_at_once=IMAGES_AT_ONCE)
        for part, positions in (("held_out", parts.held_out), ("test", parts.test))
    }
    return MaskOutcome(
        training_counts=count_pixels(data, data.masks[parts.fit]),
        held_out_masks=data.masks[parts.held_out],
        held_out_scores=scores["held_out"],
        test_masks=data.masks[parts.test],
        test_scores=scores["test"],
        best_epoch=result.best_epoch,
        history=result.history,
        seconds=result.seconds,
        images_seen=config.images_seen,
        weights=network.state_dict(),
    )


def count_pixels(data: MaskSet, masks: np.ndarray) -> dict[str, int]:
    """Pixels of each class by name."""
    counts = np.bincount(np.ravel(masks), minlength=IGNORE + 1)
    return {name: int(count) for name, count in zip(data.class_names, counts, strict=False)}


def held_out_overlap(logits: Tensor, targets: Tensor) -> float:
    """Overlap over union at probability 0.5, of masks (n, H, W) or of the first of (n, H, W, K)."""
    masks = targets if targets.ndim == logits.ndim else targets[..., 0]
    found, true = (logits > 0) & (masks != IGNORE), masks == 1
    union = (found | true).sum()
    return float((found & true).sum() / union) if union else 1.0


def _task(config: Any) -> Task:
    """Windows at random places, turned and mirrored, in other light."""

    def transform(pixels, truth, generator):
        drawn = torch.rand(2, len(pixels), generator=generator, device=pixels.device, dtype=pixels.dtype)
        contrast, brightness = 2 * drawn - 1
        return stretch(pixels, 1 + config.contrast * contrast, config.brightness * brightness), truth

    return Task(
        transform,
        held_out_overlap,
        "held_out_iou",
        images_at_once=IMAGES_AT_ONCE,
        pick=partial(draw_windows, size=config.window),
    )


def _count_pixels(masks: np.ndarray, scores: np.ndarray, threshold: float) -> Counts:
    kept = masks != IGNORE
    return confusion_counts(masks[kept], scores[kept], threshold)
