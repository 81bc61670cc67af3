"""The imgaug pipeline and the batched transform draw from the same distributions.

Both transform the same probe image many times. Angle, scale, shear, shift, flips, color factors, blur and
noise are read back from the results alone, and the two samples are compared by the largest distance between
their distribution functions (Kolmogorov-Smirnov).
"""

import colorsys

import numpy as np
import pytest
import torch
from scipy.stats import ks_2samp, kstest, uniform

from imbalance_course.augment import (
    NO_LABEL,
    Augmentation,
    augment_batch,
    imgaug_compat,
    imgaug_pipeline,
    rescale,
    transform_with_masks,
)
from imbalance_course.errors import CourseError

COUNT = 800  # transformed probes of each kind
# Two samples of this size from one distribution are farther apart than this once in a million times.
FARTHEST = np.sqrt(np.log(2e6) / COUNT)


def transformed(settings: Augmentation, probe: np.ndarray) -> list[np.ndarray]:
    """The probe through both transforms: two arrays (COUNT, H, W, 3), gray levels 0 to 255."""
    probes = np.repeat(probe[None], COUNT, axis=0)
    batch = rescale(torch.from_numpy(probes), torch.float64)
    ours = augment_batch(batch, settings, torch.Generator().manual_seed(0))
    ours = ((ours + 1) * 127.5).round().permute(0, 2, 3, 1).numpy()
    return [ours, imgaug_pipeline(settings, seed=0)(images=probes).astype(np.float64)]


def assert_alike(samples, low, high, grain=0.0):
    """Both samples are uniform over the range, up to the rounding of gray levels (a share of the range)."""
    ours, theirs = samples
    assert ks_2samp(ours, theirs).statistic < FARTHEST + grain
    for sample in samples:
        assert kstest(sample, uniform(low, high - low).cdf).statistic < FARTHEST / np.sqrt(2) + grain


def three_dots() -> np.ndarray:
    """A red, a green and a blue dot around the center of a black image."""
    y, x = np.mgrid[:64, :64]
    places = ((31.5, 31.5), (43.5, 31.5), (31.5, 43.5))
    dots = [250 * np.exp(-((x - across) ** 2 + (y - down) ** 2) / 8) for across, down in places]
    return np.stack(dots, axis=-1).round().astype(np.uint8)


def read_motion(images: np.ndarray) -> dict[str, np.ndarray]:
    """Angle, scale, shear, shift and mirroring of each image, from the centers of its three dots."""
    y, x = np.mgrid[:64, :64] - 31.5
    mass = images.sum(axis=(1, 2))
    center, right, below = np.moveaxis(
        np.stack([np.einsum("nhwc,hw->nc", images, axis) / mass for axis in (x, y)], axis=-1), 1, 0
    )
    columns = np.stack([right - center, below - center], axis=-1) / 12
    mirror = np.sign(np.linalg.det(columns))
    columns[:, 0] *= mirror[:, None]
    scale = np.sqrt(np.linalg.det(columns))
    cosine, sine = columns[:, 0, 0] / scale, columns[:, 1, 0] / scale
    lean = (cosine * columns[:, 0, 1] + sine * columns[:, 1, 1]) / scale
    return {
        "degrees": np.degrees(np.arctan2(sine, cosine)),
        "scale": scale,
        "shear": np.degrees(np.arctan(lean)),
        "right": center[:, 0] / 64,
        "down": center[:, 1] / 64,
        "mirror": mirror,
    }


def test_angle_scale_shear_shift_and_flips_are_distributed_alike():
    settings = Augmentation(0.1, 0.3, scale=(0.8, 1.25), shear_degrees=12, shift=0.1)
    motions = [read_motion(images) for images in transformed(settings, three_dots())]
    ranges = {"degrees": 36, "shear": 12, "right": 0.1, "down": 0.1}
    for name, largest in ranges.items():
        assert_alike([motion[name] for motion in motions], -largest, largest)
    assert_alike([motion["scale"] for motion in motions], 0.8, 1.25)
    for motion in motions:
        share = np.mean(motion["mirror"] < 0)
        assert abs(share - 0.3) < 5 * np.sqrt(0.3 * 0.7 / COUNT)


def test_the_share_of_images_turned_upside_down_is_alike():
    for images in transformed(Augmentation(vertical_flip_probability=0.7), three_dots()):
        blue = images[..., 2].sum(axis=2)
        share = np.mean(blue[:, :32].sum(axis=1) > blue[:, 32:].sum(axis=1))
        assert abs(share - 0.7) < 5 * np.sqrt(0.7 * 0.3 / COUNT)


def halves(left, right) -> np.ndarray:
    return np.repeat(np.array([[left] * 8 + [right] * 8], dtype=np.uint8), 16, axis=0)


