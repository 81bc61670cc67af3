"""No split with a group on both sides passes a door: of an experiment, or of a folder of learners."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_runs import animals, specks

from imbalance_course.datasets import MaskSet, draw_tissue
from imbalance_course.errors import CourseError
from imbalance_course.experiments import autobalance, breakhis, catdog, nuclei, voids
from imbalance_course.experiments.classification import Split
from imbalance_course.lab import splitting
from imbalance_course.splits import check_no_leak, deal_folds, split_by_counts, stratified_split

BOTH_SIDES = "Expected no group on both sides of a split"
TISSUE = draw_tissue(60, 40, cases=20, size=16)
GRAY = np.zeros((24, 8, 8, 1), dtype=np.uint8)
MASKS = (np.arange(24)[:, None, None] + np.arange(64).reshape(8, 8)) % 2


def tiles(groups) -> MaskSet:
    """Tiles whose groups alone matter."""
    names = ("ground", "void")
    return MaskSet("tiles", GRAY, MASKS.astype(np.uint8), np.array(groups).astype(str), names, "tiles")


def without_groups(split):
    """A split that deals single items, whatever group they are told to belong to."""
    return lambda *facts, groups=None, **options: split(*facts, **options)


def split_breakhis(unit: str):
    return breakhis.split(
        TISSUE, next(row for row in breakhis.ROWS.values() if row.split == unit), breakhis.PROFILES["demo"], 0
    )


def test_breakhis_by_case_refuses_folds_that_cut_a_case(monkeypatch):
    assert isinstance(split_breakhis("case"), Split)
    monkeypatch.setattr(breakhis, "deal_folds", without_groups(deal_folds))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        split_breakhis("case")


def test_breakhis_by_image_refuses_an_image_in_two_parts(monkeypatch):
    assert isinstance(split_breakhis("image"), Split)
    grabbing = dataclasses.replace(
        breakhis.METHODS["plain"], resample=lambda labels, fit, seed: np.arange(len(labels))
    )
    monkeypatch.setattr(breakhis, "METHODS", dict.fromkeys(breakhis.METHODS, grabbing))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        split_breakhis("image")


def test_voids_by_micrograph_refuse_a_micrograph_on_both_sides(monkeypatch):
    row = next(row for row in voids.ROWS.values() if row.split == "micrograph")
    data = tiles(np.repeat(["a", "b", "c"], 8))
    assert isinstance(voids.split(data, row, 0), Split)
    # The test part is found by comparing names; a name that equals no other hides half of its tiles.
    hidden = dataclasses.replace(data, groups=Forgetful(data.groups))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        voids.split(hidden, row, 0)


class Forgetful(np.ndarray):
    """Groups whose comparison misses every second tile."""

    def __new__(cls, groups):
        return np.asarray(groups).view(cls)

    def __eq__(self, other):
        found = np.asarray(self) == np.asarray(other)
        found[::2] = False
        return found


def test_nuclei_by_patient_refuse_folds_that_cut_a_patient(monkeypatch):
    data = tiles(np.repeat(np.arange(12), 2))
    config = nuclei.PROFILES["demo"]
    assert isinstance(nuclei.split(data, config, 0), Split)
    monkeypatch.setattr(nuclei, "deal_folds", without_groups(deal_folds))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        nuclei.split(data, config, 0)


def test_photographs_refuse_a_group_in_test_and_training(monkeypatch):
    config = dataclasses.replace(catdog.PROFILES["demo"], count_divisor=50)
    data = catdog.load(config)
    number = np.arange(len(data))
    data = dataclasses.replace(
        data, groups=np.where(number % 5, number, number + 1).astype(str)
    )  # some pairs
    row = catdog.ROWS["imbalanced-1"]
    assert isinstance(catdog.split(data, row, config, 0), Split)
    monkeypatch.setattr(catdog, "split_by_counts", without_groups(split_by_counts))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        catdog.split(data, row, config, 0)


def test_the_search_of_a_loss_refuses_a_group_in_both_of_its_parts(monkeypatch):
    config = autobalance.PROFILES["demo"]
    labels = np.arange(200) % 2
    data = dataclasses.replace(
        TISSUE,
        images=TISSUE.images[:1].repeat(200, axis=0),
        labels=labels,
        groups=(np.arange(200) // 2).astype(str),
    )
    parts = Split(fit=np.arange(120), held_out=np.arange(120, 160), test=np.arange(160, 200))
    monkeypatch.setattr(autobalance, "stratified_split", without_groups(stratified_split))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        autobalance.split_search(data, parts, config, 0)


@pytest.mark.parametrize("make", [lambda: animals(30, 12), lambda: specks(12)])
def test_folders_of_learners_refuse_parts_that_share_a_group_or_an_image(monkeypatch, make):
    folder = make()
    parts = splitting.split_folder(folder, seed=0)
    names = folder.data.groups.copy()
    names[parts.test[0]] = names[parts.fit[0]]
    leaking = dataclasses.replace(folder, data=dataclasses.replace(folder.data, groups=names))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        splitting._check_split(leaking, parts)
    images = folder.data.images.copy()
    images[parts.test[0]] = images[parts.held_out[0]]
    copied = dataclasses.replace(folder, data=dataclasses.replace(folder.data, images=images))
    with pytest.raises(CourseError, match=BOTH_SIDES):
        splitting._check_split(copied, parts)
    monkeypatch.setattr(splitting, "_deal", lambda amounts, random: np.arange(len(amounts)) % 3)
    split = splitting.split_folder(folder, seed=0)  # dealt badly, but whole groups: allowed
    assert not set(folder.data.groups[split.fit]) & set(folder.data.groups[split.test])


@given(st.lists(st.integers(0, 5), min_size=4, max_size=30), st.integers(1, 29), st.booleans())
def test_the_check_agrees_with_sets(groups, cut, as_masks):
    order = np.arange(len(groups))
    parts = {"training": order < cut, "test": order >= cut}
    if not as_masks:
        parts = {name: np.flatnonzero(mask) for name, mask in parts.items()}
    shared = set(groups[:cut]) & set(groups[cut:])
    if not shared:
        assert check_no_leak(groups, **parts) is None
        return
    with pytest.raises(CourseError, match=f"got {len(shared)} shared by 'training' and 'test'"):
        check_no_leak(groups, **parts)


@pytest.mark.parametrize(
    ("groups", "parts", "words"),
    [
        ([1.0, np.nan, np.nan], {"a": [0, 1], "b": [2]}, "a group for each item, got none for 2"),
        (np.array(["x", None, None], dtype=object), {"a": [0, 1], "b": [2]}, "got none for 2"),
        ([("p", 1), ("p", 1), ("q", 1)], {"a": [0], "b": [1]}, r"array of shape \(3, 2\)"),
        (["x", "y"], {"a": [0], "b": [2]}, "positions from 0 to 1 in 'b'"),
        (["x", "y"], {"a": [0], "b": [-2]}, "positions from 0 to 1 in 'b'"),
        (["x", "y"], {"a": [0], "b": [0.5]}, "positions from 0 to 1 in 'b'"),
        (["x", "y"], {"a": [0], "b": [True]}, "positions from 0 to 1 in 'b'"),
        (["x", "y"], {"a": [0], "b": [0]}, BOTH_SIDES),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_refused(groups, parts, words):
    with pytest.raises(CourseError, match=words):
        check_no_leak(groups, **parts)
