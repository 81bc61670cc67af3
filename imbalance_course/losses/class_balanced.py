"""Class-balanced loss: class weights from the effective number of items."""

import math

import torch
from torch import Tensor

from imbalance_course.losses.common import LossModule, Reduction, Weight, check_counts, check_settings
from imbalance_course.losses.focal import focal_loss
from imbalance_course.losses.multiclass import count_classes


def class_balanced_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    class_counts: Weight,
    beta: float = 0.9999,
    gamma: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Cross-entropy or focal loss, each class weighted by one over its effective number of items.

    .. math::
        L = -w_y (1 - p_y)^\gamma \log p_y, \qquad
        w_c \propto \frac{1 - \beta}{1 - \beta^{n_c}}, \qquad \sum_c w_c = C

    With beta = 0 all weights are 1; with beta = 1, the limit, they go as one over the counts. The
    weights alone come from :func:`imbalance_course.weights.effective_number`.

    Args:
        logits: (N, C, \*), floating-point and finite.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        class_counts: (C,) training items of every class, above 0; :math:`n_c`.
        beta: overlap of new items with old ones, 0 to 1; the paper tries 0.9 to 0.9999.
        gamma: focusing exponent, at least 0; 0 is the cross-entropy.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives (N, \*), 0 where ignored.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of counts do not fit, an argument out of range.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Cui et al., Class-balanced loss based on effective number of samples, CVPR 2019, equations 8 to 12.

    Example:
        >>> import torch
        >>> logits, targets = torch.zeros(2, 2), torch.tensor([0, 1])
        >>> class_balanced_loss(logits, targets, class_counts=(900, 100), beta=0.999, reduction="none")
        tensor([0.1916, 1.1947])
    """
    check_settings(reduction=reduction, gamma=gamma, beta=beta)
    check_counts(class_counts, count_classes(logits))
    dtype = torch.promote_types(logits.dtype, torch.float32)
    counts = torch.as_tensor(class_counts, dtype=dtype, device=logits.device)
    weight = _one_over_effective_number(counts, beta)
    weight = weight * (len(weight) / weight.sum())
    return focal_loss(
        logits, targets, gamma=gamma, weight=weight, ignore_index=ignore_index, reduction=reduction
    )


def _one_over_effective_number(counts: Tensor, beta: float) -> Tensor:
    if beta in (0, 1):  # the limits: every class counts as one item, or as all its items
        return counts**-beta
    # beta^n is close to 1 for small n: expm1 keeps the digits of the difference.
    return (1 - beta) / -torch.expm1(counts * math.log(beta))


class ClassBalancedLoss(LossModule):
    """Module of :func:`class_balanced_loss`; ``class_counts`` is a buffer.

    Example:
        >>> ClassBalancedLoss(class_counts=(900, 100), beta=0.999)  # doctest: +ELLIPSIS
        ClassBalancedLoss(class_counts=[900.0, 100.0], beta=0.999, gamma=0.0, ...)
    """

    def __init__(
        self,
        *,
        class_counts: Weight,
        beta: float = 0.9999,
        gamma: float = 0.0,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        check_counts(class_counts, len(class_counts))
        super().__init__(
            class_counts=class_counts, beta=beta, gamma=gamma, ignore_index=ignore_index, reduction=reduction
        )

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return class_balanced_loss(logits, targets, **self.settings())
