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
    room = _room(images, size)
    place = torch.rand(len(chosen), 2, generator=generator, device=images.device, dtype=torch.float64)
    return _cut(images, targets, chosen, (place * room).long(), generator, size, turned)


def draw_rare_windows(
    images: Tensor,
    masks: Tensor,
    chosen: Tensor,
    generator: torch.Generator,
    *,
    size: int,
    weights: Tensor,
    share: float = 0.5,
    turned: bool = True,
) -> tuple[Tensor, Tensor]:
    r"""Windows of which a part holds a pixel that was drawn with a weight for its class.

    .. math:: P(\text{pixel } i) \propto w_{y_i}

    With one over the pixels of each class as weight, every class is looked for equally often. An image
    without a pixel of positive weight gives a window at any place.

    Args:
        images: (N, H, W, C), any type.
        masks: (N, H, W) class numbers; those beyond the weights, 255 for instance, weigh nothing.
        chosen: (B,) which images; an image may repeat.
        generator: random generator on the device of the images.
        size: side of a window in pixels.
        weights: (K,) of each class, at least 0, on the device of the images.
        share: share of the windows that look for a pixel, 0 to 1; the others lie anywhere.
        turned: whether windows are turned and mirrored.

    Returns:
        (B, size, size, C) and (B, size, size).

    Raises:
        ValueError: a window larger than the images.

    Reference:
        Isensee et al., nnU-Net, Nature Methods 18, 203, 2021: a third of the windows of a batch hold
        foreground.

    Example:
        >>> images, masks = torch.zeros(1, 32, 32, 1), torch.zeros(1, 32, 32, dtype=torch.uint8)
        >>> masks[0, 3, 30] = 1
        >>> random = torch.Generator().manual_seed(0)
        >>> weights, every = torch.tensor([0.0, 1.0]), torch.tensor([0, 0, 0])
        >>> _, truth = draw_rare_windows(images, masks, every, random, size=8, weights=weights, share=1.0)
        >>> truth.sum(dim=(1, 2))
        tensor([1, 1, 1])
    """
    room = _room(images, size)
    options = {"generator": generator, "device": images.device, "dtype": torch.float64}
    count, width = len(chosen), images.shape[2]
    anywhere = (torch.rand(count, 2, **options) * room).long()
    of_number = torch.zeros(256, device=images.device, dtype=torch.float64)
    of_number[: len(weights)] = weights.double()
    weight = of_number[masks.index_select(0, chosen).long()].flatten(1)
    # The smallest of exponential times over weights falls on a pixel as often as its share of the weights.
    times = -torch.log1p(-torch.rand(weight.shape, **options)) / weight
    pixel = times.argmin(dim=1)
    pixel = torch.stack([pixel // width, pixel % width], dim=1)
    around = pixel - (torch.rand(count, 2, **options) * size).long()
    around = torch.minimum(around.clamp(min=0), room - 1)
    looks = (torch.rand(count, **options) < share) & (weight.amax(dim=1) > 0)
    return _cut(images, masks, chosen, torch.where(looks[:, None], around, anywhere), generator, size, turned)


def _room(images: Tensor, size: int) -> Tensor:
    """Number of places of a window down and across."""
    height, width = images.shape[1:3]
    if not 0 < size <= min(height, width):
        raise ValueError(f"Expected windows of at most {min(height, width)} pixels, got {size}.")
    return torch.tensor([height - size + 1, width - size + 1], device=images.device)


def _cut(images, targets, chosen, corner, generator, size: int, turned: bool) -> tuple[Tensor, Tensor]:
    """The windows whose upper left corners are given."""
    device, count = images.device, len(chosen)
    top, left = corner.T
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
