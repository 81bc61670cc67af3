"""What every remedy gained over the plain loss, over all experiments: the evidence behind the decision guide.

A remedy and the plain loss with the same seed share training items, held-out part and test items; their
difference is taken seed by seed. Each is scored as trained, at thresholds chosen for both on held-out data,
and by how it ranks. On BreakHis and on nuclei a seed is a fold of a cross-validation, so the interval covers
other test items, too; the folds share training items, and it is a little too short. On photographs and voids
all seeds share the test items, and it covers training alone.
"""

from collections.abc import Iterable

from imbalance_course.experiments import breakhis, catdog, nuclei
from imbalance_course.experiments.class_losses import HARD_PIXELS, WEIGHTS
from imbalance_course.experiments.class_losses import LOSSES as CLASS_LOSSES
from imbalance_course.experiments.mask_losses import LOSSES as MASK_LOSSES
from imbalance_course.experiments.methods import METHODS
from imbalance_course.experiments.tof import EXPERIMENT as TOF
from imbalance_course.records import recorded_runs
from imbalance_course.records.findings import AS_TRAINED, CHOSEN, RANKING, Comparison, Finding, Place, find
from imbalance_course.records.scores import Score

BRANCHES = {  # branch of the guide -> its heading
    "split": "What a split that leaks adds",
    "threshold": "The plain loss: chosen threshold minus 0.5",
    "weights": "Class weights and normalization by class",
    "sampling": "Resampling",
    "focusing": "Focal loss and hard pixels",
    "shifts": "Offsets, factors and margins of the logits",
    "overlap": "Overlap and boundary losses",
    "more": "More images, more views, a second stage",
}
_METHODS = {  # branch -> methods of the experiments on whole images
    "weights": ("weighted", "class-balanced"),
    "sampling": ("undersampled", "oversampled", "balanced-batches"),
    "focusing": ("focal",),
    "shifts": ("logit-adjusted", "logit-adjusted-posthoc", "ldam-drw", "vs"),
}
_MASKS = {  # branch -> losses of the experiments on masks
    "weights": ("weighted",),
    "focusing": ("focal", "hard", *HARD_PIXELS),
    "overlap": (
        "dice", "tversky", "lovasz", "distance", "boundary", "ce-dice", "focal-tversky"
    ),
}  # fmt: skip

_F1 = {AS_TRAINED: Score("f1"), CHOSEN: Score("f1", "at_threshold"), RANKING: Score("average_precision")}
_IOU = {AS_TRAINED: Score("mean_iou"), RANKING: Score("mean_average_precision")}
_PIXELS = {
    AS_TRAINED: Score("pixel_f1_untuned"),
    CHOSEN: Score("pixel_f1"),
    RANKING: Score("average_precision"),
}
PHOTOGRAPHS = {
    name: Place(f"Cat-Dog {catdog.ROWS[name].title}", ("catdog", "autobalance"), _F1)
    for name in ("imbalanced-1", "imbalanced-2")
}
TISSUE = {split: Place(f"BreakHis, by {split}", ("breakhis",), _F1) for split in ("case", "image")}
VOIDS = Place("Voids, micrographs", ("voids",), _F1)
NUCLEI = {
    "nuclei-monusac": Place("Nuclei, MoNuSAC", ("nuclei-monusac",), _IOU),
    "nuclei-dsb2018": Place("Nuclei, Science Bowl", ("nuclei-dsb2018",), _IOU),
}
FLIGHT = Place("Times of flight, drawn", ("tof",), _PIXELS, simulated=TOF.simulated)


def _against(branch: str, remedy: str, place: Place, row: str, plain: str) -> Comparison:
    """Two rows, each with the same scores."""
    return Comparison(branch, remedy, place, row, plain, {rule: (s, s) for rule, s in place.scores.items()})


def _threshold(place: Place, plain: str) -> Comparison:
    """One row, at a chosen threshold and as trained."""
    pair = place.scores[CHOSEN], place.scores[AS_TRAINED]
    return Comparison("threshold", "chosen threshold", place, plain, plain, {CHOSEN: pair})


