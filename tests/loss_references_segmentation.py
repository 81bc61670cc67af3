"""Slow segmentation losses in plain Python numbers: one loop over images, classes and pixels."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

Pixels = list[float]


def by_image(cost: Callable[[Pixels, Pixels], float], *, pooled: bool = False):
    """Loss of every image from a loss of the logits and targets of its pixels."""

    def batch(logits: Tensor, targets: Tensor) -> Tensor:
        shape = (1, -1) if pooled else (len(logits), -1)
        rows = zip(logits.reshape(shape).tolist(), targets.double().reshape(shape).tolist(), strict=True)
        return torch.tensor([cost(*row) for row in rows], dtype=torch.float64)

    return batch


def by_image_of_classes(
    cost: Callable[[list[Pixels], list[Pixels]], float | Pixels], *, pooled: bool = False
):
    """Loss of every image from a loss of probabilities and truth, each a list of pixels for every class."""

    def batch(logits: Tensor, targets: Tensor) -> Tensor:
        classes = logits.shape[1]
        if targets.shape != logits.shape:
            targets = F.one_hot(targets, classes).movedim(-1, 1).double()
        images = []
        for image, truth in zip(logits, targets, strict=True):
            pixels = image.reshape(classes, -1).T.tolist()
            images.append(([_softmax(each) for each in pixels], truth.reshape(classes, -1).T.tolist()))
        if pooled:
            images = [tuple(sum(parts, []) for parts in zip(*images, strict=True))]
        costs = [cost(_transpose(found), _transpose(truth)) for found, truth in images]
        return torch.tensor(costs, dtype=torch.float64)

    return batch


def slow_tversky(*, alpha=0.5, beta=0.5, gamma=1.0, smooth=1.0, pooled=False):
    def cost(logits: Pixels, truth: Pixels) -> float:
        found = [1 / (1 + math.exp(-logit)) for logit in logits]
        return (1 - _tversky_index(*_overlap(found, truth), alpha, beta, smooth)) ** gamma

    return by_image(cost, pooled=pooled)


def slow_multiclass_tversky(*, alpha=0.5, beta=0.5, gamma=1.0, smooth=1.0, weight=(1, 1, 1), pooled=False):
    def cost(found: list[Pixels], truth: list[Pixels]) -> Pixels:
        return [
            factor * max(1 - _tversky_index(*_overlap(*pair), alpha, beta, smooth), 0) ** gamma
            for factor, *pair in zip(weight, found, truth, strict=True)
        ]

    return by_image_of_classes(cost, pooled=pooled)


def slow_generalized_dice(*, smooth=1.0, pooled=False):
    def cost(found: list[Pixels], truth: list[Pixels]) -> float:
        sizes = [sum(pixels) for pixels in truth]
        rarest = min(size for size in sizes if size > 0)
        above = below = 0.0
        for size, *pair in zip(sizes, found, truth, strict=True):
            weight = 1 / (size or rarest) ** 2
            both, wrongly_found, missed = _overlap(*pair)
            above += 2 * weight * both
            below += weight * (2 * both + wrongly_found + missed)
        added = 2 * smooth / rarest**2
        return 1 - (above + added) / (below + added)

    return by_image_of_classes(cost, pooled=pooled)


def slow_lovasz_hinge(*, pooled=False):
    def cost(logits: Pixels, truth: Pixels) -> float:
        pairs = zip(logits, truth, strict=True)
        return _lovasz([max(0.0, 1 - logit * (2 * t - 1)) for logit, t in pairs], truth)

    return by_image(cost, pooled=pooled)


def slow_lovasz_softmax(*, classes="present", pooled=False):
    def cost(found: list[Pixels], truth: list[Pixels]) -> float:
        costs = [
            _lovasz([abs(t - p) for p, t in zip(*pair, strict=True)], pair[1])
            for pair in zip(found, truth, strict=True)
            if classes == "all" or any(pair[1])
        ]
        return sum(costs) / len(costs)

    return by_image_of_classes(cost, pooled=pooled)


def slow_distance_map(logits: Tensor, targets: Tensor, *, distance_map: Tensor) -> Tensor:
    def item(logit: float, t: float, distance: float) -> float:
        p = 1 / (1 + math.exp(-logit))
        return -(1 + distance) * (t * math.log(p) + (1 - t) * math.log(1 - p))

    return _by_pixel(item, logits, targets, distance_map)


def slow_boundary(logits: Tensor, targets: Tensor, *, signed_distance: Tensor) -> Tensor:
    def item(logit: float, t: float, distance: float) -> float:
        return distance * (1 / (1 + math.exp(-logit)) - t)

    return _by_pixel(item, logits, targets, signed_distance)


def _by_pixel(item: Callable[..., float], *tensors: Tensor) -> Tensor:
    pixels = zip(*(tensor.flatten().tolist() for tensor in tensors), strict=True)
    return torch.tensor([item(*each) for each in pixels], dtype=torch.float64).view(tensors[0].shape)


def _overlap(found: Pixels, truth: Pixels) -> tuple[float, float, float]:
    """True positives, false positives, false negatives."""
    pairs = list(zip(found, truth, strict=True))
    return (
        sum(p * t for p, t in pairs),
        sum(p * (1 - t) for p, t in pairs),
        sum((1 - p) * t for p, t in pairs),
    )


def _tversky_index(both, wrongly_found, missed, alpha, beta, smooth) -> float:
    return (both + smooth) / (both + alpha * wrongly_found + beta * missed + smooth)


def _lovasz(errors: Pixels, truth: Pixels) -> float:
    """The extension by its definition: the Jaccard loss of all sets of the pixels with the largest errors."""
    order = sorted(range(len(errors)), key=lambda pixel: -errors[pixel])
    true = {pixel for pixel, t in enumerate(truth) if t}
    total = before = 0.0
    for count, pixel in enumerate(order, 1):
        wrong = set(order[:count])
        after = len(wrong) / len(true | wrong)
        total += errors[pixel] * (after - before)
        before = after
    return total


def _softmax(logits: Pixels) -> Pixels:
    total = sum(math.exp(logit) for logit in logits)
    return [math.exp(logit) / total for logit in logits]


def _transpose(rows: list[Pixels]) -> list[Pixels]:
    return [list(column) for column in zip(*rows, strict=True)]
