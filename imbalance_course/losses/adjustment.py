"""Logit adjustment and the vector-scaling loss: cross-entropy of logits moved and scaled by class."""

import torch
import torch.nn.functional as F
from torch import Tensor

from imbalance_course.losses.common import (
    LossModule,
    Reduction,
    Weight,
    check_counts,
    check_settings,
    check_weight,
    reduce,
)
from imbalance_course.losses.multiclass import at_target, count_classes, mix_classes, prepare_multiclass


def logit_adjusted_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    class_counts: Weight,
    tau: float = 1.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Cross-entropy of logits that got the logarithm of the class shares added.

    .. math::
        L = -\log \frac{e^{x_y + \tau \log \pi_y}}{\sum_k e^{x_k + \tau \log \pi_k}}, \qquad
        \pi_c = \frac{n_c}{\sum_k n_k}

    The shares are explained by what is added, so the network's own logits rank as if all classes were equally
    frequent (tau = 1). Leave the addition out when predicting. With tau = 0 it is the cross-entropy. The same
    idea after training is :func:`imbalance_course.posthoc.adjust_logits`.

    Args:
        logits: (N, C, \*), floating-point and finite; :math:`x`.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        class_counts: (C,) training items of every class, above 0; :math:`n_c`. Shares work too.
        tau: strength, finite; 1 aims at the balanced error.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives (N, \*), 0 where ignored.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of counts do not fit, tau not finite, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Menon et al., Long-tail learning via logit adjustment, ICLR 2021, equation 10.

    Example:
        >>> import torch
        >>> logits, targets = torch.zeros(2, 2), torch.tensor([0, 1])
        >>> logit_adjusted_loss(logits, targets, class_counts=(900, 100), reduction="none")
        tensor([0.1054, 2.3026])
    """
    check_settings(reduction=reduction, tau=tau)
    check_counts(class_counts, count_classes(logits))
    counts = torch.as_tensor(
        class_counts, dtype=torch.promote_types(logits.dtype, torch.float32), device=logits.device
    )
    return vs_loss(
        logits,
        targets,
        scale=torch.ones_like(counts),
        shift=tau * (counts / counts.sum()).log(),
        ignore_index=ignore_index,
        reduction=reduction,
    )


def vs_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    scale: Weight,
    shift: Weight,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Vector-scaling loss: cross-entropy of logits with a factor, an offset and a weight for each class.

    .. math::
        L = -w_y \log \frac{e^{\Delta_y x_y + \iota_y}}{\sum_k e^{\Delta_k x_k + \iota_k}}

    Offsets matter early in the training; once every training item is right, a large network sees only the
    factors. With factors 1 and offsets 0 it is the (weighted) cross-entropy, with offsets
    :math:`\tau \log \pi_c` the logit-adjusted loss. Usual values come from
    :func:`imbalance_course.weights.vector_scaling`. With two classes factors of logits move no boundary, see
    :func:`binary_vs_loss`.

    Args:
        logits: (N, C, \*), floating-point and finite; :math:`x`.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        scale: (C,) factors, above 0; :math:`\Delta_c`. Gradients flow into a tensor given here.
        shift: (C,) offsets in logits; :math:`\iota_c`. Gradients flow into a tensor given here.
        weight: (C,) weights of the classes; None means 1 for all.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives (N, \*), 0 where ignored.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of factors, offsets or weights do not fit, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Kini et al., Label-imbalanced and group-sensitive classification under overparameterization,
        NeurIPS 2021, equation 1.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1])
        >>> vs_loss(logits, targets, scale=(1.0, 0.5), shift=(0.0, -2.0), reduction="none")
        tensor([0.0486, 1.7014])
    """
    check_settings(reduction=reduction)
    logits, targets, kept = prepare_multiclass(logits, targets, weight, ignore_index)
    check_weight(scale, logits.shape[1], "factors")
    check_weight(shift, logits.shape[1], "offsets")
    scale, shift = (
        torch.as_tensor(vector, dtype=logits.dtype, device=logits.device).view(-1, *[1] * (logits.ndim - 2))
        for vector in (scale, shift)
    )
    values = at_target(-F.log_softmax(logits * scale + shift, dim=1), targets)
    return reduce(mix_classes(values, targets, weight), kept, reduction)


class LogitAdjustedLoss(LossModule):
    """Module of :func:`logit_adjusted_loss`; ``class_counts`` is a buffer.

    Example:
        >>> LogitAdjustedLoss(class_counts=(900, 100))
        LogitAdjustedLoss(class_counts=[900.0, 100.0], tau=1.0, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        class_counts: Weight,
        tau: float = 1.0,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        check_counts(class_counts, len(class_counts))
        super().__init__(class_counts=class_counts, tau=tau, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return logit_adjusted_loss(logits, targets, **self.settings())


class VSLoss(LossModule):
    """Module of :func:`vs_loss`; ``scale``, ``shift`` and ``weight`` are buffers.

    Example:
        >>> VSLoss(scale=(1.0, 0.5), shift=(0.0, -2.0))  # doctest: +ELLIPSIS
        VSLoss(scale=[1.0, 0.5], shift=[0.0, -2.0], weight=None, ...)
    """

    def __init__(
        self,
        *,
        scale: Weight,
        shift: Weight,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            scale=scale, shift=shift, weight=weight, ignore_index=ignore_index, reduction=reduction
        )

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return vs_loss(logits, targets, **self.settings())
