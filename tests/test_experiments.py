"""Cat-Dog: the lecture's rows, a split without leaks, records that do not depend on interruptions."""

import dataclasses
import multiprocessing
import os
import signal

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from imbalance_course.errors import CourseError
from imbalance_course.experiments import find_experiment, run_experiment
from imbalance_course.experiments.catdog import (
    EXPERIMENT,
    FURTHER_ROWS,
    PROFILES,
    ROWS,
    load,
    make_loss,
    split,
)
from imbalance_course.experiments.experiment import Silence
from imbalance_course.metrics import Counts
from imbalance_course.records import read_records

DEMO = PROFILES["demo"]
SHORT = dataclasses.replace(DEMO, images_total=1_000, images_per_epoch=500)
LECTURE_F1 = [0.960, 0.835, 0.617, 0.833, 0.835, 0.785, 0.855, 0.876, 0.704, 0.798, 0.741, 0.836]
TIMES = {"seconds": 0.0, "images_per_second": 0.0, "finished": ""}


@pytest.fixture(scope="module")
def animals():
    return load(DEMO)


@pytest.fixture(scope="module")
def balanced(animals):
    return EXPERIMENT.run(
        "balanced", DEMO, animals, torch.from_numpy(animals.images), 0, None, lambda seen: None
    )


@pytest.fixture
def short():
    return dataclasses.replace(EXPERIMENT, profiles={"demo": SHORT})


class KillAfter(Silence):
    """Kills its own process, without any clean-up, once a run has seen a number of images."""

    def __init__(self, images: int) -> None:
        self.images = images

    def trained(self, images_seen: int) -> None:
        if images_seen >= self.images:
            os.kill(os.getpid(), signal.SIGKILL)


def run_and_be_killed(output, images):
    torch.set_num_threads(1)
    experiment = dataclasses.replace(EXPERIMENT, profiles={"demo": SHORT})
    run_experiment(experiment, profile="demo", rows=["balanced"], output=output, watch=KillAfter(images))


def test_the_rows_carry_the_lecture_s_counts():
    assert [round(row.lecture.f1, 3) for row in ROWS.values()] == pytest.approx(LECTURE_F1, abs=0.0011)


def test_further_rows_follow_the_lecture_s_and_have_no_number_of_it():
    assert list(EXPERIMENT.rows)[:12] == list(ROWS)
    assert list(EXPERIMENT.rows)[12:] == list(FURTHER_ROWS)
    assert all(row.lecture is None for row in FURTHER_ROWS.values())
    assert len({(row.cats, row.method) for row in FURTHER_ROWS.values()}) == 12


def test_later_remedies_train_on_the_images_of_the_plain_row(animals):
    plain, other = (
        split(animals, row, DEMO, 0) for row in (ROWS["imbalanced-2"], FURTHER_ROWS["imbalanced-2-vs"])
    )
    assert np.array_equal(plain.fit, other.fit) and np.array_equal(plain.held_out, other.held_out)


@pytest.mark.parametrize("name", ["imbalanced-1-ldam-drw", "imbalanced-1-balanced-batches"])
def test_heads_of_cosines_and_balanced_batches_go_through_the_whole_run(short, name):
    (record,) = run_experiment(short, profile="demo", rows=[name])
    assert record.metrics["roc_auc"] > 0.55
    assert record.training_counts == {"drawn dog": 1870, "drawn cat": 170}


def test_every_row_sees_the_same_number_of_images():
    for profile in PROFILES.values():
        config = dataclasses.replace(profile, precision="float32")
        assert config.images_seen == EXPERIMENT.count_images(config)
        assert config.images_seen <= config.images_total


@pytest.mark.parametrize("name", ROWS)
def test_the_split_of_a_row_has_the_counts_it_promises(animals, name):
    row = ROWS[name]
    parts = split(animals, row, DEMO, seed=0)
    dogs, cats = 2200, row.cats // 5
    fit_dogs, fit_cats = round(dogs * 0.85), round(cats * 0.85)
    expected = {
        "undersampled": [min(fit_dogs, fit_cats)] * 2,
        "oversampled": [max(fit_dogs, fit_cats)] * 2,
    }.get(row.method, [fit_dogs, fit_cats])
    assert np.bincount(animals.labels[parts.fit]).tolist() == expected
    assert np.bincount(animals.labels[parts.held_out]).tolist() == [dogs - fit_dogs, cats - fit_cats]
    assert np.bincount(animals.labels[parts.test]).tolist() == [300, 300]


