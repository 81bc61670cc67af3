"""Two classes: train a network on one split, score its test images, and put the scores into a record."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from imbalance_course.datasets import ImageSet
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments.experiment import Outcome
from imbalance_course.experiments.methods import Method
from imbalance_course.metrics import (
    Counts,
    average_precision,
    brier_score,
    choose_threshold,
    confusion_counts,
    expected_calibration_error,
    roc_auc,
)
from imbalance_course.models import make_network
from imbalance_course.training import (
    Task,
    TrainingResult,
    predict_logits,
    probabilities,
    train,
)

HISTOGRAM_BINS = 200


@dataclass(frozen=True)
class Split:
    """Positions of one run; ``fit`` repeats positions when the method oversamples."""

    fit: np.ndarray
    held_out: np.ndarray
    test: np.ndarray


@dataclass(frozen=True, kw_only=True)
class BinaryOutcome(Outcome):
    """Labels and probabilities of the held-out and the test images.

    Attributes:
        held_out_labels: (n,) 0 or 1.
        held_out_scores: (n,) probability of the positive class.
        test_labels: (m,) 0 or 1.
        test_scores: (m,) probability of the positive class.
        prevalence: share of positives that the threshold is chosen for.
        test_groups: (m,) group of each test image; None where images are independent.
    """

    held_out_labels: np.ndarray
    held_out_scores: np.ndarray
    test_labels: np.ndarray
    test_scores: np.ndarray
    prevalence: float
    test_groups: np.ndarray | None = None

    @property
    def held_out_score(self) -> float:
        """Balanced accuracy of the held-out part at 0.5, what all the remedies are after."""
        return confusion_counts(self.held_out_labels, self.held_out_scores).balanced_accuracy

    def score(self, data: ImageSet) -> dict[str, Any]:
        """Counts at 0.5 and at the threshold chosen on the held-out part, and the rest."""
        truth, scores = self.test_labels, self.test_scores
        threshold = float(
            choose_threshold(
                self.held_out_labels, self.held_out_scores, metric="f1", prevalence=self.prevalence
            )
        )
        edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
        return {
            "held_out_counts": count_classes(data, self.held_out_labels),
            "test_counts_at_half": as_numbers(confusion_counts(truth, scores, 0.5)),
            "threshold": threshold,
            "threshold_rule": "highest F1 on the held-out part, weighted to a share of positives of "
            f"{self.prevalence:g}",
            "test_counts_at_threshold": as_numbers(confusion_counts(truth, scores, threshold)),
            "metrics": {
                "roc_auc": float(roc_auc(truth, scores)),
                "average_precision": float(average_precision(truth, scores)),
                "expected_calibration_error": float(expected_calibration_error(truth, scores)),
                "brier_score": float(brier_score(truth, scores)),
            },
            "score_histogram": {
                "positives": np.histogram(scores[truth == 1], edges)[0].tolist(),
                "negatives": np.histogram(scores[truth == 0], edges)[0].tolist(),
            },
            "test_groups": self._count_groups({"at_half": 0.5, "at_threshold": threshold}),
        }

    def _count_groups(self, rules: dict[str, float]) -> dict[str, dict[str, list[int]]] | None:
        if self.test_groups is None:
            return None
        members = {str(group): self.test_groups == group for group in np.unique(self.test_groups)}
        return {
            group: {
                rule: list(
                    as_numbers(
                        confusion_counts(self.test_labels[inside], self.test_scores[inside], threshold)
                    ).values()
                )
                for rule, threshold in rules.items()
            }
            for group, inside in members.items()
        }


def train_and_predict(
    network_name: str,
    method: Method,
    data: ImageSet,
    images: torch.Tensor,
    parts: Split,
    config: Any,
    *,
    seed: int,
    task: Task | None = None,
    loss: nn.Module | None = None,
    prevalence: float | None = None,
    test_groups: np.ndarray | None = None,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> BinaryOutcome:
    """Train a fresh network with one method and predict the held-out and the test images.

    Args:
        network_name: a network of :func:`imbalance_course.models.make_network`.
        method: the remedy.
        data: images with labels.
        images: (N, H, W, 3) uint8, the same images on the device.
        parts: positions to train on, to choose the epoch and the threshold on, and to test on.
        config: settings of methods and training, with ``image_size`` and ``widths``.
        seed: first weights, order of the images, augmentation.
        task: augmentation and score of an epoch; None takes rotation and flips from the settings.
        loss: in place of the method's own.
        prevalence: share of positives to choose the threshold for; None takes that of the test images.
        test_groups: (m,) group of each test image, where images are not independent.
        checkpoint: file to resume from and to write after every epoch.
        on_images: called with the number of images seen so far.
    """
    network, result, counts = train_network(
        network_name, method, method.classes, data, images, parts, config,
        seed=seed, task=task, loss=loss, checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip
    dtype = PRECISIONS[config.precision]

    def predict(positions: np.ndarray) -> np.ndarray:
        logits = predict_logits(network, images, positions, dtype)
        return probabilities(method.finish(logits, counts, config)).cpu().numpy()

    test_labels = data.labels[parts.test]
    return BinaryOutcome(
        training_counts=count_classes(data, data.labels[parts.fit]),
        held_out_labels=data.labels[parts.held_out],
        held_out_scores=predict(parts.held_out),
        test_labels=test_labels,
        test_scores=predict(parts.test),
        prevalence=float(test_labels.mean()) if prevalence is None else prevalence,
        test_groups=test_groups,
        best_epoch=result.best_epoch,
        history=result.history,
        seconds=result.seconds,
        images_seen=config.images_seen,
    )


def train_network(
    network_name: str,
    method: Method,
    outputs: int,
    data: ImageSet,
    images: torch.Tensor,
    parts: Split,
    config: Any,
    *,
    seed: int,
    task: Task | None = None,
    loss: nn.Module | None = None,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> tuple[nn.Module, TrainingResult, np.ndarray]:
    """Train a fresh network with one method on one split.

    Args:
        network_name: a network of :func:`imbalance_course.models.make_network`.
        method: the remedy.
        outputs: logits of the network; 1 for two classes, or one a class.
        data: images with labels.
        images: (N, H, W, 3) uint8, the same images on the device.
        parts: positions to train on and to look at while training.
        config: settings of methods and training, with ``image_size`` and ``widths``.
        seed: first weights, order of the images, augmentation.
        task: augmentation and score of an epoch; None takes rotation and flips from the settings.
        loss: in place of the method's own.
        checkpoint: file to resume from and to write after every epoch.
        on_images: called with the number of images seen so far.

    Returns:
        The network in the epoch kept, what the training leaves, and (K,) training images of each class.
    """
    counts = np.bincount(data.labels[parts.fit], minlength=len(data.class_names))
    labels = torch.from_numpy(data.labels).to(images.device)
    torch.manual_seed(seed)
    network = make_network(
        network_name, config.image_size, outputs, widths=config.widths, normalized_head=method.cosines
    )
    network = place(network, images.device, PRECISIONS[config.precision])
    loss = (loss or method.make_loss(counts, config)).to(images.device)
    result = train(
        network, loss, images, labels, parts.fit, parts.held_out, config,
        seed=seed, task=task, stream=method.order(data.labels), checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip
    return network, result, counts


def place(network: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """The network on the device, with weights in float64 where products are; else they stay in float32."""
    network = network.to(device, memory_format=torch.channels_last)
    return network.double() if dtype == torch.float64 else network


def count_classes(data: ImageSet, labels: np.ndarray) -> dict[str, int]:
    """Items of each class by name."""
    counts = np.bincount(labels, minlength=len(data.class_names))
    return {name: int(count) for name, count in zip(data.class_names, counts, strict=True)}


def as_numbers(counts: Counts) -> dict[str, int]:
    """The four counts as a record writes them."""
    return {name: int(value) for name, value in dataclasses.asdict(counts).items()}
