"""A quiz: its questions from a small text file, and the HTML that works with and without a kernel."""

import tomllib
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from imbalance_course.errors import CourseError

STYLE = files(__package__).joinpath("quiz.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Option:
    """One answer to choose, whether it is right, and what there is to say to the one who chose it."""

    answer: str
    right: bool
    because: str


@dataclass(frozen=True)
class Question:
    """A question and its options, of which exactly one is right."""

    ask: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Quiz:
    """The questions of one lesson, shown by a notebook as radio buttons.

    Choosing an option unfolds its explanation by style alone: no script, no kernel. On the site a small
    script also remembers what was chosen.
    """

    lesson: str
    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        return f"Quiz of lesson {self.lesson}: {len(self.questions)} questions"

    def _repr_html_(self) -> str:
        parts = [self._question_html(number, one) for number, one in enumerate(self.questions, start=1)]
        return f'<style>{STYLE}</style>\n<div class="quiz" data-quiz="{self.lesson}">\n' + "\n".join(
            [*parts, "</div>"]
        )

    def _question_html(self, number: int, question: Question) -> str:
        group = f"quiz-{self.lesson}-{number}"
        options = [
            _option_html(group, place, option) for place, option in enumerate(question.options, start=1)
        ]
        legend = f"<legend>{number}. {escape(question.ask)}</legend>"
        return "\n".join([f"<fieldset>{legend}", *options, "</fieldset>"])


def _option_html(group: str, place: int, option: Option) -> str:
    name = f"{group}-{place}"
    verdict = "Right." if option.right else "Not quite."
    kind = "right" if option.right else "wrong"
    return (
        f'<div class="quiz-option"><input type="radio" name="{group}" id="{name}" value="{place}">'
        f'<label for="{name}">{escape(option.answer)}</label>'
        f'<p class="quiz-{kind}"><strong>{verdict}</strong> {escape(option.because)}</p></div>'
    )


def show(lesson: str) -> Quiz:
    """The quiz of a lesson, for the last line of a cell; the notebook draws it.

    Args:
        lesson: two digits, such as ``"04"``.

    Raises:
        CourseError: the lesson has no quiz, or a question has not exactly one right option.

    Example:
        >>> len(show("04").questions)
        3
    """
    file = files(__package__).joinpath(f"lesson_{lesson}.toml")
    if not file.is_file():
        raise CourseError(f"Expected a lesson with a quiz, such as '04'; got {lesson!r}.")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    questions = tuple(
        Question(one["ask"], tuple(Option(**option) for option in one["options"]))
        for one in content["question"]
    )
    for question in questions:
        right = sum(option.right for option in question.options)
        if right != 1:
            raise CourseError(
                f"Expected one right option, got {right}, in lesson {lesson}, question {question.ask!r}."
            )
    return Quiz(lesson, questions)
