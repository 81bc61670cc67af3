"""Hue, saturation, contrast, brightness, blur and noise of a batch, each image with its own amount."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def turn_hue(images: Tensor, turns: Tensor, saturation: Tensor) -> Tensor:
    r"""Turn the color circle and scale the saturation; the brightest channel V keeps its value.

    .. math::
        c_n = V - V S \max(0, \min(k, 4 - k, 1)), \qquad k = (n + H) \bmod 6, \qquad n = 5, 3, 1

    Args:
        images: (N, 3, H, W) in [-1, 1]; red, green, blue.
        turns: (N,) share of a full turn, from red toward green.
        saturation: (N,) factor on the saturation S, which stays at most 1.

    Reference:
        Smith, Color gamut transform pairs, SIGGRAPH 1978.

    Example:
        >>> red = torch.tensor([1.0, -1.0, -1.0]).view(1, 3, 1, 1)
        >>> turn_hue(red, torch.tensor([1 / 3]), torch.ones(1)).flatten().round().tolist()
        [-1.0, 1.0, -1.0]
    """
    pixels = (images + 1) / 2
    value, lowest = pixels.amax(dim=1), pixels.amin(dim=1)
    chroma = value - lowest
    red, green, blue = pixels.unbind(dim=1)
    divisor = torch.where(chroma == 0, 1, chroma)
    hue = torch.where(
        value == red,
        (green - blue) / divisor,
        torch.where(value == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )
    hue = hue + 6 * _for_each(turns, hue)
    chroma = torch.minimum(chroma * _for_each(saturation, chroma), value)
    places = [(number + hue).remainder(6) for number in (5, 3, 1)]
    channels = [value - chroma * torch.minimum(k, 4 - k).clamp(0, 1) for k in places]
    return torch.stack(channels, dim=1) * 2 - 1


def stretch(images: Tensor, contrast: Tensor, brightness: Tensor) -> Tensor:
    """Scale the distance from mid gray, then add, then cut at black and white.

    Args:
        images: (N, C, H, W) in [-1, 1].
        contrast: (N,) factor.
        brightness: (N,) what is added, share of the way from black to white.
    """
    return (images * _for_each(contrast, images) + 2 * _for_each(brightness, images)).clamp(-1, 1)


def blur(images: Tensor, deviation: Tensor, largest: float) -> Tensor:
    """Gaussian blur, each image with its own width; the outside is the image reflected.

    Args:
        images: (N, C, H, W), floating.
        deviation: (N,) standard deviation in pixels, at most ``largest``.
        largest: sets the size of the kernel, in pixels.

    Raises:
        ValueError: the kernel is wider than the image.
    """
    count, channels, height, width = images.shape
    radius = math.ceil(3 * largest)
    if radius >= min(height, width):
        raise ValueError(
            f"Expected a blur below {min(height, width) / 3:g} pixels for this size, got {largest}."
        )
    offsets = torch.arange(-radius, radius + 1, device=images.device, dtype=images.dtype)
    kernels = (-0.5 * (offsets / deviation.clamp(min=1e-3).view(-1, 1)) ** 2).exp()
    kernels = (kernels / kernels.sum(dim=1, keepdim=True)).repeat_interleave(channels, dim=0)
    padded = F.pad(images, [radius] * 4, mode="reflect").reshape(1, count * channels, *_grown(images, radius))
    across = F.conv2d(padded, kernels.view(len(kernels), 1, 1, -1), groups=len(kernels))
    both = F.conv2d(across, kernels.view(len(kernels), 1, -1, 1), groups=len(kernels))
    return both.view_as(images)


def add_noise(images: Tensor, deviation: Tensor, generator: torch.Generator) -> Tensor:
    """Add normal noise to every value, then cut at black and white.

    Args:
        images: (N, C, H, W) in [-1, 1].
        deviation: (N,) standard deviation, share of the way from black to white.
        generator: random generator on the device of the images.
    """
    noise = torch.randn(images.shape, device=images.device, dtype=images.dtype, generator=generator)
    return (images + 2 * _for_each(deviation, images) * noise).clamp(-1, 1)


def _for_each(numbers: Tensor, images: Tensor) -> Tensor:
    return numbers.view(-1, *[1] * (images.ndim - 1))


def _grown(images: Tensor, radius: int) -> tuple[int, int]:
    return images.shape[2] + 2 * radius, images.shape[3] + 2 * radius
