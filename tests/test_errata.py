"""The errata: every slip has a check that runs and holds, and the overview names every slip."""

import re
from pathlib import Path

import jupytext
import pytest

BOOK = Path(__file__).parent.parent / "book"
PAGES = sorted(path.stem for path in BOOK.glob("errata_*.md"))
UNCHECKED = "What we could not check"
ASSERTION = re.compile(r"^ *assert ", re.MULTILINE)


def code_of(text: str) -> list[str]:
    """The code cells of a part of a page."""
    return re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def sections(page: str) -> dict[str, str]:
    """Heading -> text below it."""
    parts = re.split(r"^## (.+)\n", (BOOK / f"{page}.md").read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


SECTIONS = [(page, heading) for page in PAGES for heading in sections(page)]
SLIPS = [(page, heading) for page, heading in SECTIONS if heading not in {UNCHECKED, "What holds"}]


def test_each_of_the_five_sources_has_a_page():
    assert [f"errata_{name}" for name in ("acb_mse", "breakhis", "lecture", "nuclei", "voids")] == PAGES


@pytest.mark.parametrize(("page", "heading"), SECTIONS)
def test_what_a_section_says_is_asserted_unless_it_says_that_it_could_not_be_checked(page, heading):
    cells = code_of(sections(page)[heading])
    if heading == UNCHECKED:
        assert cells == []
    else:
        assert cells and ASSERTION.search("\n".join(cells))


@pytest.mark.parametrize("page", ["errata", *PAGES])
def test_every_check_of_a_page_holds(page, capsys):
    names = {}
    for cell in jupytext.read(BOOK / f"{page}.md").cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, f"{page}.md", "exec"), names)
    assert capsys.readouterr().out


def test_every_page_says_what_holds_too():
    assert [page for page in PAGES if "What holds" not in sections(page)] == []


def test_the_overview_names_every_slip_of_every_page_in_order():
    page, listed = "", []
    overview = (BOOK / "errata.md").read_text().partition("\n## ")[0]
    for source, slip in re.findall(
        r"^\| (.*?) ?\| (.+) \| (?:wording|numbers|conclusion) \|$", overview, re.MULTILINE
    ):
        page = source.removeprefix("{doc}`").removesuffix("`") or page
        listed.append((page, slip))
    assert len(listed) == len(SLIPS)
    for name in PAGES:
        assert [pair for pair in listed if pair[0] == name] == [pair for pair in SLIPS if pair[0] == name]
