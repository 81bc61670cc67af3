"""What the results page shows of the runs on nuclei: tables, the thesis beside them, and each claim."""

from collections.abc import Iterable

from imbalance_course.experiments.class_losses import HARD_PIXELS, LOSSES, TWO_STAGES, WEIGHTS
from imbalance_course.experiments.nuclei import ALL_LOSSES
from imbalance_course.records import Record
from imbalance_course.records.claims import Claim
from imbalance_course.records.results import RunsByTitle, runs_by_title
from imbalance_course.records.scores import Score

MEAN_IOU = Score("mean_iou", heading="Mean IoU")
MEANS = (
    MEAN_IOU,
    Score("mean_dice", heading="Mean Dice"),
    Score("mean_average_precision", heading="Mean average precision"),
)
TISSUE = tuple(
    Score(f"iou_{name}", heading=f"IoU {name}")
    for name in ("background", "epithelial", "lymphocyte", "neutrophil", "macrophage")
)
BOWL = tuple(Score(f"iou_{name}", heading=f"IoU {name}") for name in ("background", "nucleus", "border"))
KINDS = tuple(
    Score(f"mean_iou_{kind}", heading=f"Mean IoU, {kind}")
    for kind in ("fluorescence", "histology", "brightfield")
)
SECOND_STAGE = (
    MEAN_IOU,
    Score("two_stage_mean_iou", heading="Mean IoU, two stages"),
    Score("gain_mean_iou", heading="Gain of mean IoU"),
    Score("gain_mean_dice", heading="Gain of mean Dice"),
)
FOCAL = LOSSES["focal"].title
FAMILIES = {
    "losses": list(LOSSES),
    "weights": ["focal", *WEIGHTS],
    "hard pixels": ["hard-128", "hard-64", "hard-32", "hard", "hard-8", "hard-4"],
    "two stages": list(TWO_STAGES),
}
# Mean IoU of the thesis on MoNuSAC, focal loss, by its functions 1, 2, 3, 5 and 6; absent classes count as 0.
THESIS_WEIGHTS = {
    FOCAL: 0.1903,
    WEIGHTS["focal-inverse"].title: 0.1308,
    WEIGHTS["focal-rising"].title: 0.1643,
    WEIGHTS["focal-foreground"].title: 0.1917,
    WEIGHTS["focal-no-background"].title: 0.0358,
}
THESIS_GAINS = {"mean Dice": (0.4340, 0.4655), "mean IoU": (0.2408, 0.2581)}  # MoNuSAC, one and two stages


def rows_of(family: str, records: Iterable[Record], network: str = "unet") -> RunsByTitle:
    """Runs of one network: title of the loss -> runs.

    Args:
        family: a key of ``FAMILIES``.
        records: runs of one set and one profile.
        network: a network of :mod:`imbalance_course.experiments.nuclei`.
    """
    titles = {f"{network}-{loss}": ALL_LOSSES[loss].title for loss in FAMILIES[family]}
    return runs_by_title(titles, records)


def all_rows(records: Iterable[Record]) -> RunsByTitle:
    """Runs of the U-Net with every loss, for the claims."""
    return runs_by_title({f"unet-{name}": choice.title for name, choice in ALL_LOSSES.items()}, records)


def _title(name: str) -> str:
    return ALL_LOSSES[name].title


CLAIMS = (
    Claim("A second stage raises the mean IoU", SECOND_STAGE[2], _title("two-stage"), source=True),
    Claim("… and the mean Dice", SECOND_STAGE[3], _title("two-stage"), source=True),
    Claim(
        "Foreground-normalized weights beat equal ones", MEAN_IOU, _title("focal-foreground"), FOCAL,
        source=True,
    ),
    Claim(
        "Weights without background fail", MEAN_IOU, _title("focal-no-background"), FOCAL,
        above=False, source=True,
    ),
    Claim(
        "Inverse shares are worse than equal weights", MEAN_IOU, _title("focal-inverse"), FOCAL,
        above=False, source=True,
    ),
    Claim(
        "One hard pixel of 128 is worse than one of 16", MEAN_IOU, HARD_PIXELS["hard-128"].title,
        _title("hard"), above=False, source=True,
    ),
    Claim("Hard pixels beat cross-entropy on all", MEAN_IOU, _title("hard"), _title("ce")),
    Claim("Focal loss beats cross-entropy", MEAN_IOU, FOCAL, _title("ce")),
    Claim("Dice beats cross-entropy", MEAN_IOU, _title("dice"), _title("ce")),
    Claim("Cross-entropy + Dice beats cross-entropy", MEAN_IOU, _title("ce-dice"), _title("ce")),
)  # fmt: skip
BOWL_CLAIMS = tuple(claim for claim in CLAIMS if {claim.row, claim.rival} <= {_title(n) for n in LOSSES})
