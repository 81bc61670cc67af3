"""Scale, shear, rotation, shift and flips move pixels and masks to where the matrices say."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from imbalance_course.augment import NO_LABEL, Augmentation, augment_batch
from imbalance_course.augment.geometry import backward_matrices, sample, sample_masks

EVERYTHING = Augmentation(
    0.1, 0.5, 0.5, scale=(0.7, 1.4), shear_degrees=15, shift=0.1, hue_turns=0.1, saturation=0.3,
    contrast=0.3, brightness=0.1, blur_pixels=1.0, noise=0.05,
)  # fmt: skip


def seeded(number: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def matrices(size, degrees=0.0, mirror=1, overturn=1, scale=1.0, shear=0.0, shift=(0.0, 0.0)):
    def one(number):
        return torch.tensor([float(number)], dtype=torch.float64)

    return backward_matrices(
        size, one(math.radians(degrees)), mirror=one(mirror), overturn=one(overturn), scale=one(scale),
        shear=one(shear), shift=(one(shift[0]), one(shift[1])),
    )  # fmt: skip


@given(
    degrees=st.floats(-180, 180),
    mirror=st.sampled_from([-1, 1]),
    overturn=st.sampled_from([-1, 1]),
    scale=st.floats(0.5, 2),
    shear=st.floats(-0.5, 0.5),
    shift=st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
)
def test_each_pixel_is_read_where_undoing_the_steps_one_by_one_leads(
    degrees, mirror, overturn, scale, shear, shift
):
    size = height, width = 7, 11
    matrix = matrices(size, degrees, mirror, overturn, scale, shear, shift)[0].numpy()
    angle = math.radians(degrees)
    for x, y in ((0, 0), (10, 0), (3, 6), (5, 3)):
        across = (x - (width - 1) / 2) * mirror - shift[0] * width
        down = (y - (height - 1) / 2) * overturn - shift[1] * height
        turned = (
            math.cos(angle) * across - math.sin(angle) * down,
            math.sin(angle) * across + math.cos(angle) * down,
        )
        expected = (turned[0] - shear * turned[1]) / scale, turned[1] / scale
        place = matrix @ [(x - (width - 1) / 2) / (width / 2), (y - (height - 1) / 2) / (height / 2), 1]
        np.testing.assert_allclose(place * [width / 2, height / 2], expected, atol=1e-9)


def test_an_image_is_read_as_scipy_reads_it_with_reflected_borders():
    size = height, width = 20, 30
    image = np.random.default_rng(0).random(size)
    matrix = matrices(size, 30, scale=0.8, shear=0.2, shift=(0.1, -0.2))
    moved = sample(torch.from_numpy(image)[None, None], matrix)[0, 0].numpy()
    y, x = np.mgrid[:height, :width]
    places = matrix[0].numpy() @ np.stack(
        [(2 * x + 1).ravel() / width - 1, (2 * y + 1).ravel() / height - 1, np.ones(x.size)]
    )
    rows, columns = ((places[1] + 1) * height - 1) / 2, ((places[0] + 1) * width - 1) / 2
    expected = map_coordinates(image, [rows, columns], order=1, mode="reflect").reshape(size)
    np.testing.assert_allclose(moved, expected, atol=1e-9)


def test_a_mask_moves_like_the_image_it_belongs_to():
    blocks = torch.zeros(1, 40, 40, dtype=torch.uint8)
    blocks[0, 8:30, 12:25] = 1
    matrix = matrices((40, 40), 25, mirror=-1, scale=0.9, shift=(0.05, 0.1))
    image = sample(blocks[:, None].double(), matrix)[:, 0]
    mask = sample_masks(blocks, matrix, outside=NO_LABEL)
    inside = mask != NO_LABEL
    assert mask.dtype == torch.uint8 and set(mask.unique().tolist()) == {0, 1, NO_LABEL}
    clear = inside & ((image < 0.4) | (image > 0.6))  # away from edges, where both must agree
    assert torch.equal(mask[clear] == 1, image[clear] > 0.5)
    assert clear.sum() > 0.9 * inside.sum()


def test_a_shifted_mask_has_no_label_where_it_shows_the_outside():
    mask = sample_masks(
        torch.ones(1, 8, 8, dtype=torch.uint8), matrices((8, 8), shift=(0.25, 0)), outside=255
    )
    assert mask[0, 0].tolist() == [255, 255, 1, 1, 1, 1, 1, 1]


def test_images_and_masks_of_a_batch_get_the_same_transform():
    masks = (torch.rand(6, 32, 32, generator=seeded()) < 0.3).to(torch.uint8)
    images = masks.unsqueeze(1).double().expand(-1, 3, -1, -1) * 2 - 1
    settings = Augmentation(vertical_flip_probability=0.5, flip_probability=0.5)
    moved, moved_masks = augment_batch(images, settings, seeded(3), masks=masks)
    assert torch.equal(moved[:, 0] > 0, moved_masks == 1)
    assert not torch.equal(masks, moved_masks)


def test_masks_do_not_change_what_is_drawn_for_the_images():
    images = torch.rand(4, 3, 16, 16, generator=seeded())
    alone = augment_batch(images, EVERYTHING, seeded(1))
    together, _ = augment_batch(
        images, EVERYTHING, seeded(1), masks=torch.zeros(4, 16, 16, dtype=torch.uint8)
    )
    assert torch.equal(alone, together)


def test_without_ranges_nothing_changes():
    images = torch.rand(3, 3, 12, 10, dtype=torch.float64)
    torch.testing.assert_close(augment_batch(images, Augmentation(), seeded()), images)


def test_each_image_draws_its_own_transform():
    images = torch.rand(1, 3, 16, 16).expand(5, -1, -1, -1)
    moved = augment_batch(images, EVERYTHING, seeded())
    assert all(not torch.equal(moved[0], other) for other in moved[1:])


def test_everything_at_once_stays_within_black_and_white_and_is_repeatable():
    images = torch.rand(8, 3, 16, 16, generator=seeded()) * 2 - 1
    first, again = (augment_batch(images, EVERYTHING, seeded(2)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.min() >= -1 and first.max() <= 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"flip_probability": 1.5}, "flip_probability from 0 to 1.0, got 1.5"),
        ({"shear_degrees": 90}, "shear_degrees from 0 to 89.0, got 90"),
        ({"noise": -0.1}, "noise from 0 to 1.0, got -0.1"),
        ({"scale": (0.0, 1.0)}, r"factors above 0, got \(0.0, 1.0\)"),
        ({"scale": (1.2, 0.8)}, r"\(smallest, largest\)"),
        ({"rotation_turns": float("nan")}, "got nan"),
    ],
)
def test_ranges_out_of_bounds_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Augmentation(**settings)
