"""Automatic class-balanced mean squared error: regression in which most targets are exactly zero."""

import torch
from torch import Tensor

from imbalance_course.losses.common import (
    LossModule,
    Reduction,
    Weight,
    check_floating,
    check_settings,
    drop_ignored,
    reduce,
    widen,
)


def acb_mse_loss(
    predictions: Tensor,
    targets: Tensor,
    *,
    hit_weight: float = 1.0,
    miss_weight: float = 1.0,
    ignore_index: float | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Mean squared error of the hits plus mean squared error of the rest, whatever their numbers.

    .. math::
        L = \frac{A}{n_1} \sum_{y_i \ne 0} (y_i - \hat y_i)^2
          + \frac{B}{n_0} \sum_{y_i = 0} (y_i - \hat y_i)^2

    A hit is an item whose target is not 0. The two means run over the batch, so one image of the batch with
    few hits and one with many are balanced together. A class without items counts as 0. It is the squared
    error with weights n / n_c, class weights that follow every batch.

    Args:
        predictions: any shape, floating-point; :math:`\hat y`, in the unit of the targets.
        targets: same shape; :math:`y`.
        hit_weight: factor of the hits' mean, at least 0; :math:`A`.
        miss_weight: factor of the rest's mean, at least 0; :math:`B`.
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: ``mean`` is the formula; ``none`` gives each item's part times the number of items that are
            not ignored, so that their mean is the formula; ``sum`` is the sum of these.

    Returns:
        The loss: one number, or one an item, in the square of the targets' unit. float32 for half precision.

    Raises:
        ValueError: shapes differ, a weight out of range, an unknown reduction.
        TypeError: the predictions are not floating-point numbers.

    Reference:
        The PyPI package acb_mse 1.0.6. It turns every NaN into 0, which also hides the NaN of a broken
        network; here an empty class gives 0 and other NaNs stay.

    Example:
        >>> import torch
        >>> acb_mse_loss(torch.zeros(4), torch.tensor([0.0, 0.0, 0.0, 2.0]))
        tensor(4.)
    """
    check_settings(reduction=reduction, hit_weight=hit_weight, miss_weight=miss_weight)
    return multiclass_acb_mse_loss(
        predictions,
        targets,
        classes=(targets != 0).long(),
        weight=(miss_weight, hit_weight),
        ignore_index=ignore_index,
        reduction=reduction,
    )


def multiclass_acb_mse_loss(
    predictions: Tensor,
    targets: Tensor,
    *,
    classes: Tensor,
    weight: Weight,
    ignore_index: float | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Weighted sum over classes of the mean squared error of each class.

    .. math::
        L = \sum_{c=1}^{K} \frac{w_c}{n_c} \sum_{i \in c} (y_i - \hat y_i)^2

    Args:
        predictions: any shape, floating-point; :math:`\hat y`, in the unit of the targets.
        targets: same shape; :math:`y`.
        classes: same shape, integers 0 to K - 1: the class of every item. Other numbers count nowhere.
        weight: (K,) factors of the classes' means; :math:`w_c`. A class without items counts as 0.
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: as in :func:`acb_mse_loss`; ``mean`` is the formula.

    Returns:
        The loss: one number, or one an item, in the square of the targets' unit. float32 for half precision.

    Raises:
        ValueError: shapes differ, an unknown reduction.
        TypeError: the predictions are not floating-point numbers.

    Reference:
        The extension to n classes that the description of acb_mse names; with two classes, hits and the rest,
        it is :func:`acb_mse_loss`.

    Example:
        >>> import torch
        >>> classes = torch.tensor([0, 0, 1, 2])
        >>> targets = torch.tensor([0.0, 0.0, 1.0, 3.0])
        >>> multiclass_acb_mse_loss(torch.zeros(4), targets, classes=classes, weight=(1.0, 1.0, 2.0))
        tensor(19.)
    """
    check_settings(reduction=reduction)
    check_floating(predictions, "predictions")
    if not predictions.shape == targets.shape == classes.shape:
        raise ValueError(
            f"Expected targets and classes shaped like the predictions, {tuple(predictions.shape)}, "
            f"got {tuple(targets.shape)} and {tuple(classes.shape)}."
        )
    predictions = widen(predictions)
    targets = targets.to(predictions.dtype)
    predictions, targets, kept = drop_ignored(predictions, targets, ignore_index)
    factor = torch.zeros_like(targets)
    for number in range(len(weight)):
        members = classes == number if kept is None else (classes == number) & kept
        members = members.to(factor.dtype)
        factor = factor + members * (weight[number] / members.sum().clamp(min=1))
    items = targets.numel() if kept is None else kept.sum()
    return reduce(factor * items * (targets - predictions) ** 2, kept, reduction)


class ACBMSELoss(LossModule):
    """Module of :func:`acb_mse_loss`.

    Example:
        >>> ACBMSELoss(hit_weight=2.0)
        ACBMSELoss(hit_weight=2.0, miss_weight=1.0, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        hit_weight: float = 1.0,
        miss_weight: float = 1.0,
        ignore_index: float | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            hit_weight=hit_weight, miss_weight=miss_weight, ignore_index=ignore_index, reduction=reduction
        )

    def forward(self, predictions: Tensor, targets: Tensor) -> Tensor:
        """The loss of predictions and targets of one shape."""
        return acb_mse_loss(predictions, targets, **self.settings())


class MulticlassACBMSELoss(LossModule):
    """Module of :func:`multiclass_acb_mse_loss`; ``weight`` is a buffer.

    Example:
        >>> MulticlassACBMSELoss(weight=(1.0, 1.0, 2.0))
        MulticlassACBMSELoss(weight=[1.0, 1.0, 2.0], ignore_index=None, reduction='mean')
    """

    def __init__(
        self, *, weight: Weight, ignore_index: float | None = None, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(weight=weight, ignore_index=ignore_index, reduction=reduction)

    def forward(self, predictions: Tensor, targets: Tensor, *, classes: Tensor) -> Tensor:
        """The loss of predictions, targets and class numbers of one shape."""
        return multiclass_acb_mse_loss(predictions, targets, classes=classes, **self.settings())
