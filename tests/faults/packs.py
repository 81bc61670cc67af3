"""Data for the commands that are put to the test."""

from pathlib import Path

from made_data import write_pack

from imbalance_course.datasets.registry import DATA_SETS


def make_data(parent: Path) -> Path:
    """A folder with the two packs of Cat-Dog, three images each."""
    data = parent / "data"
    data.mkdir()
    for pack, name in zip(DATA_SETS["catdog"].packs, ("cat", "dog"), strict=True):
        write_pack(data / pack, name)
    return data
