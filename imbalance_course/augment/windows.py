"""Square windows cut out of large images at random places, turned and mirrored without any interpolation."""

import torch
from torch import Tensor


def draw_windows(
    images: Tensor,
    targets: Tensor,
    chosen: Tensor,
    generator: torch.Generator,
    *,
    size: int,
    turned: bool = True,
) -> tuple[Tensor, Tensor]:
    """Cut one window out of each chosen image, and the same window out of its target.

    Every place is equally likely. A turned window is one of the eight symmetries of the square, so every
    value stays what it was: masks keep their classes, maps their distances.

    Args:
        images: (N, H, W, C), any type.
        targets: (N, H, W) or (N, H, W, K), any type.
        chosen: (B,) which images; an image may repeat.
        generator: random generator on the device of the images.
        size: side of a window in pixels.
        turned: whether windows are turned and mirrored.

    Returns:
        (B, size, size, C) and (B, size, size) or (B, size, size, K).

    Raises:
        ValueError: a window larger than the images.

    Example:
        >>> images, masks = torch.zeros(5, 32, 32, 1), torch.zeros(5, 32, 32)
        >>> random = torch.Generator().manual_seed(0)
        >>> pixels, truth = draw_windows(images, masks, torch.tensor([4, 0]), random, size=8)
        >>> pixels.shape, truth.shape
        (torch.Size([2, 8, 8, 1]), torch.Size([2, 8, 8]))
    """
    height, width = images.shape[1:3]
    if not 0 < size <= min(height, width):
        raise ValueError(f"Expected windows of at most {min(height, width)} pixels, got {size}.")
    device, count = images.device, len(chosen)
    room = torch.tensor([height - size + 1, width - size + 1], device=device)
    place = torch.rand(count, 2, generator=generator, device=device, dtype=torch.float64)
    top, left = (place * room).long().T
    rows, columns = (axis.expand(count, -1, -1) for axis in _axes(size, device))
    if turned:
        overturn, mirror, swap = torch.randint(
            2, (3, count, 1, 1), generator=generator, device=device, dtype=torch.bool
        )
        rows, columns = torch.where(swap, columns, rows), torch.where(swap, rows, columns)
        rows = torch.where(overturn, size - 1 - rows, rows)
        columns = torch.where(mirror, size - 1 - columns, columns)
    where = (chosen[:, None, None], rows + top[:, None, None], columns + left[:, None, None])
    return images[where], targets[where]


def _axes(size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Row and column numbers of a window, (1, size, size) each."""
    axis = torch.arange(size, device=device)
    return axis[None, :, None].expand(1, size, size), axis[None, None, :].expand(1, size, size)
