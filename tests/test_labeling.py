"""Windows and their seams do not show: an image of any size is labeled as if it were seen whole."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from imbalance_course.experiments.labeling import PixelLabeler, choose_classes, window_sides
from imbalance_course.models import make_pixel_network

SIDES = st.integers(1, 90)


def drawn_image(height, width, channels=1):
    return np.random.default_rng(height * 1000 + width).integers(
        0, 256, (height, width, channels), dtype=np.uint8
    )


def pixel_by_pixel(channels, outputs):
    """A network whose logits depend on their own pixel alone."""
    torch.manual_seed(0)
    layers = nn.Conv2d(channels, 8, 1), nn.ReLU(), nn.Conv2d(8, outputs, 1)
    return nn.Sequential(*layers).double().eval()


@settings(max_examples=30, deadline=None)
@given(SIDES, SIDES, st.sampled_from([1, 3, 4]))
def test_tiles_give_what_the_whole_image_gives(height, width, outputs):
    network, image = pixel_by_pixel(3, outputs), drawn_image(height, width, 3)
    names = ("ground", "cell", "border") if outputs > 1 else ("ground", "void")
    labeler = PixelLabeler(network, 3, names, 32, threshold=0.5, precision="float64")
    pixels = torch.from_numpy(image).permute(2, 0, 1)[None].double() / 127.5 - 1
    with torch.no_grad():
        logits = network(pixels)[0]
    if outputs == 1:
        expected = logits[0] >= 0
    else:
        expected = logits[:3].argmax(dim=0)
        expected = torch.where(logits[3] > 0, expected, 0) if outputs == 4 else expected
    np.testing.assert_array_equal(labeler.label(image), expected.numpy())


def test_a_network_that_says_the_same_everywhere_leaves_no_seam():
    class Same(nn.Conv2d):
        def forward(self, pixels):
            return torch.full((len(pixels), 1, *pixels.shape[2:]), 0.25)

    labeler = PixelLabeler(Same(1, 1, 1), 1, ("ground", "void"), 32, threshold=0.56)
    assert (labeler.label(drawn_image(75, 100)) == 1).all()  # the sigmoid of 0.25 is 0.562
    labeler = PixelLabeler(Same(1, 1, 1), 1, ("ground", "void"), 32, threshold=0.57)
    assert (labeler.label(drawn_image(75, 100)) == 0).all()


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([32, 64, 256, 512]))
def test_windows_suit_networks_that_halve_four_times(height, width, largest):
    for side, window in zip((height, width), window_sides(height, width, largest), strict=True):
        assert window % 16 == 0 and 32 <= window <= largest
        assert window >= min(side, largest)  # an image that fits is seen whole
        assert window < side + 32


@pytest.mark.parametrize(
    "name", ["unet", "unet-plus-plus", "attention-unet", "unet-3-plus", "deeplab", "defectsegnet"]
)
@pytest.mark.parametrize("shape", [(1, 1), (37, 70)])
def test_every_network_labels_images_of_awkward_sizes(name, shape):
    torch.manual_seed(0)
    network = make_pixel_network(name, channels=1, widths=(2, 2, 4, 4, 8, 2)).eval()
    labels = PixelLabeler(network, 1, ("ground", "void"), 64).label(drawn_image(*shape))
    assert labels.shape == shape and labels.dtype == np.uint8 and labels.max() <= 1


def test_the_last_logit_of_two_stages_takes_back_what_it_calls_background():
    logits = torch.tensor([[0.0, 5.0, 1.0, -1.0], [0.0, 5.0, 1.0, 1.0], [5.0, 0.0, 1.0, 1.0]])
    assert choose_classes(logits.T[None, :, :, None], 3).flatten().tolist() == [0, 1, 0]
    assert choose_classes(logits.T[None, :3, :, None], 3).flatten().tolist() == [1, 1, 0]
