"""How the Jaccard loss grows as pixels become wrong one by one: an operator, on the CPU by NumPy's fast sort.

An operator of one's own passes through ``torch.compile`` as one node of the graph. The weights are constant
as long as the order of the errors is: no gradient flows through them.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from imbalance_course.losses.ordering import for_each

BLOCK = 2**18  # pixels at a time: few enough for the cache, so many that threads seldom wait for each other


@torch.library.custom_op("imbalance_course::jaccard_weights", mutates_args=())
def jaccard_weights(errors: Tensor, truth: Tensor) -> Tensor:
    """Growth of the Jaccard loss as each pixel of a row becomes wrong, after all pixels with larger errors.

    Args:
        errors: (R, P), float32 or float64, at least 0.
        truth: (R, P), booleans: what is foreground.

    Returns:
        (R, P), of the errors' type.

    Example:
        >>> jaccard_weights(torch.tensor([[0.2, 0.9, 0.4]]), torch.tensor([[True, True, False]]))
        tensor([[0.3333, 0.5000, 0.1667]])
    """
    return _by_torch(errors, truth) if errors.is_cuda else _by_numpy(errors, truth)


@jaccard_weights.register_fake
def _(errors: Tensor, truth: Tensor) -> Tensor:
    return torch.empty_like(errors, memory_format=torch.contiguous_format)


def _by_torch(errors: Tensor, truth: Tensor) -> Tensor:
    """All rows together, for a GPU."""
    order = errors.argsort(dim=1, descending=True)
    truth = truth.gather(1, order)
    found = truth.cumsum(1)
    left = (found[:, -1:] - found).to(errors.dtype)
    truth[:, :1] = True
    before = torch.arange(errors.shape[1], device=errors.device)
    weights = torch.empty_like(errors, memory_format=torch.contiguous_format)
    return weights.scatter(1, order, _growth(left, truth, before, torch.maximum))


def _by_numpy(errors: Tensor, truth: Tensor) -> Tensor:
    """A block of rows at a time, which stays in the processor's cache."""
    weights = torch.empty_like(errors, memory_format=torch.contiguous_format)
    rows = max(BLOCK // max(errors.shape[1], 1), 1)
    blocks = (
        [block.numpy() for block in whole.split(rows)]
        for whole in (errors.detach().contiguous(), truth.contiguous(), weights)
    )
    for_each(_fill, *blocks)
    return weights


def _fill(errors: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> None:
    """Write the weights of a block of rows."""
    order = _descending(errors)
    truth = truth.take(order)
    found = np.cumsum(truth, axis=1, dtype=np.int32)
    left = (found[:, -1:] - found).astype(errors.dtype)
    truth[:, :1] = True
    before = np.arange(errors.shape[1], dtype=errors.dtype)
    weights.reshape(-1)[order] = _growth(left, truth, before, np.maximum)


def _growth(left, truth, before, maximum: Callable):
    """Growth at each pixel in the order of errors, for arrays or tensors.

    With I the intersection and U the union after a pixel: a foreground pixel takes 1 / U from the index, a
    background pixel lowers it from I / (U - 1) to I / U, by I / (U - 1) / U. The first pixel takes 1 / U
    even where nothing is true, so it has to be given as true.

    Args:
        left: intersection that is left after the pixel, I.
        truth: whether the pixel is foreground; the first is True.
        before: number of pixels before it; with I, the union without it, U - 1.
        maximum: of two arrays or tensors, entry by entry.
    """
    others = left + before
    return maximum(left / others.clip(1), truth) / (others + 1)


def _descending(errors: np.ndarray) -> np.ndarray:
    """Positions in the block that sort each of its rows from the largest error to the smallest.

    The bits of numbers of at least 0 are ordered as the numbers are. So a float32 error and its position fit
    into one integer, and integers alone sort twice as fast as positions by a key.
    """
    positions = np.arange(errors.size).reshape(errors.shape)
    if errors.dtype != np.float32:
        return np.argsort(-errors, axis=1) + positions[:, :1]
    packed = errors.view(np.int32).astype(np.int64)
    packed *= -(2**32)
    packed += positions
    packed.sort(axis=1)
    packed &= 2**32 - 1
    return packed
