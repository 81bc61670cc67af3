"""What the binary losses share: one logit and one target an item."""

import torch
from torch import Tensor

from imbalance_course.losses.common import check_floating, drop_ignored, widen


def prepare_binary(
    logits: Tensor, targets: Tensor, ignore_index: int | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Check shapes, widen half precision and drop ignored items.

    Args:
        logits: any shape, floating-point.
        targets: same shape; booleans, integers or floating-point numbers from 0 to 1.
        ignore_index: the target that marks an item to ignore; None keeps all.

    Returns:
        Logits, targets of the same type, and the mask of kept items (None where all are kept).

    Raises:
        TypeError: the logits are not floating-point numbers.
        ValueError: the shapes differ.
    """
    check_floating(logits)
    if targets.shape != logits.shape:
        raise ValueError(
            f"Expected targets shaped like the logits, {tuple(logits.shape)}, got {tuple(targets.shape)}; "
            "use logits.squeeze(1) where a network gives (N, 1)."
        )
    logits = widen(logits)
    return drop_ignored(logits, targets.to(logits.dtype), ignore_index)


def mix(targets: Tensor, of_positive: Tensor, of_negative: Tensor) -> Tensor:
    """Loss of a target between 0 and 1: the two hard losses in that proportion."""
    return targets * of_positive + (1 - targets) * of_negative


def two_class_logits(logits: Tensor) -> Tensor:
    r"""Two logits, of the negative and of the positive class, from the one logit of a binary network.

    .. math::
        (x_0, x_1) = (-x / 2,\; x / 2), \qquad \operatorname{softmax}(x_0, x_1)_1 = \sigma(x)

    With it every multi-class loss reads a binary network.

    Args:
        logits: (N, \*), floating-point.

    Returns:
        (N, 2, \*).

    Example:
        >>> two_class_logits(torch.tensor([4.0, -2.0]))
        tensor([[-2.,  2.],
                [ 1., -1.]])
    """
    return torch.stack([-logits / 2, logits / 2], dim=1)
