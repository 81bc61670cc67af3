"""The benchmarks start, and their clock and their scale tell the truth."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.append(str(BENCHMARKS))


@pytest.mark.parametrize("name", ["augmentation.py", "losses.py", "soak.py", "training.py"])
def test_a_benchmark_starts_and_says_what_it_measures(name):
    done = subprocess.run(
        [sys.executable, BENCHMARKS / name, "--help"], capture_output=True, text=True, check=True
    )
    assert "--rounds" in done.stdout


def test_candidates_take_turns_and_the_first_calls_are_not_counted():
    from timing import shortest_times

    calls = []
    work = {name: lambda name=name: calls.append(name) for name in "ab"}
    assert set(shortest_times(work, rounds=3)) == {"a", "b"}
    assert "".join(calls) == "aabb" + "ab" * 3


def test_the_scale_weighs_what_is_held_at_the_same_time():
    from timing import peak_extra_bytes

    def one_after_the_other():
        for _ in range(3):
            torch.empty(2**20, dtype=torch.uint8).fill_(1)

    def together():
        return [torch.empty(2**20, dtype=torch.uint8).fill_(1) for _ in range(3)]

    assert peak_extra_bytes(one_after_the_other) == 2**20
    assert peak_extra_bytes(together) == 3 * 2**20


def held(second: float, memory: float) -> dict:
    return {"seconds": second, "run": "any", "memory_mb": memory, "open_files": 6, "threads": 1}


def test_a_long_run_that_gains_a_megabyte_a_minute_is_told_from_a_flat_one(capsys):
    import soak

    leaking = [held(60 * minute, 400 + minute) for minute in range(1, 121)]
    # Runs differ in what they hold: a zigzag of 300 MB is not growth.
    flat = [held(60 * minute, 400 + 300 * (minute % 2)) for minute in range(1, 121)]
    assert soak.growth(leaking)["memory_mb"] == (445.5, 505.5)
    assert not soak.show(leaking) and soak.show(flat)
    assert "GROWS" in capsys.readouterr().out


def test_a_file_that_stays_open_is_growth_however_little_memory_it_takes():
    import soak

    samples = [held(minute, 400) | {"open_files": 6 + (minute > 90)} for minute in range(1, 121)]
    assert not soak.show(samples)


def test_a_soak_measures_after_every_run_and_keeps_nothing(tmp_path, monkeypatch):
    import soak

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(soak.tempfile, "tempdir", None)
    samples = list(soak.soak(["tof"], minutes=60, rounds=1))
    assert [sample["run"] for sample in samples] == [
        f"tof {row}" for row in soak.find_experiment("tof").check_rows("demo", None)
    ]
    assert samples[-1]["memory_mb"] > 50 and not list(tmp_path.iterdir())


def test_a_kept_measurement_is_added_to_the_earlier_ones(tmp_path):
    from imbalance_course.records import append_speed, speeds

    path = tmp_path / "sorting_speed.json"
    for device in ("first", "second"):
        append_speed(path, {"device": device, "lines": [{"size": 32}]})
    assert [entry["device"] for entry in speeds._read(path)] == ["first", "second"]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_every_shipped_measurement_says_where_and_when_it_was_made():
    from imbalance_course.records import recorded_speeds

    for entry in recorded_speeds("augmentation"):
        assert entry["device"] and entry["date"] and entry["torch"]
        for line in entry["lines"]:
            assert line["imgaug_ms"] > 0 and line["batched_ms"] > 0 and line["size"] > 0
