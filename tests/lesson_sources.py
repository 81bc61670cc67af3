"""What a lesson refers to, as functions: notebook in, list of broken promises out.

The works it cites are listed, the files it links to exist, the numbers it quotes are printed by a cell.
"""

import re
from pathlib import Path

from lesson_checks import cells_under, printed, prose, prose_cells, taught_cells

ROOT = Path(__file__).parent.parent
CITE = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
LISTED = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|\{doc\}`(?:[^`<]*<)?([^`>]+)>?`")
NOT_READ = re.compile(r"\$\$.*?\$\$|```.*?```|<[^>]+>|\$[^$\n]+\$|`[^`\n]+`|\]\([^)]*\)", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)")
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d{2,}(?![\w.]*\d)")


def cited(text: str) -> set[str]:
    """The keys that a text cites."""
    return {key.strip() for keys in CITE.findall(text) for key in keys.split(",")}


def listed() -> set[str]:
    """The keys in the list of references."""
    return set(LISTED.findall((ROOT / "book" / "references.bib").read_text()))


def cites_listed_works(notebook) -> list[str]:
    return [
        f"cites {key}, which book/references.bib does not list"
        for key in sorted(cited(prose(notebook)) - listed())
    ]


def links_to_existing_files(notebook) -> list[str]:
    """Links lead from the folder of the lessons; pages linked by {doc} go without their ending."""
    targets = {link or page for link, page in LINK.findall(prose(notebook))}
    local = {target for target in targets if not re.match(r"\w+:", target)}
    found = {
        target
        for target in local
        if any((ROOT / "lessons" / f"{target}{ending}").is_file() for ending in ("", ".ipynb", ".md"))
    }
    return [f"links to {target}, which does not exist" for target in sorted(local - found)]


def names_existing_lessons(notebook) -> list[str]:
    """Lessons are named by number, "lesson 05"; nobody is sent to one that is not there."""
    named = set(re.findall(r"\blessons? \[?(\d\d)\b", prose(notebook), re.IGNORECASE))
    there = {path.name[:2] for path in (ROOT / "lessons").glob("*.ipynb")}
    return [f"names lesson {number}, which does not exist" for number in sorted(named - there)]


def prints_the_numbers_it_quotes(notebook) -> list[str]:
    """Every number quoted from a run comes from a record or from a cell.

    Which number in a text was computed? The rule takes each decimal with two or more digits after the point,
    such as 0.83: a score or a loss nearly always looks so, a count nearly never. A code cell of the same
    lesson has to print it, digit by digit, or to have it in its code as a setting. So a slip of the pen is
    caught, and a number that a new run has changed; one that another cell happens to print is not.

    Not looked at: formulas, code and links; a paragraph that cites, and a table in a cell that cites, for its
    numbers are those of the source; the exercises, with numbers given or checked there; and speaker notes.
    """
    cells = taught_cells(notebook)
    known = set(NUMBER.findall("\n".join(text for cell in cells for text in (printed(cell), cell.source))))
    exercises = cells_under(notebook, "Exercises")
    read = [cell.source for cell in prose_cells(notebook) if cell not in exercises]
    return [
        f"{decimal} is printed by no cell: {paragraph.strip()[:60]!r}"
        for paragraph in own_paragraphs(read)
        for decimal in DECIMAL.findall(NOT_READ.sub(" ", paragraph))
        if decimal not in known
    ]


def own_paragraphs(texts: list[str]) -> list[str]:
    """Paragraphs that cite nothing; a table counts as cited where the text around it cites."""
    return [
        paragraph
        for text in texts
        for paragraph in re.split(r"\n\s*\n", text)
        if not CITE.search(text if paragraph.lstrip().startswith("|") else paragraph)
    ]


CHECKS = [
    cites_listed_works,
    links_to_existing_files,
    names_existing_lessons,
    prints_the_numbers_it_quotes,
]
