"""Sorting and selection as operators of their own, on the CPU by NumPy, whose vectorized sort is much faster.

An operator of one's own passes through ``torch.compile`` as one node of the graph. The results are positions:
no gradient flows through them.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor


@torch.library.custom_op("imbalance_course::largest", mutates_args=())
def largest(values: Tensor, count: int) -> Tensor:
    """Positions of the ``count`` largest entries of every row, in no order; (R, n) -> (R, count).

    Example:
        >>> largest(torch.tensor([[1.0, 3.0, 2.0]]), 2).sort().values
        tensor([[1, 2]])
    """
    if values.is_cuda:
        return values.topk(count, dim=1, sorted=False).indices
    index = torch.arange(count).repeat(len(values), 1)
    if 0 < count < values.shape[1]:  # else there is nothing to choose

        def fill(row: np.ndarray, row_index: np.ndarray) -> None:
            row_index[:] = _largest_of_row(row, count)

        for_each(fill, values.detach().numpy(), index.numpy())
    return index


def _largest_of_row(row: np.ndarray, count: int) -> np.ndarray:
    """Positions, in rising order. Numbers alone are parted much faster than positions by a key.

    "Not below" is not "at least": a NaN counts as large, as it does in a sort, and the number stays right.
    """
    first = row.size - count
    border = np.partition(row, first)[first]
    index = np.flatnonzero(~(row < border))
    surplus = index.size - count  # of the entries that equal the border
    return np.delete(index, np.flatnonzero(~(row[index] > border))[:surplus]) if surplus else index


@torch.library.custom_op("imbalance_course::descending", mutates_args=())
def descending(values: Tensor) -> Tensor:
    """Positions that sort every row from the largest entry to the smallest; (R, n) -> (R, n).

    Example:
        >>> descending(torch.tensor([[1.0, 3.0, 2.0]]))
        tensor([[1, 2, 0]])
    """
    if values.is_cuda:
        return values.argsort(dim=1, descending=True)
    index = torch.empty(values.shape, dtype=torch.int64)

    def fill(row: np.ndarray, row_index: np.ndarray) -> None:
        row_index[:] = np.argsort(-row)

    for_each(fill, values.detach().numpy(), index.numpy())
    return index


@largest.register_fake
def _(values: Tensor, count: int) -> Tensor:
    return values.new_empty((values.shape[0], count), dtype=torch.int64)


@descending.register_fake
def _(values: Tensor) -> Tensor:
    return values.new_empty(values.shape, dtype=torch.int64)


def for_each(work: Callable[..., None], *parts: Iterable[np.ndarray]) -> None:
    """Call ``work`` with part after part, in as many threads as torch uses: NumPy lets them run together."""
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        list(pool.map(work, *parts))
