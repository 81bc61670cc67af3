"""Time-of-flight crosses: does ACB-MSE recover small signals better, and at what cost in false hits?

Source: the description of the package acb_mse. Its authors clean images of arrival times with an
autoencoder. Once the cross was shifted and scaled, the squared and the absolute error gave them blank images;
so they weigh hits and the rest equally. They print no score, and their images are not published. Every
profile draws its own (:mod:`imbalance_course.datasets.drawn_tof`): these are runs on drawn data.
Protocol: all rows train one network for one number of steps on one set of images, in which signals of three
sizes are equally frequent; the seed picks the held-out part, the first weights and the order. Each loss has a
scale of its own, so each row tries four step sizes, or four weights where it has one. The held-out part keeps
one, and with it the epoch, by average precision, the order of the pixels: that depends neither on a scale nor
on a threshold. Hits are then called at two thresholds: the one with the best F1 on the held-out images, and
half the earliest time of a signal, which needs no choice. ACB-MSE with a weight of the rest is the squared
error with another weight of the hits, but for one: its weight follows the number of hits in every batch.
Command: ``imbalance-course run tof --profile laptop --seeds 0,1,2 --tune``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course.datasets import TimeImages, draw_times
from imbalance_course.datasets.drawn_tof import EARLIEST, LATEST
from imbalance_course.device import PRECISIONS
from imbalance_course.experiments.classification import Split, place
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.hits import HitOutcome, count_hits, rank_hits
from imbalance_course.losses import ACBMSELoss
from imbalance_course.models import DenoisingAutoencoder
from imbalance_course.splits import check_no_leak, stratified_split
from imbalance_course.training import Task, TrainingConfig, predict_logits, train

DATA_SEED = 0  # one set of images for every row and every training seed
STEP_SIZES = tuple({"learning_rate": size} for size in (3e-3, 1e-2, 3e-2, 1e-1))
HIT_WEIGHTS = tuple({"hit_weight": weight} for weight in (2.0, 4.0, 8.0, 16.0))
REST_WEIGHTS = tuple({"rest_weight": weight} for weight in (5.0, 10.0, 20.0, 40.0))


class WeightedMSE(nn.Module):
    r"""Squared error with a fixed weight of the hits, the simplest rival of ACB-MSE.

    .. math:: \frac1n \sum_i w_i (y_i - \hat y_i)^2, \qquad w_i = w \text{ where } y_i \ne 0, \text{ else } 1

    Args:
        hit_weight: :math:`w`.

    Example:
        >>> WeightedMSE(3.0)(torch.zeros(2), torch.tensor([0.0, 2.0]))
        tensor(6.)
    """

    def __init__(self, hit_weight: float) -> None:
        super().__init__()
        self.hit_weight = hit_weight

    def forward(self, predictions: Tensor, targets: Tensor) -> Tensor:
        """The loss of predictions and targets of one shape."""
        weights = 1 + (self.hit_weight - 1) * (targets != 0)
        return (weights * (targets - predictions) ** 2).mean()


@dataclass(frozen=True)
class Row:
    """One row: a loss, and what is tried for it."""

    title: str
    make_loss: Callable[[Any], nn.Module]  # takes the settings; two rows have a weight
    candidates: tuple[dict, ...] = STEP_SIZES


ROWS = {
    "mse": Row("squared error", lambda config: nn.MSELoss()),
    "mae": Row("absolute error", lambda config: nn.L1Loss()),
    "mse-weighted": Row(
        "squared error, weighted hits", lambda config: WeightedMSE(config.hit_weight), HIT_WEIGHTS
    ),
    "acb-mse": Row("ACB-MSE", lambda config: ACBMSELoss()),
    "acb-mse-weighted": Row(
        "ACB-MSE, weighted rest", lambda config: ACBMSELoss(miss_weight=config.rest_weight), REST_WEIGHTS
    ),
}


@dataclass(frozen=True, kw_only=True)
class TofConfig(TrainingConfig):
    """Every setting of a run on times of flight."""

    height: int  # rows of an image
    width: int  # columns of an image
    widths: tuple[int, ...]  # channels of the autoencoder after each halving
    training_count: int  # drawn images to train on, with the held-out part
    held_out_share: float  # share of them held out for settings, epoch and threshold
    test_count: int  # drawn images to test on
    learning_rate: float = 1e-2  # peak step size of AdamW
    hit_weight: float = 8.0  # squared error with weighted hits: weight of a hit
    rest_weight: float = 20.0  # ACB-MSE with weighted rest: weight of the mean over the rest
    precision: str = "float32"  # the times have more digits than bfloat16


PROFILES = {
    "demo": TofConfig(
        height=32,
        width=24,
        widths=(16, 32),
        training_count=240,
        held_out_share=0.15,
        test_count=60,
        images_total=3_200,
        images_per_epoch=800,
        batch_size=8,
        learning_rate=2e-2,
        precision="float64",
    ),
    "laptop": TofConfig(
        height=128,
        width=88,
        widths=(16, 32, 64),
        training_count=2_100,
        held_out_share=0.1,
        test_count=360,
        images_total=16_000,
        images_per_epoch=2_000,
        batch_size=16,
    ),
    "full": TofConfig(
        height=128,
        width=88,
        widths=(32, 64, 128),
        training_count=11_000,
        held_out_share=0.1,
        test_count=1_200,
        images_total=640_000,
        images_per_epoch=32_000,
        batch_size=32,
    ),
}


def load(config: TofConfig, on_done=None) -> TimeImages:
    """Drawn images: those to train on first, then those to test on."""
    return draw_times(config.training_count + config.test_count, config.height, config.width, DATA_SEED)


def split(data: TimeImages, config: TofConfig, seed: int) -> Split:
    """Test images, the same for every seed, and held-out and training images; all alike in sizes."""
    pool, test = np.split(np.arange(len(data)), [config.training_count])
    held_out, fit = stratified_split(data.sizes[pool], config.held_out_share, seed=seed)
    check_no_leak(np.arange(len(data)), training=fit, held_out=held_out, test=test)
    return Split(fit, held_out, test)


def run(
    name: str,
    config: TofConfig,
    data: TimeImages,
    images: Tensor,
    seed: int,
    checkpoint: Path | None,
    on_images,
) -> HitOutcome:
    """Train one row with one seed and score its test images."""
    parts = split(data, config, seed)
    dtype = PRECISIONS[config.precision]
    torch.manual_seed(seed)
    network = place(DenoisingAutoencoder(config.widths), images.device, dtype)
    loss = ROWS[name].make_loss(config)
    targets = torch.from_numpy(data.targets).to(images.device)
    result = train(
        network, loss, images, targets, parts.fit, parts.held_out, config,
        seed=seed, task=TASK, checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip

    def predict(positions: np.ndarray) -> np.ndarray:
        shares = predict_logits(network, images, positions, dtype, images_at_once=TASK.images_at_once)
        return LATEST * shares.double().cpu().numpy()

    return HitOutcome(
        training_counts=count_hits(data.targets[parts.fit]),
        held_out_truth=data.targets[parts.held_out],
        held_out_values=predict(parts.held_out),
        test_truth=data.targets[parts.test],
        test_values=predict(parts.test),
        test_sizes=data.sizes[parts.test],
        size_names=data.size_names,
        untuned=EARLIEST / 2,
        best_epoch=result.best_epoch,
        history=result.history,
        seconds=result.seconds,
        images_seen=config.images_seen,
    )


def _to_shares(pixels: Tensor, targets: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Times as shares of the latest: the network starts near 0 and has not far to go."""
    return pixels, targets.to(pixels.dtype) / LATEST


TASK = Task(
    _to_shares,
    lambda values, targets: rank_hits(targets.cpu(), values.double().cpu()),
    "held_out_average_precision",
    images_at_once=60,
)

EXPERIMENT = Experiment(
    name="tof",
    title="Drawn time-of-flight crosses, five losses for few hits among many empty pixels",
    rows={name: row.title for name, row in ROWS.items()},
    profiles=PROFILES,
    load=load,
    count_images=lambda config: config.images_seen,
    run=run,
    candidates=lambda name: ROWS[name].candidates,
    tuned=True,
    simulated=True,
)
