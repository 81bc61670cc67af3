"""Images of values that are 0 almost everywhere: how a prediction of them is scored.

A hit is a pixel whose true value is not 0. A predicted value says two things: whether there is a hit, which
it says by reaching a threshold, and which value it has.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from imbalance_course.experiments.classification import as_numbers
from imbalance_course.experiments.experiment import Outcome
from imbalance_course.metrics import average_precision, choose_threshold, confusion_counts


@dataclass(frozen=True, kw_only=True)
class HitOutcome(Outcome):
    """True and predicted values of the held-out and the test images, in one unit.

    Attributes:
        held_out_truth: (n, H, W) true values, 0 without a hit.
        held_out_values: (n, H, W) predictions.
        test_truth: (m, H, W) true values.
        test_values: (m, H, W) predictions.
        test_sizes: (m,) which of ``size_names`` the signal of a test image has.
        size_names: name of size 0, size 1, ...
        untuned: threshold that needs no choice: half the smallest value of a signal.
    """

    held_out_truth: np.ndarray
    held_out_values: np.ndarray
    test_truth: np.ndarray
    test_values: np.ndarray
    test_sizes: np.ndarray
    size_names: tuple[str, ...]
    untuned: float

    @property
    def held_out_score(self) -> float:
        """How well the values rank the hits of the held-out images; no loss is after just this."""
        return rank_hits(self.held_out_truth, self.held_out_values)

    def score(self, data: Any) -> dict[str, Any]:
        """Counts of pixels at the chosen threshold, and scores of all test images and by size of signal."""
        chosen = float(
            choose_threshold(self.held_out_truth.ravel() > 0, self.held_out_values.ravel(), metric="f1")
        )
        thresholds = {"": chosen, "_untuned": self.untuned}
        metrics = score_hits(self.test_truth, self.test_values, thresholds)
        for number, name in enumerate(self.size_names):
            inside = self.test_sizes == number
            found = score_hits(self.test_truth[inside], self.test_values[inside], thresholds)
            metrics |= {f"{name}_{score}": value for score, value in found.items()}
        counts = confusion_counts(self.test_truth.ravel() > 0, self.test_values.ravel(), chosen)
        return {
            "held_out_counts": count_hits(self.held_out_truth),
            "threshold": chosen,
            "threshold_rule": "highest F1 of the pixels of the held-out images",
            "test_counts_at_threshold": as_numbers(counts),
            "metrics": metrics,
        }


def score_hits(truth: np.ndarray, values: np.ndarray, thresholds: dict[str, float]) -> dict[str, float]:
    """What is found, what is invented, and how far the values are off.

    Args:
        truth: (n, H, W) true values, 0 without a hit.
        values: (n, H, W) predictions in the same unit.
        thresholds: ending of a score's name -> smallest value that is called a hit.

    Returns:
        ``average_precision``; for each threshold ``recovery``, the share of the hits found, ``false_hits`` in
        an image on average, ``pixel_f1``, and ``blank_images``, the share of images in which nothing is
        called a hit; squared and absolute error of hits and of the rest in the unit of the values;
        ``signal``, hits in an image on average.

    Example:
        >>> truth, values = np.array([[[0.0, 80.0]]]), np.array([[[20.0, 70.0]]])
        >>> found = score_hits(truth, values, {"": 50, "_low": 10})
        >>> found["recovery"], found["false_hits"], found["false_hits_low"], found["hit_mae"]
        (1.0, 0.0, 1.0, 10.0)
    """
    hits, away = truth > 0, values - truth
    scores = {"average_precision": rank_hits(truth, values)}
    for ending, threshold in thresholds.items():
        counts = confusion_counts(hits.ravel(), values.ravel(), threshold)
        scores |= {
            f"recovery{ending}": counts.recall,
            f"false_hits{ending}": counts.fp / len(truth),
            f"pixel_f1{ending}": counts.f1,
            f"blank_images{ending}": float((values < threshold).all(axis=(1, 2)).mean()),
        }
    for name, part in (("hit", away[hits]), ("rest", away[~hits])):
        scores |= {f"{name}_mse": float((part**2).mean()), f"{name}_mae": float(np.abs(part).mean())}
    return scores | {"signal": float(hits.sum() / len(truth))}


def rank_hits(truth: np.ndarray | Tensor, values: np.ndarray | Tensor) -> float:
    """Average precision of hits among all pixels; it depends on the order of the values alone."""
    truth, values = np.asarray(truth), np.asarray(values)
    return float(average_precision(truth.ravel() > 0, values.ravel()))


def count_hits(truth: np.ndarray) -> dict[str, int]:
    """Pixels of the signal and the others."""
    hits = int((truth > 0).sum())
    return {"signal": hits, "no signal": truth.size - hits}
