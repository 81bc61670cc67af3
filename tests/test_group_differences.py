"""Differences of two rows over the cases that both tested."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import make_record

from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts
from imbalance_course.records import group_difference, group_interval

FOUR = st.tuples(*[st.integers(1, 9)] * 4)


def runs_of(groups, seed=0):
    counts = {name: {"at_half": list(four), "at_threshold": [1, 0, 0, 1]} for name, four in groups.items()}
    return [make_record(seed=seed, test_groups=counts)]


def test_the_interval_is_that_of_a_loop_that_draws_the_same_cases_for_both_rows():
    random = np.random.default_rng(0)
    first, second = random.integers(1, 30, (2, 12, 4)).tolist()
    names = [f"case {number}" for number in range(12)]
    found = group_difference(
        runs_of(dict(zip(names, first, strict=True))),
        runs_of(dict(zip(names, second, strict=True))),
        "recall",
    )
    differences = []
    for _ in range(4000):
        sums = {"first": [0, 0], "second": [0, 0]}
        for case in random.integers(12, size=12):
            for row, counts in (("first", first[case]), ("second", second[case])):
                sums[row][0] += counts[0]
                sums[row][1] += counts[0] + counts[2]
        shares = {row: found / positives for row, (found, positives) in sums.items()}
        differences.append(shares["first"] - shares["second"])
    assert found.low == pytest.approx(np.percentile(differences, 2.5), abs=0.015)
    assert found.high == pytest.approx(np.percentile(differences, 97.5), abs=0.015)


@given(st.dictionaries(st.sampled_from("abcdef"), FOUR, min_size=2))
def test_a_row_differs_from_itself_by_nothing_in_every_draw(groups):
    found = group_difference(runs_of(groups), runs_of(groups, seed=1))
    assert (found.mean, found.low, found.high, found.n) == (0, 0, 0, len(groups))


def test_groups_that_only_one_row_tested_do_not_count():
    shared = {"a": (5, 0, 5, 0), "b": (0, 2, 0, 8)}
    first = runs_of({**shared, "easy": (99, 0, 0, 0)})
    second = runs_of({"a": (9, 0, 1, 0), "b": (0, 2, 0, 8), "hard": (0, 99, 0, 0)})
    found = group_difference(first, second, "recall")
    assert found.n == 2 and found.mean == pytest.approx(0.5 - 0.9)
    assert found.mean == group_interval(runs_of(shared), "recall").mean - Counts(9, 2, 1, 8).recall


def test_rows_without_a_common_group_are_refused():
    with pytest.raises(CourseError, match="a group that both rows tested"):
        group_difference(runs_of({"a": (1, 1, 1, 1)}), runs_of({"b": (1, 1, 1, 1)}))
