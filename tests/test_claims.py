"""Claims: differences are taken seed by seed, and the interval alone gives the verdict."""

import dataclasses

import numpy as np
import pytest
from made_records import make_record
from scipy import stats

from imbalance_course.experiments import nuclei, tables_nuclei, tables_voids, voids
from imbalance_course.experiments.mask_losses import LOSSES
from imbalance_course.records.claims import Claim, claim_lines
from imbalance_course.records.results import runs_by_title
from imbalance_course.records.scores import Score

SCORE = Score("gain", heading="Gain")


def make_laptop_record(**fields):
    return make_record(profile="laptop", drawn_data=False, **fields)


def rows(**values):
    """Row -> runs, one value a seed; None leaves the seed out."""
    titles = {name: name for name in values}
    records = [
        make_laptop_record(row=name, seed=seed, metrics={"gain": value})
        for name, each in values.items()
        for seed, value in enumerate(each)
        if value is not None
    ]
    return runs_by_title(titles, records)


def test_the_interval_is_that_of_the_paired_differences():
    new, old = [0.5, 0.7, 0.65], [0.4, 0.5, 0.6]
    found = Claim("it gains", SCORE, "new", "old").interval(rows(new=new, old=old))
    difference = np.subtract(new, old)
    low, high = stats.t.interval(0.95, 2, difference.mean(), stats.sem(difference))
    assert (found.mean, found.low, found.high) == pytest.approx((difference.mean(), low, high))


def test_only_seeds_that_both_rows_have_are_compared():
    found = Claim("it gains", SCORE, "new", "old").interval(rows(new=[0.5, 0.9, None], old=[0.4, None, 0.1]))
    assert found.mean == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("values", "above", "verdict"),
    [
        ([0.30, 0.31, 0.32], True, "holds"),
        ([0.30, 0.31, 0.32], False, "does not hold"),
        ([-0.30, -0.31, -0.32], False, "holds"),
        ([-0.30, -0.31, -0.32], True, "does not hold"),
        ([-0.5, 0.6, 0.1], True, "cannot be told"),
        ([0.3], True, "cannot be told"),
    ],
)
def test_the_verdict_asks_for_the_whole_interval(values, above, verdict):
    line = Claim("it is so", SCORE, "new", above=above).line(rows(new=values))
    assert line["Verdict"] == verdict


def test_without_records_there_is_no_number():
    claims = [Claim("it gains", SCORE, "new", "old")]
    assert claim_lines(claims, rows(new=[], old=[])) == []
    (line,) = claim_lines(claims, rows(new=[0.3], old=[]))
    assert line["Verdict"] == line["Mean and 95 % interval"] == "no record yet"


def test_every_claim_names_rows_and_scores_that_the_runs_have():
    titles = {choice.title for choice in LOSSES.values()}
    assert {name for claim in tables_voids.CLAIMS for name in (claim.row, claim.rival)} <= titles | {""}
    titles = {choice.title for choice in nuclei.ALL_LOSSES.values()}
    assert {name for claim in tables_nuclei.CLAIMS for name in (claim.row, claim.rival)} <= titles | {""}
    assert tables_nuclei.BOWL_CLAIMS


def test_the_leak_table_shows_the_losses_that_ran_under_both_splits():
    ran = ["unet-tile-bce", "unet-micrograph-bce", "unet-tile-dice"]
    records = [make_laptop_record(experiment="voids", row=name) for name in ran]
    assert list(tables_voids.leak_rows("unet", records)) == ["BCE, by micrograph", "BCE, by tile"]
    assert set(ran) <= set(voids.ROWS)


def test_a_run_without_the_score_is_left_out():
    found = rows(new=[0.5, 0.6, 0.7], old=[0.1, 0.1, 0.1])
    found["new"][1] = dataclasses.replace(found["new"][1], metrics={"other": 1.0})
    assert Claim("it gains", SCORE, "new", "old").interval(found).mean == pytest.approx(0.5)
    assert Score("nothing").interval(found["new"]) is None
    assert Score("nothing").text(found["new"]) == "no record yet"
