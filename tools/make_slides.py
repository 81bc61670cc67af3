"""Make an offline deck of slides from each lesson.

Usage: python tools/make_slides.py [FOLDER]   (default: _build/slides)

The decks come from the lessons' own cells: ``slideshow`` in a cell's metadata says where a slide begins, what
appears step by step and what only the speaker sees. FOLDER holds all that the decks need: carry it anywhere.
"""

import html
import re
import sys
from pathlib import Path

import nbformat
from myst_text import to_markdown
from nbconvert.exporters import SlidesExporter
from site_policy import with_policy
from traitlets.config import Config
from vendor import copy_mathjax, copy_reveal, speakers_script

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "lessons"
PARTS = Path(__file__).resolve().parent / "slides"
READY = "html[data-deck=ready]"  # a deck that is laid out
IN_FOLDER = "vendor"  # where a folder of decks keeps the scripts of other projects


def title_of(notebook) -> str:
    """The lesson's heading."""
    return re.search(r"^# (.+)$", notebook.cells[0].source, re.MULTILINE)[1]


def prepare(notebook, lessons_url: str) -> None:
    """Drop solutions, write the roles of the book out, and give each figure its alt text."""
    notebook.cells = [cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = to_markdown(cell.source, lessons_url)
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
        for output in cell.get("outputs", []) if alt else []:
            _label_picture(output.get("data", {}), alt)


def _label_picture(data: dict, alt: str) -> None:
    if "image/svg+xml" in data:
        label = f'<svg role="img" aria-label="{html.escape(alt)}" '
        data["image/svg+xml"] = data["image/svg+xml"].replace("<svg ", label, 1)


def deck(path: Path, *, vendor: str, lessons_url: str) -> str:
    """The slides of one lesson as HTML.

    Args:
        path: of the executed notebook.
        vendor: address of the folder with ``reveal`` and ``mathjax``, as the deck sees it.
        lessons_url: address of the folder with the lessons' pages, as the deck sees it.
    """
    notebook = nbformat.read(path, as_version=4)
    prepare(notebook, lessons_url)
    settings = Config()
    settings.TemplateExporter.extra_template_basedirs = [str(PARTS.parent)]
    settings.SlidesExporter.template_name = PARTS.name
    settings.SlidesExporter.exclude_input_prompt = True
    settings.SlidesExporter.exclude_output_prompt = True
    settings.TagRemovePreprocessor.enabled = True
    settings.TagRemovePreprocessor.remove_input_tags = {"hide-input", "remove-input"}
    resources = {
        "deck": {
            "title": title_of(notebook),
            "vendor": vendor,
            "style": (PARTS / "deck.css").read_text(),
            "script": (PARTS / "deck.js").read_text(),
        }
    }
    page = SlidesExporter(config=settings).from_notebook_node(notebook, resources)[0]
    return with_policy(page, [speakers_script()])


def write_decks(folder: Path, *, vendor: str, lessons_url: str) -> list[Path]:
    """Write the deck of every lesson into the folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path in sorted(LESSONS.glob("*.ipynb")):
        target = folder / f"{path.stem}.html"
        target.write_text(deck(path, vendor=vendor, lessons_url=lessons_url))
        written.append(target)
    return written


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "slides"
    copy_mathjax(folder / IN_FOLDER)
    copy_reveal(folder / IN_FOLDER)
    decks = write_decks(folder, vendor=IN_FOLDER, lessons_url="../html/lessons")
    print(f"{len(decks)} decks in {folder}")


if __name__ == "__main__":
    main()
