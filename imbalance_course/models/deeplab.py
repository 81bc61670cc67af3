"""DeepLabv3+: a residual network, a pyramid of dilated convolutions, and a short decoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DILATIONS = (6, 12, 18)  # of the pyramid, for features at 1/16 of the size


class ConvNormRelu(nn.Sequential):
    """A convolution that keeps the size, batch normalization and ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3, dilation: int = 1) -> None:
        padding = dilation * (kernel // 2)
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, padding=padding, dilation=dilation, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        )


class Pyramid(nn.Module):
    """The same features seen through five windows, from one pixel to the whole image."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.branches = nn.ModuleList([ConvNormRelu(inputs, outputs, kernel=1)])
        self.branches += [ConvNormRelu(inputs, outputs, dilation=dilation) for dilation in DILATIONS]
        # No normalization here: with a batch of one image there would be a single value to normalize.
        self.whole = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(inputs, outputs, 1), nn.ReLU())
        self.join = ConvNormRelu(outputs * (len(self.branches) + 1), outputs, kernel=1)

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H, W)."""
        whole = self.whole(features).expand(-1, -1, *features.shape[2:])
        return self.join(torch.cat([*(branch(features) for branch in self.branches), whole], dim=1))


class DeepLabV3Plus(nn.Module):
    """DeepLabv3+ on MONAI's ResNet-18, from scratch.

    The last stage of the ResNet keeps the size and dilates instead, so that features are at 1/16; the decoder
    joins them with features at 1/4.

    Args:
        channels: channels of the image.
        outputs: logits of a pixel.
        width: channels of pyramid and decoder.

    Reference:
        Chen et al., Encoder-decoder with atrous separable convolution for semantic image segmentation, ECCV
        2018; plain convolutions in place of separable ones.

    Example:
        >>> network = DeepLabV3Plus(3, 5, width=16).eval()
        >>> network(torch.zeros(1, 3, 64, 96)).shape
        torch.Size([1, 5, 64, 96])
    """

    def __init__(self, channels: int, outputs: int, width: int = 256) -> None:
        super().__init__()
        from monai.networks.nets import resnet18  # takes seconds to import

        backbone = resnet18(
            spatial_dims=2, n_input_channels=channels, conv1_t_stride=2, shortcut_type="B",
            bias_downsample=False, feed_forward=False,
        )  # fmt: skip
        _dilate(backbone.layer4)
        self.stem = nn.Sequential(backbone.conv1, backbone.bn1, nn.ReLU(), backbone.maxpool, backbone.layer1)
        self.stages = nn.Sequential(backbone.layer2, backbone.layer3, backbone.layer4)
        self.pyramid = Pyramid(512, width)
        self.fine = ConvNormRelu(64, 48, kernel=1)
        self.decode = nn.Sequential(
            ConvNormRelu(width + 48, width), ConvNormRelu(width, width), nn.Conv2d(width, outputs, 1)
        )

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, channels, H, W) to (N, outputs, H, W)."""
        fine = self.stem(pixels)
        coarse = _enlarge(self.pyramid(self.stages(fine)), fine.shape[2:])
        return _enlarge(self.decode(torch.cat([coarse, self.fine(fine)], dim=1)), pixels.shape[2:])


def _dilate(stage: nn.Module) -> None:
    """Let a stage keep the size: strides become 1, and 3×3 kernels reach as far as they would have."""
    for layer in stage.modules():
        if isinstance(layer, nn.Conv2d):
            layer.stride = (1, 1)
            if layer.kernel_size == (3, 3):
                layer.dilation = layer.padding = (2, 2)


def _enlarge(features: Tensor, size: torch.Size) -> Tensor:
    return F.interpolate(features, size, mode="bilinear", align_corners=False)
