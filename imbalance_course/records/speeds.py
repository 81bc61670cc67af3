"""Measured times of a benchmark, kept with the machine they were measured on."""

import json
import os
from pathlib import Path

SHIPPED_FOLDER = Path(__file__).parent


def recorded_speeds(benchmark: str) -> list[dict]:
    """The measurements that ship with the package, oldest first.

    Args:
        benchmark: name of the program in ``benchmarks``, for example ``augmentation``.

    Returns:
        One entry a machine: ``date``, ``device``, versions, and ``lines`` with the times in milliseconds.
        An empty list when nothing was recorded.

    Example:
        >>> recorded_speeds("no such benchmark")
        []
    """
    return _read(SHIPPED_FOLDER / f"{benchmark}_speed.json")


def append_speed(path: Path, measurement: dict) -> None:
    """Add a measurement to a file; it is written beside the old one and renamed.

    Args:
        path: JSON file, which need not exist.
        measurement: what :func:`recorded_speeds` gives back.
    """
    beside = path.with_suffix(".writing")
    beside.write_text(json.dumps([*_read(path), measurement], indent=1) + "\n", encoding="utf-8")
    os.replace(beside, path)


def _read(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
