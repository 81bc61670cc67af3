"""AutoBalance on Cat-Dog: search factors and offsets of the loss, then train with them.

Source: Li et al., AutoBalance: optimized loss functions for imbalanced data, NeurIPS 2021, arXiv:2201.01212.
The search trains a network on one part of the training images with the VS loss, factors sigmoid(Delta) and
offsets l. After a warm-up, Delta and l move every so many steps against the hypergradient of the balanced
cross-entropy on the other part. Then a fresh network is trained on both parts with the loss that was found.
Protocol: rows, test images and held-out part are those of Cat-Dog. The held-out part chooses epoch and
threshold of the second training; neither it nor the test images are seen by the search.
What differs from the authors' code: the step of the Neumann series is in units of one over the largest
eigenvalue of the second derivative, which is estimated; the balanced loss reads batches that hold the classes
in equal numbers in place of weights; the hypergradient is that of the network as it predicts; a few large
steps without momentum replace many small ones with it. As there, Delta starts at 1 for both classes and l at
0; ``initial_tau`` of 1 starts l at the logit-adjusted values instead.
A kill loses the training since the last step of the loss in the search, since the last epoch in the second
training; a finished search is not repeated.
Command: ``imbalance-course run autobalance --profile laptop --rows imbalanced-2-autobalance --seeds 0,1,2``.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from imbalance_course.datasets import ImageSet
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments import catdog
from imbalance_course.experiments.catdog import CatDogConfig
from imbalance_course.experiments.classification import (
    BinaryOutcome,
    Split,
    count_classes,
    place,
    train_and_predict,
)
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.loss_search import SearchedLoss, SearchParts, SearchSettings, search_loss
from imbalance_course.experiments.methods import METHODS
from imbalance_course.losses import VSLoss
from imbalance_course.models import make_network
from imbalance_course.splits import check_no_leak, stratified_split

ROWS = {f"{name}-autobalance": catdog.ROWS[name] for name in ("imbalanced-1", "imbalanced-2")}


@dataclass(frozen=True, kw_only=True)
class AutoBalanceConfig(SearchSettings, CatDogConfig):
    """Every setting of a run; those of Cat-Dog hold for both trainings."""


def _extend(profile: str, **search: Any) -> AutoBalanceConfig:
    return AutoBalanceConfig(**vars(catdog.PROFILES[profile]), **search)


PROFILES = {
    "demo": _extend(
        "demo",
        search_images=2_500,
        search_interval=10,
        search_warmup_share=0.25,
        upper_batches=1,
        upper_batch_size=60,
        upper_learning_rate=0.5,
    ),
    "laptop": _extend(
        "laptop",
        search_images=40_000,
        search_interval=20,
        search_warmup_share=0.3,
        upper_batches=1,
        upper_batch_size=128,
        upper_learning_rate=0.5,
    ),
    "full": _extend(
        "full",
        search_images=600_000,
        search_interval=20,
        search_warmup_share=0.4,
        upper_batches=4,
        upper_batch_size=128,
        upper_learning_rate=0.1,
    ),
}


@dataclass(frozen=True, kw_only=True)
class AutoBalanceOutcome(BinaryOutcome):
    """Predictions of the second training, and how its loss was found."""

    tuning: dict[str, Any]

    def score(self, data: ImageSet) -> dict[str, Any]:
        """Counts and scores of the predictions, and the search."""
        return super().score(data) | {"tuning": self.tuning}


def split_search(data: ImageSet, parts: Split, config: AutoBalanceConfig, seed: int) -> SearchParts:
    """Split the training part in two; refuses a leak between any two parts."""
    upper, lower = stratified_split(
        data.labels[parts.fit], config.upper_share, seed=seed, groups=data.groups[parts.fit]
    )
    search = SearchParts(parts.fit[lower], parts.fit[upper])
    check_no_leak(
        data.groups, lower=search.lower, upper=search.upper, held_out=parts.held_out, test=parts.test
    )
    return search


def run(
    name: str,
    config: AutoBalanceConfig,
    data: ImageSet,
    images: Tensor,
    seed: int,
    checkpoint: Path | None,
    on_images,
) -> AutoBalanceOutcome:
    """Search the loss of one row with one seed, train with it, and score the test images."""
    parts = catdog.split(data, ROWS[name], config, seed)
    search_parts = split_search(data, parts, config, seed)
    labels = torch.from_numpy(data.labels).to(images.device)
    torch.manual_seed(seed)
    # One logit a class: with a single logit the two factors would act as one.
    network = make_network(config.network, config.image_size, len(data.class_names), widths=config.widths)
    network = place(network, images.device, PRECISIONS[config.precision])
    search_file = checkpoint and checkpoint.with_suffix(".search.pt")
    loss, searched = search_loss(
        network, images, labels, search_parts, config,
        seed=seed, checkpoint=search_file, on_images=on_images,
    )  # fmt: skip
    before = loss.settings.images_seen
    outcome = train_and_predict(
        config.network, replace(METHODS["vs"], classes=len(data.class_names)), data, images, parts, config,
        seed=seed, loss=VSLoss(scale=loss.delta.sigmoid().tolist(), shift=loss.shift.tolist()),
        checkpoint=checkpoint, on_images=lambda seen: on_images(before + seen),
    )  # fmt: skip
    tuning = _describe(data, search_parts, loss) | {"history": searched.history}
    together = {
        "seconds": outcome.seconds + searched.seconds,
        "images_seen": outcome.images_seen + before,
        "tuning": tuning,
    }
    return AutoBalanceOutcome(**vars(outcome) | together)


def count_images(config: AutoBalanceConfig) -> int:
    """Training images of the search and of the second training."""
    return config.of_search().images_seen + config.images_seen


def _describe(data: ImageSet, parts: SearchParts, loss: SearchedLoss) -> dict[str, Any]:
    """What was found, beside the values of the logit adjustment; classes in the order of their numbers."""
    return {
        "classes": list(data.class_names),
        "lower_counts": count_classes(data, data.labels[parts.lower]),
        "upper_counts": count_classes(data, data.labels[parts.upper]),
        "chosen": {
            "delta": loss.delta.tolist(),
            "scale": loss.delta.sigmoid().tolist(),
            "shift": loss.shift.tolist(),
        },
        "logit_adjusted_shift": loss.log_shares.tolist(),
        "path": loss.path,
    }


EXPERIMENT = Experiment(
    name="autobalance",
    title="AutoBalance on Cat-Dog, a loss found by bilevel search",
    rows={name: f"{row.title}, AutoBalance" for name, row in ROWS.items()},
    profiles=PROFILES,
    load=catdog.load,
    count_images=count_images,
    run=run,
)
