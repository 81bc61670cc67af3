"""Helium voids: ten losses and three networks, on micrographs never seen and on the split of the study.

Source: Agarwal et al., Engineering Applications of Artificial Intelligence 126, 2023, 106747. It reports that
the weighted cross-entropy makes voids too wide and that the distance map loss mends it. Its test tiles touch
training tiles of the same micrographs; its code gives the background of the weighted loss no weight, and its
map is 0 on most of every void. Here both losses run as described and as published, on both splits.
Protocol: ``micrograph`` holds out one micrograph, and the seed picks which: with three micrographs, seeds 0
to 2 test each once, and seeds 3 to 5 once more with other first weights. ``tile`` tests a fifth of the tiles,
drawn by seed from all micrographs, whose neighbors are trained on: the row shows what that hides. In both, a
tenth of the training tiles, neighbors of the rest, chooses the threshold; it does not choose the epoch: the
last one is kept. Training sees random windows of the tiles, turned and mirrored; test images are read whole.
All losses have one budget, one network and one step size. Those of the laptop profile were chosen with the
plain cross-entropy on the second and third micrograph, each judged by a network trained on the other; so only
the first micrograph, that of seeds 0 and 3, has had no part in a choice. The older masks that the study
compares with as label noise are not part of the published data.
Command: ``imbalance-course run voids --profile laptop --rows unet-micrograph-bce --seeds 0,1,2``.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from imbalance_course.datasets import MaskSet, draw_voids, load_voids
from imbalance_course.experiments.classification import Split
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.mask_losses import LOSSES
from imbalance_course.experiments.segmentation import MaskOutcome, train_and_segment
from imbalance_course.models import make_pixel_network
from imbalance_course.splits import check_no_leak
from imbalance_course.training import TrainingConfig

NETWORKS = {
    "unet": "U-Net",
    "defectsegnet": "DefectSegNet",
    "defectsegnet-agarwal": "DefectSegNet as in the study's code",
}
SPLITS = ("micrograph", "tile")
TEST_SHARE = 0.2  # of the tiles, where single tiles are held out; the study's is 28 of 136
HELD_OUT_SHARE = 0.1  # of the training tiles


@dataclass(frozen=True)
class Row:
    """One row: a network, a split and a loss."""

    network: str
    split: str  # micrograph or tile
    loss: str

    @property
    def title(self) -> str:
        """The row in words."""
        return f"{NETWORKS[self.network]}, split by {self.split}, {LOSSES[self.loss].title}"


ROWS = {
    f"{network}-{split}-{loss}": Row(network, split, loss)
    for network in NETWORKS
    for split in SPLITS
    for loss in LOSSES
}


@dataclass(frozen=True, kw_only=True)
class VoidsConfig(TrainingConfig):
    """Every setting of a run on voids."""

    networks: tuple[str, ...]  # networks whose rows the profile has
    widths: tuple[int, ...]  # channels of the levels of the U-Net and of its last block
    drawn_counts: tuple[int, ...]  # drawn tiles; empty for real images
    tile: int  # side of a tile in pixels
    window: int  # side of a training window in pixels
    contrast: float = 0.2  # largest change of the distance from mid gray, share of it
    brightness: float = 0.1  # largest brightness added or taken, share of the way from black to white
    kept_epoch: str = "last"  # best (on the held-out tiles) or last


PROFILES = {
    "demo": VoidsConfig(
        networks=("unet",),
        widths=(4, 4, 8, 8, 16, 4),
        drawn_counts=(24,),
        tile=64,
        window=32,
        images_total=800,
        images_per_epoch=200,
        batch_size=16,
        learning_rate=1e-2,
        warmup_share=0.2,
        weight_decay=0.01,
        precision="float64",
    ),
    "laptop": VoidsConfig(
        networks=("unet",),
        widths=(8, 8, 16, 32, 64, 8),
        drawn_counts=(),
        tile=512,
        window=128,
        images_total=4_800,
        images_per_epoch=800,
        batch_size=16,
        learning_rate=3e-3,
        warmup_share=0.2,
        weight_decay=0.05,
    ),
    "full": VoidsConfig(
        networks=tuple(NETWORKS),
        widths=(32, 32, 64, 128, 256, 32),
        drawn_counts=(),
        tile=512,
        window=256,
        images_total=64_000,
        images_per_epoch=3_200,
        batch_size=32,
        learning_rate=2e-3,
        warmup_share=0.1,
        weight_decay=0.05,
    ),
}


def load(config: VoidsConfig, on_done=None) -> MaskSet:
    """Real tiles, or drawn ones for the demo profile, with one channel: the micrographs are gray."""
    if config.drawn_counts:
        data = draw_voids(*config.drawn_counts, size=config.tile)
    else:
        data = load_voids(config.tile, on_done)
    return dataclasses.replace(data, images=data.images[..., :1])


def split(data: MaskSet, row: Row, seed: int) -> Split:
    """Test tiles, held-out tiles and training tiles of a row."""
    random = np.random.default_rng(seed)
    if row.split == "micrograph":
        micrographs = np.unique(data.groups)
        in_test = data.groups == micrographs[seed % len(micrographs)]
    else:
        in_test = np.zeros(len(data), dtype=bool)
        in_test[random.choice(len(data), round(TEST_SHARE * len(data)), replace=False)] = True
    test, pool = np.flatnonzero(in_test), random.permutation(np.flatnonzero(~in_test))
    held_out, fit = np.split(pool, [max(1, round(HELD_OUT_SHARE * len(pool)))])
    parts = Split(fit=np.sort(fit), held_out=np.sort(held_out), test=test)
    check_no_leak(np.arange(len(data)), training=parts.fit, held_out=parts.held_out, test=parts.test)
    if row.split == "micrograph":
        check_no_leak(data.groups, training=pool, test=test)
    return parts


def make_network(name: str, config: VoidsConfig, classes: int = 2) -> nn.Module:
    """A network for gray images with fresh weights and one logit a pixel, which tells two classes apart."""
    return make_pixel_network(ROWS[name].network, channels=1, widths=config.widths)


def run(
    name: str,
    config: VoidsConfig,
    data: MaskSet,
    images: torch.Tensor,
    seed: int,
    checkpoint: Path | None,
    on_images,
) -> MaskOutcome:
    """Train one row with one seed and score its test tiles."""
    row = ROWS[name]
    parts, choice = split(data, row, seed), LOSSES[row.loss]
    torch.manual_seed(seed)
    return train_and_segment(
        make_network(name, config),
        choice.module(np.bincount(data.masks[parts.fit].ravel(), minlength=2)),
        data,
        images,
        choice.targets(data.masks).to(images.device),
        parts,
        config,
        seed=seed,
        checkpoint=checkpoint,
        on_images=on_images,
    )


EXPERIMENT = Experiment(
    name="voids",
    title="Helium voids in micrographs, ten losses, held-out micrographs and the split of the study",
    rows={name: row.title for name, row in ROWS.items()},
    profiles=PROFILES,
    load=load,
    count_images=lambda config: config.images_seen,
    run=run,
    offers=lambda name, config: ROWS[name].network in config.networks,
    make_network=make_network,
)
