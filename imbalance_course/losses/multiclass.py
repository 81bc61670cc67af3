"""What the multi-class losses share: C logits and a class number, or C probabilities, an item."""

import torch
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
    if logits.ndim < 2 or logits.shape[1] < 1:
        raise ValueError(
            f"Expected logits of shape (N, C, *) with at least one class, got {tuple(logits.shape)}."
        )
    check_weight(weight, logits.shape[1])
    logits = widen(logits)
    if is_soft(logits, targets):
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


def is_soft(logits: Tensor, targets: Tensor) -> bool:
    """Whether the targets are probabilities (N, C, *) and not class numbers (N, *)."""
    return targets.shape == logits.shape


def pick(values: Tensor, targets: Tensor) -> Tensor:
    """Entry of the target class: values (N, C, *), targets (N, *) -> (N, *)."""
    return values.gather(1, targets.unsqueeze(1)).squeeze(1)


def weigh(values: Tensor, targets: Tensor, weight: Weight | None) -> Tensor:
    """Multiply losses by the weight of their class.

    Args:
        values: (N, *) losses of class numbers ``targets``, or (N, C, *) losses of every class.
        targets: (N, *) class numbers, or (N, C, *) probabilities.
        weight: (C,), or None.
    """
    if weight is None:
        return values
    weight = torch.as_tensor(weight, dtype=values.dtype, device=values.device)
    if targets.is_floating_point():
        return values * weight.view(-1, *[1] * (values.ndim - 2))
    return values * weight[targets]
