"""Nuclei: losses, networks, class weights, hard pixels and two stages on two sets, split by image or patient.

Source: the thesis on nuclei listed in the references, which compares losses and networks on CoNIC and MoNuSAC
with a random split of the images. Its code applies softmax twice before some losses, calls a weighted Jaccard
index Tversky, counts absent classes as 0, calls a mean recall average precision, and keeps the epoch
with the lowest training loss. Here every loss is as defined, and scores are of images or patients never seen.
Protocol: cross-validation; the seed picks repeat and fold, ``repeat, fold = divmod(seed, folds)``. Folds hold
whole groups: images of the Data Science Bowl, patients of MoNuSAC. A part of the training groups is looked at
while training: budget and step size of the laptop profile were chosen there, on MoNuSAC with seed 0 and the
rows ce, ce-dice and focal-falling. It does not choose the epoch: the last one is kept. Training sees windows
of tiles, turned and mirrored and in other colors; test tiles are read whole. MoNuSAC has the rare classes
neutrophil and macrophage, the Data Science Bowl the border of the nuclei, one pixel wide.
Which rows repeat which table of the thesis is said in :mod:`imbalance_course.experiments.class_losses`.
Command: ``imbalance-course run nuclei-monusac --profile laptop --rows unet-ce,unet-focal --seeds 0,1,2``.
"""

import dataclasses
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from imbalance_course.augment import Augmentation
from imbalance_course.datasets import MaskSet, draw_nuclei, load_nuclei_dsb2018, load_nuclei_monusac
from imbalance_course.datasets.base import IGNORE
from imbalance_course.experiments.class_losses import HARD_PIXELS, LOSSES, TWO_STAGES, WEIGHTS
from imbalance_course.experiments.classification import Split
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.pixel_classes import ClassesOutcome, SideBySide, train_and_label
from imbalance_course.models import make_pixel_network
from imbalance_course.splits import check_no_leak, deal_folds
from imbalance_course.training import TrainingConfig

NETWORKS = {
    "unet": "U-Net",
    "unet-plus-plus": "U-Net++",
    "attention-unet": "Attention U-Net",
    "unet-3-plus": "U-Net 3+",
    "deeplab": "DeepLabv3+",
}
ALL_LOSSES = LOSSES | WEIGHTS | HARD_PIXELS | TWO_STAGES


@dataclass(frozen=True)
class Row:
    """One row: a network and a loss."""

    network: str
    loss: str

    @property
    def title(self) -> str:
        """The row in words."""
        return f"{NETWORKS[self.network]}, {ALL_LOSSES[self.loss].title}"


def _rows(*kinds: dict) -> dict[str, Row]:
    """Every network with the losses of the comparison, the plain U-Net with the rest."""
    pairs = [(network, loss) for network in NETWORKS for loss in LOSSES]
    pairs += [("unet", loss) for kind in kinds for loss in kind]
    return {f"{network}-{loss}": Row(network, loss) for network, loss in pairs}


DSB2018_ROWS = _rows()
MONUSAC_ROWS = _rows(WEIGHTS, HARD_PIXELS, TWO_STAGES)


@dataclass(frozen=True, kw_only=True)
class NucleiConfig(TrainingConfig):
    """Every setting of a run on nuclei."""

    networks: tuple[str, ...]  # networks whose rows the profile has
    widths: tuple[int, ...]  # channels of the five levels of the U-Nets and of their last block
    drawn_counts: tuple[int, ...]  # drawn tiles and groups; empty for real images
    folds: int  # folds of the cross-validation
    held_out_folds: int  # the training part is dealt into so many folds, one is looked at
    tile: int  # side of a tile in pixels
    window: int  # side of a training window in pixels
    weight_decay: float = 0.05  # AdamW decay per unit of step size
    hue_turns: float = 0.03  # largest turn of the color circle, in full turns
    saturation: float = 0.2  # largest change of the saturation, share of it
    contrast: float = 0.2  # largest change of the distance from mid gray, share of it
    brightness: float = 0.1  # largest brightness added or taken, share of the way from black to white
    kept_epoch: str = "last"  # best (on the held-out tiles) or last

    @property
    def augmentation(self) -> Augmentation:
        """What happens to the colors of a window."""
        return Augmentation(
            hue_turns=self.hue_turns,
            saturation=self.saturation,
            contrast=self.contrast,
            brightness=self.brightness,
        )


DEMO = NucleiConfig(
    networks=("unet",),
    widths=(4, 4, 8, 8, 16, 4),
    drawn_counts=(30, 9),
    folds=3,
    held_out_folds=3,
    tile=64,
    window=32,
    images_total=640,
    images_per_epoch=160,
    batch_size=16,
    learning_rate=1e-2,
    precision="float64",
)
LAPTOP = NucleiConfig(
    networks=("unet",),
    widths=(8, 8, 16, 32, 64, 8),
    drawn_counts=(),
    folds=3,
    held_out_folds=5,
    tile=256,
    window=96,
    images_total=3_200,
    images_per_epoch=800,
    batch_size=8,
    learning_rate=5e-3,
)
FULL = NucleiConfig(
    networks=tuple(NETWORKS),
    widths=(32, 32, 64, 128, 256, 32),
    drawn_counts=(),
    folds=3,
    held_out_folds=5,
    tile=256,
    window=256,
    images_total=64_000,
    images_per_epoch=3_200,
    batch_size=32,
    learning_rate=1e-3,
)
PROFILES = {"demo": DEMO, "laptop": LAPTOP, "full": FULL}


