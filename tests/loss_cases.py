"""Every loss with its arguments and its slow reference: a new loss adds its entries here and is tested."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from imbalance_course import losses

CLASSES = 3


@dataclass(frozen=True)
class Case:
    """One loss with one choice of arguments.

    Attributes:
        function: the loss function.
        module: its module twin.
        binary: targets shaped like the logits; else logits (N, C, *) and class numbers (N, *).
        reference: slow loss of one item from plain numbers: logits and probabilities of its classes, or one
            logit and one target for a binary loss.
        settings: arguments of both.
    """

    function: Callable[..., Tensor]
    module: type[nn.Module]
    binary: bool
    reference: Callable[..., float]
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join(
            [self.function.__name__, *(f"{name}={value}" for name, value in self.settings.items())]
        )


def slow_binary(*, gamma: float = 0.0, negative: float = 1.0, positive: float = 1.0):
    def item(logit: float, target: float) -> float:
        p = 1 / (1 + math.exp(-logit))
        return -positive * target * (1 - p) ** gamma * math.log(p) - negative * (
            1 - target
        ) * p**gamma * math.log(1 - p)

    return item


def slow_softmax(*, gamma: float = 0.0, weight: tuple[float, ...] = (1.0,) * CLASSES):
    def item(logits: list[float], targets: list[float]) -> float:
        total = sum(math.exp(logit) for logit in logits)
        loss = 0.0
        for logit, target, factor in zip(logits, targets, weight, strict=True):
            p = math.exp(logit) / total
            loss -= factor * target * (1 - p) ** gamma * math.log(p)
        return loss

    return item


def _binary_cases():
    bce, balanced, focal = (
        (losses.binary_cross_entropy, losses.BinaryCrossEntropy, True),
        (losses.balanced_binary_cross_entropy, losses.BalancedBinaryCrossEntropy, True),
        (losses.binary_focal_loss, losses.BinaryFocalLoss, True),
    )
    yield Case(*bce, slow_binary())
    yield Case(*bce, slow_binary(negative=0.5, positive=6), {"weight": (0.5, 6.0)})
    yield Case(*balanced, slow_binary(negative=0.25, positive=0.75), {"alpha": 0.75})
    for gamma in (0.0, 0.5, 1.0, 2.0, 5.0):
        yield Case(*focal, slow_binary(gamma=gamma), {"gamma": gamma})
    yield Case(*focal, slow_binary(gamma=2, negative=0.75, positive=0.25), {"gamma": 2.0, "alpha": 0.25})


def _multiclass_cases():
    entropy = (losses.cross_entropy, losses.CrossEntropy, False)
    focal = (losses.focal_loss, losses.FocalLoss, False)
    weight = (0.5, 1.0, 4.0)
    yield Case(*entropy, slow_softmax())
    yield Case(*entropy, slow_softmax(weight=weight), {"weight": weight})
    for gamma in (0.0, 0.5, 1.0, 2.0, 5.0):
        yield Case(*focal, slow_softmax(gamma=gamma), {"gamma": gamma})
    yield Case(*focal, slow_softmax(gamma=2, weight=weight), {"gamma": 2.0, "weight": weight})


CASES = [*_binary_cases(), *_multiclass_cases()]


def draw(case: Case, *, seed: int = 0, dtype: torch.dtype = torch.float64, scale: float = 2.0):
    """Logits and hard targets of 20 items; the first logits are 0, where formulas with kinks go wrong."""
    generator = torch.Generator().manual_seed(seed)
    shape = (4, 5) if case.binary else (4, CLASSES, 5)
    logits = scale * torch.randn(shape, generator=generator, dtype=torch.float64)
    logits[0] = 0
    targets = torch.randint(2 if case.binary else CLASSES, (4, 5), generator=generator)
    return logits.to(dtype).requires_grad_(), targets


def draw_soft(case: Case, *, seed: int = 0):
    logits, _ = draw(case, seed=seed)
    noise = torch.rand(logits.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return logits, noise if case.binary else noise / noise.sum(1, keepdim=True)


def slow_items(case: Case, logits: Tensor, targets: Tensor) -> Tensor:
    """Loss of every item by the slow reference, one item at a time."""
    if case.binary:
        pairs = zip(logits.flatten().tolist(), targets.flatten().tolist(), strict=True)
        return torch.tensor([case.reference(*pair) for pair in pairs]).view(targets.shape)
    if targets.shape != logits.shape:
        targets = torch.nn.functional.one_hot(targets, CLASSES).movedim(-1, 1)
    rows = zip(
        logits.movedim(1, -1).reshape(-1, CLASSES), targets.movedim(1, -1).reshape(-1, CLASSES), strict=True
    )
    values = [case.reference(row.tolist(), target.tolist()) for row, target in rows]
    return torch.tensor(values).view(logits.shape[0], *logits.shape[2:])
