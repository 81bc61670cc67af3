"""BreakHis: the split by case keeps cases whole, the split by image does not, and records tell them apart."""

import dataclasses

import numpy as np
import pytest
import torch

from imbalance_course.datasets.locations import DATA_VARIABLE, find_packs
from imbalance_course.datasets.registry import DATA_SETS
from imbalance_course.errors import CourseError
from imbalance_course.experiments import run_experiment
from imbalance_course.experiments.breakhis import ARTICLE, EXPERIMENT, PROFILES, ROWS, Row, load, split
from imbalance_course.records import sum_groups

DEMO = PROFILES["demo"]
SHORT = dataclasses.replace(DEMO, images_total=500, images_per_epoch=250)


@pytest.fixture(scope="module")
def tissue():
    return load(DEMO)


def row(level, remedy="plain"):
    return Row("small", level, remedy)


@pytest.mark.parametrize("seed", range(5))
def test_the_split_by_case_shares_no_case_between_its_parts(tissue, seed):
    parts = split(tissue, row("case"), DEMO, seed)
    fit, held_out, test = (set(tissue.groups[p]) for p in (parts.fit, parts.held_out, parts.test))
    assert not fit & held_out and not fit & test and not held_out & test
    for part in (parts.fit, parts.held_out, parts.test):
        assert set(tissue.labels[part]) == {0, 1}


def test_the_split_by_image_tests_on_cases_that_it_trained_on(tissue):
    parts = split(tissue, row("image"), DEMO, 0)
    assert not set(parts.fit) & set(parts.test)
    known = np.isin(tissue.groups[parts.test], tissue.groups[parts.fit])
    assert known.mean() > 0.95


@pytest.mark.parametrize("level", ["image", "case"])
def test_the_first_five_seeds_test_every_image_once_and_the_next_five_in_other_folds(tissue, level):
    first, second = (
        [split(tissue, row(level), DEMO, seed).test for seed in seeds] for seeds in (range(5), range(5, 10))
    )
    for folds in (first, second):
        assert sorted(np.concatenate(folds)) == list(range(len(tissue)))
    assert not {tuple(fold) for fold in first} & {tuple(fold) for fold in second}


def test_rows_of_one_split_and_seed_share_test_and_held_out_images(tissue):
    plain, other = (split(tissue, row("case", remedy), DEMO, 1) for remedy in ("plain", "oversampled"))
    assert np.array_equal(plain.test, other.test) and np.array_equal(plain.held_out, other.held_out)
    assert set(plain.fit) == set(other.fit)
    assert len(set(np.bincount(tissue.labels[other.fit]))) == 1


def test_a_record_holds_the_counts_of_every_tested_case():
    short = dataclasses.replace(EXPERIMENT, profiles={"demo": SHORT})
    (record,) = run_experiment(short, profile="demo", rows=["small-case-weighted-augmented"], seeds=[2])
    tissue = load(SHORT)
    test = split(tissue, row("case"), SHORT, 2).test
    names, at_half = sum_groups([record])
    assert names.tolist() == sorted(set(tissue.groups[test]))
    assert dict(zip(("tp", "fp", "fn", "tn"), at_half.sum(0), strict=True)) == record.test_counts_at_half
    assert sum_groups([record], "at_threshold")[1].sum() == len(test)
    held_out = split(tissue, row("case"), SHORT, 2).held_out
    assert record.threshold_rule.endswith(f"a share of positives of {tissue.labels[held_out].mean():g}")


def test_only_augmented_rows_transform_their_images(monkeypatch):
    seen = {}

    def stop(*_, task, **__):
        seen["task"] = task
        raise CourseError("far enough")

    monkeypatch.setattr("imbalance_course.experiments.classification.train", stop)
    short = dataclasses.replace(EXPERIMENT, profiles={"demo": SHORT})
    pixels = torch.rand(4, 3, 24, 24) * 2 - 1
    for remedy, changes in (("weighted", False), ("augmented", True), ("weighted-augmented", True)):
        with pytest.raises(CourseError, match="far enough"):
            run_experiment(short, profile="demo", rows=[f"small-case-{remedy}"])
        moved, labels = seen["task"].transform(pixels, torch.ones(4), torch.Generator().manual_seed(0))
        assert torch.allclose(moved, pixels, atol=1e-4) != changes
        assert labels.tolist() == [1] * 4


def test_a_profile_has_the_rows_of_its_networks():
    assert len(EXPERIMENT.check_rows("demo", None)) == len(EXPERIMENT.check_rows("laptop", None)) == 14
    assert len(EXPERIMENT.check_rows("full", None)) == 42
    with pytest.raises(CourseError, match="rows among small-image-plain, .*; got resnet18-case-plain"):
        EXPERIMENT.check_rows("demo", ["resnet18-case-plain"])


def test_the_article_s_accuracies_do_not_follow_from_its_class_rates():
    computed = {name: round(claim.accuracy_from_classes, 1) for name, claim in ARTICLE.items()}
    assert computed == {"plain": 85.9, "weighted": 92.0, "weighted-augmented": 95.0}
    assert all(claim.accuracy > computed[name] + 1 for name, claim in ARTICLE.items())


def test_the_article_is_quoted_beside_the_split_that_it_used():
    quoted = [name for name, row in ROWS.items() if row.article]
    assert quoted == [name for name, row in ROWS.items() if row.split == "image" and row.remedy in ARTICLE]


@pytest.mark.skipif(not find_packs(DATA_SETS["breakhis"]), reason=f"needs real images; set {DATA_VARIABLE}")
@pytest.mark.parametrize("seed", range(5))
def test_real_cases_stay_on_one_side_and_every_part_has_benign_ones(seed):
    tissue = load(dataclasses.replace(PROFILES["laptop"], image_size=16))
    parts = split(tissue, ROWS["resnet18-case-plain"], PROFILES["laptop"], seed)
    cases = [
        {label: len(set(tissue.groups[part][tissue.labels[part] == label])) for label in (0, 1)}
        for part in (parts.fit, parts.held_out, parts.test)
    ]
    assert [case[1] for case in cases] == [6, 2, 2]
    assert sum(case[0] for case in cases) == 34
