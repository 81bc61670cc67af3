"""Losses of the overlap of two regions, for one logit a pixel: Dice, Tversky and focal Tversky.

They judge an image as a whole, by shares of what was found and of what is true: the many pixels that are
rightly background count nowhere, which is why these losses stand rare foreground.
"""

from torch import Tensor

from imbalance_course.losses.common import LossModule, Reduction, check_settings, reduce
from imbalance_course.losses.images import binary_overlap, tversky_cost


def dice_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    smooth: float = 1.0,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""One minus the Dice coefficient of every image, with probabilities in place of a decision.

    .. math::
        L = 1 - \frac{2 (TP + s)}{2 (TP + s) + FP + FN}, \qquad
        TP = \sum_i p_i t_i,\quad FP = \sum_i p_i (1 - t_i),\quad FN = \sum_i (1 - p_i)\, t_i

    with :math:`p = \sigma(x)`. It is :func:`tversky_loss` with alpha = beta = 1/2. In an image without
    foreground the loss is FP / (FP + 2 s): it pulls false positives down. A target between 0 and 1 costs
    something even where p = t; the best p is 0 or 1. For several labels a pixel, (N, C, \*), give
    ``logits.flatten(0, 1)`` and the targets likewise.

    Args:
        logits: (N, \*), floating-point and finite; :math:`x`. The first axis counts images.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        smooth: pixels added to the true positives, above 0; :math:`s`. Small numbers let an image without
            foreground cost nearly 1 for the least false positive.
        pooled: take the batch as one image, so that images without foreground are scored with the others.
        ignore_index: pixels with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of images with a pixel that is not ignored (none gives 0);
            ``sum``; ``none`` gives (N,), 0 where all is ignored; (1,) when pooled.

    Returns:
        The loss, from 0 (perfect) to 1: one number, or (N,). float32 for half-precision logits, else the
        logits' type.

    Raises:
        ValueError: shapes differ, smooth out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Milletari et al., V-Net, 3DV 2016, section 3, whose denominator has squares; without them as in most
        code since. MONAI 1.6 adds 1e-5 to numerator and denominator, where ours adds 2 s to both.
        segmentation-models-pytorch 0.6 pools the batch, gives a batch without foreground the loss 0, without
        gradient, and a soft target that is met exactly the loss 0. kornia 0.9 has no form for one logit.

    Example:
        >>> import torch
        >>> logits = torch.tensor([[9.0, 9.0, -9.0], [9.0, -9.0, -9.0]])
        >>> targets = torch.tensor([[1, 0, 0], [1, 1, 0]])
        >>> dice_loss(logits, targets, reduction="none")
        tensor([0.2000, 0.2000])
    """
    return tversky_loss(
        logits,
        targets,
        alpha=0.5,
        beta=0.5,
        smooth=smooth,
        pooled=pooled,
        ignore_index=ignore_index,
        reduction=reduction,
    )


def tversky_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    smooth: float = 1.0,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""One minus the Tversky index of every image: the Dice loss with a price for each kind of error.

    .. math::
        L = 1 - \frac{TP + s}{TP + \alpha\, FP + \beta\, FN + s}

    with the sums of :func:`dice_loss`. alpha = beta = 1/2 is the Dice loss, alpha = beta = 1 the Jaccard
    (intersection over union) loss; a beta above alpha finds more of a small foreground, at the price of
    false positives. Several labels a pixel: see :func:`dice_loss`.

    Args:
        logits: (N, \*), floating-point and finite; the first axis counts images.
        targets: same shape, 0 or 1, or a probability between.
        alpha: price of false positives, 0 to 1.
        beta: price of false negatives, 0 to 1.
        smooth: pixels added to the true positives, above 0; :math:`s`.
        pooled: take the batch as one image.
        ignore_index: pixels with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of images with a pixel that is not ignored (none gives 0);
            ``sum``; ``none`` gives (N,), 0 where all is ignored; (1,) when pooled.

    Returns:
        The loss, from 0 (perfect) to 1: one number, or (N,). float32 for half-precision logits, else the
        logits' type.

    Raises:
        ValueError: shapes differ, alpha, beta or smooth out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Salehi et al., Tversky loss function for image segmentation, MLMI 2017, equation 4. MONAI 1.6 and
        segmentation-models-pytorch 0.6 use alpha and beta alike, with 1/2 each as default.

    Example:
        >>> import torch
        >>> logits = torch.tensor([[9.0, 9.0, -9.0], [9.0, -9.0, -9.0]])
        >>> targets = torch.tensor([[1, 0, 0], [1, 1, 0]])
        >>> tversky_loss(logits, targets, reduction="none")
        tensor([0.1305, 0.2593])
    """
    return focal_tversky_loss(
        logits,
        targets,
        alpha=alpha,
        beta=beta,
        gamma=1.0,
        smooth=smooth,
        pooled=pooled,
        ignore_index=ignore_index,
        reduction=reduction,
    )


