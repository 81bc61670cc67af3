"""The report on the site: a page weighs what a browser asks for."""

import pytest
import screenshots
import site_report

needs_chromium = pytest.mark.skipif(not screenshots.CHROMIUM.is_file(), reason="no chromium on this machine")


@needs_chromium
def test_a_page_weighs_itself_and_what_it_loads(tmp_path):
    style = '<link rel="stylesheet" href="style.css"><link rel="icon" href="data:,">'
    files = {
        "page.html": f"<!doctype html><title>page</title>{style}text",
        "style.css": "p { margin: 0 }" * 99,
    }
    files["never.css"] = "b { margin: 0 }"
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with screenshots.served(tmp_path) as address, screenshots.chromium() as browser:
        weight, requests = site_report.weigh(browser, address, "page.html")
    assert weight == len(files["page.html"]) + len(files["style.css"])
    assert requests == 2


def test_a_site_that_is_not_built_is_named(monkeypatch):
    monkeypatch.setattr(site_report, "is_up_to_date", lambda: False)
    with pytest.raises(SystemExit, match="make book"):
        site_report.main()
