"""The report on the site: a page weighs what a browser asks for."""

from pathlib import Path

import pytest
import screenshots
import site_report
from browser_here import CHROMIUM, MISSING

ROOT = Path(__file__).parent.parent

needs_chromium = pytest.mark.skipif(not CHROMIUM.is_file(), reason=MISSING)


@needs_chromium
def test_a_page_weighs_itself_and_what_it_loads(tmp_path):
    style = '<link rel="stylesheet" href="style.css"><link rel="icon" href="data:,">'
    late = '<p style="height: 9000px"></p><img loading="lazy" alt="" src="far.svg">'
    files = {
        "page.html": f"<!doctype html><title>page</title>{style}{late}",
        "style.css": "p { margin: 0 }" * 99,
    }
    files["far.svg"] = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    files["never.css"] = "b { margin: 0 }"
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with screenshots.served(tmp_path) as address, screenshots.chromium() as browser:
        weight, requests, whole = site_report.weigh(browser, address, "page.html")
    assert weight == len(files["page.html"]) + len(files["style.css"])
    assert requests == 2
    assert whole == weight + len(files["far.svg"])


def test_every_page_that_may_be_heavier_exists_and_says_why():
    sources = {page.replace(".html", ".ipynb") for page in site_report.HEAVIER}
    assert all((ROOT / source).is_file() for source in sources)
    assert all(limit > site_report.LIMIT and reason for limit, reason in site_report.HEAVIER.values())
    assert site_report.limit_of("book/index.html") == site_report.LIMIT


def test_a_site_that_is_not_built_is_named(monkeypatch):
    monkeypatch.setattr(site_report, "is_up_to_date", lambda: False)
    with pytest.raises(SystemExit, match="make book"):
        site_report.main()
