"""The worst errors as small pictures that lie in the page."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from imbalance_course.datasets import MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.predictions import ImagePredictions, PixelPredictions
from imbalance_course.plots.paint import paint_errors

SIDE = 160  # pixels of a picture at most
MOST = 24  # pictures on the page


@dataclass(frozen=True)
class Mistake:
    """An item of a test part that was called wrong.

    Attributes:
        file: its image, relative to the learner's folder.
        source: the picture as a data address.
        words: what was true and what was called, in words.
    """

    file: str
    source: str
    words: tuple[str, ...]


def worst_mistakes(
    folder: LabFolder, parts: Sequence[tuple[ImagePredictions | PixelPredictions, float]]
) -> list[Mistake]:
    """The worst mistakes of some splits, the worst first, an item once.

    An image is the worse the less probable its true class was called, a tile the more pixels are wrong.

    Args:
        folder: images, masks and names.
        parts: test predictions of each split, with its decision.
    """
    find = _wrong_masks if folder.kind == "masks" else _wrong_images
    worst: dict[int, tuple[float, Mistake]] = {}
    for predictions, decision in parts:
        for position, badness, make in find(folder, predictions, decision):
            if position not in worst or worst[position][0] < badness:
                worst[position] = (badness, make)
    order = sorted(worst.values(), key=lambda entry: -entry[0])[:MOST]
    return [make() for _, make in order]


def as_address(pixels: np.ndarray) -> str:
    """An image (H, W, 3) uint8 as a data address, no side longer than a picture of the page.

    Example:
        >>> as_address(np.zeros((2, 2, 3), dtype=np.uint8))[:22]
        'data:image/png;base64,'
    """
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _wrong_images(folder: LabFolder, predictions: ImagePredictions, decision: float):
    names = folder.data.class_names
    called = predictions.decide(decision)
    probabilities = torch.from_numpy(predictions.logits).softmax(dim=1).numpy()
    for place in np.flatnonzero(called != predictions.labels):
        position, true, wrong = int(predictions.positions[place]), predictions.labels[place], called[place]
        chances = probabilities[place]
        words = (
            f"true: {names[true]}, probability {chances[true]:.2f}",
            f"called: {names[wrong]}, probability {chances[wrong]:.2f}",
        )
        yield position, 1 - chances[true], _maker(folder, position, folder.data.images[position], words)


def _wrong_masks(folder: LabFolder, predictions: PixelPredictions, decision: float):
    data: MaskSet = folder.data
    for position, labels in zip(predictions.positions.tolist(), predictions.masks, strict=True):
        truth = data.masks[position]
        kept = truth != IGNORE
        wrong = int(((truth != labels) & kept).sum())
        missed = int(((truth > 0) & (labels == 0) & kept).sum())
        invented = int(((truth == 0) & (labels > 0) & kept).sum())
        words = [f"{wrong} of {int(kept.sum())} pixels wrong", f"{missed} missed, {invented} invented"]
        if len(data.class_names) > 2:
            words.append(f"{wrong - missed - invented} of another class")
        painted = paint_errors(truth, labels, data.images[position], palette="safe")
        yield position, float(wrong), _maker(folder, position, painted, tuple(words))


def _maker(folder: LabFolder, position: int, pixels: np.ndarray, words: tuple[str, ...]):
    """The picture is made only for the items that are shown."""
    return lambda: Mistake(folder.files[position], as_address(pixels), words)
