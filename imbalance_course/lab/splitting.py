"""A folder's items dealt to training, held-out and test part: whole groups, every class in every part."""

import numpy as np

from imbalance_course.datasets import MaskSet
from imbalance_course.datasets.base import IGNORE
from imbalance_course.errors import CourseError
from imbalance_course.experiments.classification import Split
from imbalance_course.lab.checks import name_some
from imbalance_course.lab.copies import number_images
from imbalance_course.lab.decoded import digest_rows
from imbalance_course.lab.folders import LabFolder
from imbalance_course.splits import check_no_leak

TEST = 0.25  # share of all groups
HELD_OUT = 0.2  # share of the groups that are left
SHARES = np.array([(1 - TEST) * (1 - HELD_OUT), (1 - TEST) * HELD_OUT, TEST])  # fit, held-out, test
DEALS = (
    100  # splits that are tried for the evenest; fewer where groups are many and one is as good as another
)
GROUPS_AT_EASE = 200_000  # groups dealt in a second or so


def split_folder(folder: LabFolder, *, seed: int) -> Split:
    """Deal the groups of a folder out, evenly for every class.

    The groups of a class are shuffled and cut by their number, because a patient, not an image, is the unit
    that results spread over; a group of several classes counts for the one that fewest groups have. Of many
    such deals the one is taken whose parts come closest to a quarter of every class for the test and a fifth
    of the rest held out, counted in images or pixels.

    Args:
        folder: what :func:`imbalance_course.lab.folders.read_folder` returned.
        seed: integer; the same seed deals the same parts.

    Returns:
        Sorted positions; each part has every class, and no group or image lies in two parts.

    Raises:
        CourseError: no deal gives every part every class; the message names the class and its groups.
    """
    names, members = np.unique(folder.data.groups, return_inverse=True)
    amounts = _amounts_by_group(folder, members, len(names))
    random = np.random.default_rng(seed)
    best, evenness = None, np.inf
    for _ in range(int(np.clip(GROUPS_AT_EASE // len(names), 4, DEALS))):
        part = _deal(amounts, random)
        shares = np.stack([amounts[part == number].sum(axis=0) for number in range(3)])
        if (shares > 0).all():
            away = np.abs(shares / amounts.sum(axis=0) - SHARES[:, None]).mean()
            if away < evenness:
                best, evenness = part, away
    if best is None:
        raise _impossible(folder, names, amounts)
    split = Split(*(np.flatnonzero(best[members] == number) for number in range(3)))
    _check_split(folder, split)
    return split


def _amounts_by_group(folder: LabFolder, members: np.ndarray, groups: int) -> np.ndarray:
    """Images, or pixels, of each class in each group, (groups, classes)."""
    classes = len(folder.data.class_names)
    amounts = np.zeros((groups, classes), dtype=np.int64)
    if isinstance(folder.data, MaskSet):
        for group, mask in zip(members, folder.data.masks, strict=True):
            amounts[group] += np.bincount(mask.ravel(), minlength=IGNORE + 1)[:classes]
    else:
        np.add.at(amounts, (members, folder.data.labels), 1)
    return amounts


def _deal(amounts: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Part of each group: 0 fit, 1 held-out, 2 test."""
    spread = (amounts > 0).sum(axis=0)
    rarest = np.where(amounts > 0, spread, np.iinfo(np.int64).max).argmin(axis=1)
    part = np.zeros(len(amounts), dtype=np.int64)
    for name in np.unique(rarest):
        own = random.permutation(np.flatnonzero(rarest == name))
        test = max(1, round(TEST * len(own)))
        held_out = max(1, round(HELD_OUT * (len(own) - test)))
        part[own[:test]] = 2
        part[own[test : test + held_out]] = 1
    return part


def _impossible(folder: LabFolder, names: np.ndarray, amounts: np.ndarray) -> CourseError:
    rare = int((amounts > 0).sum(axis=0).argmin())
    own = [str(name) for name in names[amounts[:, rare] > 0]]
    return CourseError(
        "Expected groups that can be dealt to a training, a held-out and a test part with every class in "
        f"each, found no such deal: class {folder.data.class_names[rare]} lies in {len(own)} of {len(names)} "
        f"groups ({name_some(own)}). Add images of it from other groups, or leave the class out."
    )


def _check_split(folder: LabFolder, split: Split) -> None:
    """Assert that no group and no image, under whatever name, lies in two parts."""
    parts = {"training": split.fit, "held-out": split.held_out, "test": split.test}
    check_no_leak(folder.data.groups, **parts)
    check_no_leak(_digests(folder), **parts)


def _digests(folder: LabFolder) -> np.ndarray:
    """For every item a number that is the same for items cut from images of the same pixels."""
    files = np.array(folder.files)
    owners = np.cumsum(np.r_[False, files[1:] != files[:-1]])
    return number_images(digest_rows(folder.data.images, owners, owners[-1] + 1))[owners]
