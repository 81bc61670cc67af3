"""The batched transform as an imgaug pipeline on the CPU, built from the same settings.

Both draw from the same distributions; the numbers drawn differ, since their random generators do. One thing
sets imgaug apart: it cuts a Gaussian blur off at 2 pixels or 1.65 standard deviations, whichever is more, so
blurs of more than a pixel come out weaker there.
"""

from typing import Any

import numpy as np

from imbalance_course.augment.imgaug_compat import load_imgaug
from imbalance_course.augment.settings import NO_LABEL, Augmentation


def imgaug_pipeline(settings: Augmentation, *, seed: int) -> Any:
    """An ``imgaug.augmenters.Sequential`` that does what :func:`augment_batch` does.

    Args:
        settings: the ranges to draw from.
        seed: integer.

    Returns:
        A pipeline; ``pipeline(images=images)`` takes and gives (N, H, W, 3) uint8.

    Raises:
        CourseError: imgaug is not installed.

    Example:
        >>> pipeline = imgaug_pipeline(Augmentation(rotation_turns=0.05, flip_probability=0.5), seed=0)
        >>> pipeline(images=np.zeros((2, 8, 8, 3), dtype=np.uint8)).shape
        (2, 8, 8, 3)
    """
    iaa = load_imgaug().augmenters
    shift = (-settings.shift, settings.shift)
    steps = [
        iaa.Affine(
            scale=settings.scale,
            shear={"x": (-settings.shear_degrees, settings.shear_degrees)},
            rotate=(-360 * settings.rotation_turns, 360 * settings.rotation_turns),
            translate_percent={"x": shift, "y": shift},
            order=1,  # bilinear
            mode="symmetric",  # reflected at the border
        ),
        iaa.Fliplr(settings.flip_probability),
        iaa.Flipud(settings.vertical_flip_probability),
    ]
    if settings.hue_turns:
        largest = round(255 * settings.hue_turns)  # imgaug counts a full turn as 255
        steps.append(iaa.AddToHueAndSaturation(value_hue=(-largest, largest)))
    if settings.saturation:
        steps.append(iaa.MultiplySaturation(_around_one(settings.saturation)))
    if settings.contrast:
        steps.append(iaa.LinearContrast(_around_one(settings.contrast)))
    if settings.brightness:
        largest = round(255 * settings.brightness)
        steps.append(iaa.Add((-largest, largest)))
    if settings.blur_pixels:
        steps.append(iaa.GaussianBlur((0.0, settings.blur_pixels)))
    if settings.noise:
        steps.append(iaa.AdditiveGaussianNoise(scale=(0, 255 * settings.noise), per_channel=True))
    pipeline = iaa.Sequential(steps)
    pipeline.seed_(seed)  # every step; the argument of the same name leaves the steps unseeded
    return pipeline


def transform_with_masks(
    pipeline: Any, images: np.ndarray, masks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Images and masks through one pipeline, moved alike; 255 marks what lay outside.

    Args:
        pipeline: from :func:`imgaug_pipeline`.
        images: (N, H, W, 3) uint8.
        masks: (N, H, W) uint8 labels.

    Returns:
        Images and masks, shaped and typed like the arguments.
    """
    raised = masks[..., np.newaxis].astype(np.int32) + 1  # imgaug knows no outside but 0
    images, raised = pipeline(images=images, segmentation_maps=raised)
    return images, np.where(raised == 0, NO_LABEL, raised - 1)[..., 0].astype(np.uint8)


def _around_one(share: float) -> tuple[float, float]:
    return 1 - share, 1 + share
