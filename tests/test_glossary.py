"""The glossary is in order, and sends its reader to lessons and pages that use the word."""

import re
from pathlib import Path

import nbformat
import pytest
from lesson_checks import prose

ROOT = Path(__file__).parent.parent
DIRECTIVE = re.search(r"```\{glossary\}\n(.*)```", (ROOT / "book" / "glossary.md").read_text(), re.DOTALL)
ENTRIES = [
    (re.findall(r"^\S.*$", entry, re.MULTILINE), re.findall(r"\{doc\}`(?:[^<`]*<)?([./\w]+)>?`", entry))
    for entry in DIRECTIVE[1].strip().split("\n\n")
]
HYPHEN = re.compile(r"[-\s–]+")


def text_of(page: str) -> str:
    """What a lesson or a page says, in small letters and with spaces for hyphens."""
    path = (ROOT / "book" / page).resolve()
    if path.parent.name == "lessons":
        text = prose(nbformat.read(path.with_suffix(".ipynb"), as_version=4))
    else:
        text = path.with_suffix(".md").read_text()
    return HYPHEN.sub(" ", text.replace("*", "")).lower()


def test_about_sixty_or_more_words_are_explained_each_with_a_way_to_a_lesson():
    assert len(ENTRIES) >= 60
    assert all(terms and pages for terms, pages in ENTRIES)


def test_words_are_in_alphabetical_order():
    first = [terms[0].lower() for terms, _ in ENTRIES]
    assert first == sorted(first)


def test_no_word_is_explained_twice():
    every = [term for terms, _ in ENTRIES for term in terms]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(("terms", "pages"), ENTRIES, ids=lambda value: value[0])
def test_the_page_that_an_entry_names_uses_the_word(terms, pages):
    for page in pages:
        text = text_of(page)
        assert any(HYPHEN.sub(" ", term).lower() in text for term in terms), page
