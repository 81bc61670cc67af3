"""The lines of the report's tables."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from imbalance_course.datasets import MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.lab import numbers
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.running import LabRun
from imbalance_course.lab.scoring import ClassScores


def class_lines(folder: LabFolder) -> list[dict[str, str]]:
    """Every class with its items and their share; for masks also the images that hold it."""
    data = folder.data
    if isinstance(data, MaskSet):
        counts = np.zeros(len(data.class_names), dtype=np.int64)
        holders: list[set[str]] = [set() for _ in data.class_names]
        for file, mask in zip(folder.files, data.masks, strict=True):
            found = np.bincount(mask.ravel(), minlength=IGNORE + 1)[: len(counts)]
            counts += found
            for number in np.flatnonzero(found):
                holders[number].add(file)
        images = [numbers.count(len(each)) for each in holders]
    else:
        counts = np.bincount(data.labels, minlength=len(data.class_names))
        images = [numbers.count(each) for each in counts]
    return [
        {
            "name": name,
            "items": numbers.count(items),
            "share": numbers.share(items / counts.sum()),
            "images": held,
        }
        for name, items, held in zip(data.class_names, counts, images, strict=True)
    ]


def part_lines(folder: LabFolder, run: LabRun) -> list[dict[str, object]]:
    """Items of each class in the parts of one split."""
    names = folder.data.class_names
    parts = {
        "training": [run.record.training_counts[name] for name in names],
        "held-out": [run.record.held_out_counts[name] for name in names],
        "test": run.predictions.test.items.tolist(),
    }
    return [
        {"part": part, "counts": [numbers.count(each) for each in counts]} for part, counts in parts.items()
    ]


def score_lines(names: Sequence[str], scored: Sequence[Sequence[ClassScores]]) -> list[dict[str, str]]:
    """Scores of each class, means over the splits that have it, and the mean over the classes that are there.

    Args:
        names: (K,) classes.
        scored: for each split the scores of each class.
    """
    lines = []
    means: list[dict[str, float]] = []
    for index, name in enumerate(names):
        there = [asdict(split[index]) for split in scored if split[index].items]
        mean = {
            key: float(np.mean([each[key] for each in there if each[key] is not None]))
            for key in (there[0] if there else {})
            if any(each[key] is not None for each in there)
        }
        if mean:
            means.append(mean)
        lines.append({"name": name} | _as_text(mean))
    whole = {
        key: float(np.mean([mean[key] for mean in means if key in mean]))
        for key in ("recall", "precision", "f1", "iou", "average_precision")
    }
    lines.append({"name": "mean of the classes"} | _as_text(whole))
    return lines


def confusion_lines(matrix: np.ndarray) -> list[list[dict[str, object]]]:
    """Rows of the table of true and called classes: count, share of the row, whether right."""
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    return [
        [
            {
                "count": numbers.count(matrix[row, column]),
                "share": numbers.share(shares[row, column]),
                "strength": round(float(shares[row, column]), 3),
                "right": row == column,
            }
            for column in range(len(matrix))
        ]
        for row in range(len(matrix))
    ]


def _as_text(mean: dict[str, float]) -> dict[str, str]:
    keys = ("recall", "precision", "f1", "iou", "average_precision")
    items = {"items": numbers.count(mean["items"]) if "items" in mean else numbers.NOT_THERE}
    return items | {key: numbers.number(mean.get(key)) for key in keys}
