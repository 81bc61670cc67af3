"""The remedies that the experiments compare: each changes the sample, the loss, the head or the prediction.

Moving the threshold is a remedy too, and needs no run of its own: it is the row ``plain`` read at the
threshold that was chosen on its held-out part. Every record holds those counts.

Settings of the methods are the defaults of their papers. Where a run tunes them, every candidate is trained
once and the held-out part chooses; the record then lists the candidates with their scores.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from torch import Tensor, nn

from imbalance_course.losses import (
    BinaryCrossEntropy,
    BinaryFocalLoss,
    BinaryVSLoss,
    ClassBalancedLoss,
    DeferredReweighting,
    LDAMLoss,
    LogitAdjustedLoss,
    two_class_logits,
)
from imbalance_course.posthoc import adjust_logits
from imbalance_course.sampling import balanced_stream, index_stream, oversample, undersample
from imbalance_course.weights import effective_number, inverse_frequency, vector_scaling


@dataclass(frozen=True, kw_only=True)
class MethodSettings:
    """What the methods leave to choose; the configuration of an experiment inherits it."""

    focal_gamma: float = 2.0  # exponent of the focal loss (Lin et al., 2017)
    effective_beta: float = 0.9999  # overlap in the effective number of images (Cui et al., 2019)
    adjustment_tau: float = 1.0  # strength of the logit adjustment (Menon et al., 2021)
    ldam_margin: float = 0.5  # margin of the rarest class, a cosine (Cao et al., 2019)
    ldam_scale: float = 30.0  # factor of the cosines (their code)
    ldam_deferral: float = 0.8  # share of the training before LDAM weighs the classes
    scaling_gamma: float = 0.15  # exponent of the factors of the VS loss (Kini et al., 2021)
    scaling_tau: float = 1.0  # strength of its offsets


@dataclass(frozen=True)
class Method:
    """One remedy.

    Attributes:
        title: one line for people.
        make_loss: (training images of each class, settings) -> loss module.
        resample: (labels, positions, seed) -> positions to train on; None leaves them as they are.
        classes: logits of the network; 1 for one logit of the positive class, 2 for one a class.
        cosines: whether the last layer gives cosines instead of plain products.
        balanced_batches: whether every batch holds both classes in equal numbers.
        adjusts: whether the class shares are taken off the logits after training.
        candidates: settings to try when tuning, as many for every method that has any.
    """

    title: str
    make_loss: Callable[[np.ndarray, MethodSettings], nn.Module]
    resample: Callable[..., np.ndarray] | None = None
    classes: int = 1
    cosines: bool = False
    balanced_batches: bool = False
    adjusts: bool = False
    candidates: tuple[dict[str, float], ...] = ()

    def sample(self, labels: np.ndarray, fit: np.ndarray, seed: int) -> np.ndarray:
        """Positions to train on."""
        return fit if self.resample is None else self.resample(labels, fit, seed=seed)

    def order(self, labels: np.ndarray) -> Callable[..., np.ndarray]:
        """The stream of positions that batches are cut from: (positions, start, stop, seed=)."""
        return partial(balanced_stream, labels) if self.balanced_batches else index_stream

    def finish(self, logits: Tensor, counts: np.ndarray, settings: MethodSettings) -> Tensor:
        """Logits as the method predicts with them; ``counts`` are the training images of each class."""
        if self.adjusts:
            logits = adjust_logits(logits, class_counts=tuple(counts), tau=settings.adjustment_tau)
        return logits * settings.ldam_scale if self.cosines else logits


class OfOneLogit(nn.Module):
    """A multi-class loss of a network with one logit.

    Example:
        >>> import torch
        >>> from imbalance_course.losses import CrossEntropy
        >>> OfOneLogit(CrossEntropy())(torch.zeros(3), torch.tensor([0.0, 1.0, 1.0]))
        tensor(0.6931)
    """

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def advance(self, progress: float) -> None:
        """Hand on which share of the training is over."""
        self.loss.advance(progress)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N,) and targets (N,), 0 or 1."""
        return self.loss(two_class_logits(logits), targets.long())


def _plain(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return BinaryCrossEntropy()


def _weighted(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return BinaryCrossEntropy(weight=tuple(inverse_frequency(counts)))


def _focal(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return BinaryFocalLoss(gamma=settings.focal_gamma)


def _class_balanced(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return OfOneLogit(ClassBalancedLoss(class_counts=tuple(counts), beta=settings.effective_beta))


def _logit_adjusted(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    return OfOneLogit(LogitAdjustedLoss(class_counts=tuple(counts), tau=settings.adjustment_tau))


def _ldam(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    loss = LDAMLoss(class_counts=tuple(counts), max_margin=settings.ldam_margin, scale=settings.ldam_scale)
    weight = effective_number(counts, beta=settings.effective_beta)
    return DeferredReweighting(loss, weight=tuple(weight), start=settings.ldam_deferral)


def _vector_scaling(counts: np.ndarray, settings: MethodSettings) -> nn.Module:
    scale, shift = vector_scaling(counts, gamma=settings.scaling_gamma, tau=settings.scaling_tau)
    return BinaryVSLoss(scale=tuple(scale), shift=tuple(shift))


def _each(setting: str, *values: float) -> tuple[dict[str, float], ...]:
    return tuple({setting: value} for value in values)


METHODS = {
    "plain": Method("plain", _plain),
    "weighted": Method("weighted", _weighted),
    "undersampled": Method("undersampled", _plain, undersample),
    "oversampled": Method("oversampled", _plain, oversample),
    "focal": Method("focal", _focal, candidates=_each("focal_gamma", 1.0, 2.0, 5.0)),
    "class-balanced": Method(
        "class-balanced", _class_balanced, candidates=_each("effective_beta", 0.99, 0.999, 0.9999)
    ),
    "logit-adjusted": Method(
        "logit-adjusted", _logit_adjusted, candidates=_each("adjustment_tau", 0.5, 1.0, 1.5)
    ),
    "logit-adjusted-posthoc": Method(
        "logit-adjusted after training",
        _plain,
        adjusts=True,
        candidates=_each("adjustment_tau", 0.5, 1.0, 1.5),
    ),
    "ldam-drw": Method(
        "LDAM, deferred weights",
        _ldam,
        classes=2,
        cosines=True,
        candidates=_each("ldam_margin", 0.3, 0.5, 0.8),
    ),
    "vs": Method("VS loss", _vector_scaling, candidates=_each("scaling_gamma", 0.05, 0.15, 0.3)),
    "balanced-batches": Method("balanced batches", _plain, balanced_batches=True),
}
