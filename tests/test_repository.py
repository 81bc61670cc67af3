"""Opening a lesson elsewhere: buttons and an installing cell once the address of the repository is known."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import course_site
import nbformat
import pytest
import set_repository
import yaml
from lesson_checks import code_cells, has_been_executed

ROOT = Path(__file__).parent.parent
ADDRESS = "https://github.com/someone/imbalance_course"


@pytest.fixture
def copy(tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copytree(ROOT / "lessons", tmp_path / "lessons")
    return tmp_path


def lessons_of(folder):
    return [nbformat.read(path, as_version=4) for path in sorted((folder / "lessons").glob("*.ipynb"))]


def files_of(folder):
    return {path.name: path.read_bytes() for path in [folder / "_config.yml", *folder.glob("lessons/*")]}


def test_first_code_cell_of_every_lesson_installs_the_course(copy):
    set_repository.configure(copy, ADDRESS, "main")
    for lesson in lessons_of(copy):
        assert f"git+{ADDRESS}@main" in code_cells(lesson)[0].source
        assert has_been_executed(lesson) == []
        nbformat.validate(lesson)


def test_address_can_be_set_twice_and_taken_out_again(copy):
    before = files_of(copy)
    set_repository.configure(copy, ADDRESS, "main")
    once = files_of(copy)
    set_repository.configure(copy, ADDRESS, "main")
    assert files_of(copy) == once != before
    set_repository.configure(copy, "", "main")
    assert files_of(copy) == before


def test_settings_name_the_address(copy):
    set_repository.configure(copy, ADDRESS, "develop")
    settings = yaml.safe_load((copy / "_config.yml").read_text())
    assert settings["repository"] == {"url": ADDRESS, "branch": "develop"}


def run_first_cell(folder, pip):
    """Run the cell in a folder, with Python code as a stand-in for its line with %pip."""
    source = set_repository.first_cell(ADDRESS, "main").source
    (line,) = (line for line in source.splitlines() if line.strip().startswith("%pip"))
    asked = line.split('"')[1]
    script = source.replace(line.strip(), pip.format(asked=asked))
    python = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(folder)!r})\n{script}"]
    return subprocess.run(python, capture_output=True, text=True, cwd=folder)


INSTALL = "print('{asked}'); open('imbalance_course.py', 'w').close()"


@pytest.mark.parametrize("installed", [True, False])
def test_the_cell_installs_only_where_the_course_is_missing(tmp_path, installed):
    if installed:
        (tmp_path / "imbalance_course.py").write_text("")
    done = run_first_cell(tmp_path, INSTALL)
    assert done.returncode == 0
    assert done.stdout == ("" if installed else f"imbalance-course[book] @ git+{ADDRESS}@main\n")


def test_an_installation_that_fails_stops_the_lesson_at_its_first_cell(tmp_path):
    done = run_first_cell(tmp_path, "print('ERROR: no network')")
    assert "could not be installed: see the lines of pip above" in done.stderr


@pytest.mark.parametrize("address", ["", ADDRESS])
def test_launch_buttons_appear_with_the_address(address):
    options = {"repository_url": address, "launch_buttons": {"notebook_interface": "jupyterlab"}}
    course_site.offer_launchers(None, SimpleNamespace(html_theme_options=options))
    assert ("colab_url" in options["launch_buttons"]) == bool(address)
    assert ("binderhub_url" in options["launch_buttons"]) == bool(address)


def test_a_word_that_is_no_address_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["set_repository.py", "github.com/someone"])
    with pytest.raises(SystemExit, match="Expected an address"):
        set_repository.main()


def test_footer_says_what_was_executed_and_with_what():
    line = course_site.executed_line({"mtime": 0.0, "runtime": 12.4})
    assert line.startswith("Code executed 1970-01-01 in 12 s, Python 3.") and "CPU" in line or "cuda" in line
    assert course_site.executed_line(None) == ""
