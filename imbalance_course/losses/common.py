"""What every loss shares: argument checks, precision, items to ignore, and reduction.

Checks read shapes and Python arguments only: a look at tensor values stalls the GPU and breaks compilation.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn

Reduction = Literal["none", "mean", "sum"]
REDUCTIONS = get_args(Reduction)  # here, since older compilers of torch cannot look into typing
Weight = Sequence[float] | Tensor

# Ranges of arguments, wherever they appear: a test for Python numbers, and its words.
RANGES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "alpha": (lambda value: 0 <= value <= 1, "a weight between 0 and 1"),
    "beta": (lambda value: 0 <= value <= 1, "a number from 0 to 1"),
    "fraction": (lambda value: 0 < value <= 1, "a share above 0 and up to 1"),
    "gamma": (lambda value: 0 <= value < math.inf, "a number of at least 0"),
    "hit_weight": (lambda value: 0 <= value < math.inf, "a number of at least 0"),
    "k": (lambda value: isinstance(value, int) and value >= 1, "a whole number of at least 1"),
    "max_margin": (lambda value: 0 <= value < math.inf, "a number of at least 0"),
    "miss_weight": (lambda value: 0 <= value < math.inf, "a number of at least 0"),
    "scale": (lambda value: 0 < value < math.inf, "a number above 0"),
    "smooth": (lambda value: 0 < value < math.inf, "a number above 0"),
    "tau": (lambda value: math.isfinite(value), "a finite number"),
}


class LossModule(nn.Module):
    """Stores the arguments of a loss function, arrays as buffers; the function does the arithmetic."""

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        check_settings(**settings)
        self._names = tuple(settings)
        for name, value in settings.items():
            if value is not None and not isinstance(value, str | int | float):
                self.register_buffer(name, torch.as_tensor(value, dtype=torch.get_default_dtype()))
            else:
                setattr(self, name, value)

    def settings(self) -> dict[str, Any]:
        """The stored arguments by name."""
        return {name: getattr(self, name) for name in self._names}

    def set_weight(self, weight: Weight) -> None:
        """Replace the class weights."""
        del self.weight
        self.register_buffer("weight", torch.as_tensor(weight, dtype=torch.get_default_dtype()))

    def advance(self, progress: float) -> None:
        """Hear which share of the training is over, 0 to 1; a loss that changes on the way overrides this."""

    def extra_repr(self) -> str:
        """The arguments, as they show in ``print(module)``."""
        shown = {
            name: value.tolist() if isinstance(value, Tensor) else value
            for name, value in self.settings().items()
        }
        return ", ".join(f"{name}={value!r}" for name, value in shown.items())


def check_settings(*, reduction: str, **numbers: Any) -> None:
    """Raise ValueError for a number outside its range; arguments without a range pass."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"Expected reduction to be 'none', 'mean' or 'sum', got {reduction!r}.")
    for name, value in numbers.items():
        if name in RANGES and isinstance(value, (int, float)):
            fits, expected = RANGES[name]
            if not fits(value):
                raise ValueError(f"Expected {name} to be {expected}, got {value}.")


def check_floating(values: Tensor, name: str = "logits") -> None:
    """Raise TypeError unless the logits (or what else has the name) are floating-point numbers."""
    if not values.is_floating_point():
        raise TypeError(f"Expected {name} of a floating-point type, got {values.dtype}.")


def check_weight(weight: Weight | None, length: int, name: str = "weights") -> None:
    """Raise ValueError unless there is one weight (or count, factor, offset) a class."""
    if weight is not None and len(weight) != length:
        raise ValueError(f"Expected {length} {name}, one a class, got {len(weight)}.")


def check_counts(class_counts: Weight, length: int) -> None:
    """Raise ValueError unless there is one count a class, each above 0; a tensor's numbers are not read."""
    check_weight(class_counts, length, "class counts")
    if not isinstance(class_counts, Tensor) and not all(0 < count < math.inf for count in class_counts):
        raise ValueError(f"Expected class counts above 0, got {list(class_counts)}; leave empty classes out.")


def widen(logits: Tensor) -> Tensor:
    """Turn half precision into float32: sums over a batch pass the largest float16 (65 504) soon."""
    return logits.float() if logits.dtype in (torch.float16, torch.bfloat16) else logits


def drop_ignored(
    logits: Tensor, targets: Tensor, ignore_index: int | None
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Put zeros in the place of ignored items, so that nothing there reaches the value or the gradient.

    There is no way out for "nothing to ignore": ``if tensor.any()`` and ``x[mask]`` break compilation.

    Args:
        logits: shaped like the targets, or with a class axis more, at position 1.
        targets: target values or class numbers.
        ignore_index: the target that marks an item to ignore; None keeps all.

    Returns:
        Logits, targets, and a mask of the kept items shaped like the targets (None where all are kept).
    """
    if ignore_index is None:
        return logits, targets, None
    ignored = targets == ignore_index
    over_classes = ignored if logits.ndim == targets.ndim else ignored.unsqueeze(1)
    return logits.masked_fill(over_classes, 0), targets.masked_fill(ignored, 0), ~ignored


def reduce(values: Tensor, kept: Tensor | None, reduction: Reduction) -> Tensor:
    """Reduce losses per item; ``mean`` divides by the number of kept items, whatever their weights.

    Args:
        values: loss of every item, any shape.
        kept: mask of the items that count, same shape; None counts all.
        reduction: ``none`` (ignored items are 0), ``sum``, or ``mean`` (0 where no item is kept).
    """
    if kept is not None:
        values = values.masked_fill(~kept, 0)
    if reduction == "none":
        return values
    if reduction == "sum":
        return values.sum()
    return values.sum() / count_kept(values, kept)


def count_kept(values: Tensor, kept: Tensor | None) -> Tensor | int:
    """Number of kept items, at least 1: what ``mean`` divides by."""
    return max(values.numel(), 1) if kept is None else kept.sum().clamp(min=1)
