"""VGG16 without its classifier, as the lecture trains it from scratch."""

import torch
from torch import nn

WIDTHS = (
    (64, 64),
    (128, 128),
    (256, 256, 256),
    (512, 512, 512),
    (512, 512, 512),
)  # output channels, block by block
FEATURE_PARAMETERS = 14_714_688


class VGG16(nn.Module):
    """Thirteen 3x3 convolutions in five blocks, then one linear layer on the flattened map.

    Each block ends in a 2x2 maximum, so an image of s pixels leaves a map of s/32. The head is a single
    linear layer, as in the lecture; the two hidden layers of the paper's classifier are left out.

    Args:
        image_size: side of the square input in pixels, a multiple of 32.
        outputs: number of logits; 1 for two classes.

    Shape:
        Input (N, 3, image_size, image_size), output (N, outputs).

    Raises:
        ValueError: the image size is not a positive multiple of 32.

    Reference:
        Simonyan and Zisserman, Very Deep Convolutional Networks, 2015, arXiv:1409.1556, Table 1, column D.

    Example:
        >>> model = VGG16(image_size=160)
        >>> sum(p.numel() for p in model.features.parameters())
        14714688
    """

    def __init__(self, image_size: int = 160, outputs: int = 1) -> None:
        super().__init__()
        if image_size <= 0 or image_size % 32:
            raise ValueError(f"Expected an image size that is a multiple of 32 pixels, got {image_size}.")
        layers: list[nn.Module] = []
        channels = 3
        for block in WIDTHS:
            for width in block:
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
                channels = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(channels * (image_size // 32) ** 2, outputs)
        for module in self.features:
            if isinstance(
                module, nn.Conv2d
            ):  # keeps the signal's variance through thirteen layers without normalization
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.head.weight, std=0.01)  # every first prediction is near 1/2
        nn.init.zeros_(self.head.bias)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Images in [-1, 1] to logits."""
        return self.head(self.features(images).flatten(1))
