"""What the losses of whole images share: rows of pixels, sums of agreement and error, and images to count."""

import math

import torch
from torch import Tensor

from imbalance_course.losses.binary import prepare_binary
from imbalance_course.losses.common import Weight
from imbalance_course.losses.multiclass import prepare_multiclass


def image_rows(values: Tensor, pooled: bool) -> Tensor:
    """(N, *) -> (N, P), one row of pixels an image; or (1, N P) when pooled, the batch as one image."""
    if values.ndim < 1:
        raise ValueError("Expected logits of shape (N, *), the first axis counting images, got ().")
    images, pixels = values.shape[0], math.prod(values.shape[1:])
    return values.reshape(1, images * pixels) if pooled else values.reshape(images, pixels)


def class_rows(values: Tensor, pooled: bool) -> Tensor:
    """(N, C, *) -> (N, C, P), or (1, C, N P) when pooled."""
    images, classes, pixels = values.shape[0], values.shape[1], math.prod(values.shape[2:])
    if pooled:
        return values.movedim(1, 0).reshape(1, classes, images * pixels)
    return values.reshape(images, classes, pixels)


def kept_images(kept: Tensor | None, pooled: bool) -> Tensor | None:
    """Which images have a pixel that is not ignored: (N, *) -> (N,), or (1,) when pooled; None for None."""
    return None if kept is None else image_rows(kept, pooled).any(1)


def binary_overlap(
    logits: Tensor, targets: Tensor, ignore_index: int | None, pooled: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """True positives, false positives and false negatives of every image, and which images count.

    Args:
        logits: (N, *), floating-point.
        targets: same shape, 0 to 1.
        ignore_index: the target that marks a pixel to ignore; None keeps all.
        pooled: take the batch as one image.

    Returns:
        Three sums of pixels, (N,), and a mask (N,) of images with a kept pixel (None where all have one).
    """
    logits, truth, kept = prepare_binary(logits, targets, ignore_index)
    found = torch.sigmoid(logits)
    if kept is not None:
        found = found.masked_fill(~kept, 0)
    return *_agreement(image_rows(found, pooled), image_rows(truth, pooled)), kept_images(kept, pooled)


def multiclass_overlap(
    logits: Tensor, targets: Tensor, weight: Weight | None, ignore_index: int | None, pooled: bool
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """True positives, false positives and false negatives of every image and class, and which images count.

    Args:
        logits: (N, C, *), floating-point.
        targets: (N, *) class numbers, or (N, C, *) probabilities.
        weight: (C,) weights of the classes, to be checked only.
        ignore_index: the class number that marks a pixel to ignore; None keeps all.
        pooled: take the batch as one image.

    Returns:
        Three sums of pixels, (N, C), and a mask (N,) of images with a kept pixel (None where all have one).
    """
    logits, targets, kept = prepare_multiclass(logits, targets, weight, ignore_index)
    found = torch.softmax(class_rows(logits, pooled), dim=1)
    if targets.is_floating_point():
        truth = class_rows(targets, pooled)
    else:
        truth = members(image_rows(targets, pooled), logits.shape[1]).to(found.dtype)
    if kept is not None:
        ignored = ~image_rows(kept, pooled).unsqueeze(1)
        found, truth = found.masked_fill(ignored, 0), truth.masked_fill(ignored, 0)
    return *_agreement(found, truth), kept_images(kept, pooled)


def members(targets: Tensor, classes: int) -> Tensor:
    """Which pixels are of which class: (N, P) class numbers -> (N, C, P) booleans."""
    return targets.unsqueeze(1) == torch.arange(classes, device=targets.device).unsqueeze(1)


def _agreement(found: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Sums over the last axis. Errors are summed themselves, not left over from two large sums."""
    both = found * truth
    return both.sum(-1), (found - both).sum(-1), (truth - both).sum(-1)


def tversky_cost(
    true_positives: Tensor,
    false_positives: Tensor,
    false_negatives: Tensor,
    *,
    alpha: float,
    beta: float,
    smooth: float,
    gamma: float = 1.0,
) -> Tensor:
    """One minus the Tversky index, to the power gamma; a perfect prediction costs 0 and has gradient 0.

    The power of a number close to 0 has no bounded slope for gamma < 1: it is not taken there.
    """
    wrong = alpha * false_positives + beta * false_negatives
    cost = wrong / (true_positives + wrong + smooth)
    if gamma == 1:
        return cost
    perfect = cost < torch.finfo(cost.dtype).tiny
    return cost.masked_fill(perfect, 1).pow(gamma).masked_fill(perfect, 0)