def load_bowl(config: NucleiConfig, on_done=None) -> MaskSet:
    """Tiles of the Data Science Bowl, or drawn ones with a border for the demo profile."""
    if not config.drawn_counts:
        return load_nuclei_dsb2018(config.tile, on_done)
    data = _draw(config)
    inside = data.masks > 0
    eroded = inside.copy()
    for axis in (1, 2):
        for step in (-1, 1):
            eroded &= np.roll(inside, step, axis=axis)
    masks = (inside * (1 + (inside & ~eroded))).astype(np.uint8)
    names = ("drawn background", "drawn nucleus", "drawn border")
    return dataclasses.replace(data, masks=masks, class_names=names)


def load_tissue(config: NucleiConfig, on_done=None) -> MaskSet:
    """Tiles of MoNuSAC, or drawn ones for the demo profile."""
    return _draw(config) if config.drawn_counts else load_nuclei_monusac(config.tile, on_done)


def split(data: MaskSet, config: NucleiConfig, seed: int) -> Split:
    """Test, held-out and training tiles of a seed, the same for every row; groups stay whole."""
    kinds = main_classes(data)
    repeat, fold = divmod(seed, config.folds)
    test_fold = deal_folds(kinds, config.folds, seed=repeat, groups=data.groups)
    test, pool = np.flatnonzero(test_fold == fold), np.flatnonzero(test_fold != fold)
    held_out_fold = deal_folds(
        np.zeros(len(pool), dtype=int), config.held_out_folds, seed=seed, groups=data.groups[pool]
    )
    parts = Split(fit=pool[held_out_fold != 0], held_out=pool[held_out_fold == 0], test=test)
    check_no_leak(data.groups, training=parts.fit, held_out=parts.held_out, test=parts.test)
    return parts


def main_classes(data: MaskSet, least: int = 3) -> np.ndarray:
    """Class of most labeled foreground pixels in each tile's group; a class of too few groups becomes 0."""
    names, group_of = np.unique(data.groups, return_inverse=True)
    counts = np.zeros((len(names), len(data.class_names)), dtype=np.int64)
    for group, mask in zip(group_of, data.masks, strict=True):
        counts[group] += np.bincount(mask.ravel(), minlength=IGNORE + 1)[: counts.shape[1]]
    main = 1 + counts[:, 1:].argmax(axis=1)
    few = np.bincount(main, minlength=counts.shape[1]) < least
    return np.where(few[main], np.bincount(main).argmax(), main)[group_of]


def modalities(images: np.ndarray) -> np.ndarray:
    """Kind of microscope by the look of each tile: colored tissue, glowing nuclei, or dark ones in light.

    Args:
        images: (N, H, W, 3) uint8; the black edge of a padded tile does not count.
    """
    kinds = []
    for image in images:
        pixels = image.reshape(-1, 3).astype(int)
        pixels = pixels[pixels.any(axis=1)] if pixels.any() else pixels
        if np.ptp(pixels, axis=1).mean() > 10:
            kinds.append("histology")
        else:
            kinds.append("fluorescence" if np.median(pixels) < 100 else "brightfield")
    return np.array(kinds)


def make_network(rows: dict[str, Row], name: str, config: NucleiConfig, classes: int) -> nn.Module:
    """A network with fresh weights and a logit for each class; two stages have a second network beside it."""
    make = partial(make_pixel_network, rows[name].network, widths=config.widths)
    network = make(outputs=classes)
    return SideBySide(network, make(outputs=1)) if ALL_LOSSES[rows[name].loss].two_stage else network


def run(
    rows: dict[str, Row],
    by_modality: bool,
    name: str,
    config: NucleiConfig,
    data: MaskSet,
    images: torch.Tensor,
    seed: int,
    checkpoint: Path | None,
    on_images,
) -> ClassesOutcome:
    """Train one row with one seed and score its test tiles."""
    parts, choice = split(data, config, seed), ALL_LOSSES[rows[name].loss]
    torch.manual_seed(seed)
    network = make_network(rows, name, config, len(data.class_names))
    counts = np.bincount(data.masks[parts.fit].ravel(), minlength=IGNORE + 1)[: len(data.class_names)]
    return train_and_label(
        network, choice.make(counts), data, images, parts, config,
        seed=seed, two_stage=choice.two_stage,
        test_kinds=modalities(data.images[parts.test]) if by_modality else None,
        checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip


def _draw(config: NucleiConfig) -> MaskSet:
    count, groups = config.drawn_counts
    return draw_nuclei(count, config.tile, patients=groups)


def _experiment(name: str, title: str, rows: dict[str, Row], load, by_modality: bool) -> Experiment:
    return Experiment(
        name=name,
        title=title,
        rows={row: line.title for row, line in rows.items()},
        profiles=PROFILES,
        load=load,
        count_images=lambda config: config.images_seen,
        run=partial(run, rows, by_modality),
        offers=lambda row, config: rows[row].network in config.networks,
        make_network=partial(make_network, rows),
    )


DSB2018 = _experiment(
    "nuclei-dsb2018", "Nuclei of the Data Science Bowl 2018 and their borders, split by image",
    DSB2018_ROWS, load_bowl, by_modality=True,
)  # fmt: skip
MONUSAC = _experiment(
    "nuclei-monusac", "Nuclei of four classes in MoNuSAC, split by patient",
    MONUSAC_ROWS, load_tissue, by_modality=False,
)  # fmt: skip
