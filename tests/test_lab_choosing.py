"""The recommendation follows from held-out parts alone, and stays with the baseline unless told otherwise."""

import dataclasses

import pytest
from lab_runs import animals, made_runs
from scipy import stats

from imbalance_course.lab.choosing import compare, find_baseline, recommend, weigh_candidates
from imbalance_course.lab.methods import CLASS_METHODS

TITLES = {name: method.title for name, method in CLASS_METHODS.items()}
FOLDER = animals(160, 60)


def predictions(**options):
    return [run.predictions for run in made_runs(FOLDER, **options)]


def advice(runs, cost_ratio=None):
    return recommend(weigh_candidates(runs, cost_ratio), TITLES)


def test_a_difference_is_told_where_the_paired_t_test_tells_it():
    ours, theirs = {0: 0.80, 1: 0.70, 2: 0.90, 7: 0.1}, {0: 0.71, 1: 0.62, 2: 0.78, 8: 0.9}
    found = compare(ours, theirs)
    expected = stats.ttest_rel([0.80, 0.70, 0.90], [0.71, 0.62, 0.78]).confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected.low, expected.high))
    assert found.interval.n == 3 and found.verdict == "better"
    assert compare(theirs, ours).verdict == "worse"
    assert compare({0: 0.8, 1: 0.7, 2: 0.7}, {0: 0.7, 1: 0.75, 2: 0.7}).verdict == "cannot be told"


def test_plain_is_read_with_both_decisions_and_others_with_the_moved_one():
    candidates = weigh_candidates(predictions(methods=("plain", "focal", "weighted")))
    assert [(each.method, each.moved) for each in candidates] == [
        ("plain", False), ("plain", True), ("focal", True), ("weighted", True),
    ]  # fmt: skip
    usual, moved = candidates[:2]
    assert set(usual.decisions.values()) == {0.0}
    assert all(moved.held_out[seed] >= usual.held_out[seed] for seed in (0, 1, 2))
    assert find_baseline(candidates) is moved


def test_equal_methods_leave_the_baseline():
    found = advice(predictions())
    assert (found.chosen.method, found.chosen.moved, found.told) == ("plain", True, False)
    assert "simplest method stays" in found.reason


def test_a_method_told_better_on_held_out_parts_is_recommended_with_its_difference():
    runs = predictions(
        methods=("plain", "weighted", "focal"), seeds=range(5), help={"focal": 2, "weighted": -1}
    )
    found = advice(runs)
    assert (found.chosen.method, found.told) == ("focal", True)
    candidates = weigh_candidates(runs)
    gain = compare(found.chosen.held_out, find_baseline(candidates).held_out).interval
    assert f"{gain.mean:+.3f}" in found.reason and "not just luck" in found.reason


def test_test_parts_have_no_say():
    runs = predictions(methods=("plain", "focal"), seeds=range(5), help={"focal": 2})
    worse = [
        dataclasses.replace(run, test=dataclasses.replace(run.test, logits=-run.test.logits)) for run in runs
    ]
    ours, theirs = advice(runs), advice(worse)
    assert ours.chosen.method == theirs.chosen.method == "focal"
    assert (ours.reason, ours.decision) == (theirs.reason, theirs.decision)
    assert ours.chosen.test != theirs.chosen.test


def test_one_split_tells_nothing_and_one_method_is_all_there_is():
    assert (
        "With one split no difference can be told"
        in advice(predictions(seeds=(0,), help={"focal": 5})).reason
    )
    assert advice(predictions(seeds=(0,), help={"focal": 5})).chosen.method == "plain"
    assert advice(predictions(methods=("plain",))).reason == "No other method was tried."


def test_costly_misses_lower_the_threshold():
    runs = predictions(seeds=range(4))
    assert advice(runs, cost_ratio=50.0).decision < advice(runs, cost_ratio=1.0).decision


def test_methods_are_compared_on_the_splits_that_both_have():
    runs = predictions(seeds=(0, 1, 2))[:5]  # the last run of focal is missing
    candidates = weigh_candidates(runs)
    assert compare(candidates[-1].held_out, candidates[1].held_out).interval.n == 2
    assert recommend(candidates, TITLES).chosen.method == "plain"
