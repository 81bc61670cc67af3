"""Hue, saturation, contrast, brightness, blur and noise do to a pixel what their definitions say."""

import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from imbalance_course.augment.color import add_noise, blur, stretch, turn_hue

levels = st.floats(0, 1)


def pixel(*channels: float) -> torch.Tensor:
    """One pixel, channels from 0 to 1, as the image range [-1, 1]."""
    return (torch.tensor(channels, dtype=torch.float64) * 2 - 1).view(1, 3, 1, 1)


def number(value: float) -> torch.Tensor:
    return torch.tensor([value], dtype=torch.float64)


@given(red=levels, green=levels, blue=levels, turns=st.floats(-0.5, 0.5), factor=st.floats(0, 2))
def test_hue_and_saturation_change_as_colorsys_changes_them(red, green, blue, turns, factor):
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    expected = colorsys.hsv_to_rgb((hue + turns) % 1, min(1, saturation * factor), value)
    changed = (turn_hue(pixel(red, green, blue), number(turns), number(factor)).flatten() + 1) / 2
    np.testing.assert_allclose(changed, expected, atol=1e-9)


def test_gray_has_no_hue_to_turn():
    gray = pixel(0.4, 0.4, 0.4)
    torch.testing.assert_close(turn_hue(gray, number(0.3), number(2.0)), gray)


def test_contrast_keeps_mid_gray_and_brightness_moves_it():
    gray, light = pixel(0.5, 0.5, 0.5), pixel(0.75, 0.75, 0.75)
    torch.testing.assert_close(stretch(gray, number(1.7), number(0.0)), gray)
    torch.testing.assert_close(stretch(light, number(0.4), number(0.0)), pixel(0.6, 0.6, 0.6))
    torch.testing.assert_close(stretch(gray, number(1.0), number(0.2)), pixel(0.7, 0.7, 0.7))
    torch.testing.assert_close(stretch(light, number(1.0), number(0.9)), pixel(1.0, 1.0, 1.0))


def test_each_image_is_blurred_as_scipy_blurs_it():
    images = np.random.default_rng(0).random((3, 3, 24, 30))
    deviations = np.array([0.4, 1.0, 1.9])
    blurred = blur(torch.from_numpy(images), torch.from_numpy(deviations), largest=2.0).numpy()
    for image, result, deviation in zip(images, blurred, deviations, strict=True):
        for channel, found in zip(image, result, strict=True):
            expected = gaussian_filter(channel, deviation, mode="mirror", radius=6)
            np.testing.assert_allclose(found, expected, atol=1e-9)


def test_no_blur_leaves_the_image_and_a_blur_wider_than_the_image_is_refused():
    images = torch.rand(1, 3, 8, 8, dtype=torch.float64)
    torch.testing.assert_close(blur(images, number(0.0), largest=1.0), images)
    with pytest.raises(ValueError, match="blur below 2.66667 pixels for this size, got 3"):
        blur(images, number(3.0), largest=3)


def test_noise_has_the_deviation_asked_for_image_by_image():
    gray = torch.zeros(2, 3, 100, 100, dtype=torch.float64)
    deviations = torch.tensor([0.02, 0.1], dtype=torch.float64)
    noisy = add_noise(gray, deviations, torch.Generator().manual_seed(0))
    np.testing.assert_allclose(noisy.flatten(1).std(dim=1) / 2, deviations, rtol=0.03)
    assert noisy.mean().abs() < 0.01