def focal_tversky_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    alpha: float = 0.3,
    beta: float = 0.7,
    gamma: float = 0.75,
    smooth: float = 1.0,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Tversky loss of every image to a power, which tells hard images from easy ones.

    .. math::
        L = \left(1 - \frac{TP + s}{TP + \alpha\, FP + \beta\, FN + s}\right)^{\gamma}

    gamma = 1 is :func:`tversky_loss`. gamma < 1 raises the slope of nearly right images, so that training
    goes on there; gamma > 1 turns to images that are mostly wrong. The slope of gamma < 1 is unbounded
    towards a perfect image; exactly there, value and gradient are 0.

    Args:
        logits: (N, \*), floating-point and finite; the first axis counts images.
        targets: same shape, 0 or 1, or a probability between.
        alpha: price of false positives, 0 to 1. The paper writes the two the other way round.
        beta: price of false negatives, 0 to 1.
        gamma: exponent, at least 0. The paper's exponent is 1 / gamma, with gamma = 4/3: the same 0.75.
        smooth: pixels added to the true positives, above 0; :math:`s`.
        pooled: take the batch as one image.
        ignore_index: pixels with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of images with a pixel that is not ignored (none gives 0);
            ``sum``; ``none`` gives (N,), 0 where all is ignored; (1,) when pooled.

    Returns:
        The loss, from 0 (perfect) to 1: one number, or (N,). float32 for half-precision logits, else the
        logits' type.

    Raises:
        ValueError: shapes differ, alpha, beta, gamma or smooth out of range, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Abraham and Khan, A novel focal Tversky loss function with improved attention U-Net for lesion
        segmentation, ISBI 2019, equation 3. segmentation-models-pytorch 0.6 takes the power of the mean
        over classes, ours of every image.

    Example:
        >>> import torch
        >>> logits = torch.tensor([[9.0, 9.0, -9.0], [9.0, -9.0, -9.0]])
        >>> targets = torch.tensor([[1, 0, 0], [1, 1, 0]])
        >>> focal_tversky_loss(logits, targets, reduction="none")
        tensor([0.2171, 0.3633])
    """
    check_settings(reduction=reduction, alpha=alpha, beta=beta, gamma=gamma, smooth=smooth)
    *sums, kept = binary_overlap(logits, targets, ignore_index, pooled)
    return reduce(tversky_cost(*sums, alpha=alpha, beta=beta, smooth=smooth, gamma=gamma), kept, reduction)


class DiceLoss(LossModule):
    """Module of :func:`dice_loss`.

    Example:
        >>> DiceLoss()
        DiceLoss(smooth=1.0, pooled=False, ignore_index=None, reduction='mean')
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
        """The loss of logits and targets of one shape."""
        return dice_loss(logits, targets, **self.settings())


class TverskyLoss(LossModule):
    """Module of :func:`tversky_loss`.

    Example:
        >>> TverskyLoss(beta=0.9, alpha=0.1)  # doctest: +ELLIPSIS
        TverskyLoss(alpha=0.1, beta=0.9, smooth=1.0, pooled=False, ...)
    """

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        smooth: float = 1.0,
        pooled: bool = False,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            alpha=alpha,
            beta=beta,
            smooth=smooth,
            pooled=pooled,
            ignore_index=ignore_index,
            reduction=reduction,
        )

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return tversky_loss(logits, targets, **self.settings())


class FocalTverskyLoss(LossModule):
    """Module of :func:`focal_tversky_loss`.

    Example:
        >>> FocalTverskyLoss()  # doctest: +ELLIPSIS
        FocalTverskyLoss(alpha=0.3, beta=0.7, gamma=0.75, smooth=1.0, pooled=False, ...)
    """

    def __init__(
        self,
        *,
        alpha: float = 0.3,
        beta: float = 0.7,
        gamma: float = 0.75,
        smooth: float = 1.0,
        pooled: bool = False,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            alpha=alpha, beta=beta, gamma=gamma, smooth=smooth, pooled=pooled,
            ignore_index=ignore_index, reduction=reduction,
        )  # fmt: skip

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return focal_tversky_loss(logits, targets, **self.settings())
