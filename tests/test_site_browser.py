"""The built site in a real browser: every page right, light and safe, served and opened from the disk."""

import re

import build_book
import make_slides
import print_pdf
import pytest
import screenshots
import site_report
from browser_here import CHROMIUM, MISSING

pytestmark = [
    pytest.mark.skipif(
        not build_book.is_up_to_date(), reason="no site built from these sources; run make book first"
    ),
    pytest.mark.skipif(not CHROMIUM.is_file(), reason=MISSING),
]
PAGES = screenshots.all_pages()


@pytest.fixture(scope="module")
def site_in_browser():
    with screenshots.served(screenshots.SITE) as address, screenshots.chromium() as browser:
        yield browser, address


def test_a_deck_becomes_a_pdf_with_a_page_a_slide(tmp_path, monkeypatch):
    monkeypatch.setattr(print_pdf, "PDFS", tmp_path)
    with screenshots.chromium() as browser:
        with screenshots.served(screenshots.SITE) as address:
            page = browser.new_page()
            page.goto(f"{address}slides/01_accuracy_paradox.html")
            page.locator(make_slides.READY).wait_for()
            slides = page.evaluate("Reveal.getTotalSlides()")
        pdf = print_pdf.print_deck(browser, "01_accuracy_paradox").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == slides > 20


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("page", PAGES)
def test_page_is_right_in_a_browser(site_in_browser, page, width, scheme):
    browser, address = site_in_browser
    assert screenshots.problems(browser, address, page, width, scheme) == []


@pytest.mark.parametrize("page", PAGES)
def test_first_load_of_a_page_is_light(site_in_browser, page):
    browser, address = site_in_browser
    assert site_report.weigh(browser, address, page)[0] <= site_report.limit_of(page)


@pytest.mark.parametrize("page", ["book/index.html", "lessons/04_focal_loss.html"])
def test_page_is_right_when_opened_from_the_disk(site_in_browser, page):
    browser, _ = site_in_browser
    folder = f"{screenshots.SITE.as_uri()}/"
    assert screenshots.problems(browser, folder, page, 1280, "light") == []


def test_policy_stops_a_script_that_came_into_the_page_later(site_in_browser):
    browser, address = site_in_browser
    page = browser.new_page()
    seen = screenshots.watch(page, address)
    page.goto(f"{address}book/index.html")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.came = true";
      document.body.append(script);
    }""")
    assert page.evaluate("window.came") is None
    assert [line for line in seen if "Content Security Policy" in line or "violates" in line]
    page.close()


@pytest.mark.parametrize("kind", ["served", "from the disk"])
def test_search_finds_a_lesson(site_in_browser, kind):
    browser, address = site_in_browser
    page = browser.new_page()
    address = address if kind == "served" else f"{screenshots.SITE.as_uri()}/"
    page.goto(f"{address}search.html?q=focal")
    page.locator("#search-results a", has_text="Focal loss").first.wait_for()
    page.close()


def test_buttons_of_the_header_work(site_in_browser):
    browser, address = site_in_browser
    page = browser.new_page()
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    page.goto(f"{address}lessons/04_focal_loss.html")
    page.locator("[data-press=print]").evaluate("(button) => button.click()")
    page.locator("html[data-printed=yes]").wait_for()
    mode = page.locator("html").get_attribute("data-mode")
    page.locator(".theme-switch-button").first.click()
    assert page.locator("html").get_attribute("data-mode") != mode
    page.locator("[data-press=screen]").click()
    page.locator("html:fullscreen").wait_for()
    page.close()
