"""An autoencoder that cleans images, small enough for a CPU."""

import torch
from torch import nn


class DenoisingAutoencoder(nn.Module):
    """Convolutions that halve the image at every width, one at the bottom, and their mirror image back up.

    No path leads around the bottom: what it does not hold, such as noise without a pattern, is lost.

    Args:
        widths: channels after each halving.
        channels: channels of the image.

    Shape:
        Input (N, channels, H, W), output (N, 1, H, W) of any sign; H and W are multiples of 2 to the number
        of widths.

    Reference:
        Masci et al., Stacked convolutional auto-encoders, ICANN 2011, with the batch normalization of Ioffe
        and Szegedy, 2015, arXiv:1502.03167.

    Example:
        >>> DenoisingAutoencoder((8, 16))(torch.zeros(2, 1, 32, 24)).shape
        torch.Size([2, 1, 32, 24])
    """

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64), channels: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inner, outer in zip((channels, *widths), widths, strict=False):
            layers += _normalized(nn.Conv2d(inner, outer, 3, stride=2, padding=1, bias=False))
        layers += _normalized(nn.Conv2d(widths[-1], widths[-1], 3, padding=1, bias=False))
        for inner, outer in zip(widths[::-1], widths[-2::-1], strict=False):
            layers += _normalized(nn.ConvTranspose2d(inner, outer, 4, stride=2, padding=1, bias=False))
        layers.append(nn.ConvTranspose2d(widths[0], 1, 4, stride=2, padding=1))
        self.layers = nn.Sequential(*layers)
        self.factor = 2 ** len(widths)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Noisy images to clean values.

        Raises:
            ValueError: a side that cannot be halved as often as there are widths.
        """
        if any(side % self.factor for side in images.shape[-2:]):
            raise ValueError(
                f"Expected sides that are multiples of {self.factor}, got {tuple(images.shape[-2:])}."
            )
        return self.layers(images)


def _normalized(convolution: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    return [convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU(inplace=True)]
