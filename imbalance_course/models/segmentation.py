"""Every network that labels pixels, by name."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

from torch import Tensor, nn

from imbalance_course.errors import CourseError
from imbalance_course.models.deeplab import DeepLabV3Plus
from imbalance_course.models.defectsegnet import DefectSegNet
from imbalance_course.models.unet3plus import UNet3Plus


def make_pixel_network(
    name: str, *, channels: int = 3, outputs: int = 1, widths: tuple[int, ...] = (8, 8, 16, 32, 64, 8)
) -> nn.Module:
    """A network with fresh weights, drawn from the global random generator of torch.

    U-Net, U-Net++ and Attention U-Net are MONAI's, with instance normalization; four of their five levels
    halve the size of the image.

    Args:
        name: unet, unet-plus-plus, attention-unet, unet-3-plus, deeplab, defectsegnet or
            defectsegnet-agarwal.
        channels: channels of the image.
        outputs: logits of a pixel; 1 for two classes. The DefectSegNets have 1.
        widths: channels of the five levels of a U-Net and of its last block; the others ignore it.

    Returns:
        A network from (N, channels, H, W) in [-1, 1] to (N, outputs, H, W).

    Raises:
        CourseError: no network has this name, or it has not that many outputs.

    Reference:
        Ronneberger et al., U-Net, MICCAI 2015; Zhou et al., UNet++, 2018, arXiv:1807.10165; Oktay et al.,
        Attention U-Net, 2018, arXiv:1804.03999; :class:`UNet3Plus`, :class:`DeepLabV3Plus`,
        :class:`DefectSegNet`.

    Example:
        >>> network = make_pixel_network("defectsegnet", channels=1)
        >>> sum(weight.numel() for weight in network.parameters())
        349342
    """
    makers: dict[str, Callable[[], nn.Module]] = {
        "unet": lambda: _unet(channels, outputs, widths),
        "unet-plus-plus": lambda: _unet_plus_plus(channels, outputs, widths),
        "attention-unet": lambda: _attention_unet(channels, outputs, widths),
        "unet-3-plus": lambda: UNet3Plus(channels, outputs, widths[:5]),
        "deeplab": lambda: DeepLabV3Plus(channels, outputs),
        "defectsegnet": lambda: DefectSegNet(channels, "roberts"),
        "defectsegnet-agarwal": lambda: DefectSegNet(channels, "agarwal"),
    }
    if name not in makers:
        raise CourseError(f"Expected a network among {', '.join(makers)}, got {name!r}.")
    if name.startswith("defectsegnet") and outputs != 1:
        raise CourseError(f"Expected 1 output of {name}, got {outputs}; it tells one class from the rest.")
    return makers[name]()


# MONAI takes seconds to import and DefectSegNet does without it, so it is imported where it is used.


def _unet(channels: int, outputs: int, widths: tuple[int, ...]) -> nn.Module:
    from monai.networks.nets import BasicUNet

    with redirect_stdout(StringIO()):  # it prints its widths
        return BasicUNet(2, channels, outputs, widths, act="RELU")


def _unet_plus_plus(channels: int, outputs: int, widths: tuple[int, ...]) -> nn.Module:
    from monai.networks.nets import BasicUNetPlusPlus

    with redirect_stdout(StringIO()):
        network = BasicUNetPlusPlus(2, channels, outputs, widths, act="RELU")
    return nn.Sequential(network, _First())


def _attention_unet(channels: int, outputs: int, widths: tuple[int, ...]) -> nn.Module:
    from monai.networks.nets import AttentionUnet

    return AttentionUnet(2, channels, outputs, widths[:5], strides=(2, 2, 2, 2))


class _First(nn.Module):
    """MONAI's U-Net++ gives a list of outputs; without deep supervision there is one."""

    def forward(self, outputs: list[Tensor]) -> Tensor:
        return outputs[0]
