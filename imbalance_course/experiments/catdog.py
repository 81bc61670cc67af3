"""Cat-Dog: the lecture's twelve rows and later remedies, trained from scratch, tested on the same images.

Source: Anh-Khoa Nguyen and Quang-Vinh Dinh, lecture "Imbalanced Data", section Experiments.
Protocol: 1 500 cats and 1 500 dogs are set aside for testing, whole near-duplicate groups at a time. The
training set of a row is drawn from the rest by seed. A part of it is held out, before any resampling, to
choose the epoch and the threshold. Every row sees the same number of training images in total, whatever the
size of its training set. Network, budget and rotation of the laptop profile were chosen on the held-out part
of the balanced row.
The further rows use settings of their papers, or, with ``--tune``, the best of three on the held-out part.
Command: ``imbalance-course run catdog --profile laptop --rows balanced --seeds 0,1,2``.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from imbalance_course.datasets import ImageSet, draw_animals, load_catdog
from imbalance_course.experiments.classification import (
    BinaryOutcome,
    Split,
    train_and_predict,
)
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.methods import METHODS, MethodSettings
from imbalance_course.losses import BinaryCrossEntropy
from imbalance_course.metrics import Counts
from imbalance_course.sampling import draw_profile
from imbalance_course.splits import check_no_leak, split_by_counts, stratified_split
from imbalance_course.training import TrainingConfig

DOG, CAT = 0, 1
TEST_SEED = 0  # one test set for every row and every training seed


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    title: str
    cats: int  # training images of the profile, before holding out
    cats_right: int | None = None  # the lecture's result: cats right of 1 500
    dogs_right: int | None = None  # the lecture's result: dogs right of 1 500
    dogs: int = 11_000  # training images of the profile, before holding out
    method: str = "plain"  # a method of the shared list
    dog_weight: float = 1.0  # factor of the dogs' loss

    @property
    def lecture(self) -> Counts | None:
        """The lecture's counts on its 3 000 images; None for a row that it does not have."""
        if self.cats_right is None or self.dogs_right is None:
            return None
        return Counts(
            tp=self.cats_right, fp=1500 - self.dogs_right, fn=1500 - self.cats_right, tn=self.dogs_right
        )


ROWS = {
    "balanced": Row("balanced", 11_000, 1445, 1436),
    "balanced-weight-100": Row("balanced, dog weight 100", 11_000, 1076, 1499, dog_weight=100),
    "balanced-weight-1000": Row("balanced, dog weight 1000", 11_000, 670, 1498, dog_weight=1000),
    "imbalanced-1": Row("1:11", 1_000, 1082, 1483),
    "imbalanced-1-weighted": Row("1:11, weighted", 1_000, 1163, 1379, method="weighted"),
    "imbalanced-1-undersampled": Row("1:11, undersampled", 1_000, 1282, 1017, method="undersampled"),
    "imbalanced-1-oversampled": Row("1:11, oversampled", 1_000, 1167, 1438, method="oversampled"),
    "imbalanced-1-focal": Row("1:11, focal", 1_000, 1210, 1447, method="focal"),
    "imbalanced-2": Row("1:22", 500, 821, 1489),
    "imbalanced-2-weighted": Row("1:22, weighted", 500, 1123, 1309, method="weighted"),
    "imbalanced-2-undersampled": Row("1:22, undersampled", 500, 1335, 734, method="undersampled"),
    "imbalanced-2-oversampled": Row("1:22, oversampled", 500, 1159, 1386, method="oversampled"),
}

FURTHER_METHODS = (
    "class-balanced",
    "logit-adjusted",
    "logit-adjusted-posthoc",
    "ldam-drw",
    "vs",
    "balanced-batches",
)
FURTHER_ROWS = {
    f"{profile}-{method}": Row(
        f"{ROWS[profile].title}, {METHODS[method].title}", ROWS[profile].cats, method=method
    )
    for profile in ("imbalanced-1", "imbalanced-2")
    for method in FURTHER_METHODS
}
ALL_ROWS = ROWS | FURTHER_ROWS


@dataclass(frozen=True, kw_only=True)
class CatDogConfig(MethodSettings, TrainingConfig):
    """Every setting of a Cat-Dog run."""

    network: str  # vgg16 or small
    widths: tuple[int, ...]  # channels of the small network's blocks
    image_size: int  # side in pixels
    count_divisor: int  # training and test counts of the lecture are divided by this
    test_per_class: int  # test images of each class, before dividing
    held_out_share: float  # share of a training set held out for the epoch and the threshold


