"""What writers that were killed left behind."""

import time
from collections.abc import Iterator
from pathlib import Path

from imbalance_course.datasets.locations import cache_folder, data_folder
from imbalance_course.doctor.finding import Finding, note

OLD_SECONDS = 3600  # what was written later may belong to a process that still runs


def look(output: Path) -> Iterator[Finding]:
    """Files of writers that were killed, older than an hour."""
    found = [path for folder in (cache_folder(), output) for path in folder.rglob("*.writing")]
    found += cache_folder().glob(".decoding-*")  # of version 0.1
    old = sorted(path for path in found if _is_old(path))
    if old:
        named = " ".join(f"'{path}'" for path in old)
        yield note(
            "leftovers", str(len(old)), f"of writers that were killed; nothing reads them: rm -r {named}"
        )
    for path in sorted(data_folder().glob("*.part")):
        yield note(
            "unfinished download",
            f"{path.stat().st_size / 1e6:.0f} MB",
            f"{path.name}: `data download` goes on where it stopped",
        )


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > OLD_SECONDS
