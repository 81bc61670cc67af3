"""What a start leaves on disk, compared byte for byte."""

from pathlib import Path

from filelock import FileLock


def contents(folder: Path) -> dict[str, bytes]:
    """Name -> bytes of every file of a folder, but locks that block nobody."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not _is_free_lock(path):
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def _is_free_lock(path: Path) -> bool:
    if path.suffix != ".lock" or path.stat().st_size:
        return False
    with FileLock(path, timeout=0):  # raises where somebody holds it
        return True
