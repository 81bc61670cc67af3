"""Near-duplicates are found under another exposure, and their groups keep a split honest."""

import numpy as np
import pytest

from imbalance_course.datasets import draw_animals
from imbalance_course.duplicates import fingerprints, near_duplicate_groups
from imbalance_course.errors import CourseError
from imbalance_course.splits import check_no_leak, deal_folds

ANIMALS = draw_animals(dogs=60, cats=40, seed=3)


def relit(images, seed=0):
    """The same scenes a little brighter or darker, with fresh noise."""
    random = np.random.default_rng(seed)
    light = random.uniform(0.85, 1.15, (len(images), 1, 1, 1))
    return np.clip(images * light + random.normal(0, 3, images.shape), 0, 255).astype(np.uint8)


def test_a_fingerprint_is_the_standardized_mean_color_of_the_tiles():
    images = np.random.default_rng(0).random((2, 12, 16, 3))
    slow = [
        [image[r : r + 3, c : c + 4].mean(axis=(0, 1)) for r in range(0, 12, 3) for c in range(0, 16, 4)]
        for image in images
    ]
    slow = np.reshape(slow, (2, -1))
    slow = (slow - slow.mean(axis=1, keepdims=True)) / (slow.std(axis=1, keepdims=True) * np.sqrt(48))
    np.testing.assert_allclose(fingerprints(images, side=4), slow, atol=1e-12)


def test_tiles_of_unequal_size_weigh_by_their_own_number_of_pixels():
    flat_but_one_tile = np.zeros((1, 5, 5, 1))
    flat_but_one_tile[0, :2, :2] = 8.0
    expected = fingerprints(np.array([8.0, 0, 0, 0]).reshape(1, 2, 2, 1), side=2)
    np.testing.assert_allclose(fingerprints(flat_but_one_tile, side=2), expected)


def test_bytes_do_not_overflow():
    image = np.full((1, 64, 64, 3), 250, dtype=np.uint8)
    image[0, :32] = 5
    np.testing.assert_allclose(fingerprints(image), fingerprints(image.astype(float)))


def test_an_image_of_one_color_is_near_nothing():
    blank = np.full((3, 16, 16, 3), 77, dtype=np.uint8)
    assert np.all(fingerprints(blank) == 0)
    assert near_duplicate_groups(blank, distance=0.5).tolist() == [0, 1, 2]


def test_a_second_shot_joins_its_original_and_strangers_stay_apart():
    both = np.concatenate([ANIMALS.images, relit(ANIMALS.images)])
    groups = near_duplicate_groups(both, distance=0.01)
    assert groups.tolist() == [*range(100), *range(100)]


def test_groups_join_over_a_third_image():
    a, c = np.random.default_rng(1).random((2, 8, 8, 1))
    chain = np.stack([a, (a + c) / 2, c])
    prints = fingerprints(chain)
    near, far = 1 - prints[0] @ prints[1], 1 - prints[0] @ prints[2]
    assert near < far
    assert near_duplicate_groups(chain, distance=(near + far) / 2).tolist() == [0, 0, 0]


def test_more_images_than_fit_into_one_block_are_compared_with_one_another():
    few = np.random.default_rng(2).random((700, 8, 8, 1))
    groups = near_duplicate_groups(np.concatenate([few, few]), distance=1e-9)
    assert groups.tolist() == [*range(700), *range(700)]


def test_folds_of_the_groups_found_share_no_scene():
    both = np.concatenate([ANIMALS.images, relit(ANIMALS.images)])
    labels, scene = np.tile(ANIMALS.labels, 2), np.tile(np.arange(100), 2)
    folds = deal_folds(labels, 5, seed=0, groups=near_duplicate_groups(both, distance=0.01))
    check_no_leak(scene, training=np.flatnonzero(folds != 0), test=np.flatnonzero(folds == 0))


@pytest.mark.parametrize("distance", [-0.1, 2.5])
def test_a_distance_out_of_range_is_refused(distance):
    with pytest.raises(CourseError, match="between 0 and 2"):
        near_duplicate_groups(ANIMALS.images, distance=distance)


@pytest.mark.parametrize("shape", [(2, 4, 16, 3), (2, 16, 16), (16, 16, 3)])
def test_images_of_another_shape_are_refused(shape):
    with pytest.raises(CourseError, match="shape"):
        fingerprints(np.zeros(shape))
