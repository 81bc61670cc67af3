"""Settings for every test, and the browser and the command of those that need one."""

import pytest
from browser_here import CHROMIUM, FLAGS, MISSING
from command_line import call
from hypothesis import settings

from imbalance_course import cli_console

# The same examples in every run, and no deadline: a busy machine is not a failure.
settings.load_profile("ci")


@pytest.fixture(scope="module")
def tab():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(MISSING)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser.new_page()
        browser.close()


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """The command line in an empty folder, without data."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path / "no-data"))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cli_console.console, "width", 200)
    return lambda *words: call(monkeypatch, capsys, *words)


@pytest.fixture
def page(tab):
    problems = []

    def on_message(message):
        if message.type in ("error", "warning"):
            problems.append(message.text)

    def on_error(error):
        problems.append(str(error))

    tab.on("console", on_message)
    tab.on("pageerror", on_error)
    yield tab
    tab.remove_listener("console", on_message)
    tab.remove_listener("pageerror", on_error)
    assert problems == []
