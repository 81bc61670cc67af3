"""Quizzes: three questions a lesson, one right option each, every option explained, no kernel needed."""

import re
from pathlib import Path

import nbformat
import pytest

from imbalance_course import quizzes
from imbalance_course.errors import CourseError

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
NUMBERS = [path.name[:2] for path in LESSONS]
SCRIPT = (ROOT / "book" / "assets" / "course.js").read_text()


@pytest.mark.parametrize("number", NUMBERS)
def test_every_option_of_three_questions_is_explained(number):
    quiz = quizzes.show(number)
    assert len(quiz.questions) == 3
    for question in quiz.questions:
        assert 3 <= len(question.options) <= 4
        assert len({option.answer for option in question.options}) == len(question.options)
        assert all(len(option.because.split()) >= 5 for option in question.options)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_right_option_has_no_fixed_place_and_is_not_always_the_longest(number):
    questions = quizzes.show(number).questions
    right = [next(o for o in question.options if o.right) for question in questions]
    places = {question.options.index(option) for question, option in zip(questions, right, strict=True)}
    longest = [max(question.options, key=lambda option: len(option.answer)) for question in questions]
    assert len(places) > 1 and longest != right


@pytest.mark.parametrize("path", LESSONS, ids=NUMBERS)
def test_every_lesson_shows_its_own_quiz(path):
    cells = nbformat.read(path, as_version=4).cells
    shown = [re.findall(r'quizzes\.show\("(\d\d)"\)', cell.source) for cell in cells]
    assert [number for found in shown for number in found] == [path.name[:2]]


def test_a_lesson_without_a_quiz_is_named():
    with pytest.raises(CourseError, match="'99'"):
        quizzes.show("99")


def test_markup_in_a_question_is_shown_as_text():
    option = quizzes.Option("<b>", True, "a & b")
    html = quizzes.Quiz("00", (quizzes.Question("p < q?", (option,)),))._repr_html_()
    assert "&lt;b&gt;" in html and "a &amp; b" in html and "p &lt; q?" in html


@pytest.fixture
def quiz_page(page):
    """A page of the site in small: the quiz, a list of lessons, and the site's script."""
    address = "http://course.test/lessons/04_focal_loss.html"
    links = '<a class="reference" href="#">04</a> <a class="reference" href="05_metrics.html">05</a>'
    body = f'<nav class="bd-sidebar-primary">{links}</nav>{quizzes.show("04")._repr_html_()}'
    text = f'<!doctype html><meta charset="utf-8"><title>quiz</title>{body}<script>{SCRIPT}</script>'
    page.route(address, lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto(address)
    page.evaluate("localStorage.clear()")
    page.reload()
    yield page
    page.unroute(address)


def choose(page, right):
    for group in page.locator("fieldset").all():
        kind = "right" if right else "wrong"
        group.locator(f".quiz-option:has(.quiz-{kind}) input").first.check()


def test_explanation_unfolds_for_the_chosen_option_alone(quiz_page):
    assert quiz_page.locator(".quiz-option p:visible").count() == 0
    choose(quiz_page, right=False)
    assert quiz_page.locator(".quiz-wrong:visible").count() == 3
    choose(quiz_page, right=True)
    assert quiz_page.locator(".quiz-option p:visible").count() == 3
    assert quiz_page.locator(".quiz-right:visible").count() == 3


def test_options_are_chosen_by_keyboard_and_read_out(quiz_page):
    quiz_page.locator("input").first.focus()
    quiz_page.keyboard.press("Space")
    quiz_page.keyboard.press("ArrowDown")
    explanation = quiz_page.locator("fieldset").first.locator("p:visible").text_content()
    assert quiz_page.locator("[role=status]").text_content() == explanation


def test_answers_and_progress_survive_a_reload(quiz_page):
    assert quiz_page.locator(".lesson-done").count() == 0
    choose(quiz_page, right=True)
    quiz_page.reload()
    assert quiz_page.locator(".quiz-right:visible").count() == 3
    done = quiz_page.locator("a:has(.lesson-done)")
    assert done.count() == 1 and done.first.text_content().startswith("04")


def test_a_quiz_with_a_wrong_answer_is_not_done(quiz_page):
    choose(quiz_page, right=True)
    quiz_page.locator(".quiz-option:has(.quiz-wrong) input").last.check()
    assert quiz_page.locator(".lesson-done").count() == 0
