"""Measured times of a benchmark, kept with the machine they were measured on."""

import json
from pathlib import Path

from imbalance_course.writing import alone, written_beside

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
    with alone(path.parent / ".speeds.lock"):
        measurements = [*_read(path), measurement]
        with written_beside(path) as file:
            file.write((json.dumps(measurements, indent=1) + "\n").encode())


def _read(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
