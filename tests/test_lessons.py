"""Every lesson keeps the frame, and every check of the frame can fail."""

import re
from functools import cache
from pathlib import Path

import lesson_checks as frame
import lesson_sources as sources
import nbformat
import pytest
from made_lessons import BROKEN, good_notebook

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
CHECKS = frame.CHECKS + sources.CHECKS


@cache
def read(path: Path):
    """A lesson, read once: no check changes a notebook."""
    return nbformat.read(path, as_version=4)


def test_there_are_lessons_in_teaching_order():
    numbers = [int(path.stem.split("_")[0]) for path in LESSONS]
    assert numbers and numbers == sorted(set(numbers))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_keeps_its_promises(path, check):
    broken = check(read(path))
    assert not broken, f"{path.name}:\n- " + "\n- ".join(broken)


def test_at_most_three_percent_of_all_code_cells_are_excused_from_comparison():
    cells = [cell for path in LESSONS for cell in frame.code_cells(read(path))]
    excused = [cell for cell in cells if frame.is_excused(cell)]
    assert len(excused) <= 0.03 * len(cells), [frame.shown(cell) for cell in excused]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_good_notebook_passes(check):
    assert check(good_notebook()) == []


@pytest.mark.parametrize(("check", "damage"), BROKEN, ids=lambda function: function.__name__)
def test_broken_notebook_is_caught(check, damage):
    notebook = good_notebook()
    damage(notebook)
    assert check(notebook)


def test_every_listed_work_is_cited_by_a_lesson_or_a_page():
    texts = [frame.prose(read(path)) for path in LESSONS]
    texts += [path.read_text() for path in (ROOT / "book").glob("*.md")]
    assert sources.listed() - sources.cited("\n".join(texts)) == set()


def test_several_works_can_be_cited_at_once():
    assert sources.cited("{cite}`one,two` and {cite:t}`three`, `four`") == {"one", "two", "three"}


def test_an_explained_excuse_is_accepted():
    notebook = good_notebook()
    cell = frame.code_cells(notebook)[0]
    cell.metadata["tags"] = ["nbval-ignore-output"]
    cell.source = "# The time of a step differs from run to run.\n" + cell.source
    assert frame.explains_its_excuses(notebook) == []


def test_every_check_has_a_notebook_that_fails_it():
    assert {check for check, _ in BROKEN} == set(CHECKS)


def test_how_to_use_lists_every_lesson_with_its_minutes():
    page = (ROOT / "book" / "how_to_use.md").read_text()
    listed = re.findall(r"lessons/(\w+)>` \| (\d+) \| (\d+) \|", page)
    minutes = re.compile(r"\*\*Minutes:\*\* reading (\d+), exercises (\d+)\.")
    assert listed == [(path.stem, *minutes.search(frame.prose(read(path))).groups()) for path in LESSONS]