def test_all_rows_and_seeds_share_the_test_images(animals):
    tests = [split(animals, row, DEMO, seed).test for row in ROWS.values() for seed in (0, 1)]
    assert all(np.array_equal(tests[0], other) for other in tests)


def test_rows_of_one_profile_share_their_held_out_part(animals):
    rows = [ROWS[name] for name in ROWS if name.startswith("imbalanced-2")]
    parts = [split(animals, row, DEMO, seed=3).held_out for row in rows]
    assert all(np.array_equal(parts[0], other) for other in parts)


def test_the_weighted_row_uses_the_lecture_s_weights():
    counts = np.array([11_000, 1_000])
    logits, cat, dog = torch.zeros(1), torch.ones(1), torch.zeros(1)
    loss = make_loss(ROWS["imbalanced-1-weighted"], counts, DEMO)
    assert float(loss(logits, cat) / np.log(2)) == pytest.approx(6.0)
    assert float(loss(logits, dog) / np.log(2)) == pytest.approx(6 / 11)


def test_a_dog_weight_of_100_multiplies_the_dogs_alone():
    loss = make_loss(ROWS["balanced-weight-100"], np.array([1, 1]), DEMO)
    logits = torch.zeros(1)
    assert float(loss(logits, torch.zeros(1)) / loss(logits, torch.ones(1))) == pytest.approx(100)


def test_a_demo_run_learns_and_its_scores_agree_with_scikit_learn(animals, balanced):
    fields = balanced.score(animals)
    truth, scores = balanced.test_labels, balanced.test_scores
    f1 = Counts(**fields["test_counts_at_half"]).f1
    assert f1 > 0.85
    assert f1 == pytest.approx(f1_score(truth, scores >= 0.5))
    assert fields["metrics"]["roc_auc"] == pytest.approx(roc_auc_score(truth, scores))
    assert fields["metrics"]["average_precision"] == pytest.approx(average_precision_score(truth, scores))
    assert [sum(counts) for counts in fields["score_histogram"].values()] == [300, 300]
    assert fields["test_groups"] is None


def test_imbalance_costs_recall_at_one_half_and_later_remedies_win_it_back(balanced):
    rows = ["imbalanced-2", "imbalanced-2-logit-adjusted", "imbalanced-2-logit-adjusted-posthoc"]
    plain, adjusted, afterwards = run_experiment(EXPERIMENT, profile="demo", rows=rows)
    assert plain.drawn_data
    assert plain.at_half.recall < balanced.test_scores[balanced.test_labels == 1].round().mean() - 0.3
    assert min(adjusted.at_half.recall, afterwards.at_half.recall) > plain.at_half.recall + 0.3
    assert afterwards.metrics["roc_auc"] == pytest.approx(plain.metrics["roc_auc"])


@pytest.mark.parametrize("images", [50, 500, 750])
def test_a_killed_run_resumes_to_the_record_of_an_undisturbed_run(short, tmp_path, images):
    worker = multiprocessing.get_context("spawn").Process(
        target=run_and_be_killed, args=(tmp_path / "killed", images)
    )
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    resumed, undisturbed = (
        run_experiment(short, profile="demo", rows=["balanced"], output=tmp_path / folder)[0]
        for folder in ("killed", "undisturbed")
    )
    torch.set_num_threads(threads)
    assert dataclasses.replace(resumed, **TIMES) == dataclasses.replace(undisturbed, **TIMES)
    left = sorted(path.name for path in (tmp_path / "killed").rglob("*") if path.is_file())
    assert left in (["records.jsonl"], [".records.lock", "records.jsonl"])


def test_a_finished_run_is_not_run_twice(short, tmp_path, monkeypatch):
    first = run_experiment(short, profile="demo", rows=["balanced"], output=tmp_path)
    again = dataclasses.replace(
        short, run=lambda *_: pytest.fail("ran again"), load=lambda *_: pytest.fail("loaded again")
    )
    assert run_experiment(again, profile="demo", rows=["balanced"], output=tmp_path) == first
    assert read_records(tmp_path / "records.jsonl") == first


def test_an_unknown_row_lists_the_known_ones():
    with pytest.raises(CourseError, match="rows among balanced, .*; got cats"):
        run_experiment(EXPERIMENT, profile="demo", rows=["cats"])


def test_an_unknown_profile_or_experiment_is_explained():
    with pytest.raises(CourseError, match="profile among demo, laptop, full, got 'huge'"):
        run_experiment(EXPERIMENT, profile="huge")
    with pytest.raises(CourseError, match="experiment among catdog, .*got 'dogcat'"):
        find_experiment("dogcat")
