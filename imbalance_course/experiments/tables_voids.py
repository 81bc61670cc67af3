"""What the results page shows of the runs on voids: tables by split, and what became of each claim."""

from collections.abc import Iterable

from imbalance_course.experiments import voids
from imbalance_course.experiments.mask_losses import LOSSES
from imbalance_course.records import Record
from imbalance_course.records.claims import Claim
from imbalance_course.records.results import RunsByTitle, runs_by_title
from imbalance_course.records.scores import Score

IOU = Score("iou", heading="IoU")
WIDTH = Score("width_error_px", heading="Width error (px)", digits=2)
EDGE = Score("boundary_f1_1px", heading="Boundary F1, 1 px")
OVERLAPS = (IOU, Score("precision", heading="Precision"), Score("recall", heading="Recall"), WIDTH)
SHAPES = (
    EDGE,
    Score("boundary_f1_3px", heading="Boundary F1, 3 px"),
    Score("object_precision", heading="Objects, precision"),
    Score("object_recall", heading="Objects, recall"),
)
AT_THRESHOLD = (
    Score("iou", "at_threshold", "IoU"),
    Score("width_error_px_at_threshold", heading="Width error (px)", digits=2),
    Score("boundary_f1_1px_at_threshold", heading="Boundary F1, 1 px"),
)
# What the study's code reports for its network with one of its losses on tiles beside the training tiles.
STUDY = {"IoU": 0.781, "precision": 0.884, "recall": 0.870}


def rows_of(network: str, split: str, records: Iterable[Record]) -> RunsByTitle:
    """Runs of one network and split: title of the loss -> runs.

    Args:
        network: a network of :mod:`imbalance_course.experiments.voids`.
        split: micrograph or tile.
        records: runs of one profile.
    """
    titles = {f"{network}-{split}-{loss}": choice.title for loss, choice in LOSSES.items()}
    return runs_by_title(titles, records)


def leak_rows(network: str, records: Iterable[Record]) -> RunsByTitle:
    """Runs of one network under both splits, of the losses that were run under both."""
    records = [record for record in records if record.row in voids.ROWS]
    both = [
        loss
        for loss in LOSSES
        if {f"{network}-{split}-{loss}" for split in voids.SPLITS} <= {record.row for record in records}
    ]
    return runs_by_title(
        {
            f"{network}-{split}-{loss}": f"{LOSSES[loss].title}, by {split}"
            for loss in both
            for split in voids.SPLITS
        },
        records,
    )


BCE, WEIGHTED, DISTANCE = (LOSSES[name].title for name in ("bce", "weighted", "distance"))
CLAIMS = (
    Claim("Weighted BCE makes voids too wide", WIDTH, WEIGHTED, source=True),
    Claim("… wider than BCE does", WIDTH, WEIGHTED, BCE),
    Claim("The distance map loss makes them less wide", WIDTH, DISTANCE, WEIGHTED, above=False, source=True),
    Claim("… less wide than BCE does", WIDTH, DISTANCE, BCE, above=False),
    Claim("The distance map loss overlaps more than weighted BCE", IOU, DISTANCE, WEIGHTED, source=True),
    Claim("… than BCE", IOU, DISTANCE, BCE),
    Claim("Its boundaries are better than those of weighted BCE", EDGE, DISTANCE, WEIGHTED, source=True),
    Claim("… than those of BCE", EDGE, DISTANCE, BCE),
    Claim(
        "At a chosen threshold, too, it overlaps more than weighted BCE",
        AT_THRESHOLD[0],
        DISTANCE,
        WEIGHTED,
    ),
    Claim(
        "As published, weighted BCE makes voids wider than as described",
        WIDTH,
        LOSSES["weighted-published"].title,
        WEIGHTED,
    ),
    Claim(
        "As published, the distance map loss overlaps more than BCE",
        IOU,
        LOSSES["distance-published"].title,
        BCE,
    ),
    Claim("Dice overlaps more than BCE", IOU, LOSSES["dice"].title, BCE),
    Claim("A boundary term on schedule overlaps more than Dice alone", IOU, LOSSES["boundary"].title, "Dice"),
)
