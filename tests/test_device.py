"""Device and number format follow the hardware, and a record names what was used."""

import pytest
import torch

from imbalance_course import device
from imbalance_course.errors import CourseError

CPU = torch.device("cpu")


def test_a_named_number_format_is_kept():
    assert device.choose_precision("float64", CPU) == "float64"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("avx2 avx512_bf16", "bfloat16"), ("avx2 amx_bf16 amx_tile", "bfloat16"), ("avx2 avx512f", "float32")],
)
def test_bfloat16_is_chosen_only_where_the_cpu_multiplies_in_it(monkeypatch, tmp_path, flags, expected):
    facts = tmp_path / "cpuinfo"
    facts.write_text(f"processor\t: 0\nmodel name\t: Test CPU\nflags\t\t: fpu {flags}\n")
    monkeypatch.setattr(device, "CPU_FACTS", facts)
    assert device.choose_precision("auto", CPU) == expected
    assert "Test CPU" in device.describe_device(CPU)


def test_a_system_without_cpu_facts_uses_float32(monkeypatch, tmp_path):
    monkeypatch.setattr(device, "CPU_FACTS", tmp_path / "none")
    assert device.choose_precision("auto", CPU) == "float32"
    assert f"{torch.get_num_threads()} threads" in device.describe_device(CPU)


def test_no_name_means_the_gpu_if_there_is_one():
    assert device.choose_device().type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_an_unknown_device_is_explained():
    with pytest.raises(CourseError, match="such as cpu or cuda, got 'toaster'"):
        device.choose_device("toaster")
