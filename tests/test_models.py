"""The networks are the ones their sources describe."""

import pytest
import torch
from torch import nn

from imbalance_course.models import VGG16, SmallConvNet
from imbalance_course.models.vgg16 import FEATURE_PARAMETERS


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_vgg16_has_the_parameters_that_the_lecture_prints():
    assert count(VGG16(160).features) == FEATURE_PARAMETERS == 14_714_688


def test_vgg16_parameters_follow_from_its_widths():
    widths = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
    closed_form = sum(9 * before * after + after for before, after in zip(widths, widths[1:], strict=False))
    assert count(VGG16(32).features) == closed_form


def test_vgg16_at_160_pixels_ends_in_a_five_by_five_map():
    model = VGG16(160)
    with torch.no_grad():
        assert model.features(torch.zeros(1, 3, 160, 160)).shape == (1, 512, 5, 5)
    assert count(model.head) == 512 * 25 + 1


def test_vgg16_keeps_the_signal_alive_without_normalization():
    torch.manual_seed(0)
    with torch.no_grad():
        features = VGG16(64).features(torch.rand(4, 3, 64, 64) * 2 - 1)
    assert 0.05 < features.std() < 5


def test_vgg16_refuses_a_size_that_does_not_halve_five_times():
    with pytest.raises(ValueError, match="multiple of 32 pixels, got 100"):
        VGG16(100)


def test_the_small_network_has_eight_convolutions_and_any_image_size():
    model = SmallConvNet((16, 32, 64, 128))
    assert sum(isinstance(module, nn.Conv2d) for module in model.modules()) == 8
    with torch.no_grad():
        assert {model(torch.zeros(2, 3, side, side)).shape for side in (32, 50, 64)} == {torch.Size([2, 1])}
