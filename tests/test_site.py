"""The built site: complete, independent of other servers, and closed to scripts that are not its own."""

import re
from pathlib import Path

import build_book
import pytest
import screenshots
import site_icons
import site_markup
import site_policy
import vendor
import yaml

ROOT = Path(__file__).parent.parent
needs_site = pytest.mark.skipif(
    not build_book.is_up_to_date(), reason="no site built from these sources; run make book first"
)
PAGES = screenshots.all_pages()
DOCUMENTS = [
    path.relative_to(screenshots.SITE).as_posix() for path in sorted(screenshots.SITE.rglob("*.html"))
]


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
    assert all((mathjax / name).is_file() for name in vendor.MATHJAX)
    assert list(mathjax.glob("output/chtml/fonts/woff-v2/*.woff"))
    assert "Apache License" in (screenshots.SITE / "book" / "licenses.html").read_text()


@needs_site
@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_has_a_policy_that_knows_its_own_scripts_alone(path):
    text = (screenshots.SITE / path).read_text()
    allowed = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
    assert allowed.start() < (re.search("<(?:script|link|style)", text) or allowed).end()
    scripts = next(rule for rule in allowed[1].split("; ") if rule.startswith("script-src"))
    assert "unsafe" not in scripts and "default-src 'self'" in allowed[1]
    assert {site_policy.digest(one) for one in site_policy.inline_scripts(text)} <= set(scripts.split())


@needs_site
@pytest.mark.parametrize("path", DOCUMENTS)
def test_no_tag_carries_a_script(path):
    tags = re.findall(r"<[a-z][^<>]*>", (screenshots.SITE / path).read_text())
    assert not [tag for tag in tags if re.search(r'\son[a-z]+=["\']|="javascript:', tag)]


@needs_site
@pytest.mark.parametrize("page", PAGES)
def test_every_icon_is_drawn_into_the_page(page):
    text = (screenshots.SITE / page).read_text()
    classes = {name for value in re.findall(r'\bclass="([^"]*)"', text) for name in value.split()}
    assert "svg-inline--fa" in classes and not classes & set(site_icons.PACKS)
    assert "fontawesome.js" not in text


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
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_that_lost_its_span_keeps_its_color(theme):
    sheet = (build_book.BUILT / "html" / "_static" / "pygments.css").read_text()
    whole = rf'html\[data-theme="{theme}"\] \.highlight'
    color = re.search(whole + r" \{[^}]*\bcolor: (#\w+) \}", sheet)[1]
    for token in site_markup.PLAIN_TOKENS:
        assert re.findall(rf"{whole} \.{token} \{{ (.*?) \}}", sheet) == [f"color: {color}"]
