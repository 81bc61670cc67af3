"""DefectSegNet: a small U-Net whose blocks hand on everything they have seen."""

import torch
from torch import Tensor, nn

DOWN = (4, 16, 32)  # filters of the blocks before each halving
UP = (64, 32, 16)  # filters of the blocks before each doubling
FINE = 4  # filters of the last block, at full size


class DenseBlock(nn.Module):
    """Two convolutions; the second sees the input too, and the block gives back input and both.

    Args:
        inputs: channels of the input.
        filters: channels of each convolution.
        kernel: side of their kernels in pixels, odd.
    """

    def __init__(self, inputs: int, filters: int, kernel: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, filters, kernel, padding="same")
        self.second = nn.Conv2d(inputs + filters, filters, kernel, padding="same")
        self.channels = inputs + 2 * filters

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, inputs + 2 filters, H, W)."""
        seen = torch.cat([pixels, self.first(pixels).relu()], dim=1)
        return torch.cat([seen, self.second(seen).relu()], dim=1)


class DefectSegNet(nn.Module):
    """DefectSegNet for one class against the rest, without normalization.

    Three dense blocks with a max pooling each, three with a transposed convolution each, and a fine block.
    A block on the way up also sees what the block of its size gave on the way down.

    Args:
        channels: channels of the image.
        variant: ``roberts`` has the 3×3 kernels of the article; ``agarwal`` is the network in the code of
            the study on helium voids: 5×5 kernels, a last kernel of 7×7, no ReLU after pooling and
            transposed convolutions, and two outputs, whose difference is the logit.

    Raises:
        ValueError: an unknown variant.

    Reference:
        Roberts et al., Deep learning for semantic segmentation of defects in advanced STEM images of steels,
        Scientific Reports 9, 12744, 2019; Agarwal et al., Engineering Applications of Artificial
        Intelligence 126, 106747, 2023.

    Example:
        >>> network = DefectSegNet(variant="agarwal")
        >>> sum(weight.numel() for weight in network.parameters())
        888412
        >>> network(torch.zeros(1, 1, 32, 40)).shape
        torch.Size([1, 1, 32, 40])
    """

    def __init__(self, channels: int = 1, variant: str = "roberts") -> None:
        super().__init__()
        if variant not in ("roberts", "agarwal"):
            raise ValueError(f"Expected the variant 'roberts' or 'agarwal', got {variant!r}.")
        published = variant == "roberts"
        kernel, last_kernel, outputs = (3, 3, 1) if published else (5, 7, 2)
        self.clip = nn.ReLU() if published else nn.Identity()
        self.pool = nn.MaxPool2d(2)
        self.down, self.up, self.grow = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        sizes = [channels]
        for filters in DOWN:
            self.down.append(DenseBlock(sizes[-1], filters, kernel))
            sizes.append(self.down[-1].channels)
        below = 0  # channels that come up from the block below
        for filters, size in zip(UP, reversed(sizes), strict=False):
            self.up.append(DenseBlock(size + below, filters, kernel))
            self.grow.append(nn.ConvTranspose2d(self.up[-1].channels, filters // 2, 2, stride=2))
            # The block above sees its pooled input, the two convolutions made of it, and what comes up.
            below = filters // 2 + 2 * DOWN[len(DOWN) - len(self.up)]
        fine = channels + 2 * DOWN[0] + UP[-1] // 2
        self.fine = nn.Conv2d(fine, FINE, 3, padding="same")
        last = fine + FINE if published else fine + FINE - UP[-1] // 2
        self.last = nn.Conv2d(last, outputs, last_kernel, padding="same")

    def forward(self, pixels: Tensor) -> Tensor:
        """(N, channels, H, W) to logits (N, 1, H, W); H and W are multiples of 8.

        Raises:
            ValueError: a side is not a multiple of 8.
        """
        if pixels.shape[2] % 8 or pixels.shape[3] % 8:
            raise ValueError(f"Expected sides that are multiples of 8, got {tuple(pixels.shape[2:])}.")
        seen = []
        for block in self.down:
            seen.append(block(pixels))
            pixels = self.clip(self.pool(seen[-1]))
        for block, grow, beside in zip(self.up, self.grow, reversed(seen), strict=True):
            pixels = torch.cat([beside, self.clip(grow(block(pixels)))], dim=1)
        fine = self.fine(pixels).relu()
        shown = pixels if self.last.out_channels == 1 else seen[0]
        logits = self.last(torch.cat([shown, fine], dim=1))
        return logits if logits.shape[1] == 1 else logits[:, 1:] - logits[:, :1]
