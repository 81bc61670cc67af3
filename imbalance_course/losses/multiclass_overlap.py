"""Losses of the overlap of regions for several classes: one region a class, or one sum over all classes."""

import torch
from torch import Tensor

from imbalance_course.losses.common import LossModule, Reduction, Weight, check_settings, reduce
from imbalance_course.losses.images import multiclass_overlap, tversky_cost


def multiclass_dice_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    smooth: float = 1.0,
    weight: Weight | None = None,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""One minus the Dice coefficient of every image and class, with probabilities in place of a decision.

    .. math::
        L_c = w_c \left(1 - \frac{2 (TP_c + s)}{2 (TP_c + s) + FP_c + FN_c}\right), \qquad
        p = \operatorname{softmax}(x)

    with the sums of :func:`dice_loss`, taken for every class. A class that is absent from an image costs
    FP / (FP + 2 s) there, which pulls false positives down. Every class counts alike, however few its
    pixels; the background is class 0 like any other: give it the weight 0 to leave it out.

    Args:
        logits: (N, C, \*), floating-point and finite; the first axis counts images.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        smooth: pixels added to the true positives of every class, above 0; :math:`s`.
        weight: (C,) weights of the classes; None means 1 for all.
        pooled: take the batch as one image, so that a rare class is scored in the images where it is.
        ignore_index: pixels with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides by C times the number of images with a pixel that is not ignored, not by
            the sum of weights (none gives 0); ``sum``; ``none`` gives (N, C), 0 where all is ignored; (1, C)
            when pooled.

    Returns:
        The loss: one number, or (N, C). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of weights do not fit, smooth out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Milletari et al., V-Net, 3DV 2016, section 3, class by class and without squares. kornia 0.9
        ("macro") leaves absent classes out of the mean and segmentation-models-pytorch 0.6 gives them the
        loss 0, so that nothing pulls their false positives down; both divide by the sum of weights.
        MONAI 1.6 adds 1e-5 in place of 2 s, so that an absent class costs 1 for any false positive.

    Example:
        >>> import torch
        >>> logits = 200 * torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]])
        >>> multiclass_dice_loss(logits, torch.tensor([[0, 0, 1]]), reduction="none")
        tensor([[0.2000, 0.2000, 0.0000]])
    """
    return multiclass_tversky_loss(
        logits,
        targets,
        alpha=0.5,
        beta=0.5,
        gamma=1.0,
        smooth=smooth,
        weight=weight,
        pooled=pooled,
        ignore_index=ignore_index,
        reduction=reduction,
    )


def multiclass_tversky_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    gamma: float = 1.0,
    smooth: float = 1.0,
    weight: Weight | None = None,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""One minus the Tversky index of every image and class, to a power.

    .. math::
        L_c = w_c \left(1 - \frac{TP_c + s}{TP_c + \alpha\, FP_c + \beta\, FN_c + s}\right)^{\gamma},
        \qquad p = \operatorname{softmax}(x)

    alpha = beta = 1/2 and gamma = 1 is :func:`multiclass_dice_loss`; gamma = 0.75 is the focal Tversky loss,
    see :func:`focal_tversky_loss`.

    Args:
        logits: (N, C, \*), floating-point and finite; the first axis counts images.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        alpha: price of false positives, 0 to 1.
        beta: price of false negatives, 0 to 1.
        gamma: exponent, at least 0.
        smooth: pixels added to the true positives of every class, above 0; :math:`s`.
        weight: (C,) weights of the classes; None means 1 for all.
        pooled: take the batch as one image, so that a rare class is scored in the images where it is.
        ignore_index: pixels with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides by C times the number of images with a pixel that is not ignored, not by
            the sum of weights (none gives 0); ``sum``; ``none`` gives (N, C), 0 where all is ignored; (1, C)
            when pooled.

    Returns:
        The loss: one number, or (N, C). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of weights do not fit, a number out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Salehi et al., Tversky loss function for image segmentation, MLMI 2017, equation 4; the power as in
        Abraham and Khan, ISBI 2019. kornia 0.9 leaves absent classes out of the mean and counts a wholly
        ignored image as 1, segmentation-models-pytorch 0.6 takes the power of the mean over classes.

    Example:
        >>> import torch
        >>> logits = 200 * torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]])
        >>> multiclass_tversky_loss(logits, torch.tensor([[0, 0, 1]]), reduction="none")
        tensor([[0.2593, 0.1304, 0.0000]])
    """
    check_settings(reduction=reduction, alpha=alpha, beta=beta, gamma=gamma, smooth=smooth)
    *sums, kept = multiclass_overlap(logits, targets, weight, ignore_index, pooled)
    cost = tversky_cost(*sums, alpha=alpha, beta=beta, smooth=smooth, gamma=gamma)
    if weight is not None:
        cost = cost * torch.as_tensor(weight, dtype=cost.dtype, device=cost.device)
    return reduce(cost, None if kept is None else kept.unsqueeze(1).expand_as(cost), reduction)


