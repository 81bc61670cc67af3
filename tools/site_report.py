"""Print what each page of the built site weighs, and how long the last build took.

Usage: python tools/site_report.py

A first load is what a browser with an empty cache asks for before the reader moves: the page, styles,
scripts, fonts and the pictures near the top. The whole page has all its pictures. Both count bytes as they
lie on disk.
"""

import json

from build_book import SECONDS, is_up_to_date
from rich.console import Console
from rich.table import Table
from screenshots import DRAWN, SETTLED, SITE, all_pages, chromium, load, served

LIMIT = 1.5e6  # bytes of a first load
# Pages that may weigh more, and why.
HEAVIER = {
    "lessons/07_augmentation.html": (1.6e6, "two rows of photographs stand at its top, stored without loss"),
    "lessons/10_breakhis.html": (1.6e6, "photographs of tissue stand at its top, stored without loss"),
}


def limit_of(page: str) -> float:
    """Bytes that the first load of a page may weigh."""
    return HEAVIER.get(page, (LIMIT, ""))[0]


def weigh(browser, address: str, page_path: str) -> tuple[int, int, int]:
    """Bytes of a page's first load, number of its answers, and bytes of the whole page."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    load(page, address + page_path)
    page.evaluate(DRAWN)
    page.wait_for_load_state("networkidle")
    first = len([answer for answer in answers if answer.ok])
    page.evaluate(SETTLED)
    sizes = [len(answer.body()) for answer in answers if answer.ok]
    context.close()
    return sum(sizes[:first]), first, sum(sizes)


def main() -> None:
    if not is_up_to_date():
        raise SystemExit("Expected a site built from these sources; run make book first.")
    table = Table("page", "HTML (kB)", "first load (kB)", "requests", "whole page (kB)")
    with served(SITE) as address, chromium() as browser:
        for page in all_pages():
            weight, requests, whole = weigh(browser, address, page)
            own = (SITE / page).stat().st_size
            mark = " over" if weight > limit_of(page) else " *" if page in HEAVIER else ""
            first = f"{weight / 1e3:.0f}{mark}"
            table.add_row(page, f"{own / 1e3:.0f}", first, str(requests), f"{whole / 1e3:.0f}")
    console = Console(width=110)
    console.print(table)
    for page, (limit, reason) in HEAVIER.items():
        console.print(f"* {page}: up to {limit / 1e3:.0f} kB, since {reason}.")
    whole = sum(file.stat().st_size for file in SITE.rglob("*") if file.is_file())
    console.print(f"The whole site: {whole / 1e6:.0f} MB.")
    for kind, seconds in json.loads(SECONDS.read_text()).items():
        console.print(f"Last {kind} build: {seconds:.0f} s.")


if __name__ == "__main__":
    main()
