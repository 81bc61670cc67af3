"""Lovász losses: the Jaccard loss, made continuous by its convex closure, for one or several classes.

Only the errors' order needs sorting, and the weights that follow from it have no gradient: they are put back
at their pixels, and the loss is a plain sum of errors times weights. What remains is mostly the sort.
"""

from typing import Literal, get_args

import torch
from torch import Tensor

from imbalance_course.losses.binary import prepare_binary
from imbalance_course.losses.common import LossModule, Reduction, check_settings, reduce
from imbalance_course.losses.images import class_rows, image_rows, kept_images, members
from imbalance_course.losses.jaccard import jaccard_weights
from imbalance_course.losses.multiclass import prepare_multiclass

Classes = Literal["present", "all"]
KINDS_OF_CLASSES = get_args(Classes)


def lovasz_hinge_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Lovász extension of the Jaccard loss of every image, at the hinge errors.

    .. math::
        L = \sum_{i=1}^{P} m_{\pi_i}
            \left(\Delta(\{\pi_1 \dots \pi_i\}) - \Delta(\{\pi_1 \dots \pi_{i-1}\})\right), \qquad
        m_i = \max(0, 1 - (2 t_i - 1)\, x_i), \qquad
        \Delta(M) = \frac{|M|}{|\{t = 1\} \cup M|}

    where :math:`\pi` orders the errors from large to small, and :math:`\Delta(M)` is one minus the
    intersection over union of a prediction that is wrong at the pixels M. Right logits beyond -1 and 1 cost
    nothing. In an image without foreground the loss is the largest error. The cost is a sort of all pixels.
    For several labels a pixel, (N, C, \*), give ``logits.flatten(0, 1)`` and the targets likewise.

    Args:
        logits: (N, \*), floating-point and finite; :math:`x`. The first axis counts images.
        targets: same shape, 0 or 1; :math:`t`. A number above 1/2 counts as 1: there is no soft form.
        pooled: take the batch as one image.
        ignore_index: pixels with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of images with a pixel that is not ignored (none gives 0);
            ``sum``; ``none`` gives (N,), 0 where all is ignored; (1,) when pooled.

    Returns:
        The loss, at least 0: one number, or (N,). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Berman et al., The Lovász-Softmax loss, CVPR 2018, section 3 with equations 8 and 9. The weights are
        computed in closed form, where the authors, kornia 0.9 and segmentation-models-pytorch 0.6 subtract
        neighboring indices: in float32, half of the gradients of a million pixels are off by over 2 percent.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([[2.0, -2.0, 0.5, 0.0]]), torch.tensor([[1, 1, 0, 0]])
        >>> lovasz_hinge_loss(logits, targets)
        tensor(1.8333)
    """
    check_settings(reduction=reduction)
    logits, targets, kept = prepare_binary(logits, targets, ignore_index)
    truth = targets > 0.5
    errors = torch.relu(1 - torch.where(truth, logits, -logits))
    if kept is not None:
        errors = errors.masked_fill(~kept, 0)
    values = _extend_jaccard(image_rows(errors, pooled), image_rows(truth, pooled))
    return reduce(values, kept_images(kept, pooled), reduction)


def lovasz_softmax_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    classes: Classes = "present",
    pooled: bool = False,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Lovász extension of the Jaccard loss of every image, averaged over its classes.

    .. math::
        L = \frac{1}{|C|} \sum_{c \in C} \sum_{i=1}^{P} m_{\pi_i c}
            \left(\Delta_c(\{\pi_1 \dots \pi_i\}) - \Delta_c(\{\pi_1 \dots \pi_{i-1}\})\right), \qquad
        m_{ic} = |[y_i = c] - p_{ic}|, \qquad p = \operatorname{softmax}(x)

    with the order and :math:`\Delta` of :func:`lovasz_hinge_loss`, for every class. At probabilities of 0
    and 1 it is one minus the mean intersection over union. The cost is a sort of all pixels for each class.

    Args:
        logits: (N, C, \*), floating-point and finite; :math:`x`. The first axis counts images.
        targets: (N, \*) class numbers 0 to C - 1; :math:`y`. There is no form for probabilities.
        classes: ``present`` averages over the classes that the image has; ``all`` over all C, where an absent
            class costs its largest probability.
        pooled: take the batch as one image, so that a rare class is scored in the images where it is.
        ignore_index: pixels with this class number count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of images with a pixel that is not ignored (none gives 0);
            ``sum``; ``none`` gives (N,), 0 where all is ignored; (1,) when pooled.

    Returns:
        The loss, from 0 (perfect) to 1: one number, or (N,). float32 for half-precision logits, else the
        logits' type.

    Raises:
        ValueError: shapes do not fit, the targets are probabilities, an unknown reduction or ``classes``.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Berman et al., The Lovász-Softmax loss, CVPR 2018, section 4 with equations 8 and 9. The authors'
        code and segmentation-models-pytorch 0.6 pool the batch unless told otherwise; kornia 0.9 averages
        over all classes, absent ones too.

    Example:
        >>> import torch
        >>> logits = torch.tensor([[[9.0, 0.0, 0.0], [0.0, 9.0, 0.0]]])
        >>> lovasz_softmax_loss(logits, torch.tensor([[0, 1, 1]]))
        tensor(0.2501)
    """
    check_settings(reduction=reduction)
    _check_classes(classes)
    logits, targets, kept = prepare_multiclass(logits, targets, None, ignore_index)
    if targets.is_floating_point():
        raise ValueError(
            f"Expected targets to be class numbers, got probabilities of shape {tuple(targets.shape)}; "
            "use targets.argmax(1)."
        )
    truth = members(image_rows(targets, pooled), logits.shape[1])
    errors = (torch.softmax(class_rows(logits, pooled), dim=1) - truth.to(logits.dtype)).abs()
    if kept is not None:
        seen = image_rows(kept, pooled).unsqueeze(1)
        errors, truth = errors.masked_fill(~seen, 0), truth & seen
    values = _extend_jaccard(errors, truth)
    if classes == "all":
        return reduce(values.mean(1), kept_images(kept, pooled), reduction)
    present = truth.any(2)
    values = values.masked_fill(~present, 0).sum(1) / present.sum(1).clamp(min=1)
    return reduce(values, kept_images(kept, pooled), reduction)


