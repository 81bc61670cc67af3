"""Where data are looked for and where decoded images are kept."""

import os
from pathlib import Path

from imbalance_course.datasets.registry import DataSet
from imbalance_course.errors import CourseError

DATA_VARIABLE = "IMBALANCE_COURSE_DATA"
CACHE_VARIABLE = "IMBALANCE_COURSE_CACHE"


def data_folder() -> Path:
    """Folder of packs and archives: ``$IMBALANCE_COURSE_DATA``, else ``data`` in the cache folder."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named).expanduser() if named else cache_folder() / "data"


def cache_folder() -> Path:
    """Folder of decoded images: ``$IMBALANCE_COURSE_CACHE``, else ``~/.cache/imbalance_course``."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".cache" / "imbalance_course"


def find_packs(data_set: DataSet) -> list[Path]:
    """Paths of a data set's packs, or nothing unless all are there."""
    return _all_or_none(data_set.packs)


def find_archives(data_set: DataSet) -> list[Path]:
    """Paths of the publisher's archives, or nothing unless all are there."""
    return _all_or_none(tuple(file.name for file in data_set.files))


def is_found(data_set: DataSet) -> bool:
    """Whether the data set can be read, from packs or from the publisher's archives."""
    return bool(find_packs(data_set) or find_archives(data_set))


def missing_data(data_set: DataSet) -> CourseError:
    """The error that says which files are missing, where, and the ways to get them."""
    folder = data_folder()
    missing = [name for name in data_set.packs if not (folder / name).is_file()]
    archives = " and ".join(file.name for file in data_set.files)
    return CourseError(
        f"Expected {', '.join(missing)} in {folder}, found no such file, nor the publisher's {archives}. "
        f"Put the packs there or set {DATA_VARIABLE} to the folder that has them, or run `imbalance-course "
        f"data download {data_set.name}`. `--profile demo` runs without any data."
    )


def _all_or_none(names: tuple[str, ...]) -> list[Path]:
    paths = [data_folder() / name for name in names]
    return paths if all(path.is_file() for path in paths) else []
