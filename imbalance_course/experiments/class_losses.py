"""The losses, class weights and numbers of hard pixels that the experiments on nuclei compare."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course import weights
from imbalance_course.datasets.base import IGNORE
from imbalance_course.losses import (
    BinaryCrossEntropy,
    BootstrappedCrossEntropy,
    CombinedLoss,
    CrossEntropy,
    FocalLoss,
    MulticlassDiceLoss,
    MulticlassTverskyLoss,
)

USUAL_DIVISOR = 16  # one of so many pixels is hard: the thesis's best on CoNIC, 4 096 of 256 x 256


@dataclass(frozen=True)
class ClassLoss:
    """A loss of several classes a pixel.

    Attributes:
        title: one line for people.
        make: (training pixels of every class) -> loss module of logits (B, K, H, W) and masks (B, H, W).
        two_stage: whether a network of its own tells foreground from background, and what it calls
            background overrides the class.
    """

    title: str
    make: Callable[[np.ndarray], nn.Module]
    two_stage: bool = False


class TwoStageLoss(nn.Module):
    """Cross-entropy of the classes, and of one further logit that tells foreground from background.

    The two logits come from two networks side by side, so that each learns as it would alone.

    Example:
        >>> masks = torch.tensor([[[0, 1, 255]]])
        >>> TwoStageLoss()(torch.zeros(1, 3, 1, 3), masks)  # twice log 2
        tensor(1.3863)
    """

    def __init__(self) -> None:
        super().__init__()
        self.classes = CrossEntropy(ignore_index=IGNORE)
        self.foreground = BinaryCrossEntropy(ignore_index=IGNORE)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The sum for logits (B, K + 1, H, W) and masks (B, H, W)."""
        foreground = torch.where(targets == IGNORE, targets, (targets > 0).to(targets.dtype))
        return self.classes(logits[:, :-1], targets) + self.foreground(
            logits[:, -1], foreground.to(logits.dtype)
        )


def _bootstrapped(divisor: int) -> Callable[[np.ndarray], nn.Module]:
    return lambda counts: BootstrappedCrossEntropy(fraction=1 / divisor, ignore_index=IGNORE)


def _weighted_focal(function: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], nn.Module]:
    """Focal loss with weights scaled to a mean of 1, so that every function has one step size."""

    def make(counts: np.ndarray) -> nn.Module:
        weight = function(counts / counts.sum())
        return FocalLoss(weight=tuple(weight * len(weight) / weight.sum()), ignore_index=IGNORE)

    return make


def _sum_of(*losses: Callable[[np.ndarray], nn.Module]) -> Callable[[np.ndarray], nn.Module]:
    return lambda counts: CombinedLoss([(1.0, make(counts)) for make in losses])


def _cross_entropy(counts: np.ndarray) -> nn.Module:
    return CrossEntropy(ignore_index=IGNORE)


def _focal(counts: np.ndarray) -> nn.Module:
    return FocalLoss(ignore_index=IGNORE)


def _dice(counts: np.ndarray) -> nn.Module:
    return MulticlassDiceLoss(ignore_index=IGNORE)


def _tversky(counts: np.ndarray) -> nn.Module:
    return MulticlassTverskyLoss(ignore_index=IGNORE)


LOSSES = {
    "ce": ClassLoss("cross-entropy", _cross_entropy),
    "focal": ClassLoss("focal", _focal),
    "dice": ClassLoss("Dice", _dice),
    "tversky": ClassLoss("Tversky", _tversky),
    "hard": ClassLoss("hardest pixels, 1 of 16", _bootstrapped(USUAL_DIVISOR)),
    "ce-dice": ClassLoss("cross-entropy + Dice", _sum_of(_cross_entropy, _dice)),
    "focal-tversky": ClassLoss("focal + Tversky", _sum_of(_focal, _tversky)),
}
WEIGHTS = {  # the thesis's functions 2 to 6; its function 1, equal weights, is the row "focal"
    f"focal-{name}": ClassLoss(f"focal, weights {words}", _weighted_focal(function))
    for name, words, function in (
        ("inverse", "inverse share", weights.inverse_share),
        ("rising", "rising exponential", weights.rising_exponential),
        ("falling", "falling exponential", weights.falling_exponential),
        ("foreground", "foreground-normalized", weights.foreground_normalized),
        ("no-background", "without background", weights.foreground_only),
    )
}
HARD_PIXELS = {
    f"hard-{divisor}": ClassLoss(f"hardest pixels, 1 of {divisor}", _bootstrapped(divisor))
    for divisor in (128, 64, 32, 8, 4)
}
TWO_STAGES = {"two-stage": ClassLoss("two stages, cross-entropy", lambda counts: TwoStageLoss(), True)}
