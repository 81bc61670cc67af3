"""Label-distribution-aware margin: the rarer a class, the further its items must be from the boundary."""

import torch
import torch.nn.functional as F
from torch import Tensor

from imbalance_course.losses.common import LossModule, Reduction, Weight, check_counts, check_settings, reduce
from imbalance_course.losses.multiclass import margins_at_target, mix_classes, of_classes, prepare_multiclass


def ldam_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    class_counts: Weight,
    max_margin: float = 0.5,
    scale: float = 30.0,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Cross-entropy after the logit of the true class has lost a margin, largest for the rarest class.

    .. math::
        L = -w_y \log \frac{e^{s (x_y - \Delta_y)}}{e^{s (x_y - \Delta_y)} + \sum_{k \ne y} e^{s x_k}}, \qquad
        \Delta_c = \Delta_{\max} \left(\frac{n_{\min}}{n_c}\right)^{1/4}

    The margin is a length on the scale of the logits. It means something only where they are bounded, as the
    cosines of :class:`imbalance_course.models.NormalizedLinear` are; :math:`s` then makes the softmax sharp
    enough. With ``max_margin=0`` and ``scale=1`` the loss is the cross-entropy. The paper re-weights in the
    last part of the training only: :class:`DeferredReweighting`.

    Args:
        logits: (N, C, \*), cosines from -1 to 1 (any finite number works); :math:`x`.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities, which mix the hard losses.
        class_counts: (C,) training items of every class, above 0; :math:`n_c`.
        max_margin: margin of the rarest class, at least 0; :math:`\Delta_{\max}`.
        scale: factor of the logits, above 0; :math:`s`.
        weight: (C,) weights of the classes; None means 1 for all.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives (N, \*), 0 where ignored.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes or the number of counts or weights do not fit, an argument out of range.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        Cao et al., Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019,
        equations 10 to 13; scale 30 and largest margin 0.5 are those of the authors' code.

    Example:
        >>> import torch
        >>> logits, targets = torch.zeros(2, 2), torch.tensor([0, 1])
        >>> ldam_loss(logits, targets, class_counts=(1600, 100), scale=1.0, reduction="none")
        tensor([0.8259, 0.9741])
    """
    check_settings(reduction=reduction, max_margin=max_margin, scale=scale)
    logits, targets, kept = prepare_multiclass(logits, targets, weight, ignore_index)
    check_counts(class_counts, logits.shape[1])
    counts = torch.as_tensor(class_counts, dtype=logits.dtype, device=logits.device)
    margins = max_margin * (counts.min() / counts) ** 0.25
    distance = margins_at_target(logits * scale, targets)
    values = -F.logsigmoid(distance - scale * of_classes(margins, distance, targets))
    return reduce(mix_classes(values, targets, weight), kept, reduction)


class LDAMLoss(LossModule):
    """Module of :func:`ldam_loss`; ``class_counts`` and ``weight`` are buffers.

    Example:
        >>> LDAMLoss(class_counts=(900, 100))  # doctest: +ELLIPSIS
        LDAMLoss(class_counts=[900.0, 100.0], max_margin=0.5, scale=30.0, weight=None, ...)
    """

    def __init__(
        self,
        *,
        class_counts: Weight,
        max_margin: float = 0.5,
        scale: float = 30.0,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        check_counts(class_counts, len(class_counts))
        super().__init__(
            class_counts=class_counts,
            max_margin=max_margin,
            scale=scale,
            weight=weight,
            ignore_index=ignore_index,
            reduction=reduction,
        )

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return ldam_loss(logits, targets, **self.settings())
