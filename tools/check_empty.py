"""Open a lesson where nothing is installed, as a reader on Colab does, and run it to its end.

Usage: python tools/check_empty.py [--lesson 01_accuracy_paradox] [--folder FOLDER]

In an empty folder: a bare clone of the last commit stands for the published repository, an environment with
pip and a notebook kernel alone stands for Colab. The lesson is made by tools/set_repository.py; its
first cell installs the course from the clone. Takes some minutes and several GB, in a temporary folder unless
one is named.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import nbformat
import set_repository

ROOT = Path(__file__).resolve().parent.parent
COLAB_HAS = ["pip", "ipykernel", "nbclient", "nbformat"]  # what runs a notebook; pip is a new one
BRANCH = "main"
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=1800, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[1])
"""
ASK = "import imbalance_course; print(imbalance_course.__file__)"


def publish(folder: Path) -> str:
    """Make a bare clone whose branch is the last commit here.

    Returns:
        Its address.
    """
    bare = folder / "published.git"
    run("git", "clone", "--quiet", "--bare", ROOT, bare)
    run("git", "--git-dir", bare, "branch", "--force", BRANCH, "HEAD")
    return bare.as_uri()


def make_lesson(name: str, folder: Path, address: str) -> Path:
    """The lesson alone in a folder, with the cell that installs the course."""
    lesson = nbformat.read(ROOT / "lessons" / f"{name}.ipynb", as_version=4)
    set_repository.mark(lesson, address, BRANCH)
    folder.mkdir()
    path = folder / f"{name}.ipynb"
    nbformat.write(lesson, path)
    return path


def make_environment(folder: Path) -> Path:
    """An environment that can run notebooks and nothing else.

    Returns:
        Its Python.
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--upgrade", *COLAB_HAS)
    return python


def run(*words: object, cwd: Path = ROOT, **variables: str) -> str:
    """Run a command; its failure ends this one.

    Returns:
        What it printed.
    """
    # No folder of this project, and no settings of its kernels, reach the empty environment.
    environment = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "IPYTHONDIR", "VIRTUAL_ENV")
    }
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=cwd, env=environment | variables, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"Failed: {' '.join(command[:4])} ...")
    return done.stdout.strip()


def check(lesson: str, folder: Path) -> str:
    """Run a lesson in an empty environment.

    Returns:
        Where the course was installed.
    """
    python = make_environment(folder / "empty")
    path = make_lesson(lesson, folder / "reader", publish(folder))
    # The kernel of the environment, none of the user's, and its pip before every other program.
    variables = {"PATH": f"{python.parent}:{os.environ['PATH']}", "JUPYTER_PATH": "", "HOME": str(folder)}
    run(python, "-c", RUN, path, cwd=path.parent, **variables)
    place = run(python, "-c", ASK, cwd=path.parent, **variables)
    if folder / "empty" not in Path(place).parents:
        sys.exit(f"Expected the course inside the empty environment, got {place}.")
    left = sorted(file.name for file in path.parent.iterdir() if file != path)
    if left:
        sys.exit(f"Expected that the lesson leaves nothing beside itself, got {', '.join(left)}.")
    return place


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesson", default="01_accuracy_paradox")
    parser.add_argument("--folder", type=Path, help="to work in, kept; temporary when left out")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (wanted.folder or Path(temporary)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{wanted.lesson} ran to its end with the course in {check(wanted.lesson, folder)}.")


if __name__ == "__main__":
    main()
