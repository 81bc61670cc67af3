"""Processes that a test starts, kills and waits for.

A kill at a drawn step comes from the process itself, when it is about to execute a drawn line of the package
or of the libraries that write its files. So the same seed kills at the same places on every machine. A kill
at a drawn time comes from outside and also strikes in the middle of a computation.
"""

import multiprocessing
import os
import shutil
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import numpy as np

import imbalance_course

SERVER = multiprocessing.get_context("forkserver")
KILLED = -signal.SIGKILL
PATIENCE = 120  # seconds; who takes longer hangs

FOLDERS = [Path(module.__file__).parent for module in (imbalance_course, filelock, np.lib)]
WATCHED = (*(f"{folder}{os.sep}" for folder in FOLDERS), shutil.__file__, zipfile.__file__)


def start(job: Callable, *arguments):
    """A process that does a job."""
    process = SERVER.Process(target=job, args=arguments)
    process.start()
    return process


def finish(*processes) -> list[int]:
    """Exit codes, once all have ended."""
    for process in processes:
        process.join(PATIENCE)
        assert process.exitcode is not None, "a process hangs"
    return [process.exitcode for process in processes]


def do(job: Callable, *arguments) -> float:
    """Do a job undisturbed; returns its seconds."""
    started = time.monotonic()
    assert finish(start(job, *arguments)) == [0]
    return time.monotonic() - started


def count_steps(note: Path, job: Callable, *arguments) -> int:
    """Do a job undisturbed; returns the steps at which it can be killed."""
    do(_note_steps, note, job, *arguments)
    return int(note.read_text())


def kill_in_new_folders(
    parent: Path, kills: int, seed: int, job: Callable, *arguments, seconds: float = 0.0
) -> Iterator[Path]:
    """Kill a job again and again, each time in a new folder.

    Args:
        parent: where the folders are made.
        kills: how often.
        seed: draws the moments.
        job: its first argument is the folder.
        arguments: the others.
        seconds: draw moments between 0 and this; with 0, draw steps.

    Yields:
        The folder of an undisturbed job, unless times are drawn, then those of the killed ones.
    """
    random = np.random.default_rng(seed)
    folders = (parent / f"{seed}-{number}" for number in range(1 + 2 * kills))
    if not seconds:
        undisturbed = _make(next(folders))
        steps = count_steps(parent / "steps", job, undisturbed, *arguments)
        yield undisturbed
    while kills:
        folder = _make(next(folders))
        if seconds:
            process = start(job, folder, *arguments)
            process.join(random.uniform(0, seconds))
            process.kill()
        else:
            process = start(_die_at, int(random.integers(1, steps + 1)), job, folder, *arguments)
        (code,) = finish(process)
        assert code in (KILLED, 0)
        if code:  # otherwise it was done before
            kills -= 1
            yield folder


def _make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _note_steps(note: Path, job: Callable, *arguments) -> None:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    try:
        _watch(count, job, *arguments)
    finally:
        note.write_text(str(steps))


def _die_at(step: int, job: Callable, *arguments) -> None:
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    _watch(count, job, *arguments)


def _watch(on_step: Callable, job: Callable, *arguments) -> None:
    """Do a job and call a function before each line of the package and of what writes its files."""

    def trace(frame, event, _):
        if event == "call" and not frame.f_code.co_filename.startswith(WATCHED):
            return None
        if event == "line":
            on_step()
        return trace

    sys.settrace(trace)
    try:
        job(*arguments)
    finally:
        sys.settrace(None)
