"""Windows are cut at the right places, in all symmetries, and targets go with their images."""

import numpy as np
import pytest
import torch

from imbalance_course.augment import draw_windows


def numbered(images=4, side=12):
    """Images whose pixels are all different, so that a window tells where it comes from."""
    return torch.arange(images * side * side).reshape(images, side, side, 1)


def draw(seed, images, targets, chosen, **settings):
    return draw_windows(images, targets, chosen, torch.Generator().manual_seed(seed), **settings)


@pytest.mark.parametrize("turned", [False, True])
def test_every_window_is_a_symmetry_of_a_square_of_its_image(turned):
    images, chosen = numbered(), torch.tensor([3, 0, 0, 2] * 20)
    windows, _ = draw(0, images, images[..., 0], chosen, size=5, turned=turned)
    seen = set()
    for window, number in zip(windows[..., 0].numpy(), chosen.tolist(), strict=True):
        top, left = np.argwhere(images[number, ..., 0].numpy() == window.min())[0]
        square = images[number, top : top + 5, left : left + 5, 0].numpy()
        symmetries = [np.rot90(side, turns) for side in (square, square.T) for turns in range(4)]
        matches = [kind for kind, symmetry in enumerate(symmetries) if np.array_equal(symmetry, window)]
        assert len(matches) == 1
        seen.add(matches[0])
    assert seen == (set(range(8)) if turned else {0})


def test_targets_and_their_maps_are_cut_where_the_pixels_are():
    images = numbered()
    maps = torch.stack([images[..., 0], -images[..., 0]], dim=-1)
    windows, targets = draw(1, images, maps, torch.arange(4), size=7)
    torch.testing.assert_close(targets[..., 0], windows[..., 0])
    torch.testing.assert_close(targets[..., 1], -windows[..., 0])


def test_every_place_is_equally_likely():
    images, chosen = numbered(1, side=6), torch.zeros(6000, dtype=torch.long)
    windows, _ = draw(2, images, images[..., 0], chosen, size=4, turned=False)
    starts, counts = windows[:, 0, 0, 0].unique(return_counts=True)
    assert starts.tolist() == [0, 1, 2, 6, 7, 8, 12, 13, 14]
    expected = 6000 / 9
    assert ((counts - expected) ** 2 / expected).sum() < 26.1  # chi squared, 8 degrees, p = 0.001


def test_a_window_may_be_as_large_as_the_image_and_no_larger():
    images = numbered(2, side=6)
    windows, _ = draw(3, images, images[..., 0], torch.tensor([1]), size=6, turned=False)
    torch.testing.assert_close(windows[0], images[1])
    with pytest.raises(ValueError, match="at most 6 pixels, got 7"):
        draw(3, images, images[..., 0], torch.tensor([1]), size=7)
