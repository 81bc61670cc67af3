"""A small plain network that a CPU trains in minutes."""

import torch
from torch import nn


class SmallConvNet(nn.Module):
    """Blocks of two 3x3 convolutions with batch normalization, a global mean, one linear layer.

    Args:
        widths: output channels of each block; each block but the last halves the image.
        outputs: number of logits; 1 for two classes.

    Shape:
        Input (N, 3, s, s), output (N, outputs).

    Reference:
        The plain 3x3 design of Simonyan and Zisserman, 2015, arXiv:1409.1556, with the batch normalization of
        Ioffe and Szegedy, 2015, arXiv:1502.03167, in place of depth.

    Example:
        >>> import torch
        >>> SmallConvNet((8, 16))(torch.zeros(2, 3, 32, 32)).shape
        torch.Size([2, 1])
    """

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64, 128), outputs: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for number, width in enumerate(widths):
            if number:
                layers.append(nn.MaxPool2d(2))
            for _ in range(2):
                convolution = nn.Conv2d(channels, width, 3, padding=1, bias=False)
                nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
                layers += [convolution, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                channels = width
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(channels, outputs)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Images in [-1, 1] to logits."""
        return self.head(self.features(images).mean(dim=(2, 3)))
