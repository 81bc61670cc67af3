"""Slow losses in plain Python numbers: what the fast ones are compared with."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def by_binary_item(item: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
    """Loss of every item from a loss of one logit and one target."""

    def batch(logits: Tensor, targets: Tensor) -> Tensor:
        pairs = zip(logits.flatten().tolist(), targets.flatten().tolist(), strict=True)
        return torch.tensor([item(*pair) for pair in pairs], dtype=torch.float64).view(targets.shape)

    return batch


def by_multiclass_item(item: Callable[[list, list], float]) -> Callable[[Tensor, Tensor], Tensor]:
    """Loss of every item from a loss of its logits and the probabilities of its classes."""

    def batch(logits: Tensor, targets: Tensor) -> Tensor:
        classes = logits.shape[1]
        if targets.shape != logits.shape:
            targets = F.one_hot(targets, classes).movedim(-1, 1)
        rows = zip(
            logits.movedim(1, -1).reshape(-1, classes).tolist(),
            targets.movedim(1, -1).reshape(-1, classes).tolist(),
            strict=True,
        )
        values = [item(*row) for row in rows]
        return torch.tensor(values, dtype=torch.float64).view(logits.shape[0], *logits.shape[2:])

    return batch


def slow_binary(*, gamma: float = 0.0, negative: float = 1.0, positive: float = 1.0):
    def item(logit: float, target: float) -> float:
        p = 1 / (1 + math.exp(-logit))
        return -positive * target * (1 - p) ** gamma * math.log(p) - negative * (
            1 - target
        ) * p**gamma * math.log(1 - p)

    return by_binary_item(item)


def slow_binary_vs(scale, shift, weight=(1.0, 1.0)):
    def item(logit: float, target: float) -> float:
        of_positive = math.log(1 + math.exp(shift[0] - shift[1] - scale[1] * logit))
        of_negative = math.log(1 + math.exp(shift[1] - shift[0] + scale[0] * logit))
        return weight[1] * target * of_positive + weight[0] * (1 - target) * of_negative

    return by_binary_item(item)


def slow_softmax(*, gamma: float = 0.0, weight=(1.0, 1.0, 1.0), scale=(1.0, 1.0, 1.0), shift=(0.0, 0.0, 0.0)):
    """Focal loss, of logits that are first scaled and shifted by class."""

    def item(logits: list[float], targets: list[float]) -> float:
        moved = [s * logit + offset for logit, s, offset in zip(logits, scale, shift, strict=True)]
        total = sum(math.exp(logit) for logit in moved)
        loss = 0.0
        for logit, target, factor in zip(moved, targets, weight, strict=True):
            p = math.exp(logit) / total
            loss -= factor * target * (1 - p) ** gamma * math.log(p)
        return loss

    return by_multiclass_item(item)


def slow_class_balanced(counts, beta: float, gamma: float):
    raw = [1 / sum(beta**power for power in range(count)) for count in counts]  # one over a geometric series
    weight = [len(counts) * value / sum(raw) for value in raw]
    return slow_softmax(gamma=gamma, weight=weight)


def slow_ldam(counts, max_margin: float, scale: float, weight=(1.0, 1.0, 1.0)):
    margins = [max_margin * (min(counts) / count) ** 0.25 for count in counts]

    def item(logits: list[float], targets: list[float]) -> float:
        loss = 0.0
        for true, target in enumerate(targets):
            moved = [scale * (x - margins[true] * (c == true)) for c, x in enumerate(logits)]
            total = sum(math.exp(logit - max(moved)) for logit in moved)
            loss += weight[true] * target * (math.log(total) + max(moved) - moved[true])
        return loss

    return by_multiclass_item(item)


def slow_bootstrap(items: Callable[..., Tensor], *, k: int = 0, fraction: float = 0.0, pooled: bool = False):
    """Losses of the hardest items of each image, or of the batch; 0 for the others."""

    def batch(logits: Tensor, targets: Tensor) -> Tensor:
        values = items(logits, targets)
        rows = [values.flatten().tolist()] if pooled else values.flatten(1).tolist()
        kept = []
        for row in rows:
            count = k or math.ceil(fraction * len(row))
            hardest = sorted(range(len(row)), key=lambda position: -row[position])[:count]
            kept += [loss if position in hardest else 0.0 for position, loss in enumerate(row)]
        return torch.tensor(kept, dtype=torch.float64).view(values.shape)

    return batch


def slow_acb_mse(weight):
    """Each item's part of the class-averaged squared error, times the number of items."""

    def batch(predictions: Tensor, targets: Tensor, classes: Tensor | None = None) -> Tensor:
        names = (targets != 0).long() if classes is None else classes
        names = names.flatten().tolist()
        pairs = zip(predictions.flatten().tolist(), targets.flatten().tolist(), names, strict=True)
        values = [
            weight[name] * (target - prediction) ** 2 / names.count(name) * len(names)
            for prediction, target, name in pairs
        ]
        return torch.tensor(values, dtype=torch.float64).view(targets.shape)

    return batch
