"""All exercises by key, and the two ways to ask about an answer."""

from importlib import import_module
from pathlib import Path

from imbalance_course.errors import CourseError
from imbalance_course.exercises.core import Exercise, Verdict, judge

LESSONS = sorted(file.stem for file in Path(__file__).parent.glob("lesson_*.py"))
ALL: dict[str, Exercise] = {
    exercise.key: exercise
    for lesson in LESSONS
    for exercise in import_module(f"{__package__}.{lesson}").EXERCISES
}


def evaluate(key: str, answer: object) -> Verdict:
    """Judge an answer without printing.

    Args:
        key: lesson and number, for example ``03-1``.
        answer: a number, a sequence of numbers, or a function; dots mean "not answered yet".

    Raises:
        CourseError: no exercise has this key.
    """
    if key not in ALL:
        raise CourseError(f"Expected the key of an exercise, for example {next(iter(ALL))!r}; got {key!r}.")
    return judge(ALL[key], answer)


def check(key: str, answer: object) -> None:
    """Print whether an answer is right and, when it is not, what may have gone wrong.

    Args:
        key: lesson and number, for example ``03-1``.
        answer: a number, a sequence of numbers, or a function; dots mean "not answered yet".

    Example:
        >>> check("01-1", ...)
        Exercise 01-1: not answered yet. Replace the dots and run the cell again.
    """
    print(f"Exercise {key}: {evaluate(key, answer).message}")