PROFILES = {
    "demo": CatDogConfig(
        network="small",
        widths=(8, 16, 16),
        image_size=20,
        count_divisor=5,
        test_per_class=1_500,
        held_out_share=0.15,
        ldam_deferral=0.5,  # two of four epochs
        images_total=8_000,
        images_per_epoch=2_000,
        batch_size=25,
        learning_rate=1e-2,
        warmup_share=0.2,
        weight_decay=0.01,
        rotation_turns=0.02,
        flip_probability=0.5,
        precision="float64",
    ),
    "laptop": CatDogConfig(
        network="small",
        widths=(16, 32, 64, 128, 128),
        image_size=64,
        count_divisor=1,
        test_per_class=1_500,
        held_out_share=0.15,
        ldam_deferral=0.75,  # two of eight epochs
        images_total=160_000,
        images_per_epoch=20_000,
        batch_size=128,
        learning_rate=3e-3,
        warmup_share=0.2,
        weight_decay=0.02,
        rotation_turns=0.05,
        flip_probability=0.5,
        precision="auto",
    ),
    "full": CatDogConfig(
        network="vgg16",
        widths=(),
        image_size=160,
        count_divisor=1,
        test_per_class=1_500,
        held_out_share=0.15,
        images_total=1_200_000,
        images_per_epoch=20_000,
        batch_size=256,
        learning_rate=2e-4,
        warmup_share=0.1,
        weight_decay=0.05,
        rotation_turns=0.2,
        flip_probability=0.5,
        precision="auto",
    ),
}


def load(config: CatDogConfig, on_done=None) -> ImageSet:
    """Real photographs, or drawn animals for the demo profile."""
    if config.count_divisor == 1:
        return load_catdog(config.image_size, on_done)
    largest = ROWS["balanced"].dogs + config.test_per_class
    return draw_animals(
        largest // config.count_divisor, largest // config.count_divisor, size=config.image_size
    )


def split(data: ImageSet, row: Row, config: CatDogConfig, seed: int) -> Split:
    """Test set, held-out part and training part of a row; refuses a leak.

    Rows of one profile and seed share their held-out part, and a smaller profile is part of the larger one.
    """
    test_count = config.test_per_class // config.count_divisor
    test, pool = split_by_counts(
        data.labels, {DOG: test_count, CAT: test_count}, seed=TEST_SEED, groups=data.groups
    )
    counts = {DOG: row.dogs // config.count_divisor, CAT: row.cats // config.count_divisor}
    drawn = draw_profile(data.labels, counts, seed=seed, pool=pool)
    held_out, fit = stratified_split(
        data.labels[drawn], config.held_out_share, seed=seed, groups=data.groups[drawn]
    )
    held_out, fit = drawn[held_out], drawn[fit]
    fit = METHODS[row.method].sample(data.labels, fit, seed)
    check_no_leak(data.groups, training=np.unique(fit), held_out=held_out, test=test)
    return Split(fit, held_out, test)


def make_loss(row: Row, counts: np.ndarray, config: CatDogConfig) -> nn.Module:
    """The loss of a row; ``counts`` are the training images of (dog, cat)."""
    if row.dog_weight != 1:
        return BinaryCrossEntropy(weight=(row.dog_weight, 1.0))
    return METHODS[row.method].make_loss(counts, config)


def run(
    name: str,
    config: CatDogConfig,
    data: ImageSet,
    images: torch.Tensor,
    seed: int,
    checkpoint: Path | None,
    on_images,
) -> BinaryOutcome:
    """Train one row with one seed and score its test images."""
    row = ALL_ROWS[name]
    parts = split(data, row, config, seed)
    counts = np.bincount(data.labels[parts.fit], minlength=2)
    return train_and_predict(
        config.network, METHODS[row.method], data, images, parts, config,
        seed=seed, loss=make_loss(row, counts, config), checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip


EXPERIMENT = Experiment(
    name="catdog",
    title="Cat-Dog, the lecture's rows and later remedies",
    rows={name: row.title for name, row in ALL_ROWS.items()},
    profiles=PROFILES,
    load=load,
    count_images=lambda config: config.images_seen,
    run=run,
    candidates=lambda name: METHODS[ALL_ROWS[name].method].candidates,
)
