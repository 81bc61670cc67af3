"""Focal loss, binary and softmax: cross-entropy that turns away from what is already right.

1 - p_t is never computed by that subtraction, which loses all digits where p_t is close to 1; and its power
is taken by logarithms where gamma is not whole: for gamma < 1 a power has an infinite slope at 0, which turns
gradients into NaN.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from imbalance_course.losses.binary import is_hard, mix, prepare_binary
from imbalance_course.losses.common import LossModule, Reduction, Weight, check_settings, reduce, widen
from imbalance_course.losses.multiclass import margins_at_target, mix_classes, prepare_multiclass
from imbalance_course.losses.one_pass import binary_focal_loss_and_gradient, with_gradient


def binary_focal_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Binary cross-entropy, each item scaled by the share of belief in the wrong class, to the power gamma.

    .. math::
        L = -\alpha_t (1 - p_t)^\gamma \log p_t
          = -\alpha_t\, e^{\gamma (\log\sigma(z) - z)} \log\sigma(z), \qquad z = (2t - 1)\, x

    A target between 0 and 1 mixes the two hard losses, :math:`t L(1) + (1 - t) L(0)`. With gamma = 0 the loss
    is the (balanced) binary cross-entropy. Compiled (``torch.compile``) for a CPU, ``mean`` and ``sum`` are
    computed together with their gradient, which the backward pass only scales; a second derivative then
    misses the loss's own, so take that from the loss as it is, uncompiled.

    Args:
        logits: any shape, floating-point and finite; :math:`x`.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        gamma: focusing exponent, at least 0; 2 in the paper.
        alpha: weight of the positives, from 0 to 1, the negatives get 1 - alpha; None weighs both 1.
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives one loss an item, 0 where ignored.

    Returns:
        The loss: one number, or one an item. float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, gamma or alpha out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Lin et al., Focal loss for dense object detection, ICCV 2017, equations 4 and 5.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([0.0, 4.0]), torch.tensor([1.0, 1.0])
        >>> binary_focal_loss(logits, targets, gamma=2.0, reduction="none")
        tensor([1.7329e-01, 5.8716e-06])
    """
    if _fits_one_pass(logits, targets, reduction):
        logits = widen(logits)
        return with_gradient(
            *binary_focal_loss_and_gradient(
                logits, targets, gamma=gamma, alpha=alpha, ignore_index=ignore_index, reduction=reduction
            ),
            logits,
        )
    check_settings(reduction=reduction, gamma=gamma, alpha=alpha)
    hard, weight = is_hard(targets), None if alpha is None else (1 - alpha, alpha)
    logits, targets, kept = prepare_binary(logits, targets, ignore_index)
    values = mix(lambda margin: _focal(margin, gamma), logits, targets, weight, hard)
    return reduce(values, kept, reduction)


def _fits_one_pass(logits: Tensor, targets: Tensor, reduction: Reduction) -> bool:
    """Whether one gradient is all that can follow, and worth computing along with the loss.

    On a GPU memory takes the time: there the two passes of automatic differentiation move fewer bytes.
    """
    one_gradient = torch.compiler.is_compiling() and reduction != "none" and not targets.requires_grad
    wanted = torch.is_grad_enabled() and logits.requires_grad
    return one_gradient and wanted and logits.device.type == "cpu"


def focal_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    gamma: float = 2.0,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Softmax cross-entropy, each item scaled by the share of belief in wrong classes, to the power gamma.

    .. math::
        L = -\sum_c w_c\, t_c\, (1 - p_c)^\gamma \log p_c, \qquad p = \operatorname{softmax}(x)

    It is computed as the binary focal loss of the margin :math:`z_c = x_c - \log\sum_{k \ne c} e^{x_k}`,
    because :math:`p_c = \sigma(z_c)`. With gamma = 0 the loss is the cross-entropy. Some libraries give this
    name to the sum of one sigmoid focal loss a class; that is another loss, see :func:`binary_focal_loss`.

    Args:
        logits: (N, C, \*), floating-point and finite; :math:`x`.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities; :math:`t`.
        gamma: focusing exponent, at least 0.
        weight: (C,) weights of the classes; None means 1 for all.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives (N, \*), 0 where ignored.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of weights do not fit, gamma out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Lin et al., Focal loss for dense object detection, ICCV 2017, equation 4, with p_t from a softmax.

    Example:
        >>> import torch
        >>> logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
        >>> focal_loss(logits, torch.tensor([0, 2]), gamma=2.0, reduction="none")
        tensor([0.0109, 0.4883])
    """
    check_settings(reduction=reduction, gamma=gamma)
    logits, targets, kept = prepare_multiclass(logits, targets, weight, ignore_index)
    values = mix_classes(_focal(margins_at_target(logits, targets), gamma), targets, weight)
    return reduce(values, kept, reduction)


def _focal(margin: Tensor, gamma: float) -> Tensor:
    """Focal loss of p_t = sigmoid(margin); 1 - p_t is sigmoid(-margin), its logarithm log p_t - margin.

    A whole exponent has derivatives everywhere and needs no exponential.
    """
    log_p = F.logsigmoid(margin)
    if gamma == int(gamma):
        return -(torch.sigmoid(-margin) ** int(gamma)) * log_p
    return -torch.exp((log_p - margin) * gamma) * log_p


class BinaryFocalLoss(LossModule):
    """Module of :func:`binary_focal_loss`.

    Example:
        >>> BinaryFocalLoss(gamma=2.0, alpha=0.25)
        BinaryFocalLoss(gamma=2.0, alpha=0.25, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        gamma: float = 2.0,
        alpha: float | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(gamma=gamma, alpha=alpha, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return binary_focal_loss(logits, targets, **self.settings())


class FocalLoss(LossModule):
    """Module of :func:`focal_loss`; ``weight`` is a buffer.

    Example:
        >>> FocalLoss(gamma=2.0)
        FocalLoss(gamma=2.0, weight=None, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        gamma: float = 2.0,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(gamma=gamma, weight=weight, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return focal_loss(logits, targets, **self.settings())
