"""One loss with one choice of arguments, and items to try it on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CLASSES = 3
SHAPE = (4, 5)  # images and pixels of the drawn items


def _no_extras(targets: Tensor) -> dict[str, Tensor]:
    return {}


@dataclass(frozen=True)
class Case:
    """One loss with one choice of arguments.

    Attributes:
        function: the loss function.
        module: its module twin.
        kind: "binary" (targets shaped like the logits), "multiclass" (logits (N, C, *), class numbers (N, *))
            or "regression" (numbers of one shape).
        reference: slow loss in float64: logits, targets and extras -> what ``reduction="none"`` gives.
        settings: arguments of both.
        over: what one entry of ``none`` is: "items"; "images", the first axis (or image and class); "batch",
            items whose loss hangs on the whole batch; "pooled", the whole batch (or a class of it).
        extras: further tensors of a call, from the targets.
        smooth: second derivatives exist everywhere; else ties between items have none.
        soft: targets may be probabilities.
        mixture: the loss of a soft target is the mixture of the losses of the hard ones.
    """

    function: Callable[..., Tensor]
    module: type[nn.Module]
    kind: str
    reference: Callable[..., Tensor]
    settings: dict[str, Any] = field(default_factory=dict)
    over: str = "items"
    extras: Callable[[Tensor], dict[str, Tensor]] = _no_extras
    smooth: bool = True
    soft: bool = True
    mixture: bool = True

    def __str__(self) -> str:
        settings = (f"{name}={value}" for name, value in self.settings.items())
        return "-".join([self.function.__name__, *settings])

    def call(self, logits: Tensor, targets: Tensor, **settings) -> Tensor:
        """The loss function with the settings of the case, and some more."""
        return self.function(logits, targets, **self.extras(targets), **{**self.settings, **settings})

    def build(self, **settings) -> nn.Module:
        """The module twin with the settings of the case, and some more."""
        return self.module(**{**self.settings, **settings})

    def slow(self, logits: Tensor, targets: Tensor) -> Tensor:
        """What ``reduction="none"`` should give, by the slow reference."""
        return self.reference(logits.detach().double(), targets, **self.extras(targets))

    @property
    def hard_targets(self) -> int:
        """Number of hard targets: 0 and 1, or the classes; a regression takes 0 and 1 as numbers."""
        return CLASSES if self.kind == "multiclass" else 2


def shape_logits(case: Case, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Shape of the logits for targets of a shape."""
    return (shape[0], CLASSES, *shape[1:]) if case.kind == "multiclass" else tuple(shape)


def draw(case: Case, *, seed: int = 0, dtype: torch.dtype = torch.float64, shape: tuple[int, ...] = SHAPE):
    """Logits and hard targets. Some logits are 0, where formulas with kinks go wrong.

    A whole image of zeros would tie its pixels; a loss that sorts gets a single zero instead.
    """
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(shape_logits(case, shape), generator=generator, dtype=torch.float64)
    if case.smooth:
        logits[:1] = 0
    else:
        logits.view(-1)[:1] = 0
    targets = torch.randint(case.hard_targets, shape, generator=generator)
    return logits.to(dtype).requires_grad_(), targets


def draw_soft(case: Case, *, seed: int = 0, shape: tuple[int, ...] = SHAPE):
    """Logits and targets that are probabilities."""
    logits, _ = draw(case, seed=seed, shape=shape)
    noise = torch.rand(logits.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return logits, noise / noise.sum(1, keepdim=True) if case.kind == "multiclass" else noise


def one_hot(case: Case, targets: Tensor) -> Tensor:
    """Hard targets written as probabilities."""
    if case.kind == "multiclass":
        return F.one_hot(targets, CLASSES).movedim(-1, 1).double()
    return targets.double()
