"""Image files through a kept network: a mask and an overlay of each, and what is on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from imbalance_course.datasets.base import IGNORE
from imbalance_course.errors import CourseError
from imbalance_course.experiments import EXPERIMENTS, find_experiment
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.labeling import PixelLabeler
from imbalance_course.experiments.networks import check_keeping, network_file
from imbalance_course.experiments.pictures import (
    classes_picture,
    read_classes,
    read_picture,
    write_pictures,
)
from imbalance_course.experiments.pixel_classes import score_classes
from imbalance_course.experiments.segmentation import score_shapes
from imbalance_course.metrics import confusion_counts
from imbalance_course.metrics.masks import CORNERS_TOUCH
from imbalance_course.plots.paint import colors_of, paint_classes, paint_errors
from imbalance_course.records import Record, find_record, read_records, recorded_runs

RUNS = Path("runs")  # where the command line writes records when it is not told otherwise


@dataclass(frozen=True)
class Prediction:
    """What a network said of an image file.

    Attributes:
        image: the file.
        mask: written beside it: class numbers.
        overlay: written beside it: the classes over the image, or over the truth.
        shape: height and width in pixels.
        shares: share of the pixels of each class, from 0 to 1.
        objects: objects of each class but the background; what touches by a corner is one object.
        scores: scores by name where there is a truth.
    """

    image: Path
    mask: Path
    overlay: Path
    shape: tuple[int, int]
    shares: dict[str, float]
    objects: dict[str, int]
    scores: dict[str, float]


def find_kept_network(id: str, runs: Path = RUNS) -> tuple[Record, Experiment, Path]:
    """A record, its experiment, and the file that holds its network.

    Args:
        id: id of the record, or its first digits.
        runs: folder with a folder for each experiment; shipped records are known too.

    Raises:
        CourseError: no record or several have this id, or its network was not kept; the message says how
            to make it.
    """
    records = [record for name in EXPERIMENTS for record in recorded_runs(name)]
    records += [record for name in EXPERIMENTS for record in read_records(runs / name / "records.jsonl")]
    record = find_record({record.id: record for record in records}.values(), id)
    experiment = find_experiment(record.experiment)
    check_keeping(experiment)
    file = network_file(runs / record.experiment, record)
    if not file.is_file():
        raise CourseError(
            f"Expected the network of {record.id} at {file}, found none. `{command_to_keep(record, runs)}` "
            "makes it and prints its id."
        )
    return record, experiment, file


def command_to_keep(record: Record, runs: Path = RUNS) -> str:
    """What to type for the network of a record.

    Args:
        record: the record.
        runs: folder with a folder for each experiment.
    """
    folder = "" if runs == RUNS else f" --output {runs}"
    return (
        f"imbalance-course run {record.experiment} --profile {record.profile} --rows {record.row} "
        f"--seeds {record.seed}{folder} --keep-networks"
    )


def predict_files(
    labeler: PixelLabeler,
    images: Sequence[Path],
    *,
    output: Path | None = None,
    truth: Path | None = None,
    palette: str = "paper",
    force: bool = False,
) -> Iterator[Prediction]:
    """Label image files and write ``NAME-mask.png`` and ``NAME-overlay.png`` for each.

    All files are looked at before the first is labeled: a damaged one stops the whole command before
    anything is written.

    Args:
        labeler: the network.
        images: PNG, TIFF, JPEG, WebP, GIF or BMP files of up to 120 million pixels.
        output: folder to write into; None writes beside each image.
        truth: mask of the one image; then the overlay shows what was found, missed and made up.
        palette: colors of that overlay, ``paper`` or ``safe``.
        force: whether files that exist may be replaced; an image or truth never is.

    Yields:
        What is on each image, once its files are written.

    Raises:
        CourseError: a file is missing, damaged or in the way.
    """
    colors_of(palette)
    if truth is not None and len(images) != 1:
        raise CourseError(f"Expected one image with --truth, got {len(images)}.")
    targets = _name_targets(images, output, truth, force)
    classes = len(labeler.class_names)
    for path in images:
        shape = read_picture(path, labeler.channels).shape[:2]
        known = None if truth is None else read_classes(truth, shape, classes)
    for path, (mask, overlay) in zip(images, targets, strict=True):
        image = read_picture(path, labeler.channels)
        labels = labeler.label(image)
        painted = (
            paint_classes(labels, image)
            if known is None
            else paint_errors(known, labels, image, palette=palette)
        )
        write_pictures({mask: classes_picture(labels), overlay: Image.fromarray(painted)})
        yield Prediction(
            path,
            mask,
            overlay,
            labels.shape,
            *describe_labels(labels, labeler.class_names),
            {} if known is None else score_labels(known, labels, labeler.class_names),
        )


def describe_labels(labels: np.ndarray, names: Sequence[str]) -> tuple[dict[str, float], dict[str, int]]:
    """Share of the pixels of each class, and the number of objects of each class but the background.

    Args:
        labels: (H, W) class numbers.
        names: name of class 0, the background, class 1, ...

    Example:
        >>> describe_labels(np.array([[0, 1, 0, 1]]), ("ground", "void"))
        ({'ground': 0.5, 'void': 0.5}, {'void': 2})
    """
    counts = np.bincount(labels.ravel(), minlength=len(names))
    shares = {name: float(count / labels.size) for name, count in zip(names, counts, strict=True)}
    objects = {
        name: ndimage.label(labels == number, CORNERS_TOUCH)[1]
        for number, name in enumerate(names[1:], start=1)
    }
    return shares, objects


def score_labels(truth: np.ndarray, labels: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    """Scores of one image, those that the records of its experiment hold.

    Args:
        truth: (H, W) class numbers; 255 counts nowhere.
        labels: (H, W) class numbers.
        names: name of class 0, class 1, ...
    """
    if len(names) > 2:
        return score_classes(truth, labels, tuple(names))
    kept = truth != IGNORE
    counts = confusion_counts(truth[kept], labels[kept])
    scores = {name: getattr(counts, name) for name in ("precision", "recall", "f1", "iou")}
    return scores | score_shapes(truth[None], labels[None] == 1)


def _name_targets(
    images: Sequence[Path], output: Path | None, truth: Path | None, force: bool
) -> list[tuple[Path, Path]]:
    """Mask and overlay of each image; nothing that was given is ever written to."""
    if output is not None and output.exists() and not output.is_dir():
        raise CourseError(f"Expected a folder for --output, got the file {output}.")
    folders = [output or path.parent for path in images]
    targets = [
        (folder / f"{path.stem}-mask.png", folder / f"{path.stem}-overlay.png")
        for folder, path in zip(folders, images, strict=True)
    ]
    given = {path.resolve() for path in [*images, *([truth] if truth else [])]}
    named: set[Path] = set()
    for path in (path for pair in targets for path in pair):
        place = path.resolve()
        if place in given:
            raise CourseError(f"Expected another place than {path}, which was given. Add --output FOLDER.")
        if place in named:
            raise CourseError(
                f"Expected images of different names, got two for {path}. Label them one by one."
            )
        if path.exists() and not force:
            raise CourseError(f"Expected nothing at {path}, which exists. Add --force to replace it.")
        named.add(place)
    return targets
