"""DefectSegNet, layer by layer, as its two sources list it."""

import pytest
import torch
from torch.nn import functional as F

from imbalance_course.errors import CourseError
from imbalance_course.models import DefectSegNet, make_pixel_network

# Layers in order: kind, filters, tensors that are concatenated to its input; tensor 0 is the image.
LAYERS = [
    ("conv", 4, [0]), ("conv", 4, [0, 1]), ("pool", None, [0, 1, 2]),
    ("conv", 16, [3]), ("conv", 16, [3, 4]), ("pool", None, [3, 4, 5]),
    ("conv", 32, [6]), ("conv", 32, [6, 7]), ("pool", None, [6, 7, 8]),
    ("conv", 64, [9]), ("conv", 64, [9, 10]), ("up", 32, [9, 10, 11]),
    ("conv", 32, [6, 7, 8, 12]), ("conv", 32, [6, 7, 8, 12, 13]), ("up", 16, [6, 7, 8, 12, 13, 14]),
    ("conv", 16, [3, 4, 5, 15]), ("conv", 16, [3, 4, 5, 15, 16]), ("up", 8, [3, 4, 5, 15, 16, 17]),
    ("fine", 4, [0, 1, 2, 18]),
]  # fmt: skip
LAST = {"roberts": ("last", 1, [0, 1, 2, 18, 19]), "agarwal": ("last", 2, [0, 1, 2, 19])}
KERNELS = {
    "roberts": {"conv": 3, "fine": 3, "last": 3, "up": 2},
    "agarwal": {"conv": 5, "fine": 3, "last": 7, "up": 2},
}
both = pytest.mark.parametrize("variant", ["roberts", "agarwal"])


def count_parameters(variant):
    """Weights and biases of the list, by hand."""
    channels, total = [1], 0
    for kind, filters, inputs in [*LAYERS, LAST[variant]]:
        seen = sum(channels[number] for number in inputs)
        if kind != "pool":
            total += KERNELS[variant][kind] ** 2 * seen * filters + filters
        channels.append(filters or seen)
    return total


def run_layers(network, pixels, variant):
    """The list, run with the weights of the network."""
    convolutions = [
        layer
        for block in (*network.down, *network.up)
        for layer in (block.first, block.second)
    ]  # fmt: skip
    layers = {"conv": iter(convolutions), "up": iter(network.grow)}
    clip = F.relu if variant == "roberts" else lambda values: values
    tensors = [pixels]
    for kind, _, inputs in LAYERS:
        seen = torch.cat([tensors[number] for number in inputs], dim=1)
        if kind == "pool":
            tensors.append(clip(F.max_pool2d(seen, 2)))
        elif kind == "up":
            layer = next(layers["up"])
            tensors.append(clip(F.conv_transpose2d(seen, layer.weight, layer.bias, stride=2)))
        else:
            layer = network.fine if kind == "fine" else next(layers["conv"])
            padding = layer.weight.shape[-1] // 2
            tensors.append(F.relu(F.conv2d(seen, layer.weight, layer.bias, padding=padding)))
    seen = torch.cat([tensors[number] for number in LAST[variant][2]], dim=1)
    padding = network.last.weight.shape[-1] // 2
    return F.conv2d(seen, network.last.weight, network.last.bias, padding=padding)


@both
def test_the_parameters_are_those_of_the_list(variant):
    parameters = sum(weight.numel() for weight in DefectSegNet(variant=variant).parameters())
    assert parameters == count_parameters(variant)


def test_the_network_of_the_study_has_888412_parameters():
    assert count_parameters("agarwal") == 888_412


@both
def test_the_logits_are_those_of_the_list(variant):
    torch.manual_seed(0)
    network = DefectSegNet(variant=variant).double()
    pixels = torch.rand(2, 1, 16, 24, dtype=torch.float64)
    outputs = run_layers(network, pixels, variant)
    expected = outputs if variant == "roberts" else outputs[:, 1:] - outputs[:, :1]
    torch.testing.assert_close(network(pixels), expected)


def test_the_difference_of_two_outputs_is_the_logit_of_their_softmax():
    torch.manual_seed(0)
    network = DefectSegNet(variant="agarwal").double()
    pixels = torch.rand(1, 1, 16, 16, dtype=torch.float64)
    void = run_layers(network, pixels, "agarwal").softmax(dim=1)[:, 1:]
    torch.testing.assert_close(network(pixels).sigmoid(), void)


def test_wrong_calls_are_explained():
    with pytest.raises(ValueError, match="multiples of 8"):
        DefectSegNet()(torch.zeros(1, 1, 12, 16))
    with pytest.raises(ValueError, match="'roberts' or 'agarwal'"):
        DefectSegNet(variant="other")
    with pytest.raises(CourseError, match="a network among unet"):
        make_pixel_network("other")
    with pytest.raises(CourseError, match="Expected 1 output of defectsegnet, got 3"):
        make_pixel_network("defectsegnet", outputs=3)


def test_the_u_net_keeps_the_size_and_has_the_outputs_asked_for():
    network = make_pixel_network("unet", channels=3, outputs=5, widths=(4, 4, 4, 4, 4, 4))
    assert network(torch.zeros(1, 3, 32, 48)).shape == (1, 5, 32, 48)
