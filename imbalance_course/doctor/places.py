"""The folders that are written to: may one write there, and is there room?"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from imbalance_course.datasets.locations import CACHE_VARIABLE, cache_folder
from imbalance_course.doctor.finding import Finding, fault, good, note

LEAST_BYTES = 1e9  # every data set at the size of `--profile laptop`, and the checkpoints of a run
DECODING_BYTES = 3e9  # Cat-Dog decoded at 160 px takes 1.9 GB


def look(output: Path) -> Iterator[Finding]:
    """The output folder and the cache."""
    yield _look_at("output folder", output.absolute(), "--output", LEAST_BYTES)
    yield _look_at("cache folder", cache_folder().absolute(), CACHE_VARIABLE, DECODING_BYTES)


def _look_at(what: str, folder: Path, moved_by: str, wanted: float) -> Finding:
    elsewhere = f"Name another folder with {moved_by}."
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"written")
            file.flush()
    except OSError as error:
        return fault(what, str(folder), f"cannot be written ({error.strerror}). {elsewhere}")
    free = shutil.disk_usage(place).free
    if free < LEAST_BYTES:
        return fault(
            what, str(folder), f"its disk is nearly full: {free / 1e9:.1f} GB free. Make room. {elsewhere}"
        )
    if free < wanted:
        return note(
            what,
            str(folder),
            f"{free / 1e9:.1f} GB free; decoding Cat-Dog at 160 px wants {wanted / 1e9:.0f} GB. {elsewhere}",
        )
    return good(what, str(folder), f"can be written, {free / 1e9:.0f} GB free")
