"""The built site: complete, independent of other servers, and right in a real browser."""

import re
from pathlib import Path

import build_book
import print_pdf
import pytest
import screenshots
import yaml

ROOT = Path(__file__).parent.parent
needs_site = pytest.mark.skipif(
    not build_book.is_up_to_date(), reason="no site built from these sources; run make book first"
)
needs_chromium = pytest.mark.skipif(not screenshots.CHROMIUM.is_file(), reason="no chromium on this machine")
PAGES = screenshots.all_pages()


def toc_files(node) -> list[str]:
    """All files that the table of contents names, at any depth."""
    if isinstance(node, list):
        return [file for item in node for file in toc_files(item)]
    if isinstance(node, dict):
        own = [value for key, value in node.items() if key in {"root", "file"}]
        return own + [file for value in node.values() for file in toc_files(value)]
    return []


def all_toc_files() -> list[str]:
    return toc_files(yaml.safe_load((ROOT / "_toc.yml").read_text()))


def test_every_page_and_lesson_is_in_the_table_of_contents():
    sources = [*(ROOT / "book").glob("*.md"), *(ROOT / "lessons").glob("*.ipynb")]
    assert {path.relative_to(ROOT).with_suffix("").as_posix() for path in sources} == set(all_toc_files())


@needs_site
def test_every_entry_of_the_table_of_contents_has_a_page():
    assert set(all_toc_files()) <= {page.removesuffix(".html") for page in PAGES}


@needs_site
@pytest.mark.parametrize("page", PAGES)
def test_page_loads_nothing_from_another_server(page):
    text = (screenshots.SITE / page).read_text()
    loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*\ssrc="([^"]+)"', text)
    loaded += re.findall(
        r'<link[^>]*rel="(?:stylesheet|preload|icon|shortcut icon)"[^>]*href="([^"]+)"', text
    )
    loaded += re.findall(r'\bimport\(?\s*["\'](https?:[^"\']+)', text)
    assert loaded and not [address for address in loaded if re.match(r"(https?:)?//", address)]


@needs_site
@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_site_lead_somewhere(page):
    text = (screenshots.SITE / page).read_text()
    targets = {href.split("#")[0].split("?")[0] for href in re.findall(r'<a[^>]*\shref="([^"]+)"', text)}
    inside = {href for href in targets if href and not re.match(r"[a-z]+:", href)}
    folder = (screenshots.SITE / page).parent
    assert not [href for href in inside if not (folder / href).exists()]


@needs_site
def test_formula_script_brings_its_fonts_and_its_notice():
    mathjax = screenshots.SITE / "_static" / "vendor" / "mathjax"
    assert (mathjax / "tex-chtml.js").is_file()
    assert list(mathjax.glob("output/chtml/fonts/woff-v2/*.woff"))
    assert "Apache License" in (screenshots.SITE / "book" / "licenses.html").read_text()


@needs_site
def test_every_lesson_has_its_deck_in_the_site():
    lessons = {path.stem for path in (ROOT / "lessons").glob("*.ipynb")}
    assert {path.stem for path in (screenshots.SITE / "slides").glob("*.html")} == lessons
    assert (screenshots.SITE / "_static" / "vendor" / "reveal" / "reveal.js").is_file()


@needs_site
@pytest.mark.parametrize("page", PAGES)
def test_no_button_leads_to_a_repository_that_nobody_set(page):
    text = (screenshots.SITE / page).read_text()
    configured = yaml.safe_load((ROOT / "_config.yml").read_text())["repository"]["url"]
    found = re.findall(r"mybinder.org/v2|colab.research.google.com/github|executablebooks/jupyter-book", text)
    assert configured or not found


@needs_site
def test_words_of_the_glossary_are_linked_in_every_lesson():
    lessons = sorted((screenshots.SITE / "lessons").glob("*.html"))
    assert lessons and all("glossary-word" in path.read_text() for path in lessons)


@needs_site
@pytest.mark.parametrize("page", PAGES)
def test_foot_of_the_page_says_what_made_it(page):
    text = (screenshots.SITE / page).read_text()
    assert re.search(r"Version \d+\.\d+\.\d+, built \d{4}-\d\d-\d\d", text)
    assert "lessons/" not in page or re.search(r"Code executed \d{4}-\d\d-\d\d.* torch", text)


@needs_site
@needs_chromium
def test_a_deck_becomes_a_pdf_with_a_page_a_slide(tmp_path, monkeypatch):
    monkeypatch.setattr(print_pdf, "PDFS", tmp_path)
    with screenshots.chromium() as browser:
        with screenshots.served(screenshots.SITE) as address:
            page = browser.new_page()
            page.goto(f"{address}slides/01_accuracy_paradox.html")
            page.wait_for_function("document.documentElement.dataset.deck === 'ready'")
            slides = page.evaluate("Reveal.getTotalSlides()")
        pdf = print_pdf.print_deck(browser, "01_accuracy_paradox").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == slides > 20


@pytest.fixture(scope="module")
def site_in_browser():
    with screenshots.served(screenshots.SITE) as address, screenshots.chromium() as browser:
        yield browser, address


@needs_site
@needs_chromium
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("page", PAGES)
def test_page_is_right_in_a_browser(site_in_browser, page, width, scheme):
    browser, address = site_in_browser
    assert screenshots.problems(browser, address, page, width, scheme) == []
