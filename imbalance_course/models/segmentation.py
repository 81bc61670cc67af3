"""Every network that labels pixels, by name."""

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

from torch import nn

from imbalance_course.errors import CourseError
from imbalance_course.models.defectsegnet import DefectSegNet


def make_pixel_network(
    name: str, *, channels: int = 3, outputs: int = 1, widths: tuple[int, ...] = (8, 8, 16, 32, 64, 8)
) -> nn.Module:
    """A network with fresh weights, drawn from the global random generator of torch.

    The U-Net is MONAI's, with instance normalization; four of its five levels halve the size of the image.

    Args:
        name: unet, defectsegnet or defectsegnet-agarwal.
        channels: channels of the image.
        outputs: logits of a pixel; 1 for two classes. The DefectSegNets have 1.
        widths: channels of the five levels of the U-Net and of its last block; the others ignore it.

    Returns:
        A network from (N, channels, H, W) in [-1, 1] to (N, outputs, H, W).

    Raises:
        CourseError: no network has this name, or it has not that many outputs.

    Reference:
        Ronneberger et al., U-Net, MICCAI 2015; :class:`imbalance_course.models.DefectSegNet`.

    Example:
        >>> network = make_pixel_network("defectsegnet", channels=1)
        >>> sum(weight.numel() for weight in network.parameters())
        349342
    """
    makers: dict[str, Callable[[], nn.Module]] = {
        "unet": lambda: _unet(channels, outputs, widths),
        "defectsegnet": lambda: DefectSegNet(channels, "roberts"),
        "defectsegnet-agarwal": lambda: DefectSegNet(channels, "agarwal"),
    }
    if name not in makers:
        raise CourseError(f"Expected a network among {', '.join(makers)}, got {name!r}.")
    if name.startswith("defectsegnet") and outputs != 1:
        raise CourseError(f"Expected 1 output of {name}, got {outputs}; it tells one class from the rest.")
    return makers[name]()


def _unet(channels: int, outputs: int, widths: tuple[int, ...]) -> nn.Module:
    from monai.networks.nets import BasicUNet  # takes seconds to import

    with redirect_stdout(StringIO()):  # it prints its widths
        return BasicUNet(2, channels, outputs, widths, act="RELU")
