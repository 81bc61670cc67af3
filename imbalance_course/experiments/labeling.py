"""What a trained network says of an image of any size: a class for every pixel, from overlapping windows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course.augment import rescale
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.networks import load_network
from imbalance_course.posthoc import reuse_background
from imbalance_course.records import Record
from imbalance_course.training.loop import apply_network

OVERLAP = 0.5  # share of a window that its neighbor sees too
WINDOWS_AT_ONCE = 4  # windows that go through the network together, a matter of memory
HALVED = 16  # networks halve an image four times, so sides are multiples of this
SMALLEST = 2 * HALVED  # pixels; normalization needs more than one value at the bottom of a network


@dataclass(frozen=True)
class PixelLabeler:
    """A network that gives every pixel of an image a class.

    Attributes:
        network: maps (n, channels, h, w) in [-1, 1] to one logit a pixel for two classes, to one for each
            class, or to those and a last one that tells foreground from background.
        channels: channels of an image.
        class_names: name of class 0, class 1, ...
        largest_window: side in pixels, a multiple of 16, of what the network sees at once.
        threshold: probability from which a pixel is class 1, where there is one logit.
        precision: float64, float32 or bfloat16.
    """

    network: nn.Module
    channels: int
    class_names: tuple[str, ...]
    largest_window: int
    threshold: float = 0.5
    precision: str = "float32"

    @torch.no_grad()
    def label(self, image: np.ndarray) -> np.ndarray:
        """Classes of the pixels; an image no larger than the largest window is seen whole.

        Windows of a larger one overlap by half, and their logits are averaged with Gaussian weights. Sides
        that are no multiple of 16 are filled up with their last pixels, which are cut off again.

        Args:
            image: (H, W, channels) uint8.

        Returns:
            (H, W) uint8.
        """
        from monai.inferers.utils import sliding_window_inference

        weights = next(self.network.parameters())
        pixels = rescale(torch.from_numpy(np.array(image))[None].to(weights.device), weights.dtype)
        windows = window_sides(image.shape[0], image.shape[1], self.largest_window)
        logits = sliding_window_inference(
            pixels, windows, WINDOWS_AT_ONCE, self._apply,
            overlap=OVERLAP, mode="gaussian", padding_mode="replicate",
        )  # fmt: skip
        return choose_classes(logits, len(self.class_names), self.threshold)[0].cpu().numpy()

    def _apply(self, windows: Tensor) -> Tensor:
        logits = apply_network(self.network, windows, PRECISIONS[self.precision])
        return logits.unsqueeze(1) if logits.ndim == 3 else logits


def load_labeler(file: Path, experiment: Experiment, record: Record, device: torch.device) -> PixelLabeler:
    """The network of a record, from where it is kept.

    Its largest window is as large as the tiles that it was tested on, so that a tile comes out as scored.

    Raises:
        CourseError: the file is damaged, or this version of the package makes another network.
    """
    kept, config = load_network(file), experiment.restore_config(record.config)
    return PixelLabeler(
        kept.build(experiment, record).to(device),
        kept.channels,
        kept.class_names,
        config.tile,
        0.5 if record.threshold is None else record.threshold,
        config.precision,
    )


def window_sides(height: int, width: int, largest: int) -> tuple[int, int]:
    """Height and width of the windows of an image, in pixels.

    Example:
        >>> window_sides(100, 2000, largest=512)
        (112, 512)
    """
    height, width = (min(largest, max(SMALLEST, -(-side // HALVED) * HALVED)) for side in (height, width))
    return height, width


def choose_classes(logits: Tensor, classes: int, threshold: float = 0.5) -> Tensor:
    """Class numbers by the rule that the scores of a record use.

    Args:
        logits: (n, 1, H, W) of class 1 against class 0, (n, classes, H, W), or (n, classes + 1, H, W) whose
            last logit tells foreground from background: what it calls background is class 0.
        classes: number of classes.
        threshold: probability from which a pixel is class 1; with one logit only.

    Returns:
        (n, H, W) uint8.

    Example:
        >>> choose_classes(torch.tensor([-1.0, 1.0]).view(1, 1, 1, 2), 2, threshold=0.2).tolist()
        [[[1, 1]]]
    """
    if logits.shape[1] == 1:
        return (logits[:, 0].double().sigmoid() >= threshold).to(torch.uint8)
    chosen = logits[:, :classes].argmax(dim=1)
    if logits.shape[1] > classes:
        chosen = reuse_background(chosen, logits[:, classes].sigmoid())
    return chosen.to(torch.uint8)
