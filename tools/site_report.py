"""Print what each page of the built site weighs on its first load, and how long the last build took.

Usage: python tools/site_report.py

A page weighs what a browser with an empty cache asks for: itself, styles, scripts, fonts and pictures.
"""

import json

from build_book import SECONDS, is_up_to_date
from rich.console import Console
from rich.table import Table
from screenshots import SITE, all_pages, chromium, served

LIMIT = 1.5e6  # bytes of a first load


def weigh(browser, address: str, page_path: str) -> tuple[int, int]:
    """Bytes and number of answers of a page's first load."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address + page_path, wait_until="networkidle")
    sizes = [len(answer.body()) for answer in answers if answer.ok]
    context.close()
    return sum(sizes), len(sizes)


def main() -> None:
    if not is_up_to_date():
        raise SystemExit("Expected a site built from these sources; run make book first.")
    table = Table("page", "HTML (kB)", "first load (kB)", "requests")
    with served(SITE) as address, chromium() as browser:
        for page in all_pages():
            weight, requests = weigh(browser, address, page)
            own = (SITE / page).stat().st_size
            mark = " over" if weight > LIMIT else ""
            table.add_row(page, f"{own / 1e3:.0f}", f"{weight / 1e3:.0f}{mark}", str(requests))
    console = Console(width=100)
    console.print(table)
    whole = sum(file.stat().st_size for file in SITE.rglob("*") if file.is_file())
    console.print(f"The whole site: {whole / 1e6:.0f} MB.")
    for kind, seconds in json.loads(SECONDS.read_text()).items():
        console.print(f"Last {kind} build: {seconds:.0f} s.")


if __name__ == "__main__":
    main()
