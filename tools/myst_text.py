"""The book's markdown as plain markdown, for what Sphinx does not read: roles become words and links."""

import re
from functools import cache
from pathlib import Path

from pybtex.database import Entry, parse_file

REFERENCES = Path(__file__).resolve().parent.parent / "book" / "references.bib"
ROLE = re.compile(r"\{(cite|doc|term|ref)\}`([^`]+)`")
TITLE_AND_TARGET = re.compile(r"(.+?)\s*<(.+)>")


@cache
def _references() -> dict[str, Entry]:
    return dict(parse_file(str(REFERENCES)).entries)


def cite(key: str) -> str:
    """Names and year of a reference: ``Lin et al. 2017``.

    Raises:
        KeyError: the reference is not in the book's list.
    """
    entry = _references()[key]
    names = [" ".join(person.last_names) for person in entry.persons.get("author", [])]
    who = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
    return " ".join(filter(None, [who, entry.fields.get("year", "")]))


def to_markdown(text: str, lessons_url: str) -> str:
    """Markdown with citations and links written out.

    Args:
        text: a markdown cell of a lesson.
        lessons_url: address of the folder with the lessons' pages.
    """
    text = ROLE.sub(lambda role: _written_out(*role.groups(), lessons_url), text)
    return re.sub(r"\]\((\w+)\.ipynb(#[^)]*)?\)", rf"]({lessons_url}/\1.html\2)", text)


def _written_out(role: str, content: str, lessons_url: str) -> str:
    if role == "cite":
        return "(" + "; ".join(cite(key.strip()) for key in content.split(",")) + ")"
    named = TITLE_AND_TARGET.fullmatch(content)
    words, target = named.groups() if named else (content, "")
    return f"[{words}]({lessons_url}/{target}.html)" if role == "doc" and target else words
