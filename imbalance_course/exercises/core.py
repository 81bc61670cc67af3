"""An exercise: its right answer, its plausible wrong answers, and how an answer is judged."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Answer = float | tuple[float, ...] | Callable[..., float]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, and what it mixes up."""

    answer: Answer
    why: str  # one sentence that points at the confusion without giving the answer


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    Attributes:
        key: lesson and number, for example ``03-1``.
        answer: the right answer: a number, a tuple of numbers, or a function.
        hint: printed when an answer is wrong in a way that no mistake explains.
        mistakes: at least two plausible wrong answers.
        probes: for a function, the arguments it is called with; each is a tuple.
        tolerance: allowed difference, relative to the right value (absolute below 1).
    """

    key: str
    answer: Answer
    hint: str
    mistakes: tuple[Mistake, ...]
    probes: tuple[tuple, ...] = ()
    tolerance: float = 1e-3


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and the sentence for the learner."""

    right: bool
    message: str


def judge(exercise: Exercise, answer: object) -> Verdict:
    """Compare an answer with the right one, then with the known mistakes.

    Example:
        >>> exercise = Exercise("00-1", 4.0, "Add.", (Mistake(0.0, "You subtracted."),))
        >>> judge(exercise, 4).right, judge(exercise, 0).message
        (True, 'not yet. You subtracted.')
    """
    if answer is ... or answer is None:
        return Verdict(False, "not answered yet. Replace the dots and run the cell again.")
    try:
        given = _values(exercise, answer)
    except (TypeError, ValueError, ArithmeticError, AttributeError, IndexError) as error:
        return Verdict(False, f"not yet. Your answer could not be read as {_kind(exercise)}: {error}.")
    if _agree(exercise, given, exercise.answer):
        return Verdict(True, "right.")
    for mistake in exercise.mistakes:
        if _agree(exercise, given, mistake.answer):
            return Verdict(False, f"not yet. {mistake.why}")
    return Verdict(False, f"not yet. {exercise.hint}")


def _values(exercise: Exercise, answer: object) -> np.ndarray:
    """The numbers to compare: the answer's own, or a function's at the probes."""
    if not exercise.probes:
        return np.atleast_1d(_as_array(answer))
    if not callable(answer):
        raise TypeError("expected a function")
    return np.concatenate([np.ravel(_as_array(answer(*probe))) for probe in exercise.probes])


def _as_array(value: object) -> np.ndarray:
    return np.asarray(value.detach() if hasattr(value, "detach") else value, dtype=float)


def _agree(exercise: Exercise, given: np.ndarray, answer: Answer) -> bool:
    expected = _values(exercise, answer)
    if given.shape != expected.shape:
        return False
    return bool(np.all(np.abs(given - expected) <= exercise.tolerance * np.maximum(1, np.abs(expected))))


def _kind(exercise: Exercise) -> str:
    if exercise.probes:
        return "a function of " + (
            "one number" if len(exercise.probes[0]) == 1 else f"{len(exercise.probes[0])} arguments"
        )
    return "a number" if not isinstance(exercise.answer, tuple) else f"{len(exercise.answer)} numbers"
