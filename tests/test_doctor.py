"""Doctor names each fault that is made here, says how to mend it, and puts it first."""

import json
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from made_data import encoded, write_zip

from imbalance_course import cli_console
from imbalance_course.doctor import examine, gpu, machine
from imbalance_course.doctor.finding import STATES


@pytest.fixture
def look(tmp_path, monkeypatch):
    """All findings in an empty folder, by what was looked at."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    return lambda output="runs": {finding.what: finding for finding in examine(Path(output))}


@pytest.fixture
def no_gpu(monkeypatch, tmp_path):
    """A machine without GPU or driver; a test adds what it needs."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(gpu, "KERNEL_MODULE", tmp_path / "version")
    monkeypatch.setattr(gpu.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def put_nvidia_smi(folder: Path, answer: str) -> None:
    """A program of that name which gives the answer."""
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)


def put_torch(monkeypatch, cuda: str | None) -> None:
    monkeypatch.setattr(torch.version, "cuda", cuda)


def test_a_machine_where_all_is_well_has_no_fault(look):
    findings = look()
    assert [each.what for each in findings.values() if each.state == "fault"] == []
    assert findings["output folder"].state == findings["catdog --profile demo"].state == "good"


def test_no_gpu_is_a_note_that_says_what_runs(look, no_gpu):
    finding = look()["GPU"]
    assert (finding.state, finding.found) == ("note", "none")
    assert "demo and laptop run" in finding.meaning


def test_a_driver_beside_a_torch_for_the_cpu_is_a_fault(look, no_gpu, tmp_path, monkeypatch):
    put_nvidia_smi(tmp_path, "echo 570.86.15")
    put_torch(monkeypatch, None)
    finding = look()["GPU"]
    assert finding.state == "fault"
    assert "570.86.15" in finding.found
    assert "built for the CPU alone" in finding.meaning and "pytorch.org" in finding.meaning


@pytest.mark.parametrize(
    ("driver", "cuda", "sentence"),
    [
        ("535.104.05", "13.0", "needs driver 580 or newer"),
        ("470.256.02", "12.6", "needs driver 525 or newer"),
        ("580.65.06", "13.0", "sees no GPU"),
        ("535.104.05", "12.8", "sees no GPU"),
    ],
)
def test_cuda_is_compared_with_the_driver(look, no_gpu, tmp_path, monkeypatch, driver, cuda, sentence):
    put_nvidia_smi(tmp_path, f"echo {driver}")
    put_torch(monkeypatch, cuda)
    finding = look()["GPU"]
    assert finding.state == "fault" and sentence in finding.meaning


def test_the_driver_is_found_without_its_program(look, no_gpu, tmp_path, monkeypatch):
    text = (
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\nGCC 12.3.0"
    )
    (tmp_path / "version").write_text(text)
    put_torch(monkeypatch, "13.0")
    assert look()["GPU"].found == "driver 535.104.05, not used"


@pytest.mark.parametrize("answer", ["exit 9", "echo No devices were found"])
def test_a_driver_that_does_not_answer_is_a_fault(look, no_gpu, tmp_path, monkeypatch, answer):
    put_nvidia_smi(tmp_path, answer)
    put_torch(monkeypatch, "12.8")
    finding = look()["GPU"]
    assert finding.state == "fault" and "does not answer" in finding.meaning


def test_a_program_that_hangs_is_not_waited_for(no_gpu, tmp_path, monkeypatch):
    def hangs(words, timeout, **_):
        raise subprocess.TimeoutExpired(words, timeout)

    put_nvidia_smi(tmp_path, "exit 0")
    monkeypatch.setattr(gpu.subprocess, "run", hangs)
    assert gpu.find_driver() == "unknown"


def test_a_hidden_gpu_is_a_note(look, no_gpu, tmp_path, monkeypatch):
    put_nvidia_smi(tmp_path, "echo 580.65.06")
    put_torch(monkeypatch, "13.0")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    finding = look()["GPU"]
    assert finding.state == "note" and "CUDA_VISIBLE_DEVICES" in finding.meaning


