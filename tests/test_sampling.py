"""Samples are index arrays with the counts they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course.errors import CourseError
from imbalance_course.sampling import balanced_stream, draw_profile, index_stream, oversample, undersample

COUNTS = st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))


def labels_of(counts):
    return np.repeat(np.arange(len(counts)), counts)


def test_a_smaller_profile_is_part_of_the_larger_one():
    labels = labels_of((200, 200))
    small, large = (draw_profile(labels, {0: 200, 1: cats}, seed=4) for cats in (10, 90))
    assert set(small) < set(large)


def test_a_profile_draws_only_from_its_pool():
    labels = labels_of((50, 50))
    pool = np.arange(0, 100, 2)
    assert set(draw_profile(labels, {0: 20, 1: 5}, seed=0, pool=pool)) <= set(pool)


@given(counts=COUNTS, seed=st.integers(0, 3))
def test_undersampling_leaves_every_class_as_large_as_the_rarest(counts, seed):
    labels = labels_of(counts)
    kept = undersample(labels, np.arange(len(labels)), seed=seed)
    assert np.bincount(labels[kept]).tolist() == [min(counts)] * 3
    assert len(set(kept)) == len(kept)


@given(counts=COUNTS, seed=st.integers(0, 3))
def test_oversampling_uses_every_item_almost_equally_often(counts, seed):
    labels = labels_of(counts)
    drawn = oversample(labels, np.arange(len(labels)), seed=seed)
    assert np.bincount(labels[drawn]).tolist() == [max(counts)] * 3
    uses = np.bincount(drawn, minlength=len(labels))
    for name in range(3):
        of_class = uses[labels == name]
        assert of_class.min() >= 1
        assert of_class.max() - of_class.min() <= 1


@given(size=st.integers(1, 20), cut=st.integers(0, 50), rest=st.integers(0, 50), seed=st.integers(0, 3))
def test_a_stream_cut_anywhere_continues_as_if_it_were_never_cut(size, cut, rest, seed):
    items = np.arange(100, 100 + size)
    whole = index_stream(items, 0, cut + rest, seed=seed)
    parts = [index_stream(items, 0, cut, seed=seed), index_stream(items, cut, cut + rest, seed=seed)]
    assert np.array_equal(whole, np.concatenate(parts))


def test_each_pass_of_the_stream_holds_every_item_once_in_a_new_order():
    stream = index_stream(np.arange(30), 0, 60, seed=0)
    assert sorted(stream[:30]) == sorted(stream[30:]) == list(range(30))
    assert stream[:30].tolist() != stream[30:].tolist()


@given(counts=COUNTS, cut=st.integers(0, 40), rest=st.integers(0, 40), seed=st.integers(0, 3))
def test_a_balanced_stream_cut_anywhere_continues_as_if_it_were_never_cut(counts, cut, rest, seed):
    labels = labels_of(counts)
    items = np.arange(len(labels))
    whole = balanced_stream(labels, items, 0, cut + rest, seed=seed)
    first = balanced_stream(labels, items, 0, cut, seed=seed)
    assert np.array_equal(
        whole, np.concatenate([first, balanced_stream(labels, items, cut, cut + rest, seed=seed)])
    )


@given(counts=COUNTS, batch=st.integers(1, 5), number=st.integers(0, 9))
def test_every_balanced_batch_holds_the_classes_equally_often(counts, batch, number):
    labels = labels_of(counts)
    size = 3 * batch
    drawn = balanced_stream(labels, np.arange(len(labels)), number * size, (number + 1) * size, seed=0)
    assert np.bincount(labels[drawn], minlength=3).tolist() == [batch] * 3


def test_a_balanced_stream_draws_only_its_positions_and_each_class_in_passes():
    labels = labels_of((50, 50))
    items = np.array([1, 2, 3, 60, 61])
    drawn = balanced_stream(labels, items, 0, 12, seed=0)
    assert sorted(drawn[0:6:2]) == sorted(drawn[6:12:2]) == [1, 2, 3]
    assert sorted(drawn[1:5:2]) == sorted(drawn[5:9:2]) == [60, 61]


def test_asking_for_more_than_there_is_names_the_class():
    with pytest.raises(CourseError, match="at least 3 items of class 1 to draw from, got 2"):
        draw_profile([0, 1, 1], {1: 3}, seed=0)


def test_an_empty_training_set_is_refused():
    with pytest.raises(CourseError, match="at least one training item"):
        index_stream([], 0, 1, seed=0)
    with pytest.raises(CourseError, match="at least one training item"):
        balanced_stream([0, 1], [], 0, 1, seed=0)
