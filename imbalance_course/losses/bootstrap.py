"""Online bootstrapping, or hard-example mining: cross-entropy of the hardest items only."""

import math

import torch
from torch import Tensor

from imbalance_course.losses.binary import is_hard, prepare_binary
from imbalance_course.losses.common import LossModule, Reduction, Weight, check_settings, check_weight, reduce
from imbalance_course.losses.entropy import binary_cross_entropy, cross_entropy
from imbalance_course.losses.images import class_rows, image_rows
from imbalance_course.losses.multiclass import prepare_multiclass
from imbalance_course.losses.ordering import descending, largest

TINY = 1e-4  # a share of a count that should be whole may lie a rounding error above it


def binary_bootstrapped_cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    k: int | None = None,
    fraction: float | None = None,
    pooled: bool = False,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Binary cross-entropy of the hardest items of every image: those with the largest loss.

    .. math::
        L = \frac{1}{|H|} \sum_{i \in H} \ell_i, \qquad
        H = \text{the } k \text{ items with the largest } \ell_i \text{ of each image}

    Items outside :math:`H` get no gradient. Of equal items, some are taken.

    Args:
        logits: (N, \*), floating-point and finite; the first axis counts images.
        targets: same shape, 0 or 1, or a probability between.
        k: items kept of every image (all, where an image has fewer); give this or ``fraction``.
        fraction: share of the items kept, above 0 to 1, rounded up; ignored items are no part of the whole.
        pooled: take the hardest of the whole batch; for (N,), one item an image, only this makes sense.
        weight: :math:`(w_0, w_1)`, as in :func:`binary_cross_entropy`; it counts in what is hard.
        ignore_index: items with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of hard items (none gives 0); ``sum``; ``none`` gives one
            loss an item, 0 where it is not hard.

    Returns:
        The loss: one number, or one an item. float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, not exactly one of ``k`` and ``fraction``, or one out of range.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Shrivastava et al., Training region-based object detectors with online hard example mining, CVPR 2016;
        Wu et al., Bridging category-level and instance-level semantic image segmentation, 2016, section 3.2.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([[3.0, 0.0, -2.0]]), torch.tensor([[1.0, 1.0, 1.0]])
        >>> binary_bootstrapped_cross_entropy(logits, targets, k=2, reduction="none")
        tensor([[0.0000, 0.6931, 2.1269]])
    """
    check_settings(reduction=reduction, k=k, fraction=fraction)
    check_weight(weight, 2)
    by_margin = is_hard(targets) and weight is None
    logits, targets, kept = prepare_binary(logits, targets, ignore_index)

    def loss(some_logits: Tensor, some_targets: Tensor) -> Tensor:
        return binary_cross_entropy(some_logits, some_targets, weight=weight, reduction="none")

    rows = image_rows(logits, pooled), image_rows(targets, pooled)
    hardness = _minus_margin if by_margin else loss
    return _of_hardest(loss, hardness, *rows, targets.shape, kept, k, fraction, reduction)


def bootstrapped_cross_entropy(
    logits: Tensor,
    targets: Tensor,
    *,
    k: int | None = None,
    fraction: float | None = None,
    pooled: bool = False,
    weight: Weight | None = None,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Softmax cross-entropy of the hardest items of every image: those with the largest loss.

    .. math::
        L = \frac{1}{|H|} \sum_{i \in H} \ell_i, \qquad
        H = \text{the } k \text{ items with the largest } \ell_i \text{ of each image}

    Args:
        logits: (N, C, \*), floating-point and finite.
        targets: (N, \*) class numbers 0 to C - 1, or (N, C, \*) probabilities.
        k: items kept of every image (all, where an image has fewer); give this or ``fraction``.
        fraction: share of the items kept, above 0 to 1, rounded up; ignored items are no part of the whole.
        pooled: take the hardest of the whole batch; for (N, C), one item an image, only this makes sense.
        weight: (C,) weights of the classes, which count in what is hard; None means 1 for all.
        ignore_index: items with this class number count nowhere; None keeps all; not for probabilities.
        reduction: ``mean`` divides by the number of hard items (none gives 0); ``sum``; ``none`` gives
            (N, \*), 0 where an item is not hard.

    Returns:
        The loss: one number, or (N, \*). float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes do not fit, not exactly one of ``k`` and ``fraction``, or one out of range.
        TypeError: the logits are not floating-point numbers, or class numbers are.

    Reference:
        As for :func:`binary_bootstrapped_cross_entropy`.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([[[2.0, 0.0], [0.0, 0.0]]]), torch.tensor([[0, 1]])
        >>> bootstrapped_cross_entropy(logits, targets, k=1, reduction="none")
        tensor([[0.0000, 0.6931]])
    """
    check_settings(reduction=reduction, k=k, fraction=fraction)
    logits, targets, kept = prepare_multiclass(logits, targets, weight, ignore_index)
    items = (logits.shape[0], *logits.shape[2:])

    def loss(some_logits: Tensor, some_targets: Tensor) -> Tensor:
        return cross_entropy(some_logits, some_targets, weight=weight, reduction="none")

    to_rows = class_rows if targets.is_floating_point() else image_rows
    rows = class_rows(logits, pooled), to_rows(targets, pooled)
    return _of_hardest(loss, loss, *rows, items, kept, k, fraction, reduction)


