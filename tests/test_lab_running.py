"""Runs are recorded one by one, resumed after a kill, never repeated, and never mixed with others."""

import dataclasses

import numpy as np
import pytest
import torch
from lab_runs import animals, specks, tiny_config

from imbalance_course.errors import CourseError
from imbalance_course.experiments.experiment import Silence
from imbalance_course.lab.choosing import weigh_candidates
from imbalance_course.lab.learning import find_worst, positive_class
from imbalance_course.lab.methods import CLASS_METHODS, MASK_METHODS
from imbalance_course.lab.report import write_report
from imbalance_course.lab.running import count_left, run_methods, seconds_per_run
from imbalance_course.records import read_records

CPU = torch.device("cpu")
FOLDER = animals(40, 16)


class Killed(Silence):
    """Stops the process, so to say, when a run has seen so many images."""

    def __init__(self, images: int, run: int) -> None:
        self.images, self.left = images, run

    def started(self, row, seed, images_total):
        self.left -= 1

    def trained(self, images_seen):
        if self.left == 0 and images_seen >= self.images:
            raise KeyboardInterrupt


class Refusing(Silence):
    """Fails when anything is trained."""

    def started(self, row, seed, images_total):
        raise AssertionError(f"{row}, seed {seed} was run again")


def go(output, folder=FOLDER, config=None, methods=("plain", "focal"), seeds=(0, 1), watch=None):
    config = config or tiny_config(folder, "70")
    return run_methods(folder, config, output, methods=list(methods), seeds=list(seeds), watch=watch)


def numbers_of(file):
    """The report without what differs between two makings: date and seconds."""
    lines = file.read_text().splitlines()
    return [line for line in lines if " UTC" not in line and "seconds of training" not in line]


def test_a_run_killed_and_resumed_gives_the_same_report_numbers(tmp_path):
    undisturbed = go(tmp_path / "a")
    config = tiny_config(FOLDER, "70")
    assert config.images_total >= 4 * config.images_per_epoch
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path / "b", watch=Killed(config.images_total - 1, run=3))  # in the last epoch of the third run
    assert len(read_records(tmp_path / "b" / "records.jsonl")) == 2
    assert len(list((tmp_path / "b" / "checkpoints").iterdir())) == 1
    assert count_left(tmp_path / "b", ["plain", "focal"], [0, 1]) == 2

    class FromCheckpoint(Silence):
        starts: list[int] = []

        def trained(self, images_seen):
            self.starts.append(images_seen)

    resumed = go(tmp_path / "b", watch=FromCheckpoint())
    assert FromCheckpoint.starts[0] > 0  # not from the beginning
    for ours, theirs in zip(resumed, undisturbed, strict=True):
        np.testing.assert_array_equal(ours.predictions.test.logits, theirs.predictions.test.logits)
        assert ours.record.id == theirs.record.id
    for name, runs in (("a", undisturbed), ("b", resumed)):
        write_report(tmp_path / name / "report.html", FOLDER, runs, command="imbalance-course lab animals")
    assert numbers_of(tmp_path / "a" / "report.html") == numbers_of(tmp_path / "b" / "report.html")
    assert not list((tmp_path / "b" / "checkpoints").iterdir())


def test_what_is_recorded_is_not_run_again(tmp_path):
    first = go(tmp_path, seeds=(0,))
    again = go(tmp_path, seeds=(0,), watch=Refusing())
    assert [run.record.id for run in again] == [run.record.id for run in first]


def test_runs_of_other_settings_or_images_are_refused(tmp_path):
    go(tmp_path, methods=("plain",), seeds=(0,))
    other = dataclasses.replace(tiny_config(FOLDER, "70"), learning_rate=0.5)
    with pytest.raises(CourseError, match="learning_rate differ. Choose another --output"):
        go(tmp_path, config=other)
    changed = dataclasses.replace(FOLDER, data=dataclasses.replace(FOLDER.data, checksum="other"))
    with pytest.raises(CourseError, match="the images differ"):
        go(tmp_path, folder=changed)


def test_a_record_without_its_predictions_says_so(tmp_path):
    go(tmp_path, methods=("plain",), seeds=(0,))
    (tmp_path / "predictions" / "plain-seed0.npz").unlink()
    with pytest.raises(CourseError, match="plain-seed0.npz, found none that can be read"):
        go(tmp_path, methods=("plain",), seeds=(0,))


def test_each_seed_is_a_split_of_its_own(tmp_path):
    first, second = go(tmp_path, methods=("plain",))
    assert set(first.predictions.test.positions) != set(second.predictions.test.positions)
    for run in (first, second):
        parts = set(run.predictions.test.positions) & set(run.predictions.held_out.positions)
        assert not parts


def test_every_method_trains_on_images_of_two_classes(tmp_path):
    runs = go(tmp_path, config=tiny_config(FOLDER, "16"), methods=CLASS_METHODS, seeds=(0,))
    assert len({run.record.id for run in runs}) == len(CLASS_METHODS)
    oversampled = next(run.record for run in runs if run.record.row == "oversampled")
    assert len(set(oversampled.training_counts.values())) == 1
    assert all(run.record.at_threshold.total == len(run.predictions.test.labels) for run in runs)


@pytest.mark.parametrize("classes", [2, 3])
def test_every_method_trains_on_masks(tmp_path, classes):
    folder = specks(classes=classes)
    runs = go(tmp_path, folder, tiny_config(folder, "8"), MASK_METHODS, seeds=(0,))
    for run in runs:
        test = run.predictions.test
        assert test.items.sum() == test.histogram[0].sum() and len(test.items) == classes
        assert test.masks.shape == (len(test.positions), 32, 32)
    assert len(weigh_candidates([run.predictions for run in runs])) == len(MASK_METHODS) + 1


def test_the_rarer_of_two_classes_is_looked_for_whatever_its_number():
    assert positive_class(animals(5, 30).data) == 0 and positive_class(animals(30, 5).data) == 1
    assert positive_class(specks(classes=2).data) == 1


def test_the_worst_tiles_come_first_and_perfect_ones_not_at_all():
    data = specks(count=4).data
    labels = data.masks.copy()
    labels[1, 5:7, 5:7] += 1
    labels[3, 9, 9:11] += 1
    labels[0, 0, 0] = 0  # 255 in truth: counts nowhere
    positions, masks = find_worst(data, np.arange(4), labels)
    assert positions.tolist() == [1, 3]
    np.testing.assert_array_equal(masks, labels[[1, 3]])


@pytest.mark.parametrize("folder", [FOLDER, specks()], ids=["classes", "masks"])
def test_the_time_of_a_run_grows_with_its_budget(folder):
    config = tiny_config(folder)
    longer = dataclasses.replace(config, images_total=1000 * config.images_total)
    assert 0 < seconds_per_run(folder, config, CPU) < seconds_per_run(folder, longer, CPU)
