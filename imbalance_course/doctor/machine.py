"""Python and memory."""

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from imbalance_course.doctor.finding import Finding, fault, good, note

OLDEST_PYTHON = (3, 11)  # as in pyproject.toml
NEWEST_PYTHON = (3, 13)  # the newest that the set-up tries by itself
DEMO_BYTES = 1e9  # measured: a demo run of catdog or voids holds 0.6 GB
LAPTOP_BYTES = 3e9  # measured: 1.3 GB with catdog, 2.1 GB with nuclei-dsb2018
MEMORY_FACTS = Path("/proc/meminfo")  # Linux
GROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")  # of a container


def look() -> Iterator[Finding]:
    """Version of Python, memory."""
    yield _python(tuple(sys.version_info[:2]))
    yield _memory(free_memory())


def free_memory() -> int | None:
    """Bytes that a new process can have, or None where the system does not say."""
    sizes = []
    if MEMORY_FACTS.is_file():
        lines = (line.split() for line in MEMORY_FACTS.read_text().splitlines())
        sizes += [int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:"]
    if GROUP_LIMIT.is_file() and (limit := GROUP_LIMIT.read_text().strip()).isdigit():
        sizes.append(int(limit))
    if not sizes and "SC_PHYS_PAGES" in getattr(os, "sysconf_names", ()):
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(sizes, default=None)


def _python(version: tuple[int, int]) -> Finding:
    found = platform.python_version()
    oldest, newest = (".".join(map(str, pair)) for pair in (OLDEST_PYTHON, NEWEST_PYTHON))
    if version < OLDEST_PYTHON:
        return fault(
            "Python",
            found,
            f"too old: the course needs {oldest} or newer. `make PYTHON=python{oldest} book`.",
        )
    if version > NEWEST_PYTHON:
        return note(
            "Python",
            found,
            f"newer than {newest}: some packages may not be offered for it yet. The course is tested "
            f"with {oldest}; if an installation fails, use that.",
        )
    return good("Python", found, f"{oldest} or newer is needed")


def _memory(free: int | None) -> Finding:
    if free is None:
        return note("free memory", "unknown", f"a demo run needs {DEMO_BYTES / 1e9:.0f} GB")
    found = f"{free / 1e9:.1f} GB"
    if free < DEMO_BYTES:
        return fault(
            "free memory", found, f"too little: a demo run needs {DEMO_BYTES / 1e9:.0f} GB. Close programs."
        )
    if free < LAPTOP_BYTES:
        return note(
            "free memory",
            found,
            f"enough for demo runs; `--profile laptop` wants {LAPTOP_BYTES / 1e9:.0f} GB",
        )
    return good("free memory", found, "enough")
