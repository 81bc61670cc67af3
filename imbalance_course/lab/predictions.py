"""What a trained network says of one part of a split: all that scores, choices and report read.

A decision is one number. For two classes it is a threshold on the log-odds of the positive class, for more
the share of the logarithm of the class shares that is taken off the logits; 0, the usual decision, is
probability 1/2 and the most probable class.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor

from imbalance_course.datasets.base import IGNORE
from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts, counts_by_threshold
from imbalance_course.metrics.confusion import confusion_matrix
from imbalance_course.posthoc import adjust_logits
from imbalance_course.training.checkpoint import UNREADABLE
from imbalance_course.writing import written_beside

USUAL_DECISION = 0.0
ADJUSTMENTS = (0.0, 0.5, 1.0)  # decisions that are tried for more than two classes
FURTHEST = 16.0  # log-odds of the outermost bins, probabilities of 1e-7 and 1 - 1e-7
BINS = 4096  # of the log-odds, 1/128 wide


class Scored(NamedTuple):
    """Items with a score each; those of equal label and score may be one entry.

    Attributes:
        labels: (n,) 0 or 1.
        scores: (n,) log-odds, or probabilities.
        weights: (n,) number of items.
    """

    labels: np.ndarray
    scores: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class ImagePredictions:
    """Logits of some images.

    Attributes:
        positions: (n,) which images of the folder.
        labels: (n,) their classes.
        logits: (n, K).
        counts: (K,) training images of each class.
        positive: of two classes the one that is looked for, the rarer one.
    """

    positions: np.ndarray
    labels: np.ndarray
    logits: np.ndarray
    counts: np.ndarray
    positive: int

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.counts)

    @property
    def items(self) -> np.ndarray:
        """(K,) images of each class."""
        return np.bincount(self.labels, minlength=self.classes)

    def against_rest(self, number: int) -> Scored:
        """Log-odds of a class against the rest."""
        scores = log_odds(torch.from_numpy(self.logits))[:, number].numpy()
        return Scored((self.labels == number).astype(int), scores, np.ones(len(scores), dtype=np.int64))

    def decide(self, decision: float) -> np.ndarray:
        """(n,) class of each image."""
        return decide(torch.from_numpy(self.logits), decision, self.counts, self.positive).numpy()

    def matrix(self, decision: float) -> np.ndarray:
        """(K, K) images of each true (row) and called (column) class."""
        return confusion_matrix(self.labels, self.decide(decision), classes=self.classes)

    def trust(self, temperature: float = 1.0) -> Scored:
        """Probabilities to check: of the positive class, or that the most probable class is right."""
        probabilities = torch.from_numpy(self.logits / temperature).double().softmax(dim=1).numpy()
        weights = np.ones(len(self.labels), dtype=np.int64)
        if self.classes == 2:
            return Scored(
                (self.labels == self.positive).astype(int), probabilities[:, self.positive], weights
            )
        right = probabilities.argmax(axis=1) == self.labels
        return Scored(right.astype(int), probabilities.max(axis=1), weights)


@dataclass(frozen=True)
class PixelPredictions:
    """Counts of the pixels of some tiles by class and log-odds: millions of pixels in some thousand numbers.

    Attributes:
        histogram: (K, 2, BINS) pixels of the rest and of each class, by log-odds of that class.
        matrices: (number of adjustments, K, K) pixels of each true and called class; used for K above 2.
        confidence: (2, BINS) pixels whose most probable class is wrong and right, by its log-odds.
        counts: (K,) training pixels of each class.
        positive: of two classes the one that is looked for, the foreground.
        positions: (m,) the worst tiles of the folder, where they were looked for.
        masks: (m, H, W) uint8 class numbers of these, as the moved decision calls them.
    """

    histogram: np.ndarray
    matrices: np.ndarray
    confidence: np.ndarray
    counts: np.ndarray
    positive: int
    positions: np.ndarray
    masks: np.ndarray

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.counts)

    @property
    def items(self) -> np.ndarray:
        """(K,) pixels of each class."""
        return self.matrices[0].sum(axis=1)

    def against_rest(self, number: int) -> Scored:
        """Log-odds of a class against the rest, one entry a bin."""
        return _filled(self.histogram[number])

    def matrix(self, decision: float) -> np.ndarray:
        """(K, K) pixels of each true (row) and called (column) class."""
        if self.classes > 2:
            return self.matrices[ADJUSTMENTS.index(decision)]
        scored = self.against_rest(self.positive)
        called = scored.scores >= decision
        truth = np.where(scored.labels == 1, self.positive, 1 - self.positive)
        matrix = np.zeros((2, 2), dtype=np.int64)
        np.add.at(matrix, (truth, np.where(called, self.positive, 1 - self.positive)), scored.weights)
        return matrix

    def trust(self, temperature: float = 1.0) -> Scored:
        """Probabilities that can be checked, as of images; a temperature changes those of two classes."""
        scored = _filled(self.confidence) if self.classes > 2 else self.against_rest(self.positive)
        scale = 1.0 if self.classes > 2 else temperature
        return Scored(scored.labels, _sigmoid(scored.scores / scale), scored.weights)


Predictions = ImagePredictions | PixelPredictions


def log_odds(logits: Tensor) -> Tensor:
    r"""Log-odds of every class against the rest.

    .. math:: \log \frac{p_c}{1 - p_c} = x_c - \log \sum_{k \ne c} e^{x_k}

    Args:
        logits: (N, K, \*).

    Returns:
        Of the same shape, in float64.

    Example:
        >>> log_odds(torch.tensor([[0.0, 2.0]]))
        tensor([[-2.,  2.]], dtype=torch.float64)
    """
    logits = logits.double()
    rest = [
        torch.cat([logits[:, :number], logits[:, number + 1 :]], dim=1).logsumexp(dim=1)
        for number in range(logits.shape[1])
    ]
    return logits - torch.stack(rest, dim=1)


def decide(logits: Tensor, decision: float, counts: np.ndarray, positive: int) -> Tensor:
    """Class numbers of logits whose second axis counts the classes; see the head of this module."""
    if logits.shape[1] == 2:
        called = log_odds(logits)[:, positive] >= decision
        return torch.where(called, positive, 1 - positive)
    return adjust_logits(logits.double(), class_counts=tuple(counts), tau=decision).argmax(dim=1)


class PixelCounter:
    """Adds up what a network says of tiles, part by part, on whatever device they are.

    Args:
        counts: (K,) training pixels of each class.
        positive: of two classes the one that is looked for.
    """

    def __init__(self, counts: np.ndarray, positive: int) -> None:
        classes = len(counts)
        self.counts, self.positive = counts, positive
        self.histogram = np.zeros((classes, 2, BINS), dtype=np.int64)
        self.matrices = np.zeros((len(ADJUSTMENTS), classes, classes), dtype=np.int64)
        self.confidence = np.zeros((2, BINS), dtype=np.int64)

    def add(self, logits: Tensor, masks: Tensor) -> None:
        """Count the pixels of logits (n, K, H, W) and masks (n, H, W), but those of class 255."""
        kept = masks != IGNORE
        truth = masks[kept].long()
        values = logits.permute(0, 2, 3, 1)[kept]
        odds = log_odds(values)
        for number in range(len(self.counts)):
            self.histogram[number] += _count(truth == number, odds[:, number])
        sure, called = odds.max(dim=1)
        self.confidence += _count(called == truth, sure)
        for index, strength in enumerate(ADJUSTMENTS):
            called = decide(values, strength if len(self.counts) > 2 else 0.0, self.counts, self.positive)
            self.matrices[index] += confusion_matrix(
                truth.cpu().numpy(), called.cpu().numpy(), classes=len(self.counts)
            )

    def result(self, positions: np.ndarray, masks: np.ndarray) -> PixelPredictions:
        """All that was counted, with the worst tiles."""
        return PixelPredictions(
            self.histogram, self.matrices, self.confidence, self.counts, self.positive, positions, masks
        )


def bin_centers() -> np.ndarray:
    """(BINS,) log-odds in the middle of each bin."""
    width = 2 * FURTHEST / BINS
    return -FURTHEST + width * (np.arange(BINS) + 0.5)


def counts_by_decision(scored: Scored) -> tuple[np.ndarray, Counts]:
    """Thresholds and counts of every decision on scored items."""
    return counts_by_threshold(scored.labels, scored.scores, weights=scored.weights)


def save_predictions(file: Path, **parts: Predictions) -> None:
    """Write the predictions of the parts of a split beside their place, then into it."""
    arrays = {f"{part}.{name}": value for part, each in parts.items() for name, value in vars(each).items()}
    with written_beside(file) as handle:
        np.savez_compressed(handle, **arrays)


def load_predictions(file: Path) -> dict[str, Predictions]:
    """Part of the split -> predictions, as :func:`save_predictions` wrote them.

    Raises:
        CourseError: the file is not there, or damaged, or holds what no network says.
    """
    try:
        with file.open("rb") as handle, np.load(handle, allow_pickle=False) as arrays:
            parts: dict[str, dict[str, np.ndarray]] = {}
            for key in arrays.files:
                part, _, name = key.partition(".")
                parts.setdefault(part, {})[name] = arrays[key]
        kinds = {
            part: ImagePredictions if "logits" in each else PixelPredictions for part, each in parts.items()
        }
        found = {
            part: kinds[part](**{**each, "positive": int(each["positive"])}) for part, each in parts.items()
        }
        for each in found.values():
            _check(each)
        return found
    except (*UNREADABLE, BadZipFile) as error:
        raise CourseError(
            f"Expected the predictions of a recorded run in {file}, found none that can be read. Delete the "
            "folder that it lies in, or choose another --output, and run again."
        ) from error


def _check(found: Predictions) -> None:
    """Raise a ValueError where shapes do not fit or a number is out of its range."""
    classes, items = len(found.counts), len(found.positions)
    if isinstance(found, ImagePredictions):
        shapes = {"labels": (items,), "logits": (items, classes)}
        right = np.isfinite(found.logits).all() and np.isin(found.labels, range(classes)).all()
    else:
        shapes = {"histogram": (classes, 2, BINS), "confidence": (2, BINS)}
        shapes["matrices"] = len(ADJUSTMENTS), classes, classes
        right = len(found.masks) == items and all((getattr(found, name) >= 0).all() for name in shapes)
    right &= all(getattr(found, name).shape == shape for name, shape in shapes.items())
    if not right or (found.positions < 0).any() or not 0 <= found.positive < classes:
        raise ValueError("shapes that do not fit, or numbers out of range")


def _count(labels: Tensor, odds: Tensor) -> np.ndarray:
    """(2, BINS) items of label False and True by log-odds; those beyond the bins are in the outermost."""
    place = ((odds + FURTHEST) * (BINS / (2 * FURTHEST))).floor().clamp(0, BINS - 1).long()
    return torch.bincount(labels.long() * BINS + place, minlength=2 * BINS).view(2, BINS).cpu().numpy()


def _filled(histogram: np.ndarray) -> Scored:
    label, place = np.nonzero(histogram)
    return Scored(label, bin_centers()[place], histogram[label, place])


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return torch.from_numpy(values).sigmoid().numpy()
