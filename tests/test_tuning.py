"""The held-out part alone chooses among candidates, and the record tells what was tried."""

import dataclasses
from dataclasses import dataclass

import numpy as np
import pytest

from imbalance_course.datasets import ImageSet
from imbalance_course.experiments import catdog, rerun, run_experiment
from imbalance_course.experiments.experiment import Experiment, Outcome
from imbalance_course.records import read_records

HELD_OUT = {1: 0.6, 2: 0.9, 3: 0.7}


@dataclass(frozen=True)
class Settings:
    strength: int = 1
    precision: str = "float64"


@dataclass(frozen=True, kw_only=True)
class MadeOutcome(Outcome):
    strength: int

    @property
    def held_out_score(self):
        return HELD_OUT[self.strength]

    def score(self, data):
        return {"held_out_counts": {"a": 1}, "metrics": {"test_error": 1 / self.strength}}


def run(row, config, data, images, seed, checkpoint, on_images):
    if checkpoint:
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.write_text("state")
    return MadeOutcome(
        training_counts={"a": 1},
        best_epoch=1,
        history=[],
        seconds=1.0,
        images_seen=1,
        strength=config.strength,
    )


def load(config, on_done):
    image = np.zeros((1, 8, 8, 3), dtype=np.uint8)
    return ImageSet("made", image, np.zeros(1, int), np.array(["a"]), ("a", "b"), "abc", drawn=True)


MADE = Experiment(
    name="made",
    title="made up",
    rows={"fixed": "fixed", "tuned": "tuned"},
    profiles={"demo": Settings()},
    load=load,
    count_images=lambda config: 1,
    run=run,
    candidates=lambda row: [{"strength": n} for n in HELD_OUT] if row == "tuned" else [],
)


def test_the_candidate_that_the_held_out_part_scores_best_is_recorded(tmp_path):
    fixed, tuned = run_experiment(MADE, profile="demo", output=tmp_path, tune=True)
    assert tuned.config["strength"] == 2  # although strength 3 has the smaller test error
    assert tuned.metrics == {"test_error": 0.5}
    assert tuned.tuning == {
        "candidates": [{"strength": 1}, {"strength": 2}, {"strength": 3}],
        "held_out_scores": [0.6, 0.9, 0.7],
        "chosen": {"strength": 2},
    }
    assert fixed.tuning is None
    assert read_records(tmp_path / "records.jsonl") == [fixed, tuned]
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_without_tuning_a_row_takes_the_settings_of_its_profile():
    (record,) = run_experiment(MADE, profile="demo", rows=["tuned"])
    assert (record.config["strength"], record.tuning) == (1, None)


def test_a_tuned_record_runs_again_with_what_was_chosen():
    (record,) = run_experiment(MADE, profile="demo", rows=["tuned"], tune=True)
    assert rerun(record, MADE).differing == []


def test_an_experiment_without_a_decision_between_two_classes_is_recorded_too():
    (record,) = run_experiment(MADE, profile="demo", rows=["fixed"])
    assert record.headline == "test error 1.000"
    assert record.test_counts_at_half is None


@pytest.mark.parametrize("name", catdog.FURTHER_ROWS)
def test_candidates_of_catdog_are_settings_of_catdog(name):
    for settings in catdog.EXPERIMENT.candidates(name):
        assert dataclasses.replace(catdog.PROFILES["demo"], **settings)
