"""U-Net 3+: every step of the decoder sees every scale."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ConvBlock(nn.Sequential):
    """A 3×3 convolution, instance normalization and ReLU, once or twice."""

    def __init__(self, inputs: int, outputs: int, *, times: int = 1) -> None:
        layers: list[nn.Module] = []
        for seen in (inputs, *[outputs] * (times - 1)):
            layers += [
                nn.Conv2d(seen, outputs, 3, padding=1, bias=False),
                nn.InstanceNorm2d(outputs, affine=True),
                nn.ReLU(),
            ]
        super().__init__(*layers)


class UNet3Plus(nn.Module):
    """A U-Net whose decoder joins, at each level, all finer encoded and all coarser decoded ones.

    Args:
        channels: channels of the image.
        outputs: logits of a pixel.
        widths: channels of the levels, finest first; each but the first halves the size. Every scale comes
            to a decoder level with as many channels as the finest level has.

    Reference:
        Huang et al., UNet 3+: a full-scale connected UNet for medical image segmentation, ICASSP 2020,
        without its deep supervision; batch normalization is instance normalization here.

    Example:
        >>> UNet3Plus(3, 5, widths=(4, 8, 16))(torch.zeros(1, 3, 16, 24)).shape
        torch.Size([1, 5, 16, 24])
    """

    def __init__(self, channels: int, outputs: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        inputs = (channels, *widths[:-1])
        self.encoder = nn.ModuleList(
            ConvBlock(before, after, times=2) for before, after in zip(inputs, widths, strict=True)
        )
        part, levels = widths[0], len(widths)
        joined = part * levels
        self.bring, self.join = nn.ModuleList(), nn.ModuleList()
        for level in range(levels - 1):
            # Levels up to this one come from the encoder, coarser ones from the decoder, the last from below.
            coarser = [joined] * (levels - level - 2) + [widths[-1]]
            self.bring.append(
                nn.ModuleList(ConvBlock(seen, part) for seen in [*widths[: level + 1], *coarser])
            )
            self.join.append(ConvBlock(joined, joined))
        self.last = nn.Conv2d(joined, outputs, 3, padding=1)

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, channels, H, W) to (N, outputs, H, W)."""
        encoded = []
        for block in self.encoder:
            encoded.append(block(F.max_pool2d(encoded[-1], 2) if encoded else pixels))
        decoded = encoded[-1:]  # coarsest first at the end of the list
        for level in reversed(range(len(self.bring))):
            scales = [*encoded[: level + 1], *decoded]
            size = encoded[level].shape[2:]
            brought = [
                block(_resize(scale, size)) for block, scale in zip(self.bring[level], scales, strict=True)
            ]
            decoded.insert(0, self.join[level](torch.cat(brought, dim=1)))
        return self.last(decoded[0])


def _resize(features: Tensor, size: torch.Size) -> Tensor:
    """Finer scales are pooled, coarser ones interpolated."""
    if features.shape[2] > size[0]:
        return F.adaptive_max_pool2d(features, size)
    if features.shape[2] < size[0]:
        return F.interpolate(features, size, mode="bilinear", align_corners=False)
    return features
