"""The lecture's augmentation on a whole batch at once, on whatever device the batch is on."""

import math

import torch
from torch.nn import functional as F


def rescale(images: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Bytes in [0, 255] to numbers in [-1, 1], channels first.

    .. math:: x = u / 127.5 - 1

    Args:
        images: (N, H, W, 3) uint8.
        dtype: floating type of the result.

    Returns:
        (N, 3, H, W) in [-1, 1], stored channels last.

    Example:
        >>> rescale(torch.zeros(1, 2, 2, 3, dtype=torch.uint8)).unique()
        tensor([-1.])
    """
    return images.permute(0, 3, 1, 2).to(dtype).div(127.5).sub(1)


def flip_and_rotate(
    images: torch.Tensor, *, rotation_turns: float, flip_probability: float = 0.5, generator: torch.Generator
) -> torch.Tensor:
    """Mirror some images left to right and rotate each about its center, one sampling pass for both.

    The angle is uniform in ``±rotation_turns`` full turns. Pixels from outside are reflected at the border.

    Args:
        images: (N, 3, H, W), floating.
        rotation_turns: largest angle in full turns; the lecture's 0.2 is 72 degrees.
        flip_probability: share of images to mirror, 0 to 1.
        generator: random generator on the device of the images.

    Returns:
        A tensor like ``images``.

    Raises:
        ValueError: the images do not have four dimensions.

    Example:
        >>> batch = torch.rand(4, 3, 8, 8)
        >>> random = torch.Generator().manual_seed(0)
        >>> flip_and_rotate(batch, rotation_turns=0.2, generator=random).shape
        torch.Size([4, 3, 8, 8])
    """
    if images.ndim != 4:
        raise ValueError(f"Expected images of shape (N, 3, H, W), got {tuple(images.shape)}.")
    draws = torch.rand(2, len(images), device=images.device, dtype=images.dtype, generator=generator)
    angle = (2 * draws[0] - 1) * rotation_turns * 2 * math.pi
    mirror = 1 - 2 * (draws[1] < flip_probability).to(images.dtype)
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    rows = torch.stack([mirror * cosine, -sine, zero, mirror * sine, cosine, zero], dim=1)
    grid = F.affine_grid(rows.view(-1, 2, 3), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
