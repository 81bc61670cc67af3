"""What the numbers in mask files mean: background, classes, and pixels that count nowhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.base import IGNORE
from imbalance_course.datasets.decoding import work_ahead
from imbalance_course.datasets.tables import Table
from imbalance_course.errors import CourseError
from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning
from imbalance_course.lab.decoded import AHEAD, cache_key, try_to
from imbalance_course.lab.opening import open_mask
from imbalance_course.writing import write_folder

MOST_CLASSES = 64  # more numbers than that are objects, or the blur of a JPEG file


@dataclass(frozen=True)
class Survey:
    """What all masks of a folder hold.

    Attributes:
        kept: (n,) position of each mask that was read among the items.
        counts: (n, 256) pixels of each number.
        shapes: (n, 2) height and width in pixels.
        lost: (m,) position of each item whose mask was not read.
        reasons: (m,) why.
    """

    kept: np.ndarray
    counts: np.ndarray
    shapes: np.ndarray
    lost: np.ndarray
    reasons: np.ndarray


@dataclass(frozen=True)
class MaskClasses:
    """Meaning of the numbers.

    Attributes:
        names: name of class 0, the background, class 1, ...
        lookup: (256,) uint8 class of each number; 255 where it counts nowhere.
        findings: what was decided and what is wrong.
    """

    names: tuple[str, ...]
    lookup: np.ndarray
    findings: tuple[Finding, ...]


def survey_masks(root: Path, items: Sequence[Item], cache: Path) -> Survey:
    """Count the numbers of every mask, or read what was counted before.

    Args:
        root: the folder.
        items: images and masks.
        cache: folder to keep the counts in.
    """
    folder = cache / f"lab-masks-{cache_key(root, items, 'masks')}"
    write_folder(folder, lambda target: _count_numbers(target, root, items))
    return Survey(**np.load(folder / "table.npz"))


def decide_classes(survey: Survey, items: Sequence[Item], table: Table | None) -> MaskClasses:
    """Decide what the numbers of the masks mean.

    Args:
        survey: what all masks hold.
        items: images and masks, for their names.
        table: ``classes.csv`` with the columns value and name, if there is one. Its order is that of the
            classes; 0 comes first.

    Returns:
        Without a table: 0 is background; 0 and 255, or 0 and 1, are two classes; beside other numbers 255
        counts nowhere; what remains are classes in rising order.
    """
    found = [int(value) for value in np.flatnonzero(survey.counts.sum(axis=0))]
    if table is not None:
        try:
            return _decide_by_table(survey, items, found, table)
        except CourseError as problem:
            return _refuse(str(problem))
    if len(found) > MOST_CLASSES:
        return _refuse(
            f"Expected masks with a number for each class, found {len(found)} different numbers "
            f"({name_some([str(value) for value in found])}). Save masks as PNG, for JPEG blurs them, and "
            "with the number of the class, not of the object."
        )
    if not found or found[-1] == 0:
        return _refuse(
            f"Expected foreground in the masks, found 0 in every pixel of {count(len(survey.kept), 'mask')}. "
            "Write what is to be found with 1 or 255."
        )
    if found[0] != 0:
        return _refuse(
            "Expected 0 for the background in the masks, found no pixel with 0 but "
            f"{name_some([str(value) for value in found])}. Name the classes in classes.csv (value,name), "
            "the background first."
        )
    if found == [0, IGNORE]:
        return _assign([0, IGNORE], ("background", "foreground"), "0 is background, 255 is foreground")
    values = [value for value in found if value != IGNORE]
    findings = [] if len(values) == len(found) else [_describe_ignored(survey, items)]
    names = (
        ("background", "foreground")
        if values == [0, 1]
        else ("background", *(f"class {v}" for v in values[1:]))
    )
    meaning = ", ".join(f"{value} is {name}" for value, name in zip(values, names, strict=True))
    return _assign(values, names, meaning, findings)


def _decide_by_table(survey: Survey, items: Sequence[Item], found: list[int], table: Table) -> MaskClasses:
    table.require("value", "name")
    rows = list(zip(table.columns["value"], table.columns["name"], strict=True))
    odd = [text for text, _ in rows if not (re.fullmatch("0*[0-9]{1,3}", text) and int(text) <= IGNORE)]
    if odd:
        return _refuse(f"Expected values from 0 to 255 in {table.name}, found {name_some(odd)}.")
    named = sorted(((int(text), name) for text, name in rows), key=lambda row: row[0] != 0)
    values, names = [value for value, _ in named], [name for _, name in named]
    if len(set(values)) < len(values) or len(set(names)) < len(names) or "" in names:
        return _refuse(
            f"Expected every value and every name once in {table.name}. Change the rows that repeat."
        )
    unnamed = [value for value in found if value not in values and value != IGNORE]
    if unnamed:
        holding = _name_masks(survey, items, survey.counts[:, unnamed].any(axis=1))
        return _refuse(
            f"Expected the numbers of the masks in {table.name}, found "
            f"{name_some([str(value) for value in unnamed])} too ({holding}). Add a row for each."
        )
    findings = []
    if IGNORE in found and IGNORE not in values:
        findings.append(_describe_ignored(survey, items))
    absent = [name for value, name in named[1:] if value not in found]
    if absent:
        findings.append(warning(f"Left out of {table.name}, because no mask has them: {name_some(absent)}."))
    there = [(value, name) for value, name in named if value in found or value == named[0][0]]
    if len(there) < 2:
        return _refuse(
            f"Expected a class of {table.name} beside {names[0]} in the masks, found none in "
            f"{count(len(survey.kept), 'mask')}. Write what is to be found with its value."
        )
    meaning = ", ".join(f"{value} is {name}" for value, name in there)
    return _assign([value for value, _ in there], tuple(name for _, name in there), meaning, findings)


def _assign(
    values: list[int], names: tuple[str, ...], meaning: str, findings: Sequence[Finding] = ()
) -> MaskClasses:
    lookup = np.full(256, IGNORE, dtype=np.uint8)
    lookup[values] = np.arange(len(values))
    return MaskClasses(names, lookup, (note(f"In the masks {meaning}."), *findings))


def _refuse(what: str) -> MaskClasses:
    return MaskClasses((), np.zeros(0, np.uint8), (error(what),))


def _describe_ignored(survey: Survey, items: Sequence[Item]) -> Finding:
    """What becomes of 255; a warning where it may have been meant as foreground."""
    with_ignored = survey.counts[:, IGNORE] > 0
    with_classes = survey.counts[:, 1:IGNORE].any(axis=1)
    what = f"255 counts nowhere ({count(int(with_ignored.sum()), 'mask')})"
    if (with_ignored & with_classes).any():
        return note(f"In the masks {what}.")
    return warning(
        f"In the masks {what}, because other masks have other numbers "
        f"({_name_masks(survey, items, with_classes)}). If 255 is foreground, write the same number in all."
    )


def _name_masks(survey: Survey, items: Sequence[Item], chosen: np.ndarray) -> str:
    return name_some([items[position].files[1] for position in survey.kept[chosen]])


def _count_numbers(target: Path, root: Path, items: Sequence[Item]) -> None:
    kept, counts, shapes, lost, reasons = [], [], [], [], []
    masks = work_ahead(try_to, ((open_mask, root / item.files[1]) for item in items), AHEAD)
    for position, mask in enumerate(masks):
        if isinstance(mask, Exception):
            lost.append(position)
            reasons.append(str(mask) or type(mask).__name__)
        else:
            kept.append(position)
            counts.append(np.bincount(mask.ravel(), minlength=256).astype(np.uint32))
            shapes.append(mask.shape)
    np.savez(
        target / "table.npz",
        kept=np.array(kept, dtype=np.int64),
        counts=np.array(counts, dtype=np.uint32).reshape(-1, 256),
        shapes=np.array(shapes, dtype=np.int64).reshape(-1, 2),
        lost=np.array(lost, dtype=np.int64),
        reasons=np.array(reasons, dtype=str),
    )
