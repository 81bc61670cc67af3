"""Scale, shear, rotation, shift and flips of a batch, composed into one sampling pass."""

import torch
from torch import Tensor
from torch.nn import functional as F


def backward_matrices(
    size: tuple[int, int],
    angle: Tensor,
    *,
    mirror: Tensor,
    overturn: Tensor,
    scale: Tensor,
    shear: Tensor,
    shift: tuple[Tensor, Tensor],
) -> Tensor:
    r"""For every image the matrix that says where each output pixel comes from.

    .. math::
        x_\text{in} = S^{-1} H^{-1} R_\theta \, (M x_\text{out} - t)

    in pixels from the center, x to the right and y down; M mirrors, S scales, H shears, t shifts. What is
    shown therefore turns by :math:`-\theta`, counter-clockwise for a positive angle.

    Args:
        size: (height, width) in pixels.
        angle: (N,) in radians.
        mirror: (N,) -1 where left and right change places, else 1.
        overturn: (N,) -1 where top and bottom change places, else 1.
        scale: (N,) factor on the size of what is shown.
        shear: (N,) tangent of the angle by which vertical lines lean.
        shift: (N,) to the right and (N,) down, share of the side.

    Returns:
        (N, 2, 3) for coordinates that run from -1 to 1 over the image.
    """
    height, width = size
    cosine, sine = angle.cos(), angle.sin()
    across = (cosine - shear * sine) / scale, (-sine - shear * cosine) / scale * (height / width)
    down = sine / scale * (width / height), cosine / scale
    right, below = 2 * shift[0], 2 * shift[1]
    rows = [
        torch.stack([x * mirror, y * overturn, -(x * right + y * below)], dim=1) for x, y in (across, down)
    ]
    return torch.stack(rows, dim=1)


def sample(images: Tensor, matrices: Tensor) -> Tensor:
    """Images read at the places that the matrices name, bilinear; the outside is the image reflected.

    Args:
        images: (N, C, H, W), floating.
        matrices: (N, 2, 3).
    """
    grid = F.affine_grid(matrices, list(images.shape), align_corners=False)
    images = images.contiguous()  # sampling channels-last images takes longer than turning them first
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def sample_masks(masks: Tensor, matrices: Tensor, *, outside: int) -> Tensor:
    """Masks read at the nearest pixel; the outside has no label.

    Args:
        masks: (N, H, W), integers of at least 0 and below 2**24.
        matrices: (N, 2, 3).
        outside: label of what lay outside.
    """
    raised = (masks.unsqueeze(1) + 1.0).to(matrices.dtype)  # grid_sample knows no outside but 0
    grid = F.affine_grid(matrices, list(raised.shape), align_corners=False)
    read = F.grid_sample(raised, grid, mode="nearest", padding_mode="zeros", align_corners=False).squeeze(1)
    return torch.where(read == 0, outside, read - 1).to(masks.dtype)
