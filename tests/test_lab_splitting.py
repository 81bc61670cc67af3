"""A folder's parts hold whole groups, every class, no image twice, and nearly the asked shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_folders import draw_binary_folder, draw_grouped_folder, draw_mask_folder

from imbalance_course.datasets import ImageSet, MaskSet
from imbalance_course.errors import CourseError
from imbalance_course.lab.folders import LabFolder, read_folder
from imbalance_course.lab.splitting import split_folder


def made_folder(labels, groups, images=None) -> LabFolder:
    """A folder of tiny images, all different when none are given."""
    count = len(labels)
    if images is None:
        images = np.arange(count, dtype=np.uint32).view(np.uint8).reshape(count, 2, 2, 1).repeat(3, axis=3)
    names = tuple(f"class {number}" for number in range(max(labels) + 1))
    data = ImageSet("made", images, np.array(labels), np.array(groups).astype(str), names, "")
    return LabFolder(data, tuple(f"{number}.png" for number in range(count)), "classes", True, ())


def made_masks(masks, groups) -> LabFolder:
    masks = np.array(masks, dtype=np.uint8)
    images = np.arange(len(masks), dtype=np.uint32).view(np.uint8).reshape(-1, 2, 2, 1).repeat(3, axis=3)
    names = ("background", *(f"class {n}" for n in range(1, int(masks[masks < 255].max()) + 1)))
    data = MaskSet("made", images, masks, np.array(groups).astype(str), names, "")
    return LabFolder(data, tuple(f"{number}.png" for number in range(len(masks))), "masks", True, ())


def parts_of(split):
    return split.fit, split.held_out, split.test


GROUPED = st.lists(
    st.lists(st.integers(1, 6), min_size=3, max_size=12), min_size=2, max_size=4
)  # sizes of the groups of each class


@given(classes=GROUPED, seed=st.integers(0, 3))
def test_parts_are_a_partition_of_whole_groups_with_every_class(classes, seed):
    labels = [name for name, sizes in enumerate(classes) for size in sizes for _ in range(size)]
    groups = [f"{name}-{number}" for name, sizes in enumerate(classes) for number, size in enumerate(sizes)
              for _ in range(size)]  # fmt: skip
    folder = made_folder(labels, groups)
    parts = parts_of(split_folder(folder, seed=seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(labels)))
    held = [set(folder.data.groups[part]) for part in parts]
    assert not (held[0] & held[1] or held[0] & held[2] or held[1] & held[2])
    for part in parts:
        assert set(folder.data.labels[part]) == set(range(len(classes)))
        assert np.array_equal(part, np.sort(part))


@given(
    items=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=9, max_size=50),
    seed=st.integers(0, 3),
)
def test_groups_of_several_classes_are_dealt_whole_or_refused(items, seed):
    labels, groups = ([0, 1, 2], ["x", "y", "z"])
    labels, groups = labels + [item[0] for item in items], groups + [f"g{item[1]}" for item in items]
    folder = made_folder(labels, groups)
    try:
        parts = parts_of(split_folder(folder, seed=seed))
    except CourseError as refused:
        assert "found no such deal: class class" in str(refused)
        return
    held = [set(folder.data.groups[part]) for part in parts]
    assert not (held[0] & held[1] or held[0] & held[2] or held[1] & held[2])
    assert all(set(folder.data.labels[part]) == {0, 1, 2} for part in parts)


@given(st.lists(st.integers(0, 3), min_size=12, max_size=40), st.integers(0, 3))
def test_masks_give_every_part_every_class(values, seed):
    values = [0, 1, 2] * 3 + values
    masks = [[[0, value % 3], [255, 0]] for value in values]
    folder = made_masks(masks, range(len(values)))
    for part in parts_of(split_folder(folder, seed=seed)):
        assert {0, 1, 2} <= set(np.unique(folder.data.masks[part]).tolist())


def test_single_images_are_dealt_in_the_asked_shares_of_every_class():
    labels = [0] * 1000 + [1] * 100
    split = split_folder(made_folder(labels, range(1100)), seed=0)
    counts = [np.bincount(np.array(labels)[part]).tolist() for part in parts_of(split)]
    assert counts == [[600, 60], [150, 15], [250, 25]]


def test_unequal_groups_come_close_to_the_shares():
    random = np.random.default_rng(0)
    sizes = random.integers(1, 30, 60)
    labels = np.repeat(np.arange(60) % 2, sizes)
    split = split_folder(made_folder(labels.tolist(), np.repeat(np.arange(60), sizes)), seed=0)
    for part, share in zip(parts_of(split), (0.6, 0.15, 0.25), strict=True):
        for name in (0, 1):
            assert (labels[part] == name).sum() / (labels == name).sum() == pytest.approx(share, abs=0.03)


def test_the_same_seed_deals_the_same_parts_and_another_seed_others():
    folder = made_folder([0, 1] * 40, range(80))
    first, again, other = (split_folder(folder, seed=seed).test for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_class_in_too_few_groups_is_refused_by_name():
    folder = made_folder([0] * 20 + [1] * 4, [*range(20), "p", "p", "q", "q"])
    with pytest.raises(CourseError, match=r"class class 1 lies in 2 of 22 groups \(p, q\)\. Add images"):
        split_folder(folder, seed=0)


def test_an_image_under_two_names_in_two_groups_is_refused_whoever_made_the_folder():
    images = np.zeros((20, 2, 2, 3), dtype=np.uint8)
    folder = made_folder([0, 1] * 10, range(20), images)
    with pytest.raises(CourseError, match="both sides of a split"):
        split_folder(folder, seed=0)


@pytest.mark.parametrize("draw", [draw_binary_folder, draw_grouped_folder, draw_mask_folder])
def test_drawn_folders_split_with_every_seed(tmp_path, draw):
    folder = read_folder(draw(tmp_path / "own"), cache=tmp_path / "cache")
    for seed in range(10):
        split = split_folder(folder, seed=seed)
        assert len(split.test) == pytest.approx(len(folder.data) / 4, abs=3)
        files = [{folder.files[item] for item in part} for part in parts_of(split)]
        assert not (files[0] & files[1] or files[0] & files[2] or files[1] & files[2])
