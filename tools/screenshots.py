"""Look at the built site in a real browser: screenshots, and a list of what is wrong with each page.

Usage: python tools/screenshots.py [FOLDER] [PAGE ...]

FOLDER receives the pictures (default _build/screenshots). A PAGE is a path such as lessons/04_focal_loss.html
(default: every page). Each page is shown at desktop and phone width, light and dark. Needs Debian's chromium.
"""

import contextlib
import functools
import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from browser_here import CHROMIUM, FLAGS
from playwright.sync_api import Browser, Page, sync_playwright

SITE = Path(__file__).resolve().parent.parent / "_build" / "html"
WIDTHS = (1280, 390)  # CSS pixels: a laptop and a phone
SCHEMES = ("light", "dark")

# Formulas are drawn, and their letters have their shapes.
DRAWN = """async () => {
  await window.MathJax?.startup?.promise;
  document.documentElement.getBoundingClientRect(); // the layout asks for the fonts
  await document.fonts.ready;
}"""
# And pictures that wait for the reader are there.
SETTLED = f"""async () => {{
  for (const picture of document.images) picture.loading = 'eager';
  await ({DRAWN})();
  await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {{}})));
}}"""

# Everything that does not need a person's eye. Returns a list of sentences.
INSPECT = """() => {
  const found = [], name = (e) => `${e.tagName.toLowerCase()}.${e.className}`.slice(0, 80);
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide > 0) {
    const clips = (e) =>
      e && e !== document.body && (getComputedStyle(e).overflowX !== 'visible' || clips(e.parentElement));
    const sticksOut = (e) =>
      e.getBoundingClientRect().right > window.innerWidth + 1 && !clips(e.parentElement);
    const guilty = [...document.querySelectorAll('main *')].filter(sticksOut).slice(0, 3).map(name);
    found.push(`page is ${wide} px wider than the window: ${guilty.join(', ')}`);
  }
  for (const e of document.querySelectorAll('.math'))
    if (!e.querySelector('mjx-container')) found.push(`formula not drawn: ${e.textContent.slice(0, 60)}`);
  for (const e of document.querySelectorAll('mjx-merror'))
    found.push(`formula with an error: ${e.textContent.slice(0, 60)}`);
  for (const e of document.querySelectorAll('img')) {
    if (e.complete && !e.naturalWidth) found.push(`image not loaded: ${e.src}`);
    if (!e.hasAttribute('alt')) found.push(`image without alt text: ${e.src}`);
  }
  return found;
}"""


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        """Print nothing a request."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder as a web site on this machine; yields its address."""
    handler = functools.partial(_QuietHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def all_pages(site: Path = SITE) -> list[str]:
    """The paths of all pages of the book, relative to the site; decks of slides are no pages."""
    pages = (path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html")))
    return [
        page for page in pages if not page.startswith(("_", "genindex", "search", "index.html", "slides/"))
    ]


def watch(page: Page, address: str) -> list[str]:
    """A list that fills with the page's console errors, failed requests and requests to other hosts."""
    seen: list[str] = []
    page.on("console", lambda message: message.type == "error" and seen.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: seen.append(f"script error: {error}"))
    page.on("requestfailed", lambda request: seen.append(f"request failed: {request.url}"))
    own = (address, "data:", "blob:")
    page.on(
        "request", lambda request: request.url.startswith(own) or seen.append(f"asks outside: {request.url}")
    )
    return seen


def load(page: Page, address: str) -> None:
    """Open a page until it asks for nothing more; a busy machine may fall silent before the page is read."""
    page.goto(address)
    page.wait_for_load_state("networkidle")


def barriers(page: Page) -> list[str]:
    """What keeps some readers out, by axe-core: its serious and critical findings."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['impact']}: {one['help']} ({one['nodes'][0]['html'][:120]})"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def problems(
    browser: Browser, address: str, page_path: str, width: int, scheme: str, picture: Path | None = None
) -> list[str]:
    """Open one page, take its picture if asked to, and say what is wrong with it.

    Args:
        browser: from ``chromium()``.
        address: from ``served(...)``.
        page_path: relative to the site, such as ``lessons/04_focal_loss.html``.
        width: of the window in CSS pixels.
        scheme: ``light`` or ``dark``, what the reader's system prefers.
        picture: file for a screenshot of the whole page.

    Returns:
        Sentences; empty when all is well.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    seen = watch(page, address)
    load(page, address + page_path)
    page.evaluate(SETTLED)
    found = seen + page.evaluate(INSPECT) + barriers(page)
    if picture is not None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture, full_page=True)
    context.close()
    return found


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE.parent / "screenshots"
    pages = sys.argv[2:] or all_pages()
    total = 0
    with served(SITE) as address, chromium() as browser:
        for page, width, scheme in ((p, w, s) for p in pages for w in WIDTHS for s in SCHEMES):
            picture = folder / f"{Path(page).stem}-{width}-{scheme}.png"
            found = problems(browser, address, page, width, scheme, picture)
            total += len(found)
            print(f"{picture}: {'; '.join(found) or 'nothing wrong'}")
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
