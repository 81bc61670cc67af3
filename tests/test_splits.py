"""Splits hold exact counts, keep groups whole, and leaks are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from imbalance_course.errors import CourseError
from imbalance_course.splits import check_no_leak, deal_folds, split_by_counts, stratified_split

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


@given(
    sizes=st.tuples(*[st.lists(st.integers(1, 9), min_size=4, max_size=12)] * 2),
    folds=st.integers(2, 4),
    seed=st.integers(0, 5),
)
def test_folds_hold_whole_groups_and_nearly_equal_numbers_of_them(sizes, folds, seed):
    labels = np.repeat([0] * len(sizes[0]) + [1] * len(sizes[1]), [*sizes[0], *sizes[1]])
    groups = np.repeat(np.arange(len(sizes[0]) + len(sizes[1])), [*sizes[0], *sizes[1]])
    fold = deal_folds(labels, folds, seed=seed, groups=groups)
    for group in np.unique(groups):
        assert len(set(fold[groups == group])) == 1
    for own in (groups[labels == 0], groups[labels == 1], groups):
        held = [len(set(own) & set(groups[fold == number])) for number in range(folds)]
        assert max(held) - min(held) <= 1


def test_folds_of_single_items_are_as_even_as_scikit_learn_makes_them():
    labels = np.repeat([0, 1], [53, 17])
    ours = deal_folds(labels, 5, seed=0)
    theirs = StratifiedKFold(5, shuffle=True, random_state=0).split(labels[:, None], labels)
    counts = sorted(np.bincount(labels[ours == fold]).tolist() for fold in range(5))
    assert counts == sorted(np.bincount(labels[test]).tolist() for _, test in theirs)


def test_another_seed_deals_other_folds():
    labels = np.repeat([0, 1], 50)
    first, again, other = (deal_folds(labels, 5, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_group_of_two_classes_counts_for_the_more_frequent():
    labels, groups = [0, 0, 1, 0, 1, 1], ["a", "a", "a", "b", "c", "d"]
    fold = deal_folds(labels, 2, seed=0, groups=groups)
    assert fold[0] != fold[3]


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
        (lambda: deal_folds([0, 0, 1, 1], 1, seed=0), "at least two folds, got 1"),
        (lambda: deal_folds([0, 0, 1, 1], 2, seed=0, groups=list("abcc")), "class 1 has fewer"),
        (lambda: stratified_split([0, 0], 1.0, seed=0), "between 0 and 1"),
        (lambda: stratified_split([0, 1, 1, 1], 0.5, seed=0), "class 0 to keep items"),
    ],
)
def test_impossible_splits_are_refused_in_words(call, words):
    with pytest.raises(CourseError, match=words):
        call()