def _on_photographs() -> Iterable[Comparison]:
    for plain, place in PHOTOGRAPHS.items():
        yield _threshold(place, plain)
        for branch, methods in _METHODS.items():
            for name in methods:
                if f"{plain}-{name}" in catdog.ALL_ROWS:
                    yield _against(branch, METHODS[name].title, place, f"{plain}-{name}", plain)
        yield _against("shifts", "AutoBalance", place, f"{plain}-autobalance", plain)
        yield _against("more", "as many cats as dogs", place, "balanced", plain)


def _on_tissue() -> Iterable[Comparison]:
    by_case, by_image = (f"resnet18-{split}-" for split in TISSUE)
    for name in ("plain", "weighted"):
        words = f"{name}, by image minus by case"
        yield _against("split", words, TISSUE["image"], by_image + name, by_case + name)
    for split, place in TISSUE.items():
        row = f"resnet18-{split}-"
        yield _threshold(place, row + "plain")
        for branch, methods in _METHODS.items():
            for name in methods:
                if name in breakhis.REMEDIES:
                    yield _against(branch, METHODS[name].title, place, row + name, row + "plain")
        yield _against("more", "augmented", place, row + "augmented", row + "plain")
        yield _against("more", "weighted, augmented", place, row + "weighted-augmented", row + "plain")


def _on_voids() -> Iterable[Comparison]:
    row = "unet-micrograph-"
    yield _against("split", "BCE, by tile minus by micrograph", VOIDS, "unet-tile-bce", row + "bce")
    yield _threshold(VOIDS, row + "bce")
    for branch, names in _MASKS.items():
        for name in names:
            if name in MASK_LOSSES:
                yield _against(branch, MASK_LOSSES[name].title, VOIDS, row + name, row + "bce")


def _on_nuclei() -> Iterable[Comparison]:
    for experiment, place in NUCLEI.items():
        rows = nuclei.MONUSAC_ROWS if experiment == "nuclei-monusac" else nuclei.DSB2018_ROWS
        for network, title in nuclei.NETWORKS.items():
            for branch, names in _MASKS.items():
                for name in names:
                    if f"{network}-{name}" in rows:
                        words = nuclei.ALL_LOSSES[name].title + (f", {title}" if network != "unet" else "")
                        yield _against(branch, words, place, f"{network}-{name}", f"{network}-ce")
    place = NUCLEI["nuclei-monusac"]
    for name, loss in WEIGHTS.items():
        yield _against("weights", loss.title, place, f"unet-{name}", "unet-focal")
    stages = {AS_TRAINED: (Score("two_stage_mean_iou"), Score("mean_iou"))}
    yield Comparison("more", "a second stage", place, "unet-two-stage", "unet-two-stage", stages)


def _on_flight() -> Iterable[Comparison]:
    yield _threshold(FLIGHT, "mse")
    for name in ("mse-weighted", "acb-mse", "acb-mse-weighted"):
        yield _against("weights", TOF.rows[name], FLIGHT, name, "mse")


_FURTHER_NETWORKS = {
    f"{network}-{loss}" for network in nuclei.NETWORKS if network != "unet" for loss in CLASS_LOSSES
}
COMPARISONS = (*_on_photographs(), *_on_tissue(), *_on_voids(), *_on_nuclei(), *_on_flight())


def findings(profile: str = "laptop") -> dict[str, list[Finding]]:
    """What the shipped records of a profile say of every comparison, by branch of the guide.

    A comparison without records is there and says so; only on nuclei with a network other than the U-Net it
    is left out.

    Args:
        profile: laptop or full.

    Returns:
        Key of ``BRANCHES`` -> its findings, in a fixed order.

    Example:
        >>> list(findings("no such profile")) == list(BRANCHES)
        True
    """
    names = {name for comparison in COMPARISONS for name in comparison.place.experiments}
    records = {name: recorded_runs(name, profile=profile) for name in names}
    found = {branch: [] for branch in BRANCHES}
    for comparison in COMPARISONS:
        runs = [run for name in comparison.place.experiments for run in records[name]]
        finding = find(comparison, runs)
        if finding.seeds or comparison.row not in _FURTHER_NETWORKS:
            found[comparison.branch].append(finding)
    return found
