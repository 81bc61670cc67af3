"""Moments that random kills seldom hit: between the record of a run and the end of its start."""

import dataclasses

import pytest
import torch

from imbalance_course.errors import CourseError
from imbalance_course.experiments import autobalance, run_experiment, running, tof
from imbalance_course.experiments.experiment import Silence
from imbalance_course.training import checkpoint


class Seen(Silence):
    """Notes the images seen."""

    def __init__(self) -> None:
        self.images = []

    def trained(self, images_seen: int) -> None:
        self.images.append(images_seen)


def stop(*_):
    raise KeyboardInterrupt


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_checkpoints_that_a_recorded_run_left_go_at_the_next_start(tmp_path, monkeypatch):
    short = dataclasses.replace(
        tof.PROFILES["demo"], training_count=40, test_count=20, images_total=16, images_per_epoch=8
    )
    experiment = dataclasses.replace(tof.EXPERIMENT, profiles={"demo": short})
    plan = {"profile": "demo", "rows": ["mse"], "output": tmp_path, "tune": True}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(running, "forget_checkpoints", stop)
        run_experiment(experiment, **plan)
    left = [name for name in files(tmp_path) if name.endswith(".pt")]
    assert len(left) == len(experiment.candidates("mse")) > 1
    seen = Seen()
    run_experiment(experiment, watch=seen, **plan)
    assert seen.images == [] and files(tmp_path) == ["records.jsonl"]


def test_a_search_that_is_finished_is_kept_until_its_run_is_recorded(tmp_path, monkeypatch):
    short = dataclasses.replace(
        autobalance.PROFILES["demo"], search_images=400, images_total=200, images_per_epoch=100
    )
    experiment = dataclasses.replace(autobalance.EXPERIMENT, profiles={"demo": short})
    plan = {"profile": "demo", "rows": [next(iter(experiment.rows))], "output": tmp_path}
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(running, "append_record", stop)
        run_experiment(experiment, **plan)
    seen = Seen()
    run_experiment(experiment, watch=seen, **plan)
    assert len(seen.images) == 2 and seen.images[-1] == experiment.count_images(
        short
    )  # nothing is trained anew
    assert files(tmp_path) == ["records.jsonl"]


def test_a_damaged_checkpoint_is_named_with_what_to_do(tmp_path):
    network = torch.nn.Linear(2, 1)
    optimizer = torch.optim.AdamW(network.parameters())
    file = tmp_path / "run.pt"
    checkpoint.save(file, network, optimizer, checkpoint.Progress(epoch=1))
    assert checkpoint.resume(file, network, optimizer).epoch == 1
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(CourseError, match="can go on in .*run.pt, got a damaged or another file. Delete it"):
        checkpoint.resume(file, network, optimizer)