def _extend_jaccard(errors: Tensor, truth: Tensor) -> Tensor:
    """Lovász extension of the Jaccard loss: (*, P) errors of at least 0 and (*, P) booleans -> (*)."""
    rows = (errors.shape[:-1].numel(), errors.shape[-1])
    with torch.no_grad():
        weights = jaccard_weights(errors.reshape(rows), truth.reshape(rows))
    return (errors * weights.view(errors.shape)).sum(-1)


def _check_classes(classes: str) -> None:
    if classes not in KINDS_OF_CLASSES:
        raise ValueError(f"Expected classes to be 'present' or 'all', got {classes!r}.")


class LovaszHingeLoss(LossModule):
    """Module of :func:`lovasz_hinge_loss`.

    Example:
        >>> LovaszHingeLoss()
        LovaszHingeLoss(pooled=False, ignore_index=None, reduction='mean')
    """

    def __init__(
        self, *, pooled: bool = False, ignore_index: int | None = None, reduction: Reduction = "mean"
    ) -> None:
        super().__init__(pooled=pooled, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return lovasz_hinge_loss(logits, targets, **self.settings())


class LovaszSoftmaxLoss(LossModule):
    """Module of :func:`lovasz_softmax_loss`.

    Example:
        >>> LovaszSoftmaxLoss()
        LovaszSoftmaxLoss(classes='present', pooled=False, ignore_index=None, reduction='mean')
    """

    def __init__(
        self,
        *,
        classes: Classes = "present",
        pooled: bool = False,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        _check_classes(classes)
        super().__init__(classes=classes, pooled=pooled, ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *)."""
        return lovasz_softmax_loss(logits, targets, **self.settings())
