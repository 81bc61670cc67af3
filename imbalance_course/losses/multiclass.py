"""What the multi-class losses share: C logits and a class number, or C probabilities, an item."""

import torch
import torch.nn.functional as F
from torch import Tensor

from imbalance_course.losses.common import Weight, check_floating, check_weight, drop_ignored, widen


def prepare_multiclass(
    logits: Tensor, targets: Tensor, weight: Weight | None, ignore_index: int | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Check shapes, widen half precision and drop ignored items.

    Args:
        logits: (N, C, *), floating-point.
        targets: (N, *) integer class numbers, or (N, C, *) probabilities.
        weight: (C,) weights of the classes, or None.
        ignore_index: the class number that marks an item to ignore; None keeps all.

    Returns:
        Logits, targets (int64, or of the logits' type), and the mask of kept items (None where all are kept).

    Raises:
        TypeError: the logits are not floating-point numbers, or class numbers are.
        ValueError: shapes or the number of weights do not fit, or ``ignore_index`` came with probabilities.
    """
    check_floating(logits)
    check_weight(weight, count_classes(logits))
    logits = widen(logits)
    if targets.shape == logits.shape:
        if ignore_index is not None:
            raise ValueError(f"Expected ignore_index=None with probabilities as targets, got {ignore_index}.")
        return logits, targets.to(logits.dtype), None
    expected = (logits.shape[0], *logits.shape[2:])
    if targets.shape != expected:
        raise ValueError(
            f"Expected targets of shape {expected} (class numbers) or {tuple(logits.shape)} (probabilities), "
            f"got {tuple(targets.shape)}."
        )
    if targets.is_floating_point():
        raise TypeError(
            f"Expected class numbers of an integer type, got {targets.dtype}; use targets.long()."
        )
    return drop_ignored(logits, targets.long(), ignore_index)


def count_classes(logits: Tensor) -> int:
    """Length of the class axis; ValueError where there is none."""
    if logits.ndim < 2 or logits.shape[1] < 1:
        raise ValueError(
            f"Expected logits of shape (N, C, *) with at least one class, got {tuple(logits.shape)}."
        )
    return logits.shape[1]


def at_target(values: Tensor, targets: Tensor) -> Tensor:
    """Entry of the target class, or all entries where the targets are probabilities.

    Args:
        values: (N, C, *), one number a class.
        targets: (N, *) class numbers, or (N, C, *) probabilities; as :func:`prepare_multiclass` returns them.
    """
    return values if targets.is_floating_point() else _pick(values, targets)


def of_classes(vector: Weight, values: Tensor, targets: Tensor) -> Tensor:
    """One number a class, laid out so that it meets the values of :func:`at_target`."""
    vector = torch.as_tensor(vector, dtype=values.dtype, device=values.device)
    if targets.is_floating_point():
        return vector.view(-1, *[1] * (values.ndim - 2))
    return vector[targets]


def mix_classes(values: Tensor, targets: Tensor, weight: Weight | None) -> Tensor:
    """Loss of every item from the values of :func:`at_target`: weighted, and mixed by the probabilities."""
    if weight is not None:
        values = values * of_classes(weight, values, targets)
    return (values * targets).sum(1) if targets.is_floating_point() else values


def margins_at_target(logits: Tensor, targets: Tensor) -> Tensor:
    r"""Logit minus the log-sum-exp of the other classes, laid out as :func:`at_target` does.

    .. math::
        z_c = x_c - \log\sum_{k \ne c} e^{x_k}, \qquad p_c = \sigma(z_c)
    """
    return _margins(logits) if targets.is_floating_point() else _margin(logits, targets)


def _margin(logits: Tensor, targets: Tensor) -> Tensor:
    """Margin of one class an item: (N, C, *), (N, *) -> (N, *).

    The largest logit is taken off first, so that logits far from 0 keep their digits. A single class has no
    others: the lowest finite number stands for their log-sum-exp, which makes every loss 0 and not NaN.
    """
    logits = logits - logits.detach().amax(1, keepdim=True)
    lowest = torch.finfo(logits.dtype).min
    others = logits.scatter(1, targets.unsqueeze(1), lowest).logsumexp(1)
    return _pick(logits, targets) - others


def _margins(logits: Tensor) -> Tensor:
    """Margin of every class, (N, C, *) -> (N, C, *), without a pass over all pairs of classes.

    Only the largest class can have p > 1/2, where log(1 - p) loses its digits; the others take it from p.
    """
    largest = logits.argmax(1)
    index = largest.unsqueeze(1)
    rest = F.softmax(logits, dim=1).scatter(1, index, 0.0)
    margins = F.log_softmax(logits, dim=1) - torch.log1p(-rest)
    return margins.scatter(1, index, _margin(logits, largest).unsqueeze(1))


def _pick(values: Tensor, targets: Tensor) -> Tensor:
    """Entry of the target class: (N, C, *), (N, *) -> (N, *)."""
    return values.gather(1, targets.unsqueeze(1)).squeeze(1)
