"""Print the whole book, or a deck of slides, as a PDF by the system's browser.

Usage: python tools/print_pdf.py [LESSON ...]

Without a lesson: ``_build/pdf/imbalanced-data.pdf``, every page in the order of the table of contents. With
lessons such as ``04_focal_loss``: ``_build/pdf/slides-04_focal_loss.pdf``. Both need the built site.
"""

import shutil
import sys
from pathlib import Path

from build_book import BUILT, run_builder
from make_slides import READY
from playwright.sync_api import Browser
from screenshots import SETTLED, SITE, chromium, served

ROOT = Path(__file__).resolve().parent.parent
SINGLE = BUILT / "singlehtml"
PDFS = ROOT / "_build" / "pdf"
MILLISECONDS = 300_000  # to load and typeset the whole book on a busy machine
# On paper nothing unfolds: solutions are printed, the code of figures stays out.
UNFOLD = "for (const one of document.querySelectorAll('.tag_solution details')) one.open = true"


def build_single_page() -> None:
    """Join all pages into one; leave with the builder's exit status when it fails."""
    if status := run_builder("--builder", "singlehtml"):
        sys.exit(status)


def print_page(browser: Browser, address: str, target: Path, ready: str | None = None, **paper) -> None:
    """Write one page as a PDF, beside its place first.

    Args:
        browser: from ``chromium()``.
        address: of the page.
        target: the PDF.
        ready: what the page must contain before it may be printed.
        paper: what Playwright's ``page.pdf`` takes.
    """
    page = browser.new_page()
    # Not "networkidle": so long a page falls silent before its deferred scripts have run.
    page.goto(address, wait_until="load", timeout=MILLISECONDS)
    page.evaluate(UNFOLD)
    page.evaluate(SETTLED)
    if ready:
        page.locator(ready).wait_for()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(".pdf.writing")
    page.pdf(path=beside, print_background=True, **paper)
    beside.rename(target)
    page.close()


def print_book(browser: Browser) -> Path:
    """The whole book on A4."""
    target = PDFS / "imbalanced-data.pdf"
    # The builder writes the page into the folder of its source, with addresses as if it lay at the top.
    shutil.copy(SINGLE / "book" / "index.html", SINGLE / "whole.html")
    margin = {side: "18mm" for side in ("top", "bottom", "left", "right")}
    with served(SINGLE) as address:
        print_page(
            browser,
            f"{address}whole.html",
            target,
            format="A4",
            margin=margin,
            scale=0.85,
            outline=True,
            tagged=True,
        )
    return target


def print_deck(browser: Browser, lesson: str) -> Path:
    """The slides of one lesson, a slide a page."""
    target = PDFS / f"slides-{lesson}.pdf"
    with served(SITE) as address:
        page = f"{address}slides/{lesson}.html?print-pdf"
        print_page(browser, page, target, READY, prefer_css_page_size=True)
    return target


def main() -> None:
    lessons = sys.argv[1:]
    missing = [lesson for lesson in lessons if not (SITE / "slides" / f"{lesson}.html").is_file()]
    if missing:
        sys.exit(f"Expected lessons of the built site, got {', '.join(missing)}; run make book first.")
    if not lessons:
        build_single_page()
    with chromium() as browser:
        for target in [print_deck(browser, one) for one in lessons] or [print_book(browser)]:
            print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
