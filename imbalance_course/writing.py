"""Every file of the package is written here: beside its place, then into it.

A kill at any moment leaves the old file or the new one, and at most a hidden ``.NAME.writing`` or
``.NAME.lock`` beside it. Neither stands in the way of the next call that writes the file, which removes both.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from imbalance_course.errors import CourseError

BLOCK = 1 << 20  # bytes written at once
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def written_beside(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of ``path`` once the block ends without an error.

    Who writes the same file at the same time waits.

    Args:
        path: the file to be; its folder is made where there is none.

    Yields:
        A new binary file.

    Raises:
        CourseError: the file cannot be written; what was there is untouched.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with written_beside(Path(folder) / "new" / "file.txt") as file:
        ...         written = file.write(b"text")
        ...     [(each.name, each.read_text()) for each in Path(folder).rglob("*.*")]
        [('file.txt', 'text')]
    """
    beside = path.with_name(f".{path.name}.writing")
    with explained(path), alone(path.with_name(f".{path.name}.lock")):
        try:
            with beside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)


def write_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Write a folder beside its place, then into it, unless it is there.

    Who wants the same folder at the same time waits, and finds it there.

    Args:
        folder: the folder to be.
        write: called with an empty folder to fill.

    Raises:
        CourseError: the folder cannot be written; nothing is left of it.
    """
    if folder.is_dir():
        return
    beside = folder.with_name(f".{folder.name}.writing")
    with explained(folder), alone(folder.with_name(f".{folder.name}.lock")):
        if folder.is_dir():  # another process was faster
            return
        shutil.rmtree(beside, ignore_errors=True)  # what a killed process left
        try:
            beside.mkdir()
            write(beside)
            os.rename(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def alone(lock: Path, on_waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Keep every other process that names the same lock out of the block; a kill frees the lock.

    Args:
        lock: file to lock, removed in the end; its folder is made where there is none.
        on_waiting: called when another process holds the lock, before it is waited for; may raise.

    Raises:
        CourseError: the lock cannot be written.
    """
    held = FileLock(lock)
    with explained(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            held.acquire(timeout=0)
        except Timeout:
            on_waiting()
            held.acquire()
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)  # before it is free: whoever comes next makes a file of its own
        held.release()


def take_room(file: BinaryIO, size: int) -> None:
    """Give a file bytes of value 0 from where it is, for which the disk has room in earnest.

    A memory map may stand for room that a disk does not have; to write there would kill the process.

    Args:
        file: new, open for writing.
        size: in bytes.

    Raises:
        OSError: the disk has too little room.
    """
    if size and hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), file.tell(), size)
        return
    for start in range(0, size, BLOCK):  # macOS takes room for what is written
        file.write(bytes(min(BLOCK, size - start)))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the operating system's errors into a sentence about the file that was being written.

    Args:
        path: the file or folder to be.

    Raises:
        CourseError: the block raised an :class:`OSError`.
    """
    try:
        yield
    except OSError as error:
        raise writing_error(path, error) from error


def writing_error(path: Path, error: OSError, *, needed: int | None = None) -> CourseError:
    """The sentence for a file that could not be written: what, why, how much is free, how to mend it.

    Args:
        path: the file or folder to be.
        error: what the operating system said.
        needed: bytes that are missing, where known.

    Example:
        >>> print(writing_error(Path("a.txt"), PermissionError(13, "Permission denied", "a.txt")))
        Expected to write a.txt, got: [Errno 13] Permission denied: 'a.txt'.
    """
    of_numpy = error.errno is None and "requested and" in str(error)  # an array that was written in part
    if error.errno not in NO_ROOM and not of_numpy:
        return CourseError(f"Expected to write {path}, got: {error}.")
    folder = next(place for place in path.absolute().parents if place.is_dir())
    room = "room" if needed is None else f"{needed / 1e6:,.2f} MB"
    free = shutil.disk_usage(folder).free / 1e6
    return CourseError(
        f"Expected {room} for {path}, got: {error.strerror or error}; {folder} has {free:,.1f} MB free, "
        "which is too little. Make room there or choose another disk: with --output, or for decoded images "
        "with IMBALANCE_COURSE_CACHE, for data sets with IMBALANCE_COURSE_DATA. What was there before is as "
        "it was."
    )
