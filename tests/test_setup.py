"""The files that describe the set-up agree with one another and with the code."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# An extra may name others of this package; what counts is what they bring from outside.
DIRECT = [
    requirement
    for requirement in map(
        Requirement, [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    )
    if requirement.name != PROJECT["name"]
]
# A distribution may install a module of another name.
MODULE_NAMES = {"pillow": "PIL", "scikit-learn": "sklearn", "pyyaml": "yaml"}


def constraints() -> dict[str, Requirement]:
    lines = (line.strip() for line in (ROOT / "constraints.txt").read_text().splitlines())
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert len({canonicalize_name(pin.name) for pin in pins}) == len(pins), "a package is pinned twice"
    return {canonicalize_name(pin.name): pin for pin in pins}


def exact_version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "==" and "*" not in specifier.version and "+" not in specifier.version
    return specifier.version


def test_constraints_pin_exact_versions_and_name_no_address():
    assert all(exact_version(pin) and pin.url is None for pin in constraints().values())


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_every_direct_dependency_is_pinned_inside_its_bounds(requirement):
    pin = constraints()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(exact_version(pin))


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_package_metadata_has_loose_lower_bounds_only(requirement):
    operators = {specifier.operator for specifier in requirement.specifier}
    assert ">=" in operators and operators <= {">=", "<"}


def test_what_is_installed_is_what_is_pinned():
    from importlib.metadata import distributions

    pins = constraints()
    installed = {canonicalize_name(found.name): found.version.split("+")[0] for found in distributions()}
    differing = {n: v for n, v in installed.items() if n in pins and v != exact_version(pins[n])}
    assert not differing


def test_conda_environment_installs_the_same_set_up():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python = next(line for line in environment["dependencies"] if str(line).startswith("python="))
    (pip,) = (line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    assert PROJECT["requires-python"] == f">={python.split('=')[1]}"
    assert pip == ["-c constraints.txt", "-e .[book,test]"]
    assert "-c constraints.txt -e '.[book,test]'" in (ROOT / "tools" / "set_up.sh").read_text()


def imported_modules(files) -> set[str]:
    """Top-level names of everything the files import, at any depth of their code."""
    found = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


def test_package_imports_only_what_it_declares():
    declared = {MODULE_NAMES.get(r.name.lower(), r.name.lower().replace("-", "_")) for r in DIRECT}
    declared |= {"imbalance_course", "IPython", "cv2"}  # IPython comes with ipykernel, cv2 with imgaug
    declared -= {Requirement(line).name.replace("-", "_") for line in EXTRAS["peers"]}
    used = imported_modules((ROOT / "imbalance_course").rglob("*.py"))
    assert used - set(sys.stdlib_module_names) <= declared


def test_importing_the_package_loads_nothing_heavy():
    code = "import imbalance_course, sys; print(sorted({'torch', 'numpy', 'matplotlib'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_commands_in_readme_and_pages_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [ROOT / "README.md", ROOT / "book" / "how_to_use.md"]:
        promised = set(re.findall(r"^make ([a-z]+)", page.read_text(), re.MULTILINE))
        assert promised and promised <= targets


def test_readme_leads_with_the_two_commands():
    assert re.findall(r"^make ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE)[:2] == [
        "book",
        "test",
    ]


def test_continuous_check_stops_at_the_first_failure():
    text = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in text
    assert text.index("make test") < text.index("make book")


def test_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["authors"] == [{"name": "the imbalance_course contributors"}] == PROJECT["authors"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "imbalance_course").rglob("*.py")), ids=lambda path: path.name
)
def test_module_has_at_most_300_lines(path):
    assert len(path.read_text().splitlines()) <= 300
