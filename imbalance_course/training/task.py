"""What sets classification, segmentation and regression apart: how targets move, and what an epoch scores."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from imbalance_course.augment import Augmentation, augment_batch
from imbalance_course.metrics import roc_auc

Pick = Callable[[Tensor, Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]
Transform = Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]
Score = Callable[[Tensor, Tensor], float]


def pick_whole(
    images: Tensor, targets: Tensor, chosen: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The chosen images and their targets as they are."""
    return images.index_select(0, chosen), targets.index_select(0, chosen)


@dataclass(frozen=True)
class Task:
    """The parts of the training loop that depend on what is learned.

    Attributes:
        transform: (pixels (B, 3, H, W) in [-1, 1], targets of the batch, random generator on the device) to
            transformed pixels and targets.
        score: (logits, targets) of the held-out part to one number, higher for better.
        score_name: what the history calls that number.
        images_at_once: images the held-out part is read in, a matter of memory.
        pick: (all images as bytes, all targets, positions of the batch, random generator) to those of the
            batch, whole or a window of each.
    """

    transform: Transform
    score: Score
    score_name: str
    images_at_once: int = 500
    pick: Pick = pick_whole


def classification(augmentation: Augmentation) -> Task:
    """Class labels (N,); an epoch is scored by the area under the ROC curve.

    The area depends neither on a threshold nor on the share of positives, so the same rule is fair to every
    row. With more than two classes it is the mean over the classes, each against the rest.

    Args:
        augmentation: how pixels are transformed.
    """
    return Task(_pixels_only(augmentation), ranking_score, "held_out_roc_auc")


def segmentation(augmentation: Augmentation, score: Score, score_name: str) -> Task:
    """Label masks (N, H, W) uint8, moved together with the pixels; 255 marks pixels without a label.

    Args:
        augmentation: how pixels and masks are transformed.
        score: (logits, masks) of the held-out part to one number, higher for better.
        score_name: what the history calls that number.
    """
    return Task(
        lambda pixels, masks, generator: augment_batch(pixels, augmentation, generator, masks=masks),
        score, score_name, images_at_once=8,
    )  # fmt: skip


def regression(augmentation: Augmentation) -> Task:
    r"""Numbers (N,), or (N, K) with K of at least 2, floating; scored by the share of the variance explained.

    .. math:: R^2 = 1 - \frac{\sum (y - \hat y)^2}{\sum (y - \bar y)^2}

    Args:
        augmentation: how pixels are transformed; the targets stay as they are.
    """
    return Task(_pixels_only(augmentation), explained_variance, "held_out_explained_variance")


def probabilities(logits: Tensor) -> Tensor:
    """Logits to float64 probabilities: of the positive class where there are two, else of every class.

    Args:
        logits: (N,) or (N, H, W) of the positive class, or (N, C) or (N, C, H, W) of every class.

    Example:
        >>> probabilities(torch.tensor([[0.0, 0.0], [1.0, 1.0]])).tolist()
        [0.5, 0.5]
    """
    logits = logits.double()
    if logits.ndim in (1, 3):
        return logits.sigmoid()
    if logits.shape[1] == 2:
        return (logits[:, 1] - logits[:, 0]).sigmoid()
    return logits.softmax(dim=1)


def ranking_score(logits: Tensor, labels: Tensor) -> float:
    """Area under the ROC curve; with more than two classes the mean over classes against the rest.

    A class without an item has no area and is left out.
    """
    scores, labels = probabilities(logits).cpu().numpy(), labels.cpu().numpy()
    if scores.ndim == 1:
        return float(roc_auc(labels, scores))
    areas = [roc_auc(labels == number, scores[:, number]) for number in np.unique(labels)]
    return float(sum(areas) / len(areas))


def explained_variance(predictions: Tensor, targets: Tensor) -> float:
    """Share of the variance of the targets that the predictions explain; 1 is perfect, 0 is their mean."""
    predictions, targets = predictions.double(), targets.double().reshape(predictions.shape)
    left = (targets - predictions).square().sum()
    return float(1 - left / (targets - targets.mean(dim=0)).square().sum())


def _pixels_only(augmentation: Augmentation) -> Transform:
    return lambda pixels, targets, generator: (augment_batch(pixels, augmentation, generator), targets)
