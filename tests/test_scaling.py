"""Runs spread by Ray leave the records of runs without it, whatever dies on the way."""

import os
import signal
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest
import torch
from command_line import call
from filelock import FileLock
from test_tuning import MADE
from test_tuning import run as run_made

from imbalance_course import experiments
from imbalance_course.errors import CourseError
from imbalance_course.experiments import ray_cluster, run_experiment
from imbalance_course.experiments.catdog import EXPERIMENT, PROFILES
from imbalance_course.experiments.experiment import Silence
from imbalance_course.experiments.ray_cluster import connect
from imbalance_course.experiments.scaling import run_on_cluster, run_on_worker
from imbalance_course.records import read_records
from imbalance_course.records.record import VARYING

ray = pytest.importorskip("ray", reason="ray is not installed")

SHORT = replace(PROFILES["demo"], count_divisor=25, images_total=400, images_per_epoch=200)
TRAINED = replace(EXPERIMENT, profiles={"demo": SHORT})
PATIENCE = 60  # seconds; a lock that is held for longer is a failure


@pytest.fixture(scope="module")
def cluster():
    """Two workers of one core each; Ray's own folder has a short name, since its sockets lie there."""
    folder = tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True)
    with folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", folder.name)
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # workers find this file
        patch.setenv("RAY_AUTH_TOKEN", "of this test")  # else Ray keeps one in the home folder
        patch.setenv("RAY_worker_niceness", "0")  # nothing here has to stay responsive
        patch.setattr(ray, "init", partial(ray.init, num_cpus=2))
        with connect("local") as connected:
            yield connected


@contextmanager
def threads(number):
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def unvarying(records):
    """Records without times and versions, but with the device and its threads."""
    return [replace(r, **{name: "" for name in VARYING if name != "device"}) for r in records]


def trained_without_ray(number_of_threads, **plan):
    with threads(number_of_threads):
        return unvarying(run_experiment(TRAINED, profile="demo", **plan))


def killed_once(notes, row, config, data, images, seed, checkpoint, on_images):
    """Train, but kill the first worker in the second epoch; note where each attempt begins."""
    beginnings = []

    def note(seen):
        if not beginnings:
            beginnings.append(seen)
            with notes.open("a") as file:
                file.write(f"{os.getpid()} {seen}\n")
        if seen > SHORT.images_per_epoch and len(notes.read_text().splitlines()) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    return EXPERIMENT.run(row, config, data, images, seed, checkpoint, note)


def troubled(row, *rest):
    """A fate for each row."""
    if row == "mistaken":
        raise CourseError("Expected a better setting, got this one.")
    if row == "broken":
        raise ZeroDivisionError("a bug")
    if row == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    return run_made(row, *rest)


TROUBLED = replace(
    MADE, rows={name: name for name in ("mistaken", "broken", "killed", "sound")}, run=troubled
)


def quick_or_endless(folder, row, *rest):
    """The endless row holds a lock as long as it lives; the quick one ends as soon as that is so."""
    if row == "quick":
        (folder / "begun").open("rb").close()  # waits for the other to open it
        return run_made(row, *rest)
    with FileLock(folder / "alive"):
        (folder / "begun").open("wb").close()
        signal.pause()


class CtrlC(Silence):
    """A user who stops the command after the first finished run."""

    def finished(self, record):
        raise KeyboardInterrupt


def test_records_made_through_ray_equal_those_made_without_it_bit_for_bit(cluster, tmp_path):
    plan = {"rows": ["balanced", "imbalanced-2"], "seeds": [0, 1]}
    records, failures = run_on_cluster(cluster, TRAINED, profile="demo", output=tmp_path, **plan)
    assert unvarying(records) == trained_without_ray(1, **plan)
    assert failures == []
    assert sorted(r.key for r in read_records(tmp_path / "records.jsonl")) == sorted(r.key for r in records)
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_a_run_has_a_thread_for_each_of_its_cores_and_its_record_says_so(cluster):
    records, _ = run_on_cluster(replace(cluster, cores=2), MADE, profile="demo", rows=["fixed"])
    with threads(2):
        assert unvarying(records) == unvarying(run_experiment(MADE, profile="demo", rows=["fixed"]))
    assert "2 threads" in records[0].device


