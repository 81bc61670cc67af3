"""Sorting and selection as operators of their own, on the CPU by NumPy, whose vectorized sort is much faster.

An operator of one's own passes through ``torch.compile`` as one node of the graph. The results are positions:
no gradient flows through them.
"""

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
    size = values.shape[1]
    if count in (0, size):  # nothing to choose; NumPy refuses a position outside
        return torch.arange(count).expand(len(values), count).contiguous()
    return torch.from_numpy(
        np.argpartition(values.detach().numpy(), size - count, axis=1)[:, size - count :].copy()
    )


@torch.library.custom_op("imbalance_course::descending", mutates_args=())
def descending(values: Tensor) -> Tensor:
    """Positions that sort every row from the largest entry to the smallest; (R, n) -> (R, n).

    Example:
        >>> descending(torch.tensor([[1.0, 3.0, 2.0]]))
        tensor([[1, 2, 0]])
    """
    if values.is_cuda:
        return values.argsort(dim=1, descending=True)
    return torch.from_numpy(np.argsort(-values.detach().numpy(), axis=1))


@largest.register_fake
def _(values: Tensor, count: int) -> Tensor:
    return values.new_empty((values.shape[0], count), dtype=torch.int64)


@descending.register_fake
def _(values: Tensor) -> Tensor:
    return values.new_empty(values.shape, dtype=torch.int64)
