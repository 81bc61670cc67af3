"""How the Jaccard loss grows as pixels become wrong one by one: an operator, on the CPU by NumPy's fast sort.

An operator of one's own passes through ``torch.compile`` as one node of the graph. The weights are constant
as long as the order of the errors is: no gradient flows through them.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

LOW_31_BITS = 2**31 - 1


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
    ranks = torch.arange(1, errors.shape[1] + 1, device=errors.device)
    weights = torch.empty_like(errors, memory_format=torch.contiguous_format)
    return weights.scatter(1, order, _growth(truth, left, ranks, torch.where))


def _by_numpy(errors: Tensor, truth: Tensor) -> Tensor:
    """Row after row, which stays in the processor's cache; NumPy lets other threads run meanwhile."""
    weights = torch.empty_like(errors, memory_format=torch.contiguous_format)
    errors = errors.detach().contiguous()
    positions = np.arange(errors.shape[1])
    ranks = (positions + 1).astype(weights.numpy().dtype)

    def fill(row_errors: np.ndarray, row_truth: np.ndarray, row_weights: np.ndarray) -> None:
        order, ordered_truth = _sort(row_errors, row_truth, positions)
        found = np.cumsum(ordered_truth, dtype=np.int32)
        left = (found[-1:] - found).astype(ranks.dtype)
        row_weights[order] = _growth(ordered_truth, left, ranks, np.where)

    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        list(pool.map(fill, errors.numpy(), truth.numpy(), weights.numpy()))
    return weights


def _growth(truth, left, ranks, where: Callable):
    """Growth at each pixel in the order of errors, for arrays or tensors; ``left`` is the intersection left.

    With I the intersection and U the union after a pixel: a foreground pixel takes 1 / U from the index, a
    background pixel lowers it from I / (U - 1) to I / U. Where nothing is true, the first pixel makes the
    union and takes it all.
    """
    union = left + ranks
    return where(truth | (union == 1), 1, left / (union - 1).clip(1)) / union


def _sort(errors: np.ndarray, truth: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions from the largest error to the smallest, and the truth in that order.

    The bits of numbers of at least 0 are ordered as the numbers are. So a float32 error, its position and its
    truth fit into one integer, and integers alone sort twice as fast as positions by a key.
    """
    if errors.dtype != np.float32:
        order = np.argsort(-errors)
        return order, truth[order]
    packed = np.subtract(LOW_31_BITS, errors.view(np.int32), dtype=np.int64)
    packed <<= 32
    packed |= positions << 1
    packed |= truth
    packed.sort()
    ordered_truth = (packed & 1).astype(bool)
    packed >>= 1
    packed &= LOW_31_BITS
    return packed, ordered_truth
