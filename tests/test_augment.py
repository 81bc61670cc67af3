"""The batched transform moves pixels where a single rotation of one image would."""

import numpy as np
import pytest
import torch
from PIL import Image

from imbalance_course.augment import flip_and_rotate, rescale


def seeded(number: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(number)


def test_rescale_maps_bytes_to_plus_minus_one_channels_first():
    pixels = torch.tensor([0, 255], dtype=torch.uint8).view(1, 1, 2, 1).expand(1, 1, 2, 3)
    assert torch.equal(rescale(pixels)[0, :, 0], torch.tensor([[-1.0, 1.0]] * 3))


def test_without_rotation_and_with_certain_mirroring_the_image_is_mirrored():
    images = torch.rand(3, 3, 9, 9, dtype=torch.float64)
    moved = flip_and_rotate(images, rotation_turns=0, flip_probability=1.0, generator=seeded())
    torch.testing.assert_close(moved, images.flip(-1))


def test_without_rotation_and_mirroring_nothing_changes():
    images = torch.rand(3, 3, 8, 8, dtype=torch.float64)
    torch.testing.assert_close(
        flip_and_rotate(images, rotation_turns=0, flip_probability=0.0, generator=seeded()), images
    )


def test_the_angle_is_the_one_that_pillow_rotates_by():
    picture = np.zeros((64, 64, 3), dtype=np.uint8)
    picture[10:20, 25:40] = 255
    images = rescale(torch.from_numpy(picture)[None], torch.float64)
    draw = torch.rand(2, 1, dtype=torch.float64, generator=seeded(5))[0, 0].item()
    moved = flip_and_rotate(images, rotation_turns=0.2, flip_probability=0.0, generator=seeded(5))
    angle = (2 * draw - 1) * 0.2 * 360
    expected = [
        rescale(
            torch.from_numpy(
                np.array(Image.fromarray(picture).rotate(sign * angle, Image.Resampling.BILINEAR))
            )[None]
        )
        for sign in (1, -1)
    ]
    differences = [float((moved - other).abs().mean()) for other in expected]
    assert min(differences) < 0.01 < max(differences)


def test_about_half_of_the_images_are_mirrored():
    images = torch.linspace(0, 1, 8).repeat(2000, 3, 8, 1)
    moved = flip_and_rotate(images, rotation_turns=0, generator=seeded())
    share = (moved[:, 0, 0, 0] > moved[:, 0, 0, -1]).double().mean().item()
    assert abs(share - 0.5) < 0.05


def test_the_same_generator_state_gives_the_same_batch():
    images = torch.rand(4, 3, 8, 8)
    first, again = (flip_and_rotate(images, rotation_turns=0.2, generator=seeded(7)) for _ in range(2))
    assert torch.equal(first, again)


def test_a_single_image_without_batch_is_refused():
    with pytest.raises(ValueError, match=r"shape \(N, 3, H, W\), got \(3, 8, 8\)"):
        flip_and_rotate(torch.zeros(3, 8, 8), rotation_turns=0.1, generator=seeded())
