"""The lowest allowed versions are read from pyproject.toml, every named package once."""

import tomllib
from pathlib import Path

import check_bounds
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]


def test_the_highest_of_several_lower_bounds_counts_and_names_are_made_alike():
    project = {
        "dependencies": ["numpy>=1.26", "PyYAML>=6,<7"],
        "optional-dependencies": {"more": ["pyyaml>=6.0.1", "course[other]"], "other": ["NumPy>=1.9"]},
    }
    assert check_bounds.lowest_versions(project) == ["numpy==1.26", "pyyaml==6.0.1"]


def test_every_lowest_version_of_the_project_is_allowed_by_its_own_requirements():
    lowest = {pin.name: pin for pin in map(Requirement, check_bounds.lowest_versions(PROJECT))}
    assert Version("2") < Version(next(iter(lowest["torch"].specifier)).version)
    for line in [
        *PROJECT["dependencies"],
        *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
    ]:
        requirement = Requirement(line)
        if requirement.name != PROJECT["name"]:
            pin = lowest[requirement.name.lower().replace("_", "-")]
            assert requirement.specifier.contains(next(iter(pin.specifier)).version)


def test_a_command_that_fails_ends_the_check(monkeypatch):
    with pytest.raises(SystemExit, match="Failed: false"):
        check_bounds.run(["false"])
