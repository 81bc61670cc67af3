"""The machine a run uses: device, number format, and how a record names them."""

import platform
from pathlib import Path

import torch

from imbalance_course.errors import CourseError

CPU_FACTS = Path("/proc/cpuinfo")  # Linux; elsewhere the facts stay unknown
PRECISIONS = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16}


def choose_device(name: str | None = None) -> torch.device:
    """The named device, else the first GPU, else the CPU.

    Raises:
        CourseError: the named device does not exist here.
    """
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise CourseError(
            f"Expected a CUDA GPU for --device {name}, found none. Leave the option out to use the CPU."
        )
    try:
        return torch.device(name)
    except RuntimeError as error:
        raise CourseError(f"Expected a device such as cpu or cuda, got {name!r}.") from error


def choose_precision(wanted: str, device: torch.device) -> str:
    """The wanted number format; ``auto`` means bfloat16 where the hardware multiplies in it, else float32."""
    if wanted != "auto":
        return wanted
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    return "bfloat16" if _cpu_multiplies_bfloat16() else "float32"


def describe_device(device: torch.device) -> str:
    """Name of the device for a record, for example ``CPU, 2 threads (AMD EPYC)``."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} threads ({_processor_name()})"


def _cpu_multiplies_bfloat16() -> bool:
    flags = _cpu_facts("flags")
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _processor_name() -> str:
    return _cpu_facts("model name") or platform.processor() or platform.machine()


def _cpu_facts(key: str) -> str:
    if not CPU_FACTS.is_file():
        return ""
    lines = (line.partition(":") for line in CPU_FACTS.read_text().splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == key), "")
