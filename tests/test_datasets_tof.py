"""Drawn times of flight have the size, the number of hits and the crosses that are promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from imbalance_course.datasets import draw_times
from imbalance_course.datasets.drawn_tof import EARLIEST, LATEST


@pytest.fixture(scope="module")
def times():
    return draw_times(300)


def arms_of(image):
    """Row, column and half length of the cross in an image, found from its bounding box."""
    (rows, columns), *others = ndimage.find_objects((image > 0).astype(int))
    assert not others
    assert rows.stop - rows.start == columns.stop - columns.start
    arm = (rows.stop - rows.start) // 2
    return rows.start + arm, columns.start + arm, arm


def test_the_same_seed_draws_the_same_images():
    first, again, other = (draw_times(6, 32, 24, seed) for seed in (0, 0, 1))
    assert first.checksum == again.checksum != other.checksum
    assert np.array_equal(first.images, again.images) and np.array_equal(first.targets, again.targets)
    assert first.drawn and first.images.dtype == first.targets.dtype == np.uint8


def test_an_image_has_11_264_pixels_and_about_230_hits(times):
    assert times.images[0].size == times.targets[0].size == 11_264
    assert times.hit_counts.mean() == pytest.approx(230, abs=5)


def test_signals_of_three_sizes_are_equally_frequent_and_do_not_overlap_in_size(times):
    assert np.bincount(times.sizes).tolist() == [100, 100, 100]
    ranges = [
        (times.signal_counts[times.sizes == size].min(), times.signal_counts[times.sizes == size].max())
        for size in range(3)
    ]
    assert ranges[0][1] < ranges[1][0] and ranges[1][1] < ranges[2][0]


@given(st.integers(0, 1000), st.integers(24, 60), st.integers(24, 60))
def test_every_signal_is_an_upright_cross_whose_time_rises_outward(seed, height, width):
    for image in draw_times(3, height, width, seed).targets:
        row, column, arm = arms_of(image)
        expected = np.zeros_like(image)
        for step in range(-arm, arm + 1):
            expected[row + step, column] = expected[row, column + step] = image[row, column + abs(step)]
        assert np.array_equal(image, expected)
        ray = image[row, column : column + arm + 1].astype(int)
        assert (np.diff(ray) >= 0).all() and 18 <= ray[-1] - ray[0] <= 42
        assert ray[0] >= EARLIEST and ray[-1] <= LATEST


def test_crosses_are_shifted_and_scaled(times):
    found = np.array([arms_of(image) for image in times.targets])
    assert len(np.unique(found[:, 2])) > 15
    assert (np.ptp(found[:, :2], axis=0) > 60).all()


def test_seventy_percent_of_the_signal_is_detected_at_a_time_blurred_by_two(times):
    signal, noisy = times.targets > 0, times.images[..., 0].astype(int)
    away = (noisy - times.targets)[signal & (noisy > 0)]
    assert np.mean(np.abs(away) <= 8) == pytest.approx(0.98, abs=0.02)  # the rest is noise on a lost hit
    assert np.mean(np.abs((noisy - times.targets)[signal]) <= 8) == pytest.approx(0.7, abs=0.02)
    assert away[np.abs(away) <= 8].std() == pytest.approx(2.0, abs=0.1)


def test_noise_hits_are_spread_evenly_over_the_range_of_times_and_places(times):
    noise = np.where(times.targets > 0, 0, times.images[..., 0])
    values = noise[noise > 0]
    counts = np.bincount(values, minlength=LATEST + 1)[EARLIEST:]
    assert values.min() == EARLIEST and values.max() == LATEST
    assert counts.min() > 0.8 * counts.mean() and counts.max() < 1.2 * counts.mean()
    quarters = [(part > 0).mean() for part in np.array_split(noise, 4, axis=1)]
    assert quarters == pytest.approx([185 / 11_264] * 4, rel=0.1)


@pytest.mark.parametrize("wrong", [{"count": 0}, {"height": 23}, {"width": 23}])
def test_images_that_cannot_be_drawn_are_refused(wrong):
    with pytest.raises(ValueError, match="at least one image of 24 x 24 pixels"):
        draw_times(**wrong)