def generalized_dice_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    smooth: float = 1.0,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Dice loss of sums over all classes, each class weighted by one over its squared size in the image.

    .. math::
        L = 1 - \frac{2 \left(\sum_c w_c TP_c + s\right)}
                     {2 \left(\sum_c w_c TP_c + s\right) + \sum_c w_c (FP_c + FN_c)}, \qquad
        w_c = \frac{\min_k n_k^2}{n_c^2}

    with :math:`n_c = \sum_i t_{ic}`, the size of class c in the image, and the smallest one above 0 as
    :math:`\min_k n_k`. The common factor of the weights changes nothing but the unit of s. A class that is
    absent weighs 1, like the rarest one there. The weighted size of a class falls as 1 / n: a class with a
    tenth of the pixels has ten times the say.

    Args:
        logits: (N, C, \*), floating-point and finite; the first axis counts images.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        smooth: pixels of the rarest class added to the true positives, above 0; :math:`s`.
        pooled: take the batch as one image.
        ignore_index: pixels with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides by the number of images with a pixel that is not ignored (none gives 0);
            ``sum``; ``none`` gives (N,), 0 where all is ignored; (1,) when pooled.

    Returns:
        The loss, from 0 (perfect) to 1: one number, or (N,). float32 for half-precision logits, else the
        logits' type.

    Raises:
        ValueError: shapes do not fit, smooth out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Sudre et al., Generalised Dice overlap as a deep learning loss function for highly unbalanced
        segmentations, DLMIA 2017, section 2.1. The weight of absent classes is that of the authors' code and
        of MONAI 1.6, whose smoothing is 1e-5 in units of the unscaled weights.

    Example:
        >>> import torch
        >>> logits = 200 * torch.tensor([[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]]])
        >>> generalized_dice_loss(logits, torch.tensor([[0, 0, 1]]), reduction="none")
        tensor([0.2174])
    """
    check_settings(reduction=reduction, smooth=smooth)
    *sums, kept = multiclass_overlap(logits, targets, None, ignore_index, pooled)
    true_positives, _, false_negatives = sums
    sizes = (true_positives + false_negatives).detach()
    present = sizes > 0
    rarest = torch.where(present, sizes, torch.inf).amin(1, keepdim=True)
    weight = torch.where(present, rarest / sizes, 1) ** 2
    cost = tversky_cost(*((weight * each).sum(1) for each in sums), alpha=0.5, beta=0.5, smooth=smooth)
    return reduce(cost, kept, reduction)


class MulticlassDiceLoss(LossModule):
    """Module of :func:`multiclass_dice_loss`; ``weight`` is a buffer.

    Example:
        >>> MulticlassDiceLoss(pooled=True)
        MulticlassDiceLoss(smooth=1.0, weight=None, pooled=True, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        smooth: float = 1.0,
        weight: Weight | None = None,
        pooled: bool = False,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            smooth=smooth, weight=weight, pooled=pooled, ignore_index=ignore_index, reduction=reduction
        )

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return multiclass_dice_loss(logits, targets, **self.settings())


class MulticlassTverskyLoss(LossModule):
    """Module of :func:`multiclass_tversky_loss`; ``weight`` is a buffer.

    Example:
        >>> MulticlassTverskyLoss(gamma=0.75)  # doctest: +ELLIPSIS
        MulticlassTverskyLoss(alpha=0.3, beta=0.7, gamma=0.75, smooth=1.0, weight=None, ...)
    """

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        gamma: float = 1.0,
        smooth: float = 1.0,
        weight: Weight | None = None,
        pooled: bool = False,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            alpha=alpha, beta=beta, gamma=gamma, smooth=smooth, weight=weight, pooled=pooled,
            ignore_index=ignore_index, reduction=reduction,
        )  # fmt: skip

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return multiclass_tversky_loss(logits, targets, **self.settings())


class GeneralizedDiceLoss(LossModule):
    """Module of :func:`generalized_dice_loss`.

    Example:
        >>> GeneralizedDiceLoss()
        GeneralizedDiceLoss(smooth=1.0, pooled=False, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        smooth: float = 1.0,
        pooled: bool = False,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(smooth=smooth, pooled=pooled, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return generalized_dice_loss(logits, targets, **self.settings())
