"""The package stays light, acyclic, small in its files, and speaks through its documentation."""

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import imbalance_course

FOLDER = Path(imbalance_course.__file__).parent
MODULES = sorted(
    m.name
    for m in pkgutil.walk_packages(imbalance_course.__path__, "imbalance_course.")
    if not m.name.endswith("__main__")
)
HEAVY = ("torch", "numpy", "matplotlib", "sklearn", "scipy", "ipywidgets", "anywidget", "PIL", "typer")


def imports_of(path: Path) -> set[str]:
    """Names of the package's modules that a file imports when it is loaded (not inside functions)."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("imbalance_course"):
            children = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = children & set(MODULES)
            found |= modules or {node.module}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("imbalance_course.")}
    return found


def path_of(module: str) -> Path:
    base = FOLDER.parent / module.replace(".", "/")
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


GRAPH = {module: imports_of(path_of(module)) & set(MODULES) for module in MODULES}


def test_importing_the_package_loads_nothing_heavy():
    code = f"import sys, imbalance_course; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_imports_itself_through_others():
    def reachable(module, seen):
        for other in GRAPH.get(module, ()):
            if other not in seen:
                seen.add(other)
                reachable(other, seen)
        return seen

    circles = [module for module in MODULES if module in reachable(module, set())]
    assert circles == []


def test_imports_run_one_way():
    order = {
        "cli": 4,
        "progress": 3,
        "doctor": 3,
        "lab": 3,
        "experiments": 3,
        "plots": 2.5,
        "widgets": 2.5,
        "exercises": 2.5,
        "quizzes": 2.5,
        "records": 2,
        "training": 2,
    }
    level = {module: order.get(module.split(".")[1], 1) for module in MODULES}
    wrong = [(module, other) for module in MODULES for other in GRAPH[module] if level[other] > level[module]]
    assert wrong == []


def test_every_submodule_of_the_root_exists():
    for name in imbalance_course._SUBMODULES:
        assert getattr(imbalance_course, name).__name__ == f"imbalance_course.{name}"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = imbalance_course.nothing


@pytest.mark.parametrize("path", sorted(FOLDER.parent.glob("[it]*/**/*.py")), ids=lambda path: path.name)
def test_no_file_is_over_300_lines(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("module", MODULES)
def test_public_names_are_documented_and_examples_hold(module):
    loaded = importlib.import_module(module)
    assert loaded.__doc__
    undocumented = [
        name
        for name, member in vars(loaded).items()
        if not name.startswith("_")
        and getattr(member, "__module__", None) == module
        and callable(member)
        and not member.__doc__
    ]
    assert undocumented == []
    assert doctest.testmod(loaded).failed == 0
