"""The networks are the ones their sources describe."""

import pytest
import torch
from torch import nn

from imbalance_course.errors import CourseError
from imbalance_course.models import VGG16, NormalizedLinear, SmallConvNet, make_network, normalize_head
from imbalance_course.models.vgg16 import FEATURE_PARAMETERS

NAMES = ("vgg16", "small", "resnet18", "densenet121", "efficientnet-b0")


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


PUBLISHED_PARAMETERS = {"resnet18": 11_689_512, "densenet121": 7_978_856, "efficientnet-b0": 5_288_548}


@pytest.mark.parametrize("name", PUBLISHED_PARAMETERS)
def test_networks_for_a_thousand_classes_have_the_published_number_of_parameters(name):
    assert count(make_network(name, 224, 1000)) == PUBLISHED_PARAMETERS[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_step_twice_in_bfloat16(name):
    def step() -> list[torch.Tensor]:
        torch.manual_seed(0)
        network = make_network(name, 64).to(memory_format=torch.channels_last)
        images = torch.rand(2, 3, 64, 64).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(images)
        assert logits.shape == (2, 1)
        logits.float().square().sum().backward()
        return [logits, *(parameter.grad for parameter in network.parameters())]

    assert all(torch.equal(first, again) for first, again in zip(step(), step(), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_every_network_can_end_in_cosines(name):
    network = make_network(name, 32, 3, normalized_head=True).eval()
    plain = make_network(name, 32, 3)
    with torch.no_grad():
        cosines = network(torch.rand(2, 3, 32, 32))
    assert cosines.shape == (2, 3)
    assert cosines.abs().max() <= 1 + 1e-6
    assert count(plain) - count(network) == 3  # no offsets
    assert sum(isinstance(module, NormalizedLinear) for module in network.modules()) == 1


def test_an_unknown_network_is_explained():
    with pytest.raises(CourseError, match="among vgg16, small, resnet18, .*, got 'resnet19'"):
        make_network("resnet19", 64)


def test_a_network_without_a_linear_layer_cannot_end_in_cosines():
    with pytest.raises(ValueError, match="ends in a linear layer, got Sequential"):
        normalize_head(nn.Sequential(nn.Conv2d(3, 1, 1)))


def test_cosines_do_not_depend_on_the_length_of_features_or_weights():
    torch.manual_seed(0)
    head, features = NormalizedLinear(5, 3).double(), torch.randn(4, 5, dtype=torch.float64)
    expected = torch.stack([torch.cosine_similarity(features, row[None]) for row in head.weight], dim=1)
    torch.testing.assert_close(head(features), expected)
    with torch.no_grad():
        head.weight.mul_(torch.tensor([[0.1], [3.0], [50.0]], dtype=torch.float64))
    torch.testing.assert_close(head(features * 1e4), expected)


def test_a_feature_vector_of_zeros_has_finite_cosines_and_gradients():
    head = NormalizedLinear(4, 2)
    features = torch.zeros(1, 4, requires_grad=True)
    cosines = head(features)
    cosines.sum().backward()
    assert torch.equal(cosines, torch.zeros(1, 2))
    assert features.grad.isfinite().all() and head.weight.grad.isfinite().all()


def test_cosines_keep_float32_under_autocast():
    head, features = NormalizedLinear(64, 2), torch.randn(8, 64)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = head(features)
    assert torch.equal(inside, head(features))
