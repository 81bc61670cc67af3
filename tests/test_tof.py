"""Times of flight: one network, five losses, scores of hits that agree with slow counting."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from made_records import make_record
from sklearn.metrics import average_precision_score

from imbalance_course.errors import CourseError
from imbalance_course.experiments import rerun, run_experiment, tables, tables_tof
from imbalance_course.experiments.hits import rank_hits, score_hits
from imbalance_course.experiments.tof import EXPERIMENT, PROFILES, ROWS, WeightedMSE, load, split
from imbalance_course.metrics import Counts
from imbalance_course.models import DenoisingAutoencoder
from imbalance_course.records import Record
from imbalance_course.records.results import runs_by_title

DEMO = PROFILES["demo"]
SHORT = dataclasses.replace(DEMO, training_count=60, test_count=12, images_total=400, images_per_epoch=200)
images_of_hits = arrays(np.uint8, (3, 4, 5), elements=st.sampled_from([0, 0, 0, 40, 90]))
predictions = arrays(np.float64, (3, 4, 5), elements=st.integers(-20, 110).map(float))


@pytest.fixture(scope="module")
def short():
    return dataclasses.replace(EXPERIMENT, profiles={"demo": SHORT})


@pytest.fixture(scope="module")
def demo_runs():
    return {run.row: run for run in run_experiment(EXPERIMENT, profile="demo")}


def make_run(row, seed=0, profile="laptop", drawn=True, **metrics):
    return make_record(row, seed, experiment="tof", profile=profile, drawn_data=drawn, metrics=metrics)


@given(images_of_hits, predictions, st.sampled_from([15.0, 60.0]))
def test_scores_of_hits_are_those_of_counting_pixel_by_pixel(truth, values, threshold):
    if not 0 < (truth > 0).sum() < truth.size:
        return
    found = score_hits(truth, values, {"": threshold})
    right = false = 0
    errors = {True: [], False: []}
    for true, value in zip(truth.ravel().tolist(), values.ravel().tolist(), strict=True):
        right += true > 0 and value >= threshold
        false += true == 0 and value >= threshold
        errors[true > 0].append(value - true)
    hits = len(errors[True])
    assert found["signal"] == hits / 3
    assert found["recovery"] == pytest.approx(right / hits)
    assert found["false_hits"] == pytest.approx(false / 3)
    assert found["pixel_f1"] == pytest.approx(2 * right / (hits + right + false))
    assert found["blank_images"] == sum(max(map(max, image)) < threshold for image in values.tolist()) / 3
    assert found["hit_mae"] == pytest.approx(sum(map(abs, errors[True])) / hits)
    assert found["rest_mse"] == pytest.approx(sum(e**2 for e in errors[False]) / len(errors[False]))
    assert found["average_precision"] == pytest.approx(
        average_precision_score(truth.ravel() > 0, values.ravel())
    )


def test_the_score_that_chooses_does_not_depend_on_the_scale_of_a_loss():
    random = np.random.default_rng(0)
    truth, values = (random.random((4, 8, 8)) < 0.1).astype(int), random.random((4, 8, 8))
    assert rank_hits(truth, values) == rank_hits(truth, 7 * values**3 - 5)


def test_the_weighted_error_is_a_weighted_sum_over_pixels():
    predictions, targets = torch.rand(2, 3, 4), (torch.rand(2, 3, 4) - 0.6).clamp(min=0)
    expected = sum(
        (5.0 if y else 1.0) * (y - p) ** 2
        for y, p in zip(targets.ravel().tolist(), predictions.ravel().tolist(), strict=True)
    )
    assert float(WeightedMSE(5.0)(predictions, targets)) == pytest.approx(expected / 24)


def test_rows_differ_in_their_loss_alone_and_have_equally_many_candidates():
    assert list(ROWS) == ["mse", "mae", "mse-weighted", "acb-mse", "acb-mse-weighted"]
    assert len({len(row.candidates) for row in ROWS.values()}) == 1
    config = dataclasses.replace(DEMO, hit_weight=3.0, rest_weight=5.0)
    prediction, truth = torch.full((1, 2, 2), 0.1), torch.tensor([[[0.0, 0.0], [0.0, 0.5]]])
    values = [float(row.make_loss(config)(prediction, truth)) for row in ROWS.values()]
    squares = {"hit": 0.16, "rest": 0.01}
    assert values == pytest.approx(
        [
            (0.16 + 3 * 0.01) / 4,
            (0.4 + 3 * 0.1) / 4,
            (3 * squares["hit"] + 3 * squares["rest"]) / 4,
            squares["hit"] + squares["rest"],
            squares["hit"] + 5 * squares["rest"],
        ]
    )


def test_weighing_the_rest_of_acb_mse_is_weighing_hits_of_the_squared_error():
    truth = load(SHORT).targets[:6] / 100
    values, truth = torch.rand(truth.shape, dtype=torch.float64), torch.from_numpy(truth)
    hits = int((truth > 0).sum())
    rest = truth.numel() - hits
    config = dataclasses.replace(SHORT, rest_weight=20.0, hit_weight=rest / hits / 20.0)
    weighted, balanced = (ROWS[row].make_loss(config) for row in ("mse-weighted", "acb-mse-weighted"))
    factor = 20.0 * truth.numel() / rest
    assert float(balanced(values, truth)) == pytest.approx(factor * float(weighted(values, truth)))


def test_every_profile_draws_its_data_and_has_images_that_the_network_takes(monkeypatch):
    for config in PROFILES.values():
        few = dataclasses.replace(config, training_count=4, test_count=2)
        data = load(few)
        assert data.drawn and EXPERIMENT.simulated
        with torch.no_grad():
            shape = DenoisingAutoencoder(config.widths)(torch.zeros(1, 1, *data.images.shape[1:3])).shape
        assert shape == (1, 1, *data.targets.shape[1:])
    assert (PROFILES["laptop"].height, PROFILES["laptop"].width) == (128, 88)


def test_a_size_that_cannot_be_halved_is_refused():
    with pytest.raises(ValueError, match=r"multiples of 8, got \(128, 84\)"):
        DenoisingAutoencoder((4, 4, 4))(torch.zeros(1, 1, 128, 84))


def test_all_seeds_share_the_test_images_and_every_part_has_all_sizes():
    data = load(SHORT)
    parts = [split(data, SHORT, seed) for seed in range(3)]
    assert all(part.test.tolist() == list(range(60, 72)) for part in parts)
    assert len({tuple(part.held_out) for part in parts}) == 3
    for part in parts:
        assert sorted([*part.fit, *part.held_out]) == list(range(60))
        assert np.bincount(data.sizes[part.held_out]).tolist() == [3, 3, 3]


def test_the_absolute_error_gives_blank_images_and_acb_mse_does_not(demo_runs):
    assert demo_runs["mae"].metrics["blank_images_untuned"] == 1
    assert demo_runs["acb-mse"].metrics["blank_images_untuned"] == 0
    assert demo_runs["mae"].metrics["recovery_untuned"] == 0
    assert demo_runs["acb-mse"].metrics["few_recovery_untuned"] > 0.8


def test_acb_mse_finds_more_than_squared_error_and_pays_in_false_hits(demo_runs):
    plain, balanced = (demo_runs[row].metrics for row in ("mse", "acb-mse"))
    assert plain["average_precision"] > 0.5  # it has learned, too
    assert balanced["few_recovery_untuned"] > plain["few_recovery_untuned"]
    assert balanced["false_hits_untuned"] > 2 * plain["false_hits_untuned"]


def test_scores_of_all_sizes_add_up_to_those_of_all_images(demo_runs):
    for run in demo_runs.values():
        metrics, counts = run.metrics, Counts(**run.test_counts_at_threshold)
        sizes = ("few", "usual", "many")
        for score in ("false_hits", "false_hits_untuned", "blank_images", "signal"):
            assert metrics[score] == pytest.approx(np.mean([metrics[f"{size}_{score}"] for size in sizes]))
        found = sum(metrics[f"{size}_recovery"] * metrics[f"{size}_signal"] for size in sizes)
        assert metrics["recovery"] == pytest.approx(found / (3 * metrics["signal"]))
        assert (counts.recall, counts.f1) == pytest.approx((metrics["recovery"], metrics["pixel_f1"]))


def test_a_tuned_run_keeps_the_best_candidate_and_runs_again_to_the_last_bit(short):
    (record,) = run_experiment(short, profile="demo", rows=["mse-weighted"], seeds=[1], tune=True)
    scores = record.tuning["held_out_scores"]
    chosen = record.tuning["candidates"][scores.index(max(scores))]
    assert chosen.items() <= record.config.items() and len(set(scores)) == 4
    assert max(entry["held_out_average_precision"] for entry in record.history) == max(scores)
    done = rerun(Record.from_line(record.to_line()), EXPERIMENT)
    assert done.differing == [] and done.repeated.id == record.id


def test_drawn_data_may_stand_in_the_table_of_a_simulation_and_nowhere_else():
    rows = tables_tof.rows_of([make_run("mse")])
    assert [run.row for run in rows["squared error"]] == ["mse"]
    for wrong in (make_run("mse", profile="demo"), make_run("mse", drawn=False)):
        with pytest.raises(CourseError, match="Expected runs on drawn images"):
            tables_tof.rows_of([wrong])
    with pytest.raises(CourseError, match="Expected runs on real images"):
        runs_by_title(tables_tof.TITLES, [make_run("mse")])
    with pytest.raises(CourseError, match="none of the profile demo"):
        runs_by_title(tables_tof.TITLES, [make_run("mse", profile="demo", drawn=False)])


def test_missing_runs_are_asked_for_with_their_trials():
    (command,) = tables.missing_commands(EXPERIMENT, "laptop", [], [0, 1])
    assert command == "imbalance-course run tof --profile laptop --seeds 0,1 --tune"
