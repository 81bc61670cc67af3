"""Where the checks of the page of formulas register, and what they share."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

Pairs = Iterator[tuple]
CHECKS: dict[str, Callable[[np.random.Generator], Pairs]] = {}


def checks(heading: str) -> Callable:
    """Register a generator under the heading of an entry.

    It yields the formula as printed, what must equal it and, where that is not exact, a relative tolerance.
    """

    def register(check: Callable[[np.random.Generator], Pairs]) -> Callable:
        if heading in CHECKS:
            raise ValueError(f"Expected one check of {heading}, got a second one.")
        CHECKS[heading] = check
        return check

    return register


def tensor(values) -> Tensor:
    return torch.as_tensor(np.asarray(values))


def slope(loss: Callable[[Tensor], Tensor], values: np.ndarray) -> np.ndarray:
    """Gradient of the sum of a loss, by automatic differentiation."""
    free = tensor(values).clone().requires_grad_()
    loss(free).sum().backward()
    return free.grad.numpy()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def logit(p):
    return np.log(p / (1 - p))


def softmax(z: np.ndarray) -> np.ndarray:
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def binary(random: np.random.Generator, size=30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits, labels, and the probability of the true class."""
    z, y = random.normal(scale=2, size=size), random.integers(0, 2, size)
    return z, y, sigmoid((2 * y - 1) * z)


def multiclass(random: np.random.Generator, items: int = 30, classes: int = 4) -> tuple:
    """Logits, class numbers, one-hot classes, class counts."""
    z, y = random.normal(scale=2, size=(items, classes)), random.integers(0, classes, items)
    return z, y, np.eye(classes)[y], random.integers(5, 2000, classes)


def at_class(values: np.ndarray, y: np.ndarray) -> np.ndarray:
    return values[np.arange(len(y)), y]
