"""One run on a learner's folder: split, train with one method, predict the held-out and the test part."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from imbalance_course.datasets import ImageSet, MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments.classification import (
    Split,
    as_numbers,
    count_classes,
    train_network,
)
from imbalance_course.experiments.experiment import Outcome
from imbalance_course.experiments.pixel_classes import logits_by_part, train_on_windows
from imbalance_course.experiments.segmentation import count_pixels
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.methods import CLASS_METHODS, MASK_METHODS, count_training_pixels
from imbalance_course.lab.predictions import (
    USUAL_DECISION,
    ImagePredictions,
    PixelCounter,
    Predictions,
    decide,
    save_predictions,
)
from imbalance_course.lab.scoring import choose_decision, count_calls, probability_of, summarize
from imbalance_course.lab.settings import LabConfig
from imbalance_course.lab.splitting import split_folder
from imbalance_course.models import make_pixel_network
from imbalance_course.training import classification, predict_logits

WORST = 24  # test tiles of a run whose masks are kept


@dataclass(frozen=True, kw_only=True)
class LabOutcome(Outcome):
    """What a network says of the held-out and the test part.

    Attributes:
        held_out_counts: held-out images, or pixels, of each class.
        held_out: what the network says of the held-out part.
        test: what it says of the test part.
    """

    held_out_counts: dict[str, int]
    held_out: Predictions
    test: Predictions

    def score(self, data: ImageSet | MaskSet) -> dict[str, Any]:
        """Scores of the test part, with the decision that the held-out part chooses."""
        fields: dict[str, Any] = {
            "held_out_counts": self.held_out_counts,
            "metrics": summarize(self.held_out, self.test),
        }
        if self.test.classes == 2:
            moved = choose_decision(self.held_out)
            fields["threshold"] = probability_of(moved)
            fields["threshold_rule"] = "highest F1 on the held-out part"
            for name, decision in (("at_half", USUAL_DECISION), ("at_threshold", moved)):
                fields[f"test_counts_{name}"] = as_numbers(count_calls(self.test, decision))
        return fields


def positive_class(data: ImageSet | MaskSet) -> int:
    """Of two classes the one that is looked for: the foreground of masks, else the rarer class.

    Example:
        >>> from imbalance_course.datasets import draw_animals
        >>> positive_class(draw_animals(dogs=3, cats=9))
        0
    """
    if isinstance(data, MaskSet):
        return 1
    counts = np.bincount(data.labels, minlength=2)
    return int(counts[1] <= counts[0])


def predictions_file(output: Path, method: str, seed: int) -> Path:
    """Where the predictions of a run lie."""
    return output / "predictions" / f"{method}-seed{seed}.npz"


def run(
    folder: LabFolder,
    output: Path,
    name: str,
    config: LabConfig,
    data: ImageSet | MaskSet,
    images: Tensor,
    seed: int,
    checkpoint: Path | None,
    on_images: Callable[[int], None],
) -> LabOutcome:
    """Train one method on one split and write its predictions; the seed draws the split too."""
    parts = split_folder(folder, seed=seed)
    learn = learn_classes if folder.kind == "classes" else learn_masks
    outcome = learn(data, name, config, images, parts, seed, checkpoint, on_images)
    save_predictions(predictions_file(output, name, seed), held_out=outcome.held_out, test=outcome.test)
    return outcome


def learn_classes(
    data: ImageSet,
    name: str,
    config: LabConfig,
    images: Tensor,
    parts: Split,
    seed: int,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> LabOutcome:
    """Train one method on images with a class each."""
    method, classes = CLASS_METHODS[name], len(data.class_names)
    resampled = Split(method.sample(data.labels, parts.fit, seed), parts.held_out, parts.test)
    network, result, _ = train_network(
        config.network, method, classes, data, images, resampled, config,
        seed=seed, task=classification(config.augmentation), checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip

    def predict(positions: np.ndarray) -> ImagePredictions:
        logits = predict_logits(network, images, positions, PRECISIONS[config.precision])
        return ImagePredictions(
            positions=positions,
            labels=data.labels[positions],
            logits=logits.double().cpu().numpy(),
            counts=np.bincount(data.labels[parts.fit], minlength=classes),
            positive=positive_class(data),
        )

    return LabOutcome(
        training_counts=count_classes(data, data.labels[resampled.fit]),
        held_out_counts=count_classes(data, data.labels[parts.held_out]),
        held_out=predict(parts.held_out),
        test=predict(parts.test),
        best_epoch=result.best_epoch,
        history=result.history,
        seconds=result.seconds,
        images_seen=config.images_seen,
    )


def learn_masks(
    data: MaskSet,
    name: str,
    config: LabConfig,
    images: Tensor,
    parts: Split,
    seed: int,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> LabOutcome:
    """Train one method on images with a mask each."""
    method = MASK_METHODS[name]
    counts = count_training_pixels(data, parts.fit)
    torch.manual_seed(seed)
    network = make_pixel_network(config.network, outputs=len(counts), widths=config.widths)
    pick = method.pick(counts, config.window, images.device, turned=config.flip_probability > 0)
    network, result = train_on_windows(
        network, method.loss.make(counts), data, images, parts, config, seed=seed, pick=pick,
        checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip
    dtype = PRECISIONS[config.precision]

    def count(positions: np.ndarray) -> PixelCounter:
        counter = PixelCounter(counts, positive_class(data))
        for part, logits in logits_by_part(network, images, positions, dtype):
            counter.add(logits, torch.from_numpy(np.array(data.masks[part])).to(logits.device))
        return counter

    nothing = np.zeros(0, dtype=np.int64), np.zeros((0, *data.masks.shape[1:]), dtype=np.uint8)
    held_out = count(parts.held_out).result(*nothing)
    labels = [
        decide(logits, choose_decision(held_out), counts, positive_class(data)).to(torch.uint8).cpu().numpy()
        for _, logits in logits_by_part(network, images, parts.test, dtype)
    ]
    worst, masks = find_worst(data, parts.test, np.concatenate(labels))
    return LabOutcome(
        training_counts=count_pixels(data, data.masks[parts.fit]),
        held_out_counts=count_pixels(data, data.masks[parts.held_out]),
        held_out=held_out,
        test=count(parts.test).result(worst, masks),
        best_epoch=result.best_epoch,
        history=result.history,
        seconds=result.seconds,
        images_seen=config.images_seen,
    )


def find_worst(data: MaskSet, positions: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tiles with the most wrong pixels, the worst first, and their labels; perfect ones are left out.

    Args:
        data: tiles with masks.
        positions: (n,) tiles.
        labels: (n, H, W) class numbers of these.
    """
    truth = data.masks[positions]
    wrong = ((truth != labels) & (truth != IGNORE)).sum(axis=(1, 2))
    order = [place for place in np.argsort(-wrong, kind="stable")[:WORST] if wrong[place]]
    return positions[order], labels[order]
