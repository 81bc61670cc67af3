"""A Ray cluster is found or refused in one sentence, shared out fairly, and leaves no process behind."""

import os
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from imbalance_course.errors import CourseError
from imbalance_course.experiments.ray_cluster import Cluster, connect, share_out

PROCESSES = Path("/proc")
PATIENCE = 30  # seconds


def machine(**resources):
    return {"Alive": True, "Resources": {name.upper(): float(count) for name, count in resources.items()}}


def processes_with(text):
    """Numbers of the processes that were started with a text in their environment."""
    found = []
    for process in PROCESSES.glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:  # it ended, or is another user's
            continue
        if text.encode() in environment:
            found.append(int(process.name))
    return found


def has_ended(process):
    """Whether a process ends within the time that a busy machine needs to end it."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([handle], [], [], PATIENCE)
    os.close(handle)
    return bool(ended)


@pytest.mark.parametrize(
    ("nodes", "cores", "device", "expected"),
    [
        ([machine(cpu=2)], 1, None, Cluster(1, False, 2)),
        ([machine(cpu=7), machine(cpu=4)], 3, None, Cluster(3, False, 3)),
        ([machine(cpu=16, gpu=8), machine(cpu=4)], 2, None, Cluster(2, True, 8)),
        ([machine(cpu=16, gpu=8)], 4, None, Cluster(4, True, 4)),
        ([machine(cpu=16, gpu=8), machine(cpu=4)], 2, "cpu", Cluster(2, False, 10)),
        ([machine(cpu=2), {**machine(cpu=64), "Alive": False}], 1, None, Cluster(1, False, 2)),
    ],
)
def test_a_run_gets_a_gpu_where_there_are_some_and_its_cores_on_one_machine(nodes, cores, device, expected):
    assert share_out(nodes, cores, device) == expected


@pytest.mark.parametrize(
    ("nodes", "cores", "device", "wanted"),
    [
        ([machine(cpu=2), machine(cpu=2)], 3, None, "a machine with 3 CPU cores"),
        ([machine(cpu=2)], 1, "cuda", "a machine with 1 GPU and 1 CPU core in"),
        ([machine(cpu=1, gpu=1), machine(cpu=8)], 2, None, "a machine with 1 GPU and 2 CPU cores"),
    ],
)
def test_a_run_that_no_machine_can_hold_is_refused(nodes, cores, device, wanted):
    with pytest.raises(CourseError, match=f"Expected {wanted}"):
        share_out(nodes, cores, device)


@pytest.mark.parametrize("address", ["nonsense", "host:", "host:70000", "ray://host:1", "[::1]:1"])
def test_an_address_of_another_form_is_refused(address):
    pytest.importorskip("ray", reason="ray is not installed")
    with pytest.raises(CourseError, match="local, auto or HOST:PORT"), connect(address):
        pass


def test_an_address_where_nothing_answers_is_refused_at_once():
    pytest.importorskip("ray", reason="ray is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CourseError, match=f"Ray cluster at {address}, found none"), connect(address):
            pass


def test_a_single_gpu_cannot_be_asked_for():
    with (
        pytest.raises(CourseError, match="cpu or cuda with --ray, got 'cuda:1'"),
        connect("x", device="cuda:1"),
    ):
        pass


def test_without_ray_one_sentence_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(CourseError, match="pip install ray"), connect("local"):
        pass


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="needs /proc to see the processes")
def test_no_process_of_ray_is_left_and_nothing_was_reported():
    pytest.importorskip("ray", reason="ray is not installed")
    code = (
        "import os, sys; sys.path.insert(0, 'tests')\n"
        "from imbalance_course.experiments.ray_cluster import connect\n"
        "with connect('local') as cluster:\n"
        "    import ray\n"
        "    from ray._common.usage.usage_lib import usage_stats_enabled\n"
        "    from test_ray_cluster import processes_with\n"
        "    print(len(processes_with(os.environ['RAY_TMPDIR'])), usage_stats_enabled(), cluster.at_once)\n"
    )
    # Sockets need a short path.
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        mine = {**os.environ, "RAY_TMPDIR": folder, "RAY_AUTH_TOKEN": "of this test"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=mine, capture_output=True, text=True, check=True
        )
        during, reporting, at_once = done.stdout.split()
        assert int(during) > 2 and reporting == "False" and int(at_once) >= 1
        assert [process for process in processes_with(folder) if not has_ended(process)] == []
