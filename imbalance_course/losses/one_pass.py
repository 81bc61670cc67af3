"""Focal loss and its gradient in one pass over the logits, for the places where a loss costs time.

The gradient needs the exponential and the logarithm of the loss: on a CPU these take the time, not memory.
"""

import torch
from torch import Tensor

from imbalance_course.losses.binary import is_hard, mix, prepare_binary
from imbalance_course.losses.common import check_settings, count_kept, reduce


def binary_focal_loss_and_gradient(
    logits: Tensor,
    targets: Tensor,
    *,
    gamma: float = 2.0,
    alpha: float | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> tuple[Tensor, Tensor]:
    r"""The binary focal loss together with its gradient, without automatic differentiation.

    .. math::
        \frac{\partial L}{\partial x}
            = \alpha_t (2t - 1) (1 - p_t)^\gamma \left(\gamma\, p_t \log p_t - (1 - p_t)\right)

    Compiled (``torch.compile``), loss and gradient are one loop over the memory. A compiled
    :func:`binary_focal_loss` takes a second one: on a CPU to scale this gradient, on a GPU to compute every
    exponential once more. Go on with ``logits.backward(gradient)``.

    Args:
        logits: any shape, floating-point and finite; :math:`x`.
        targets: same shape, 0 or 1, or a probability between; integers and booleans are faster.
        gamma: focusing exponent, at least 0.
        alpha: weight of the positives, from 0 to 1, the negatives get 1 - alpha; None weighs both 1.
        ignore_index: items with this target count nowhere and get gradient 0; None keeps all.
        reduction: ``mean`` divides by the number of items that are not ignored; ``sum``.

    Returns:
        The loss, one number (float32 for half-precision logits, else the logits' type), and the gradient,
        shaped and typed like the logits.

    Raises:
        ValueError: shapes differ, gamma or alpha out of range, a reduction other than these two.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Lin et al., Focal loss for dense object detection, ICCV 2017, appendix B; fusing loss and gradient:
        Hsu et al., Liger kernel: efficient Triton kernels for LLM training, 2024.

    Example:
        >>> logits, targets = torch.tensor([0.0, 2.0], requires_grad=True), torch.tensor([0, 1])
        >>> loss, gradient = binary_focal_loss_and_gradient(logits, targets)
        >>> logits.backward(gradient)
        >>> loss, logits.grad
        (tensor(0.0875), tensor([ 0.1491, -0.0024]))
    """
    check_settings(reduction=reduction, gamma=gamma, alpha=alpha)
    if reduction == "none":
        raise ValueError("Expected reduction 'mean' or 'sum', got 'none': a gradient needs one number.")
    negative, positive = (1.0, 1.0) if alpha is None else (1 - alpha, alpha)
    hard, logits_type = is_hard(targets), logits.dtype
    with torch.no_grad():
        logits, targets, kept = prepare_binary(logits, targets, ignore_index)
        values = mix(lambda z: _focal(z, gamma)[0], logits, targets, (negative, positive), hard)
        # The margin of a negative item runs against its logit, hence the minus.
        slopes = mix(lambda z: _focal(z, gamma)[1], logits, targets, (-negative, positive), hard)
        if kept is not None:
            slopes = slopes.masked_fill(~kept, 0)
        if reduction == "mean":
            slopes = slopes / count_kept(values, kept)
    return reduce(values, kept, reduction), slopes.to(logits_type)


@torch.library.custom_op("imbalance_course::with_gradient", mutates_args=())
def with_gradient(loss: Tensor, gradient: Tensor, logits: Tensor) -> Tensor:
    """The loss, as a function of the logits that has this gradient and no further derivative.

    An operator, since a compiler that can look inside may compute the gradient anew in the backward pass.

    Example:
        >>> logits = torch.tensor([0.0, 2.0], requires_grad=True)
        >>> loss, gradient = binary_focal_loss_and_gradient(logits, torch.tensor([0, 1]))
        >>> with_gradient(loss, gradient, logits).backward()
        >>> logits.grad
        tensor([ 0.1491, -0.0024])
    """
    return loss.clone()


@with_gradient.register_fake
def _(loss: Tensor, gradient: Tensor, logits: Tensor) -> Tensor:
    return torch.empty_like(loss)


with_gradient.register_autograd(
    lambda ctx, outer: (None, None, outer * ctx.saved_tensors[0]),
    setup_context=lambda ctx, inputs, output: ctx.save_for_backward(inputs[1]),
)


def _focal(margin: Tensor, gamma: float) -> tuple[Tensor, Tensor]:
    """Loss and slope at a margin, from one exponential and one logarithm; a compiler shares them."""
    small = torch.exp(-margin.abs())
    larger = 1 / (1 + small)
    right = torch.where(margin >= 0, larger, small * larger)
    wrong = torch.where(margin >= 0, small * larger, larger)
    log_right = margin.clamp(max=0) - torch.log1p(small)
    power = wrong**gamma
    return -power * log_right, power * (gamma * right * log_right - wrong)
