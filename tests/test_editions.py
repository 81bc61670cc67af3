"""Editions of the lessons: what students and lecturers get, and exercises that agree with their solutions."""

import re

import make_editions
import nbformat
import pytest
from lesson_checks import code_cells, printed, slide_type, tags

from imbalance_course.exercises import ALL

LESSONS = {
    path.stem: nbformat.read(path, as_version=4) for path in sorted(make_editions.LESSONS.glob("*.ipynb"))
}
SIGNATURE = re.compile(r"def answer\(([^)]*)\)")


def exercises_and_solutions(notebook):
    cells = [cell for cell in code_cells(notebook) if tags(cell) & {"exercise", "solution"}]
    return list(zip(cells[::2], cells[1::2], strict=True))


@pytest.fixture(params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


def test_every_solution_answers_the_exercise_before_it(lesson):
    for stub, solution in exercises_and_solutions(lesson):
        assert "exercise" in tags(stub) and "solution" in tags(solution)
        asked, solved = make_editions.exercise_of(stub), make_editions.exercise_of(solution)
        assert asked is not None and asked is solved


def test_every_solution_is_called_as_its_exercise_asks(lesson):
    for stub, solution in exercises_and_solutions(lesson):
        if asked := SIGNATURE.search(stub.source):
            solved = SIGNATURE.search(solution.source)
            assert solved is None or solved[1] == asked[1], stub.source
        if ALL[make_editions.exercise_of(stub).key].probes:
            assert re.search(r"def answer\(|answer = (?!\.\.\.)", solution.source)


def test_students_get_no_solution_no_output_and_no_notes(lesson):
    edition = make_editions.student(lesson)
    solved = [solution.source for _, solution in exercises_and_solutions(lesson)]
    assert solved and not set(solved) & {cell.source for cell in edition.cells}
    assert not [cell for cell in code_cells(edition) if cell.outputs or cell.execution_count]
    assert not [cell for cell in edition.cells if slide_type(cell) == "notes"]


def test_students_keep_every_check(lesson):
    edition = make_editions.student(lesson)
    asked = {make_editions.exercise_of(stub).key for stub, _ in exercises_and_solutions(lesson)}
    kept = {make_editions.exercise_of(cell).key for cell in code_cells(edition) if "exercise" in tags(cell)}
    assert kept == asked and len(asked) >= 4


def test_live_coding_keeps_the_notes_and_loses_the_solutions(lesson):
    edition = make_editions.live(lesson)
    assert len([c for c in edition.cells if slide_type(c) == "notes"]) >= 3
    assert not [cell for cell in edition.cells if "solution" in tags(cell)]


def test_lecturers_get_the_wrong_answers_behind_every_solution(lesson):
    edition = make_editions.teacher(lesson)
    explained = [cell for cell in edition.cells if "teacher" in tags(cell)]
    assert len(explained) == len(exercises_and_solutions(lesson))
    for cell, (stub, _) in zip(explained, exercises_and_solutions(lesson), strict=True):
        exercise = make_editions.exercise_of(stub)
        assert all(mistake.why in cell.source for mistake in exercise.mistakes)
    assert any("right." in printed(cell) for cell in code_cells(edition))


def test_editions_are_valid_notebooks_and_the_same_bytes_each_time(tmp_path):
    first = make_editions.write_editions(tmp_path / "first")
    second = make_editions.write_editions(tmp_path / "second")
    assert len(first) == 3 * len(LESSONS)
    for one, other in zip(first, second, strict=True):
        nbformat.validate(nbformat.read(one, as_version=4))
        assert one.read_bytes() == other.read_bytes()


def test_lessons_stay_as_they_are(lesson):
    before = nbformat.writes(lesson)
    for make in make_editions.EDITIONS.values():
        make(lesson)
    assert nbformat.writes(lesson) == before
