"""What the binary losses share: one logit and one target an item."""

from collections.abc import Callable

import torch
from torch import Tensor

from imbalance_course.losses.common import Weight, check_floating, drop_ignored, widen


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


def mix(
    of_margin: Callable[[Tensor], Tensor], logits: Tensor, targets: Tensor, weight: Weight | None, hard: bool
) -> Tensor:
    r"""Loss of every item from the loss of a margin, weighted by class.

    .. math::
        L = w_1\, t\, f(x) + w_0 (1 - t) f(-x), \qquad \text{for } t \in \{0, 1\}: \quad w_t f((2 t - 1) x)

    Args:
        of_margin: loss :math:`f` of an item whose logit towards its true class is given.
        logits: any shape; :math:`x`.
        targets: same shape and type, from 0 to 1; :math:`t`.
        weight: :math:`(w_0, w_1)`; None means (1, 1).
        hard: all targets are 0 or 1, so one evaluation is enough.
    """
    if hard:
        values = of_margin((2 * targets - 1) * logits)
        return values if weight is None else values * (targets * weight[1] + (1 - targets) * weight[0])
    of_negative, of_positive = of_margin(-logits), of_margin(logits)
    if weight is not None:
        of_negative, of_positive = of_negative * weight[0], of_positive * weight[1]
    return targets * of_positive + (1 - targets) * of_negative


def is_hard(targets: Tensor) -> bool:
    """Whether the type of the targets allows 0 and 1 only; the numbers themselves are not read."""
    return not targets.is_floating_point()


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
