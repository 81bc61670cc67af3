"""Losses that change during the training: a weighted sum with a schedule, and late re-weighting."""

import inspect
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from imbalance_course.losses.common import LossModule, Weight

Schedule = Callable[[float], float]


def ramp(start: float, end: float, *, begin: float = 0.0, until: float = 1.0) -> Schedule:
    """A weight that moves in a straight line from one number to another while the training runs.

    Args:
        start: weight up to ``begin``.
        end: weight from ``until`` on.
        begin: share of the training at which the weight starts to move, 0 to 1.
        until: share at which it arrives, above ``begin``, up to 1.

    Returns:
        A function of the share of the training that is over.

    Raises:
        ValueError: the shares are out of order or of range.

    Example:
        >>> [ramp(1.0, 0.0, begin=0.5)(share) for share in (0.25, 0.75, 1.0)]
        [1.0, 0.5, 0.0]
    """
    if not 0 <= begin < until <= 1:
        raise ValueError(f"Expected 0 <= begin < until <= 1, got {begin} and {until}.")

    def weight(progress: float) -> float:
        share = min(max((progress - begin) / (until - begin), 0.0), 1.0)
        return start + share * (end - start)

    return weight


class CombinedLoss(nn.Module):
    r"""Weighted sum of losses, whose weights may follow a schedule.

    .. math::
        L = \sum_j w_j(\text{progress})\, L_j

    A training loop calls ``advance`` with the share of the training that is over. Tensors that only some
    terms need, such as ``distance_map``, are given by name and reach those terms alone.

    Args:
        terms: pairs of a weight, a number or a function of the progress such as :func:`ramp`, and a loss
            module. All terms must have one reduction.

    Raises:
        ValueError: no term.
        TypeError: in a call, a tensor that no term takes.

    Reference:
        Kervadec et al., Boundary loss for highly unbalanced segmentation, MIDL 2019, section 2.3, whose
        boundary term gains weight while the overlap term loses it.

    Example:
        >>> from imbalance_course.losses import BinaryCrossEntropy, BinaryFocalLoss
        >>> loss = CombinedLoss([(1.0, BinaryCrossEntropy()), (ramp(0.0, 1.0), BinaryFocalLoss())])
        >>> loss.advance(0.5)
        >>> loss.weight.tolist()
        [1.0, 0.5]
    """

    def __init__(self, terms: Sequence[tuple[float | Schedule, nn.Module]]) -> None:
        super().__init__()
        if not terms:
            raise ValueError("Expected at least one pair of a weight and a loss, got none.")
        self.losses = nn.ModuleList(loss for _, loss in terms)
        self._schedules = [weight if callable(weight) else _constant(weight) for weight, _ in terms]
        self._takes = [inspect.signature(loss.forward).parameters for loss in self.losses]
        # A buffer and not Python numbers: a new weight needs no new compilation.
        self.register_buffer("weight", torch.zeros(len(terms)))
        self.advance(0.0)

    def advance(self, progress: float) -> None:
        """Set the weights for a share of the training, 0 to 1, and tell the terms."""
        self.weight.copy_(torch.tensor([schedule(progress) for schedule in self._schedules]))
        for loss in self.losses:
            if hasattr(loss, "advance"):
                loss.advance(progress)

    def forward(self, logits: Tensor, targets: Tensor, **tensors: Tensor) -> Tensor:
        """The weighted sum for logits, targets, and the further tensors that some terms take."""
        unknown = [name for name in tensors if not any(name in takes for takes in self._takes)]
        if unknown:
            raise TypeError(f"Expected tensors that a term takes, got {', '.join(unknown)}, which none does.")
        total = 0.0
        for position, (loss, takes) in enumerate(zip(self.losses, self._takes, strict=True)):
            own = {name: tensor for name, tensor in tensors.items() if name in takes}
            total = total + self.weight[position] * loss(logits, targets, **own)
        return total


class DeferredReweighting(nn.Module):
    """A loss whose class weights are 1 at first and take effect in the last part of the training.

    Features are learned from the data as they are; the weights then move the boundary only.

    Args:
        loss: a loss module with ``weight``, such as ``LDAMLoss``; its own weights are replaced.
        weight: (C,) weights of the classes from ``start`` on.
        start: share of the training at which they take effect, 0 to 1; 0.8 in the paper.

    Raises:
        ValueError: the loss takes no weights, or ``start`` is out of range.

    Reference:
        Cao et al., Learning imbalanced datasets with label-distribution-aware margin loss, NeurIPS 2019,
        algorithm 1.

    Example:
        >>> from imbalance_course.losses import CrossEntropy
        >>> loss = DeferredReweighting(CrossEntropy(), weight=(0.5, 6.0))
        >>> loss.loss.weight.tolist()
        [1.0, 1.0]
        >>> loss.advance(0.9)
        >>> loss.loss.weight.tolist()
        [0.5, 6.0]
    """

    def __init__(self, loss: LossModule, *, weight: Weight, start: float = 0.8) -> None:
        super().__init__()
        if "weight" not in loss.settings():
            raise ValueError(f"Expected a loss with class weights, got {loss}.")
        if not 0 <= start <= 1:
            raise ValueError(f"Expected start to be a share of the training, 0 to 1, got {start}.")
        self.loss, self.start = loss, start
        self.register_buffer("late_weight", torch.as_tensor(weight, dtype=torch.get_default_dtype()))
        loss.set_weight(torch.ones_like(self.late_weight))

    def advance(self, progress: float) -> None:
        """Take the late weights once a share ``start`` of the training is over."""
        self.loss.advance(progress)
        self.loss.weight.copy_(
            self.late_weight if progress >= self.start else torch.ones_like(self.late_weight)
        )

    def forward(self, logits: Tensor, targets: Tensor, **tensors: Tensor) -> Tensor:
        """The loss with the weights of this part of the training."""
        return self.loss(logits, targets, **tensors)


def _constant(weight: float) -> Schedule:
    return lambda progress: weight