@pytest.mark.parametrize(("capability", "state"), [((6, 1), "fault"), ((7, 5), "good"), ((9, 0), "good")])
def test_a_gpu_older_than_torch_is_made_for_is_a_fault(monkeypatch, capability, state):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_75", "sm_80", "sm_90", "compute_120"])
    assert gpu._usable_gpu("a GPU").state == state


@pytest.mark.parametrize(("version", "state"), [((3, 10), "fault"), ((3, 11), "good"), ((3, 15), "note")])
def test_pythons_too_old_and_too_new_are_told(look, monkeypatch, version, state):
    monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=(*version, 0)))
    assert look()["Python"].state == state


@pytest.mark.parametrize(("gigabytes", "state"), [(0.5, "fault"), (2, "note"), (16, "good")])
def test_too_little_memory_is_told(look, monkeypatch, tmp_path, gigabytes, state):
    facts = tmp_path / "meminfo"
    facts.write_text(f"MemTotal: 99999999 kB\nMemAvailable: {int(gigabytes * 1e6)} kB\n")
    monkeypatch.setattr(machine, "MEMORY_FACTS", facts)
    monkeypatch.setattr(machine, "GROUP_LIMIT", tmp_path / "none")
    assert look()["free memory"].state == state


def test_the_limit_of_a_container_counts(monkeypatch, tmp_path):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "GROUP_LIMIT", limit)
    limit.write_text("1000\n")
    assert machine.free_memory() == 1000
    limit.write_text("max\n")
    assert machine.free_memory() > 1000


@pytest.mark.parametrize(
    ("free", "output", "cache"),
    [(5e8, "fault", "fault"), (2e9, "good", "note"), (9e9, "good", "good")],
)
def test_a_full_disk_is_told(look, monkeypatch, free, output, cache):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    findings = look()
    assert findings["output folder"].state == output
    assert findings["cache folder"].state == cache


@pytest.mark.parametrize("output", ["taken", "taken/runs", "/proc/self/runs"])
def test_an_output_folder_that_cannot_be_written_is_a_fault(look, tmp_path, output):
    if output.startswith("/proc") and not Path("/proc/self").exists():
        pytest.skip("no /proc on this system")
    (tmp_path / "taken").write_text("a file")
    finding = look(output)["output folder"]
    assert finding.state == "fault"
    assert "cannot be written" in finding.meaning and "--output" in finding.meaning


def test_faults_come_first_then_notes(look, tmp_path):
    (tmp_path / "taken").write_text("a file")
    states = [finding.state for finding in look("taken").values()]
    assert states[0] == "fault"
    assert states == sorted(states, key=STATES.index)


def test_what_cannot_be_looked_at_is_a_fault_and_stops_no_other_look(look, monkeypatch):
    def broken(*_):
        raise ImportError("libcudnn.so.9: cannot open shared object file")

    monkeypatch.setattr(gpu, "look", broken)
    findings = look()
    assert findings["gpu"].state == "fault" and "libcudnn" in findings["gpu"].meaning
    assert findings["output folder"].state == "good"


def test_the_command_ends_with_1_when_there_is_a_fault_and_prints_json(command, tmp_path):
    code, out, _ = command("doctor", "--json")
    assert code == 0 and {finding["state"] for finding in json.loads(out)} <= set(STATES)
    write_zip(tmp_path / "taken", {"a.png": encoded(0)})
    code, out, _ = command("doctor", "--output", "taken")
    assert code == 1
    assert out.index("output folder") < out.index("GPU") and "To be mended: 1." in out


def test_the_report_fits_80_columns_and_cuts_no_path(command, tmp_path, monkeypatch):
    monkeypatch.setattr(cli_console.console, "width", 80)
    deep = tmp_path / ("a-long-name-of-a-folder-" * 6)
    _, out, _ = command("doctor", "--output", str(deep))
    assert max(map(len, out.splitlines())) <= 80
    assert "…" not in out and str(deep) in "".join(line[24:].strip() for line in out.splitlines())
