"""Where data packs are looked for and where decoded images are kept."""

import os
from pathlib import Path

from imbalance_course.errors import CourseError

DATA_VARIABLE = "IMBALANCE_COURSE_DATA"
CACHE_VARIABLE = "IMBALANCE_COURSE_CACHE"


def data_folder() -> Path:
    """Folder of the packs: ``$IMBALANCE_COURSE_DATA``, else ``data`` in the cache folder."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named).expanduser() if named else cache_folder() / "data"


def cache_folder() -> Path:
    """Folder of decoded images: ``$IMBALANCE_COURSE_CACHE``, else ``~/.cache/imbalance_course``."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".cache" / "imbalance_course"


def find_packs(names: tuple[str, ...]) -> list[Path]:
    """Paths of the named packs.

    Raises:
        CourseError: some are missing; the message names them, the folder and the variable that moves it.
    """
    folder = data_folder()
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise CourseError(
            f"Expected {', '.join(missing)} in {folder}, found no such file. Put the packs there or "
            f"set {DATA_VARIABLE} to the folder that has them. `--profile demo` runs without any data."
        )
    return [folder / name for name in names]