def _minus_margin(logits: Tensor, targets: Tensor) -> Tensor:
    """(1 - 2 t) x: where t is 0 or 1, the loss grows with it, so it orders items without a logarithm."""
    return torch.addcmul(logits, logits, targets, value=-2)


def _of_hardest(loss, hardness, logits, targets, items, kept, k, fraction, reduction) -> Tensor:
    """Find the hardest items of every row without gradient, then compute the loss of those alone.

    Args:
        loss: gives one loss an item.
        hardness: gives one number an item, in the order of their losses.
        logits: (R, n) or (R, C, n).
        targets: (R, n) or (R, C, n).
        items: shape of the result for ``none``.
        kept: mask of the items that are not ignored, or None.
        k: hard items of a row, or None.
        fraction: hard share of a row, or None.
        reduction: as in the public functions.
    """
    if (k is None) == (fraction is None):
        raise ValueError(f"Expected exactly one of k and fraction, got k={k} and fraction={fraction}.")
    kept_rows = None if kept is None else kept.reshape(logits.shape[0], logits.shape[-1])
    with torch.no_grad():
        hardness = hardness(logits, targets)
        if kept_rows is not None:
            hardness = hardness.masked_fill(~kept_rows, -math.inf)
        size = hardness.shape[1]
        count = min(k, size) if k else _share(fraction, size)
        index = largest(hardness, count)
        if kept_rows is not None:  # fewer items than asked for may be left: the hardest of them come first
            index = index.gather(1, descending(hardness.gather(1, index)))
    values = loss(_at(logits, index), _at(targets, index))
    hard = None
    if kept_rows is not None:
        left = kept_rows.sum(1, keepdim=True)
        allowed = left if k else (left * fraction - TINY).ceil()
        hard = torch.arange(count, device=index.device) < allowed
    reduced = reduce(values, hard, reduction)
    if reduction != "none":
        return reduced
    return torch.zeros_like(hardness).scatter(1, index, reduced).view(items)


def _share(fraction: float, size: int) -> int:
    return math.ceil(max(fraction * size - TINY, 0))


def _at(values: Tensor, index: Tensor) -> Tensor:
    """Entries of the last axis at (R, k) positions, for every class where there are classes."""
    if values.ndim == 3:
        index = index.unsqueeze(1).expand(-1, values.shape[1], -1)
    return values.gather(-1, index)


class BinaryBootstrappedCrossEntropy(LossModule):
    """Module of :func:`binary_bootstrapped_cross_entropy`; ``weight`` is a buffer.

    Example:
        >>> BinaryBootstrappedCrossEntropy(fraction=0.25)  # doctest: +ELLIPSIS
        BinaryBootstrappedCrossEntropy(k=None, fraction=0.25, pooled=False, weight=None, ...)
    """

    def __init__(
        self,
        *,
        k: int | None = None,
        fraction: float | None = None,
        pooled: bool = False,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        check_weight(weight, 2)
        super().__init__(
            k=k, fraction=fraction, pooled=pooled, weight=weight,
            ignore_index=ignore_index, reduction=reduction,
        )  # fmt: skip

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits and targets of one shape."""
        return binary_bootstrapped_cross_entropy(logits, targets, **self.settings())


class BootstrappedCrossEntropy(LossModule):
    """Module of :func:`bootstrapped_cross_entropy`; ``weight`` is a buffer.

    Example:
        >>> BootstrappedCrossEntropy(k=4096)  # doctest: +ELLIPSIS
        BootstrappedCrossEntropy(k=4096, fraction=None, pooled=False, weight=None, ...)
    """

    def __init__(
        self,
        *,
        k: int | None = None,
        fraction: float | None = None,
        pooled: bool = False,
        weight: Weight | None = None,
        ignore_index: int | None = None,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__(
            k=k, fraction=fraction, pooled=pooled, weight=weight,
            ignore_index=ignore_index, reduction=reduction,
        )  # fmt: skip

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C, *) and class numbers (N, *) or probabilities (N, C, *)."""
        return bootstrapped_cross_entropy(logits, targets, **self.settings())
