"""Self-checks accept what is right and reject what is plausible and wrong."""

import re
from pathlib import Path

import nbformat
import pytest

from imbalance_course import exercises
from imbalance_course.errors import CourseError
from imbalance_course.exercises import ALL, Exercise, Mistake, evaluate
from imbalance_course.exercises.core import judge

LESSONS = sorted((Path(__file__).parent.parent / "lessons").glob("*.ipynb"))
EVERY = pytest.mark.parametrize("key", sorted(ALL))


@EVERY
def test_the_right_answer_is_accepted(key):
    assert evaluate(key, ALL[key].answer).right


@EVERY
def test_two_plausible_mistakes_are_rejected_each_with_its_own_sentence(key):
    sentences = [evaluate(key, mistake.answer).message for mistake in ALL[key].mistakes]
    assert len(sentences) >= 2
    assert sentences == [f"not yet. {mistake.why}" for mistake in ALL[key].mistakes]


@EVERY
def test_an_untouched_stub_is_not_called_wrong(key):
    verdict = evaluate(key, ...)
    assert not verdict.right
    assert verdict.message.startswith("not answered yet")


@EVERY
def test_an_answer_of_the_wrong_kind_gets_a_sentence(key):
    for answer in ("forty-two", object(), [[1, 2], [3]], lambda: 0):
        assert not evaluate(key, answer).right


@EVERY
def test_an_unexplained_wrong_answer_gets_the_hint(key):
    wrong = (lambda *arguments: -987.654) if ALL[key].probes else -987.654
    if isinstance(ALL[key].answer, tuple):
        wrong = tuple(-987.654 for _ in ALL[key].answer)
    assert evaluate(key, wrong).message == f"not yet. {ALL[key].hint}"


def test_functions_are_compared_at_the_probes():
    square = Exercise(
        "00-1", lambda x: x * x, "Multiply.", (Mistake(lambda x: 2 * x, "Doubled."),), probes=((1.0,), (3.0,))
    )
    assert judge(square, lambda x: x**2).right
    assert judge(square, lambda x: x + x).message == "not yet. Doubled."
    assert "expected a function" in judge(square, 9.0).message


def test_an_unknown_key_is_explained():
    with pytest.raises(CourseError, match="key of an exercise"):
        evaluate("99-9", 1)


def test_check_prints_key_and_verdict(capsys):
    key = next(iter(ALL))
    exercises.check(key, ALL[key].answer)
    assert capsys.readouterr().out == f"Exercise {key}: right.\n"


def checked_keys(lesson: Path) -> set[str]:
    """The keys of all self-checks in a lesson."""
    cells = nbformat.read(lesson, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return set(re.findall(r'exercises\.check\("([^"]*)"', code))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_asks_exactly_the_exercises_of_its_number(lesson):
    number = lesson.stem.split("_")[0]
    assert checked_keys(lesson) == {key for key in ALL if key.startswith(f"{number}-")}


def test_every_exercise_belongs_to_a_lesson():
    assert {key.split("-")[0] for key in ALL} <= {lesson.stem.split("_")[0] for lesson in LESSONS}
