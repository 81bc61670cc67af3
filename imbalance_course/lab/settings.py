"""How long and with what network a learner's folder is trained on."""

from dataclasses import dataclass

from imbalance_course.augment import Augmentation
from imbalance_course.errors import CourseError
from imbalance_course.experiments.methods import MethodSettings
from imbalance_course.lab.folders import LabFolder
from imbalance_course.training import TrainingConfig

# Training images, or windows, of one run. A small folder needs fewer: see PASSES.
BUDGETS = {
    "classes": {"quick": 2_000, "normal": 12_000, "long": 60_000},
    "masks": {"quick": 800, "normal": 3_200, "long": 16_000},
}
PASSES = 60  # times that a named budget shows every training image at most
LOOKS = 8  # times that the held-out part is looked at, and a checkpoint written
BATCH = {"classes": 32, "masks": 8}
STEP_SIZE = {"classes": 2e-3, "masks": 5e-3}  # peak
NETWORKS = {"classes": "small", "masks": "unet"}
SMALLEST_WINDOW = 32  # pixels


@dataclass(frozen=True, kw_only=True)
class LabConfig(MethodSettings, TrainingConfig):
    """Every setting of a run on a learner's folder."""

    kind: str  # classes or masks
    network: str  # of models.make_network, or of models.make_pixel_network for masks
    widths: tuple[int, ...]  # channels of the small network, or of the U-Nets
    image_size: int  # side in pixels
    window: int  # side of a training window of masks in pixels
    weight_decay: float = 0.05  # AdamW decay per unit of step size
    rotation_turns: float = 0.02  # largest rotation, in full turns; windows turn by quarters instead
    flip_probability: float = 0.5  # share of images mirrored; with 0 windows are not turned either
    contrast: float = 0.1  # largest change of the distance from mid gray, share of it
    brightness: float = 0.1  # largest brightness added or taken, share of the way from black to white
    kept_epoch: str = "last"  # so that the held-out part chooses method and decision alone

    @property
    def augmentation(self) -> Augmentation:
        """What happens to images; windows are turned and mirrored where they are cut."""
        moves = {"rotation_turns": self.rotation_turns, "flip_probability": self.flip_probability}
        return Augmentation(
            **(moves if self.kind == "classes" else {}), contrast=self.contrast, brightness=self.brightness
        )


def make_config(
    folder: LabFolder, *, budget: str = "normal", network: str | None = None, flip: bool = True
) -> LabConfig:
    """Settings for a folder.

    Args:
        folder: what is trained on.
        budget: quick, normal, long, or a number of training images of one run.
        network: name of a network; None means the small one.
        flip: whether a mirrored image keeps its class; without it windows are not turned either.

    Raises:
        CourseError: an unknown budget, or too few images for one batch.
    """
    size = folder.data.images.shape[1]
    batch = min(BATCH[folder.kind], max(2, len(folder.data) // 4))
    total = max(count_images(folder, budget), batch)
    per_epoch = max(batch, total // LOOKS // batch * batch)
    widths = (16, 32, 64, 128) if folder.kind == "classes" else (8, 8, 16, 32, 64, 8)
    return LabConfig(
        kind=folder.kind,
        network=network or NETWORKS[folder.kind],
        widths=widths,
        image_size=size,
        window=min(size, max(SMALLEST_WINDOW, size * 3 // 4 // 16 * 16)),
        images_total=total // per_epoch * per_epoch,
        images_per_epoch=per_epoch,
        batch_size=batch,
        learning_rate=STEP_SIZE[folder.kind],
        flip_probability=0.5 if flip else 0.0,
    )


def count_images(folder: LabFolder, budget: str) -> int:
    """Training images of one run.

    Raises:
        CourseError: an unknown budget.
    """
    named = BUDGETS[folder.kind]
    if budget in named:
        return min(named[budget], PASSES * len(folder.data))
    if not budget.isdecimal() or int(budget) == 0:
        raise CourseError(
            f"Expected a budget of {', '.join(named)}, or a number of training images of one run above 0, "
            f"got {budget!r}."
        )
    return int(budget)
