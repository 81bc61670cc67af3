"""Every network that the experiments train, by name."""

from collections.abc import Callable

from torch import nn

from imbalance_course.errors import CourseError
from imbalance_course.models.heads import normalize_head
from imbalance_course.models.small import SmallConvNet
from imbalance_course.models.vgg16 import VGG16


def make_network(
    name: str,
    image_size: int,
    outputs: int = 1,
    *,
    widths: tuple[int, ...] = (16, 32, 64, 128),
    normalized_head: bool = False,
) -> nn.Module:
    """A network with fresh weights, drawn from the global random generator of torch.

    ResNet-18, DenseNet-121 and EfficientNet-B0 are MONAI's, with strides and shortcuts of the papers.

    Args:
        name: vgg16, small, resnet18, densenet121 or efficientnet-b0.
        image_size: side of the square input in pixels; only vgg16 depends on it.
        outputs: number of logits; 1 for two classes.
        widths: channels of the blocks of ``small``; the others ignore it.
        normalized_head: give cosines in place of logits, see :class:`NormalizedLinear`.

    Returns:
        A network from (N, 3, image_size, image_size) in [-1, 1] to (N, outputs).

    Raises:
        CourseError: no network has this name.

    Reference:
        Simonyan and Zisserman, 2015, arXiv:1409.1556; He et al., 2016, arXiv:1512.03385; Huang et al., 2017,
        arXiv:1608.06993; Tan and Le, 2019, arXiv:1905.11946.

    Example:
        >>> sum(weight.numel() for weight in make_network("small", 64, widths=(8, 16)).parameters())
        4361
    """
    makers: dict[str, Callable[[], nn.Module]] = {
        "vgg16": lambda: VGG16(image_size, outputs),
        "small": lambda: SmallConvNet(widths, outputs),
        "resnet18": lambda: _resnet18(outputs),
        "densenet121": lambda: _densenet121(outputs),
        "efficientnet-b0": lambda: _efficientnet_b0(outputs),
    }
    if name not in makers:
        raise CourseError(f"Expected a network among {', '.join(makers)}, got {name!r}.")
    network = makers[name]()
    return normalize_head(network) if normalized_head else network


# MONAI takes seconds to import and the small networks do without it, so it is imported where it is used.


def _resnet18(outputs: int) -> nn.Module:
    from monai.networks.nets import resnet18

    # Stride and shortcuts of the paper are not MONAI's defaults.
    return resnet18(
        spatial_dims=2, n_input_channels=3, num_classes=outputs, conv1_t_stride=2,
        shortcut_type="B", bias_downsample=False,
    )  # fmt: skip


def _densenet121(outputs: int) -> nn.Module:
    from monai.networks.nets import DenseNet121

    return DenseNet121(spatial_dims=2, in_channels=3, out_channels=outputs)


def _efficientnet_b0(outputs: int) -> nn.Module:
    from monai.networks.nets import EfficientNetBN

    return EfficientNetBN(
        "efficientnet-b0", pretrained=False, spatial_dims=2, in_channels=3, num_classes=outputs
    )
