"""Splits hold exact counts, keep groups whole, and leaks are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course.errors import CourseError
from imbalance_course.splits import check_no_leak, split_by_counts, stratified_split

GROUPED = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), min_size=4, max_size=60)


def test_the_drawn_part_has_exactly_the_asked_counts():
    labels = np.repeat([0, 1], [50, 30])
    drawn, rest = split_by_counts(labels, {0: 7, 1: 11}, seed=3)
    assert np.bincount(labels[drawn]).tolist() == [7, 11]
    assert sorted([*drawn, *rest]) == list(range(80))


def test_near_duplicate_groups_never_cross_the_split():
    labels = np.repeat([0, 1], 40)
    groups = np.array([f"{label}-{number // 2}" for label, number in zip(labels, range(80), strict=True)])
    drawn, rest = split_by_counts(labels, {0: 10, 1: 10}, seed=1, groups=groups)
    assert not set(groups[drawn]) & set(groups[rest])


@given(items=GROUPED, seed=st.integers(0, 5))
def test_a_split_is_a_partition_without_shared_groups_or_a_refusal(items, seed):
    labels, groups = (np.array(column) for column in zip(*items, strict=True))
    try:
        held_out, rest = stratified_split(labels, 0.3, seed=seed, groups=groups)
    except CourseError:
        return  # groups too large for the exact counts: refused, not approximated
    assert sorted([*held_out, *rest]) == list(range(len(items)))
    assert not set(groups[held_out]) & set(groups[rest])


def test_the_same_seed_draws_the_same_items_and_another_seed_others():
    labels = np.zeros(1000, dtype=int)
    first, again, other = (split_by_counts(labels, {0: 100}, seed=seed)[0] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_every_class_gives_the_same_fraction():
    labels = np.repeat([0, 1], [11_000, 1_000])
    held_out, _ = stratified_split(labels, 0.15, seed=0)
    assert np.bincount(labels[held_out]).tolist() == [1650, 150]


def test_a_shared_group_is_refused_by_name():
    with pytest.raises(CourseError, match=r"shared by 'training' and 'test' \(for example twin\)"):
        check_no_leak(["alone", "twin", "twin"], training=[0, 1], test=[2])


def test_disjoint_groups_pass_the_leak_check():
    assert check_no_leak(["a", "b", "c"], training=[0], held_out=[1], test=[2]) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: split_by_counts([0, 0], {1: 1}, seed=0), "at least 1 items of class 1, got 0"),
        (lambda: split_by_counts([0, 0], {0: 1}, seed=0, groups=["g", "g"]), "groups small enough"),
        (lambda: split_by_counts([0, 0], {0: 1}, seed=0, groups=["g"]), "one group for each of the 2 labels"),
        (lambda: stratified_split([0, 0], 1.0, seed=0), "between 0 and 1"),
        (lambda: stratified_split([0, 1, 1, 1], 0.5, seed=0), "class 0 to keep items"),
    ],
)
def test_impossible_splits_are_refused_in_words(call, words):
    with pytest.raises(CourseError, match=words):
        call()
