"""The vector-scaling loss of one logit: the margin of an item gets the factor and offset of its class."""

import torch
import torch.nn.functional as F
from torch import Tensor

from imbalance_course.losses.binary import prepare_binary
from imbalance_course.losses.common import LossModule, Reduction, Weight, check_settings, check_weight, reduce


def binary_vs_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    scale: Weight,
    shift: Weight,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Vector-scaling loss of one logit: a factor, an offset and a weight for each of two classes.

    .. math::
        L = w_1\, t \log\!\left(1 + e^{\iota_0 - \iota_1 - \Delta_1 x}\right)
        + w_0 (1 - t) \log\!\left(1 + e^{\iota_1 - \iota_0 + \Delta_0 x}\right)

    The offsets are those of :func:`vs_loss`, so that :math:`\tau \log \pi_c` gives logit adjustment. The
    factors are not: there a factor belongs to a logit, here to the items of a class. With two logits the
    factors of :func:`vs_loss` only change the size of a last layer that starts near zero; with one logit they
    move its boundary. Use this one for two classes. With factors 1 both losses agree.

    Args:
        logits: any shape, floating-point and finite; :math:`x`, of the positive class.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        scale: factors of the negative and of the positive class, above 0; :math:`\Delta_0, \Delta_1`.
            Gradients flow into a tensor given here.
        shift: offsets in logits; :math:`\iota_0, \iota_1`. Gradients flow into a tensor given here.
        weight: :math:`w_0, w_1`; None means 1 for both.
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: ``mean`` divides the sum by the number of items that are not ignored, not by the sum of
            their weights (no item left gives 0); ``sum``; ``none`` gives one loss an item, 0 where ignored.

    Returns:
        The loss: one number, or one an item. float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, not two factors, offsets or weights, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Kini et al., Label-imbalanced and group-sensitive classification under overparameterization,
        NeurIPS 2021, the binary VS-loss of section 2.

    Example:
        >>> import torch
        >>> logits, targets = torch.zeros(2), torch.tensor([0, 1])
        >>> binary_vs_loss(logits, targets, scale=(1.0, 0.5), shift=(0.0, -2.0), reduction="none")
        tensor([0.1269, 2.1269])
    """
    check_settings(reduction=reduction)
    for name, pair in (("factors", scale), ("offsets", shift), ("weights", weight)):
        if pair is not None:
            check_weight(pair, 2, name)
    logits, targets, kept = prepare_binary(logits, targets, ignore_index)
    options = {"dtype": logits.dtype, "device": logits.device}
    scale, shift = torch.as_tensor(scale, **options), torch.as_tensor(shift, **options)
    of_positive = -F.logsigmoid(scale[1] * logits + shift[1] - shift[0])
    of_negative = -F.logsigmoid(shift[0] - shift[1] - scale[0] * logits)
    if weight is not None:
        weight = torch.as_tensor(weight, **options)
        of_positive, of_negative = weight[1] * of_positive, weight[0] * of_negative
    return reduce(targets * of_positive + (1 - targets) * of_negative, kept, reduction)


class BinaryVSLoss(LossModule):
    """Module of :func:`binary_vs_loss`; ``scale``, ``shift`` and ``weight`` are buffers.

    Example:
        >>> BinaryVSLoss(scale=(1.0, 0.5), shift=(0.0, -2.0))  # doctest: +ELLIPSIS
        BinaryVSLoss(scale=[1.0, 0.5], shift=[0.0, -2.0], weight=None, ...)
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
        """The loss of logits and targets of one shape."""
        return binary_vs_loss(logits, targets, **self.settings())
