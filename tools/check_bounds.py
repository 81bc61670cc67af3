"""Run the tests of losses and metrics and every notebook with the lowest, or the newest, allowed packages.

Usage: python tools/check_bounds.py lowest|newest [--folder FOLDER] [--only-unit]

Makes an environment of its own, FOLDER (.venv-lowest or .venv-newest), of several GB. ``lowest`` gives every
package that pyproject.toml names the version of its lower bound, so a bound that is too low fails here; what
those packages need themselves comes as new as they allow.
"""

import argparse
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
UNIT = ["test_losses*.py", "test_metrics*.py", "test_weights.py"]
# Warnings of versions that the project does not choose stop nothing.
PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "filterwarnings="]
NOTEBOOKS = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", "tests/nbval_sanitize.cfg", "lessons"]


def lowest_versions(project: dict) -> list[str]:
    """``name==version`` with the highest lower bound of every package that a project names.

    Args:
        project: the table ``project`` of pyproject.toml.

    Returns:
        Sorted lines of a constraints file.
    """
    extras = project.get("optional-dependencies", {})
    lines = [*project["dependencies"], *(line for extra in extras.values() for line in extra)]
    lowest: dict[str, Version] = {}
    for requirement in map(Requirement, lines):
        name = canonicalize_name(requirement.name)
        for bound in requirement.specifier:
            if bound.operator == ">=":
                lowest[name] = max(Version(bound.version), lowest.get(name, Version("0")))
    return sorted(f"{name}=={version}" for name, version in lowest.items())


def install(folder: Path, which: str) -> Path:
    """Make the environment, or bring it up to date.

    Returns:
        Its Python.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    words = [python, "-m", "pip", "install", "--quiet", "--upgrade", "--upgrade-strategy", "eager"]
    if which == "lowest":
        constraints = folder / "lowest.txt"
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        constraints.write_text("\n".join(lowest_versions(project)) + "\n")
        words += ["--constraint", constraints]
    run(words + ["--editable", ".[book,test]"])
    return python


def run(words: list) -> None:
    """Run a command in the root of the project; its failure ends this one."""
    environment = os.environ | {"IPYTHONDIR": str(ROOT / "tools" / "ipython")}
    environment.setdefault("OMP_NUM_THREADS", "1")
    done = subprocess.run([str(word) for word in words], cwd=ROOT, env=environment)
    if done.returncode:
        sys.exit(f"Failed: {' '.join(map(str, words[:6]))} ...")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("which", choices=["lowest", "newest"])
    parser.add_argument("--folder", type=Path, help="of the environment")
    parser.add_argument("--only-unit", action="store_true", help="leave the notebooks out")
    wanted = parser.parse_args()
    python = install((wanted.folder or ROOT / f".venv-{wanted.which}").absolute(), wanted.which)
    run([python, "-m", "pip", "check"])
    files = sorted(file for pattern in UNIT for file in (ROOT / "tests").glob(pattern))
    run([python, *PYTEST, "-n", "2", *files])
    if not wanted.only_unit:
        run([python, *PYTEST, "-n", "2", "--dist", "loadscope", *NOTEBOOKS])


if __name__ == "__main__":
    main()