def test_contrast_and_brightness_are_distributed_alike():
    settings = Augmentation(contrast=0.3, brightness=0.1)
    both = transformed(settings, halves([60] * 3, [195] * 3))
    dark, light = ([images[:, 8, column, 0] for images in both] for column in (2, 13))
    contrast = [(up - down) / 135 for down, up in zip(dark, light, strict=True)]
    brightness = [(up + down - 255) / 2 / 255 for down, up in zip(dark, light, strict=True)]
    assert_alike(contrast, 0.7, 1.3, grain=0.03)
    assert_alike(brightness, -0.1, 0.1, grain=0.03)


def test_hue_and_saturation_are_distributed_alike():
    both = transformed(Augmentation(hue_turns=0.1, saturation=0.4), halves([60, 110, 200], [60, 110, 200]))
    colors = [np.array([colorsys.rgb_to_hsv(*(color / 255)) for color in images[:, 8, 8]]) for images in both]
    hue, saturation, _ = colorsys.rgb_to_hsv(60 / 255, 110 / 255, 200 / 255)
    assert_alike([color[:, 0] - hue for color in colors], -0.1, 0.1, grain=0.04)
    assert_alike([color[:, 1] / saturation for color in colors], 0.6, 1.4, grain=0.03)


def read_peaks(largest: float) -> list[np.ndarray]:
    """How much of a bright vertical line remains in its place; the wider the blur, the less."""
    probe = np.zeros((33, 33, 3), dtype=np.uint8)
    probe[:, 16] = 255
    return [images[:, 16, 16, 0] / 255 for images in transformed(Augmentation(blur_pixels=largest), probe)]


def test_blur_is_distributed_alike():
    assert ks_2samp(*read_peaks(0.8)).statistic < FARTHEST + 0.03


def test_a_wide_blur_is_weaker_in_imgaug_which_cuts_the_tails_off():
    ours, theirs = read_peaks(2.0)
    assert ours.min() == pytest.approx(1 / np.sqrt(2 * np.pi) / 2, abs=0.01)  # the density of the widest blur
    assert theirs.min() > ours.min() + 0.015


def test_noise_is_distributed_alike():
    both = transformed(Augmentation(noise=0.1), halves([127] * 3, [127] * 3))
    assert_alike([images.std(axis=(1, 2, 3)) / 255 for images in both], 0, 0.1, grain=0.03)


def test_the_seed_decides_all_that_a_pipeline_draws():
    settings = Augmentation(0.1, 0.5, shift=0.1, hue_turns=0.1, contrast=0.2, blur_pixels=1.0, noise=0.1)
    images = np.random.default_rng(0).integers(0, 256, (6, 24, 24, 3), dtype=np.uint8)
    first, again, other = (imgaug_pipeline(settings, seed=seed)(images=images) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_masks_follow_their_images_through_imgaug_and_mark_the_outside():
    masks = np.zeros((4, 32, 32), dtype=np.uint8)
    masks[:, 10:22, 4:20] = 1
    images = np.repeat(masks[..., None] * 255, 3, axis=-1)
    pipeline = imgaug_pipeline(Augmentation(0.1, 0.5, shift=0.2), seed=1)
    moved, moved_masks = transform_with_masks(pipeline, images, masks)
    inside = moved_masks != NO_LABEL
    assert moved_masks.dtype == np.uint8 and 0.5 < inside.mean() < 1
    clear = inside & ((moved[..., 0] < 60) | (moved[..., 0] > 195))
    np.testing.assert_array_equal(moved_masks[clear] == 1, moved[..., 0][clear] > 127)


def test_numpy_is_left_as_it_was_and_the_broken_transforms_work():
    before = set(vars(np))
    iaa = imgaug_compat.load_imgaug().augmenters
    images = np.full((2, 32, 32, 3), 100, dtype=np.uint8)
    for augmenter in (
        iaa.Fog(seed=0), iaa.Clouds(seed=0), iaa.ElasticTransformation(20, 3, seed=0),
        iaa.ChangeColorTemperature((3_000, 9_000), seed=0), iaa.SomeOf(1, [iaa.Fliplr(1)], seed=0),
    ):  # fmt: skip
        assert augmenter(images=images).shape == images.shape
    assert set(vars(np)) == before


def test_a_missing_imgaug_is_explained(monkeypatch):
    def missing(name):
        raise ModuleNotFoundError("No module named 'imgaug'")

    monkeypatch.setattr(imgaug_compat, "import_module", missing)
    with pytest.raises(
        CourseError, match=r"No module named 'imgaug'.*pip install 'imbalance-course\[book\]'"
    ):
        imgaug_compat.load_imgaug.__wrapped__()
