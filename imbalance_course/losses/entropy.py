"""Cross-entropy: binary, weighted by class, balanced, and softmax."""

import torch.nn.functional as F
from torch import Tensor

from imbalance_course.losses.binary import is_hard, mix, prepare_binary
from imbalance_course.losses.common import LossModule, Reduction, Weight, check_settings, check_weight, reduce
from imbalance_course.losses.multiclass import at_target, mix_classes, prepare_multiclass


def binary_cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Binary cross-entropy, each class with its weight.

    .. math::
        L = -w_1\, t \log\sigma(x) - w_0\, (1 - t) \log(1 - \sigma(x))

    Args:
        logits: any shape, floating-point and finite; :math:`x`.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        weight: :math:`(w_0, w_1)`, weight of the negatives and of the positives; None means (1, 1).
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives one loss an item, 0 where ignored.

    Returns:
        The loss: one number, or one an item. float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, the weights are not two, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        King and Zeng, Logistic regression in rare events data, Political Analysis 9 (2001), on weighting.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([0.0, 2.0]), torch.tensor([0.0, 1.0])
        >>> binary_cross_entropy(logits, targets, weight=(1.0, 10.0), reduction="none")
        tensor([0.6931, 1.2693])
    """
    check_settings(reduction=reduction)
    check_weight(weight, 2)
    hard = is_hard(targets)
    logits, targets, kept = prepare_binary(logits, targets, ignore_index)
    return reduce(mix(_entropy, logits, targets, weight, hard), kept, reduction)


def _entropy(margin: Tensor) -> Tensor:
    return -F.logsigmoid(margin)


def balanced_binary_cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    alpha: float,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Binary cross-entropy with weight alpha on the positives and 1 - alpha on the negatives.

    .. math::
        L = -\alpha_t \log p_t, \qquad (\alpha_t, p_t) = \begin{cases}
            (\alpha, \sigma(x)) & t = 1 \\ (1 - \alpha, 1 - \sigma(x)) & t = 0 \end{cases}

    With alpha = 0.5 it is half of the plain binary cross-entropy.

    Args:
        logits: any shape, floating-point and finite; :math:`x`.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        alpha: weight of the positives, from 0 to 1.
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: as in :func:`binary_cross_entropy`; ``mean`` divides by the number of items not ignored.

    Returns:
        The loss: one number, or one an item. float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, alpha out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Lin et al., Focal loss for dense object detection, ICCV 2017, equation 3.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([0.0, 2.0]), torch.tensor([0.0, 1.0])
        >>> balanced_binary_cross_entropy(logits, targets, alpha=0.75, reduction="none")
        tensor([0.1733, 0.0952])
    """
    check_settings(reduction=reduction, alpha=alpha)
    return binary_cross_entropy(
        logits, targets, weight=(1 - alpha, alpha), ignore_index=ignore_index, reduction=reduction
    )


def cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Softmax cross-entropy, each class with its weight.

    .. math::
        L = -\sum_c w_c\, t_c \log p_c, \qquad p = \operatorname{softmax}(x)

    For a class number :math:`y` this is :math:`-w_y \log p_y`. One point differs from
    ``torch.nn.functional.cross_entropy``: its ``mean`` divides by the sum of the weights.

    Args:
        logits: (N, C, \*), floating-point and finite; :math:`x`.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities; :math:`t`.
        weight: (C,) weights of the classes; None means 1 for all.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives (N, \*), 0 where ignored.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of weights do not fit, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Bishop, Pattern recognition and machine learning (2006), equation 4.108.

    Example:
        >>> import torch
        >>> logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
        >>> cross_entropy(logits, torch.tensor([0, 2]), weight=(1.0, 1.0, 5.0), reduction="none")
        tensor([0.2395, 5.4931])
    """
    check_settings(reduction=reduction)
    logits, targets, kept = prepare_multiclass(logits, targets, weight, ignore_index)
    values = mix_classes(at_target(-F.log_softmax(logits, dim=1), targets), targets, weight)
    return reduce(values, kept, reduction)


class BinaryCrossEntropy(LossModule):
    """Module of :func:`binary_cross_entropy`; ``weight`` is a buffer.

    Example:
        >>> BinaryCrossEntropy(weight=(0.5, 6.0))
        BinaryCrossEntropy(weight=[0.5, 6.0], ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        check_weight(weight, 2)
        super().__init__(weight=weight, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return binary_cross_entropy(logits, targets, **self.settings())


class BalancedBinaryCrossEntropy(LossModule):
    """Module of :func:`balanced_binary_cross_entropy`.

    Example:
        >>> BalancedBinaryCrossEntropy(alpha=0.75)
        BalancedBinaryCrossEntropy(alpha=0.75, ignore_index=None, reduction='mean')
    """

    def __init__(
        self, *, alpha: float, ignore_index: int | None = None, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(alpha=alpha, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return balanced_binary_cross_entropy(logits, targets, **self.settings())


class CrossEntropy(LossModule):
    """Module of :func:`cross_entropy`; ``weight`` is a buffer.

    Example:
        >>> CrossEntropy(weight=(1.0, 2.0, 4.0), ignore_index=255)
        CrossEntropy(weight=[1.0, 2.0, 4.0], ignore_index=255, reduction='mean')
    """

    def __init__(
        self,
        *,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(weight=weight, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return cross_entropy(logits, targets, **self.settings())
