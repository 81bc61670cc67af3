"""All exercises by key, and the two ways to ask about an answer."""

from importlib import import_module
from pathlib import Path

from imbalance_course.errors import CourseError
from imbalance_course.exercises.core import Exercise, Verdict, judge

CHAPTERS = sorted(file.stem for file in Path(__file__).parent.glob("chapter_*.py"))
ALL: dict[str, Exercise] = {
    exercise.key: exercise
    for chapter in CHAPTERS
    for exercise in import_module(f"{__package__}.{chapter}").EXERCISES
}


def evaluate(key: str, answer: object) -> Verdict:
    """Judge an answer without printing.

    Args:
        key: chapter and number, for example ``03-1``.
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
        key: chapter and number, for example ``03-1``.
        answer: a number, a sequence of numbers, or a function; dots mean "not answered yet".

    Example:
        >>> check("01-1", ...)
        Exercise 01-1: not answered yet. Replace the dots and run the cell again.
    """
    print(f"Exercise {key}: {evaluate(key, answer).message}")
