"""The settings of the training loop, and the step size they imply."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from imbalance_course.device import PRECISIONS
from imbalance_course.errors import CourseError

Compile = Literal["auto", "on", "off"]
KeptEpoch = Literal["best", "last"]


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """What the loop needs to know; the configuration of an experiment inherits it.

    An epoch is a number of images, the same for every row. Where an experiment trains on windows of its
    images, the images counted here are windows.
    """

    images_total: int  # training images seen in the whole run
    images_per_epoch: int  # images between two looks at the held-out part
    batch_size: int  # images a step
    learning_rate: float  # peak step size of AdamW
    warmup_share: float = 0.2  # share of the run in which the step size rises, 0 to 1
    weight_decay: float = 0.01  # AdamW decay per unit of step size
    rotation_turns: float = 0.0  # largest rotation, in full turns; windows turn by quarters instead
    flip_probability: float = 0.0  # share of images mirrored, 0 to 1; windows are mirrored where they are cut
    precision: str = "auto"  # float64, float32, bfloat16, or auto, which the runner replaces by one of them
    kept_epoch: KeptEpoch = "best"  # best on the held-out part, or last, where that part is too small to tell
    compile: Compile = "auto"  # translate the step with torch.compile: on, off, or where it repays its time

    def __post_init__(self) -> None:
        if not 0 < self.batch_size <= self.images_per_epoch <= self.images_total:
            raise CourseError(
                "Expected 0 < batch_size <= images_per_epoch <= images_total, got "
                f"{self.batch_size}, {self.images_per_epoch}, {self.images_total}."
            )
        _check("precision", self.precision, (*PRECISIONS, "auto"))
        _check("kept_epoch", self.kept_epoch, get_args(KeptEpoch))
        _check("compile", self.compile, get_args(Compile))

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches in an epoch."""
        return self.images_per_epoch // self.batch_size

    @property
    def epochs(self) -> int:
        """Whole epochs in the run."""
        return self.images_total // self.images_per_epoch

    @property
    def images_seen_per_epoch(self) -> int:
        """Images in the whole batches of an epoch."""
        return self.steps_per_epoch * self.batch_size

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.epochs * self.steps_per_epoch

    @property
    def images_seen(self) -> int:
        """Images the run trains on in whole epochs of whole batches."""
        return self.steps * self.batch_size


def step_size(config: TrainingConfig, step: int) -> float:
    """Step size at a step: a linear rise to the peak, then half a cosine down to zero."""
    progress = (step + 1) / config.steps
    if progress < config.warmup_share:
        return config.learning_rate * progress / config.warmup_share
    falling = (progress - config.warmup_share) / (1 - config.warmup_share)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * falling))


def _check(name: str, value: str, known) -> None:
    if value not in known:
        raise CourseError(f"Expected {name} to be among {', '.join(known)}, got {value!r}.")
