"""Words in italics lead to the glossary, on a small site built for the test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent.parent / "tools"
CONF = f"""
import sys
sys.path.insert(0, {str(TOOLS)!r})
extensions = ["glossary_links"]
"""
GLOSSARY = """
Glossary
========

.. glossary::

   logit
     A number before the sigmoid. See *logit*.

   class weight
   weight
     A factor of the loss.
"""
LESSON = """
A *logit* in a title
====================

The *Logit*, a *Class weight* and an *unknown* word; ``logit``, logit, and
`a *weight* <book/glossary.html>`__.
"""
INDEX = """
Index
=====

.. toctree::

   book/glossary
   lesson
"""


@pytest.fixture(scope="module")
def lesson_html(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    (folder / "book").mkdir()
    texts = {"conf.py": CONF, "index.rst": INDEX, "lesson.rst": LESSON, "book/glossary.rst": GLOSSARY}
    for name, text in texts.items():
        (folder / name).write_text(text)
    out = folder / "out"
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", folder, out], check=True, capture_output=True)
    yield {"lesson": (out / "lesson.html").read_text(), "glossary": (out / "book/glossary.html").read_text()}
    shutil.rmtree(out)


def test_a_word_in_italics_links_to_its_place_whatever_its_case(lesson_html):
    assert 'href="book/glossary.html#term-logit"><em>Logit</em></a>' in lesson_html["lesson"]
    assert '#term-class-weight"><em>Class weight</em></a>' in lesson_html["lesson"]


def test_plain_words_code_and_unknown_words_stay_as_they_are(lesson_html):
    assert lesson_html["lesson"].count("glossary-word") == 2
    assert "<em>unknown</em>" in lesson_html["lesson"]


def test_the_glossary_does_not_link_to_itself(lesson_html):
    assert "glossary-word" not in lesson_html["glossary"]
