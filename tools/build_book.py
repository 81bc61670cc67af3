"""Execute the lessons that changed, build the site with its slides, and print the path of its first page.

Usage: python tools/build_book.py [--fresh]

Two digests decide how much work there is:

- of everything the site is made from. Unchanged: the site is up to date and nothing runs.
- of what the lessons import: the package, the versions, the kernel settings. Changed: all run again.
  The execution cache sees only the notebooks, so that a changed package would leave old numbers on the page.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from finish_site import finish
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from make_slides import write_decks
from run_lessons import SECONDS_A_CELL
from vendor import copy_mathjax, copy_reveal

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
SITE = BUILD / "html"
FIRST_PAGE = SITE / "index.html"
BUILDER_FOLDER = BUILD / "plain"
BUILT = BUILDER_FOLDER / "_build"  # the builder's own pages, cache and executed notebooks
SECONDS = BUILD / "seconds.json"  # of the last build that executed all, and of the last that did not
EXECUTED_WITH = [
    "imbalance_course",
    "constraints.txt",
    "tools/ipython/profile_default/ipython_kernel_config.py",
]
MADE_FROM = [*EXECUTED_WITH, "book", "lessons", "_config.yml", "_toc.yml", "tools", "README.md"]
NOT_A_SOURCE = {"__pycache__", ".ipynb_checkpoints", "vendor"}


def source_files(paths: list[str]) -> Iterator[Path]:
    """All files under the given files and folders, in one fixed order."""
    for path in (ROOT / name for name in paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in files if file.is_file() and not NOT_A_SOURCE & set(file.parts))


def digest(paths: list[str]) -> str:
    """A fingerprint of the names and contents of all files under the given files and folders."""
    total = hashlib.sha256(os.environ.get("IMBALANCE_COURSE_DATA", "").encode())
    for file in source_files(paths):
        total.update(file.relative_to(ROOT).as_posix().encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def is_recorded(name: str, value: str) -> bool:
    """Whether the last successful build noted this value."""
    record = BUILD / name
    return record.is_file() and record.read_text() == value


def is_up_to_date() -> bool:
    """Whether the built site was made from the files as they are now."""
    return FIRST_PAGE.is_file() and is_recorded("made_from.sha256", digest(MADE_FROM))


def execute_lessons() -> None:
    """Execute the lessons that the cache lacks, as many at a time as there are cores.

    The builder would run one after the other; it finds these done. A lesson that fails here it runs again,
    and reports.
    """
    cache = get_cache(str(BUILT / ".jupyter_cache"))
    for path in sorted((ROOT / "lessons").glob("*.ipynb")):
        cache.add_nb_to_project(str(path))
    load_executor("local-parallel", cache).run_and_cache(timeout=SECONDS_A_CELL)


def run_builder(*options: str) -> int:
    """Run Jupyter Book; returns its exit status.

    Its last words would send the reader to unfinished pages; what goes wrong is printed as errors are.
    """
    jupyter_book = Path(sys.executable).parent / "jupyter-book"
    command = [jupyter_book, "build", ROOT, "--path-output", BUILDER_FOLDER, "-q", *options]
    return subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode


def build() -> None:
    """Run Jupyter Book with warnings as errors; leave with its exit status when it fails."""
    status = run_builder("-W", "-n", "--keep-going")
    if status or not (BUILT / "html" / "index.html").is_file():
        sys.exit(status or f"Expected the build to write pages into {BUILT}, found none there.")


def note_seconds(kind: str, seconds: float) -> None:
    """Keep how long a kind of build took, for the report on the site."""
    noted = json.loads(SECONDS.read_text()) if SECONDS.is_file() else {}
    SECONDS.write_text(json.dumps({**noted, kind: seconds}))


def main() -> None:
    start = time.monotonic()
    fresh = "--fresh" in sys.argv[1:]
    if is_up_to_date() and not fresh:
        print("Nothing changed since the last build.")
    else:
        made_from, executed_with = digest(MADE_FROM), digest(EXECUTED_WITH)
        cold = fresh or not is_recorded("executed_with.sha256", executed_with)
        if cold:
            shutil.rmtree(BUILD, ignore_errors=True)
            BUILD.mkdir()
            (BUILD / "executed_with.sha256").write_text(executed_with)
        vendor = ROOT / "book" / "assets" / "vendor"
        copy_mathjax(vendor)
        copy_reveal(vendor)
        execute_lessons()
        build()
        finish(BUILT / "html", SITE)
        write_decks(SITE / "slides", vendor="../_static/vendor", lessons_url="../lessons")
        (BUILD / "made_from.sha256").write_text(made_from)
        note_seconds("cold" if cold else "partial", time.monotonic() - start)
    print(f"First page: {FIRST_PAGE}")


if __name__ == "__main__":
    main()