def test_a_run_whose_worker_is_killed_goes_on_elsewhere_after_its_last_whole_epoch(cluster, tmp_path):
    notes = tmp_path / "notes"
    fragile = replace(TRAINED, run=partial(killed_once, notes))
    records, _ = run_on_cluster(cluster, fragile, profile="demo", rows=["balanced"], output=tmp_path)
    (first_worker, began), (second_worker, resumed) = (
        line.split() for line in notes.read_text().splitlines()
    )
    assert first_worker != second_worker
    assert (began, resumed) == ("0", str(SHORT.images_per_epoch))
    assert unvarying(records) == trained_without_ray(1, rows=["balanced"])
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_runs_that_fail_are_named_and_the_others_recorded(cluster, tmp_path):
    told = []
    records, failures = run_on_cluster(
        cluster, TROUBLED, profile="demo", output=tmp_path, retries=1, on_failure=told.append
    )
    assert [record.row for record in records] == ["sound"]
    assert read_records(tmp_path / "records.jsonl") == records
    assert failures == told
    reasons = {failure.row: failure.reason for failure in failures}
    assert reasons["mistaken"] == "Expected a better setting, got this one."
    assert "ZeroDivisionError" in reasons["broken"] and "in troubled" in reasons["broken"]
    assert "every worker that took it died, 2 in all" in reasons["killed"]
    assert len(reasons) == 3


def test_what_is_recorded_is_not_run_again(cluster, tmp_path):
    first = run_experiment(MADE, profile="demo", rows=["fixed"], output=tmp_path)
    refusing = replace(MADE, load=lambda *_: pytest.fail("loaded again"))
    plan = {"profile": "demo", "output": tmp_path}
    assert run_on_cluster(cluster, refusing, rows=["fixed"], **plan) == (first, [])
    records, _ = run_on_cluster(cluster, MADE, rows=["tuned", "fixed"], tune=True, **plan)
    assert records[1:] == first
    assert records[0].tuning["chosen"] == {"strength": 2}


def test_ctrl_c_leaves_finished_records_and_ends_the_other_runs(cluster, tmp_path):
    os.mkfifo(tmp_path / "begun")
    both = replace(
        MADE, rows={"quick": "quick", "endless": "endless"}, run=partial(quick_or_endless, tmp_path)
    )
    with pytest.raises(KeyboardInterrupt):
        run_on_cluster(cluster, both, profile="demo", output=tmp_path, watch=CtrlC())
    assert [record.row for record in read_records(tmp_path / "records.jsonl")] == ["quick"]
    FileLock(tmp_path / "alive").acquire(timeout=PATIENCE).lock.release()


def test_a_worker_that_does_not_see_the_output_folder_keeps_checkpoints_in_its_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    used = []

    def watched(row, config, data, images, seed, checkpoint, on_images):
        used.append(checkpoint)
        return run_made(row, config, data, images, seed, checkpoint, on_images)

    alone = ray_cluster.Cluster(cores=1, gpu=False, at_once=1)
    with threads(1):
        record = run_on_worker(
            alone, replace(MADE, run=watched), "demo", "fixed", 0, tmp_path / "elsewhere", False
        )
    assert record.row == "fixed"
    assert used[0].parent == tmp_path / "cache" / "checkpoints" / "made"
    assert not used[0].exists()


def test_a_gpu_that_pytorch_cannot_use_is_a_mistake_and_no_slow_run(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    given = ray_cluster.Cluster(cores=1, gpu=True, at_once=1)
    with threads(1), pytest.raises(CourseError, match="use the GPU that Ray gave it, but it sees none"):
        run_on_worker(given, MADE, "demo", "fixed", 0, None, False)


def test_the_command_names_failed_runs_and_exits_with_1(cluster, monkeypatch, capsys, tmp_path):
    @contextmanager
    def connected(address, *, cores, device):
        assert (address, cores, device) == ("local", 1, None)
        yield cluster

    monkeypatch.setattr(ray_cluster, "connect", connected)
    some = replace(TROUBLED, rows={"mistaken": "mistaken", "sound": "sound"})
    monkeypatch.setattr(experiments, "EXPERIMENTS", {"made": some})
    words = ("run", "all", "--ray", "local", "--output", str(tmp_path))
    code, out, _ = call(monkeypatch, capsys, *words)
    assert code == 1
    assert "up to 2 runs at once, each on 1 CPU core" in out
    assert "mistaken, seed 0, failed: Expected a better setting, got this one." in out
    assert "sound, seed 0: test error" in out
    monkeypatch.setattr(experiments, "EXPERIMENTS", {"made": replace(some, rows={"sound": "sound"})})
    code, out, _ = call(monkeypatch, capsys, *words)
    assert code == 0
    assert "sound, seed 0: recorded already" in out


def test_a_second_connection_is_refused(cluster):
    with pytest.raises(CourseError, match="not connected to Ray yet"), connect("local"):
        pass
