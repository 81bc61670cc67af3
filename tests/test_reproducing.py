"""A record runs again from itself alone; what does not come out the same is named."""

import dataclasses
import json

import pytest
from made_records import make_record

from imbalance_course.errors import CourseError
from imbalance_course.experiments import EXPERIMENTS, catdog, find_experiment, rerun, run_experiment
from imbalance_course.records import Record, recorded_runs

SHORT = dataclasses.replace(catdog.PROFILES["demo"], images_total=500, images_per_epoch=250)


@pytest.fixture(scope="module")
def record():
    short = dataclasses.replace(catdog.EXPERIMENT, profiles={"demo": SHORT})
    return run_experiment(short, profile="demo", rows=["imbalanced-1-weighted"], seeds=[3])[0]


def test_a_record_runs_again_to_the_last_bit_whatever_the_profile_says_today(record):
    read_back = Record.from_line(record.to_line())
    done = rerun(read_back, catdog.EXPERIMENT)  # the demo profile of today trains on 16 times the images
    assert done.differing == []
    assert done.devices is None
    assert done.repeated.id == record.id


def test_a_tampered_number_and_another_device_are_found(record):
    changed = {**record.metrics, "roc_auc": record.metrics["roc_auc"] + 1e-12}
    tampered = dataclasses.replace(record, metrics=changed, device="CPU, 96 threads (Other)")
    done = rerun(tampered, catdog.EXPERIMENT)
    assert done.differing == ["metrics"]
    assert done.devices == ("CPU, 96 threads (Other)", record.device)
    assert tampered.id != record.id


def test_a_setting_younger_than_the_record_takes_its_default(record):
    older = {name: value for name, value in record.config.items() if not name.startswith("scaling")}
    config = catdog.EXPERIMENT.restore_config(json.loads(json.dumps(older)))
    assert config == SHORT


def test_every_shipped_record_has_settings_that_still_run_and_an_id_of_its_own():
    records = [record for name in EXPERIMENTS for record in recorded_runs(name)]
    for record in records:
        config = find_experiment(record.experiment).restore_config(record.config)
        fields = json.loads(json.dumps(dataclasses.asdict(config)))
        assert record.config.items() <= fields.items()
    assert len({record.id for record in records}) == len(records)


def test_settings_that_nobody_knows_are_refused():
    with pytest.raises(CourseError, match="Expected the settings of this version's catdog"):
        rerun(make_record(config={"batches": 3}), catdog.EXPERIMENT)
