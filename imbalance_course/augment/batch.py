"""Random transforms of a whole batch at once, on whatever device the batch is on."""

import math

import torch
from torch import Tensor

from imbalance_course.augment.color import add_noise, blur, stretch, turn_hue
from imbalance_course.augment.geometry import backward_matrices, sample, sample_masks
from imbalance_course.augment.settings import NO_LABEL, Augmentation

FURTHER_DRAWS = (
    "overturn", "scale", "shear", "right", "down",
    "hue", "saturation", "contrast", "brightness", "blur", "noise",
)  # fmt: skip


def rescale(images: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
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


def augment_batch(
    images: Tensor, settings: Augmentation, generator: torch.Generator, *, masks: Tensor | None = None
) -> Tensor | tuple[Tensor, Tensor]:
    """Transform every image with numbers of its own; one sampling pass for everything that moves pixels.

    Args:
        images: (N, 3, H, W) in [-1, 1].
        settings: the ranges to draw from.
        generator: random generator on the device of the images.
        masks: (N, H, W) labels, moved like the images and read at the nearest pixel; 255 marks what lay
            outside, where the images show a reflection.

    Returns:
        A tensor like ``images``; with masks a pair.

    Raises:
        ValueError: the images do not have four dimensions.

    Example:
        >>> batch, random = torch.rand(4, 3, 8, 8), torch.Generator().manual_seed(0)
        >>> augment_batch(batch, Augmentation(rotation_turns=0.2, brightness=0.1), random).shape
        torch.Size([4, 3, 8, 8])
    """
    if images.ndim != 4:
        raise ValueError(f"Expected images of shape (N, 3, H, W), got {tuple(images.shape)}.")
    drawn = _draw(images, settings, generator)
    matrices = _matrices(images, settings, drawn)
    moved = sample(images, matrices)
    if settings.hue_turns or settings.saturation:
        factor = 1 + _both_ways(drawn["saturation"], settings.saturation)
        moved = turn_hue(moved, _both_ways(drawn["hue"], settings.hue_turns), factor)
    if settings.contrast or settings.brightness:
        factor = 1 + _both_ways(drawn["contrast"], settings.contrast)
        moved = stretch(moved, factor, _both_ways(drawn["brightness"], settings.brightness))
    if settings.blur_pixels:
        moved = blur(moved, drawn["blur"] * settings.blur_pixels, settings.blur_pixels)
    if settings.noise:
        moved = add_noise(moved, drawn["noise"] * settings.noise, generator)
    return moved if masks is None else (moved, sample_masks(masks, matrices, outside=NO_LABEL))


def flip_and_rotate(
    images: Tensor, *, rotation_turns: float, flip_probability: float = 0.5, generator: torch.Generator
) -> Tensor:
    """The lecture's augmentation: mirror some images left to right and rotate each about its center.

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
    return augment_batch(images, Augmentation(rotation_turns, flip_probability), generator)


def _draw(images: Tensor, settings: Augmentation, generator: torch.Generator) -> dict[str, Tensor]:
    """Numbers in [0, 1) by name, one an image; those that have no range are 1/2, the middle of it."""
    options = {"device": images.device, "dtype": images.dtype}
    rotation, flip = torch.rand(2, len(images), generator=generator, **options)
    shape = len(FURTHER_DRAWS), len(images)
    if settings.only_flips_and_rotates:
        further = torch.full(shape, 0.5, **options)
    else:
        further = torch.rand(shape, generator=generator, **options)
    return {"rotation": rotation, "flip": flip, **dict(zip(FURTHER_DRAWS, further, strict=True))}


def _matrices(images: Tensor, settings: Augmentation, drawn: dict[str, Tensor]) -> Tensor:
    low, high = settings.scale
    return backward_matrices(
        images.shape[2:],
        _both_ways(drawn["rotation"], settings.rotation_turns) * 2 * math.pi,
        mirror=1 - 2 * (drawn["flip"] < settings.flip_probability).to(images.dtype),
        overturn=1 - 2 * (drawn["overturn"] < settings.vertical_flip_probability).to(images.dtype),
        scale=low + (high - low) * drawn["scale"],
        shear=_both_ways(drawn["shear"], math.radians(settings.shear_degrees)).tan(),
        shift=(_both_ways(drawn["right"], settings.shift), _both_ways(drawn["down"], settings.shift)),
    )


def _both_ways(drawn: Tensor, largest: float) -> Tensor:
    return (2 * drawn - 1) * largest
