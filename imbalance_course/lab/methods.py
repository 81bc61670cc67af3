"""The remedies that a learner's folder is tried with, for images of K classes and for masks.

Moving the decision is a remedy too and needs no run of its own: every method is read with the decision that
its held-out part chose, the plain one with the usual decision besides. For several classes that is logit
adjustment after training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from imbalance_course.augment import draw_rare_windows, draw_windows
from imbalance_course.datasets import MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.errors import CourseError
from imbalance_course.experiments.class_losses import LOSSES, ClassLoss
from imbalance_course.experiments.methods import Method, MethodSettings
from imbalance_course.losses import (
    ClassBalancedLoss,
    CrossEntropy,
    FocalLoss,
    LogitAdjustedLoss,
    MulticlassTverskyLoss,
)
from imbalance_course.sampling import oversample
from imbalance_course.training.task import Pick
from imbalance_course.weights import inverse_frequency

PLAIN = "plain"  # the baseline of every comparison


@dataclass(frozen=True)
class MaskMethod:
    """One remedy for masks.

    Attributes:
        loss: what is minimized.
        rare_windows: whether half of the windows look for a pixel of a rare class.
    """

    loss: ClassLoss
    rare_windows: bool = False

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{self.loss.title}, windows on rare classes" if self.rare_windows else self.loss.title

    def pick(self, counts: np.ndarray, window: int, device: torch.device, *, turned: bool = True) -> Pick:
        """How windows are cut, where ``counts`` are the training pixels of each class."""
        if not self.rare_windows:
            return partial(draw_windows, size=window, turned=turned)
        weights = 1 / torch.as_tensor(counts, device=device, dtype=torch.float64)
        weights[0] = 0  # the background is in every window anyway
        return partial(draw_rare_windows, size=window, weights=weights, turned=turned)


def _plain(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return CrossEntropy()


def _weighted(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return CrossEntropy(weight=tuple(inverse_frequency(counts)))


def _focal(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return FocalLoss(gamma=settings.focal_gamma)


def _class_balanced(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return ClassBalancedLoss(class_counts=tuple(counts), beta=settings.effective_beta)


def _logit_adjusted(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return LogitAdjustedLoss(class_counts=tuple(counts), tau=settings.adjustment_tau)


def _weighted_pixels(counts: np.ndarray) -> nn.Module:
    return CrossEntropy(weight=tuple(inverse_frequency(counts)), ignore_index=IGNORE)


def _focal_tversky(counts: np.ndarray) -> nn.Module:
    return MulticlassTverskyLoss(gamma=0.75, ignore_index=IGNORE)


CLASS_METHODS = {
    PLAIN: Method("plain cross-entropy", _plain),
    "weighted": Method("inverse-frequency weights", _weighted),
    "focal": Method("focal loss", _focal),
    "logit-adjusted": Method("logit adjustment", _logit_adjusted),
    "balanced-batches": Method("balanced batches", _plain, balanced_batches=True),
    "class-balanced": Method("effective-number weights", _class_balanced),
    "oversampled": Method("oversampling", _plain, oversample),
}
MASK_METHODS = {
    PLAIN: MaskMethod(ClassLoss("plain cross-entropy", LOSSES["ce"].make)),
    "weighted": MaskMethod(ClassLoss("inverse-frequency weights", _weighted_pixels)),
    "ce-dice": MaskMethod(LOSSES["ce-dice"]),
    "focal-tversky": MaskMethod(ClassLoss("focal Tversky loss", _focal_tversky)),
    "rare-windows": MaskMethod(LOSSES["ce"], rare_windows=True),
    "dice": MaskMethod(ClassLoss("Dice loss", LOSSES["dice"].make)),
    "hard": MaskMethod(LOSSES["hard"]),
}
METHODS = {"classes": CLASS_METHODS, "masks": MASK_METHODS}
USUAL = 5  # methods that are tried when none is named, the first of each list


def choose_methods(kind: str, names: Sequence[str] | None) -> list[str]:
    """The named methods, the baseline first; the usual ones where none is named, all for ``all``.

    Args:
        kind: ``classes`` or ``masks``.
        names: names of methods, or None.

    Raises:
        CourseError: a name is unknown for this kind of folder.

    Example:
        >>> choose_methods("classes", ["focal"])
        ['plain', 'focal']
    """
    known = list(METHODS[kind])
    if not names:
        return known[:USUAL]
    if list(names) == ["all"]:
        return known
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CourseError(
            f"Expected methods among {', '.join(known)}, or all, for a folder of {kind}; "
            f"got {', '.join(unknown)}."
        )
    return list(dict.fromkeys([PLAIN, *names]))


def count_training_pixels(data: MaskSet, positions: np.ndarray) -> np.ndarray:
    """(K,) pixels of each class of some tiles, at least 1, so that a weight exists for an absent class."""
    counts = sum(np.bincount(data.masks[place].ravel(), minlength=IGNORE + 1) for place in positions)
    return np.maximum(counts[: len(data.class_names)], 1)
