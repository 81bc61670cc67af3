"""What can still be done when the training is over: changes to predictions, not to the network."""

import torch
from torch import Tensor

from imbalance_course.losses.common import Weight, check_counts


def adjust_logits(logits: Tensor, *, class_counts: Weight, tau: float = 1.0) -> Tensor:
    r"""Take the training shares of the classes off the logits.

    .. math::
        x'_c = x_c - \tau \log \pi_c, \qquad \pi_c = \frac{n_c}{\sum_k n_k}

    A network trained with plain cross-entropy estimates p(class | image) under the training shares. With
    tau = 1 the result estimates it under equal shares, and its largest entry minimizes the balanced error.

    Args:
        logits: (N, C, \*), or (N,) of a binary network, whose classes are (negative, positive).
        class_counts: (C,) training items of every class, above 0; two for a binary network; :math:`n_c`.
        tau: strength; 0 changes nothing.

    Returns:
        Adjusted logits of the same shape.

    Raises:
        ValueError: the number of counts does not fit, or one is not above 0.

    Reference:
        Menon et al., Long-tail learning via logit adjustment, ICLR 2021, equation 9.

    Example:
        >>> adjust_logits(torch.tensor([0.0]), class_counts=(900, 100))
        tensor([2.1972])
    """
    binary = logits.ndim == 1
    check_counts(class_counts, 2 if binary else logits.shape[1])
    counts = torch.as_tensor(class_counts, dtype=logits.dtype, device=logits.device)
    log_shares = (counts / counts.sum()).log()
    if binary:
        return logits - tau * (log_shares[1] - log_shares[0])
    return logits - tau * log_shares.view(-1, *[1] * (logits.ndim - 2))


def reuse_background(
    labels: Tensor, foreground_probability: Tensor, *, background: int = 0, threshold: float = 0.5
) -> Tensor:
    r"""Two stages: where a binary network sees background, the multi-class label becomes background.

    .. math::
        y' = \begin{cases} b & p \le \theta \\ y & p > \theta \end{cases}

    Args:
        labels: class numbers of a multi-class network, any shape.
        foreground_probability: same shape; :math:`p`, 0 to 1, of the binary network.
        background: class number of the background; :math:`b`.
        threshold: :math:`\theta`, 0 to 1.

    Returns:
        Class numbers of the same shape.

    Raises:
        ValueError: shapes differ, or the threshold is out of range.

    Reference:
        The thesis on nuclei listed in the references, section on two-stage background reuse.

    Example:
        >>> reuse_background(torch.tensor([3, 1, 0]), torch.tensor([0.2, 0.9, 0.9]))
        tensor([0, 1, 0])
    """
    if labels.shape != foreground_probability.shape:
        raise ValueError(
            f"Expected probabilities shaped like the labels, {tuple(labels.shape)}, "
            f"got {tuple(foreground_probability.shape)}."
        )
    if not 0 <= threshold <= 1:
        raise ValueError(f"Expected a threshold between 0 and 1, got {threshold}.")
    return torch.where(foreground_probability > threshold, labels, background)
