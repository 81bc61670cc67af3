"""Tell the course where it is published, so that readers can open its lessons on Colab and Binder.

Usage: python tools/set_repository.py https://github.com/OWNER/NAME [BRANCH]

Writes the address into ``_config.yml`` and a first code cell into every lesson. The cell installs the course
where it is not installed, as on Colab, and does nothing anywhere else. ``none`` in place of the address takes
both out again.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"https://[\w.-]+/[\w.-]+/[\w.-]+")
CELL = "install-elsewhere"


def first_cell(address: str, branch: str):
    """The cell that installs the course where it is missing."""
    source = (
        "import importlib.util\n\n"
        'if importlib.util.find_spec("imbalance_course") is None:  # on Colab, for instance\n'
        f'    %pip install --quiet "imbalance-course[book] @ git+{address}@{branch}"\n'
        "    importlib.invalidate_caches()\n"
        '    if importlib.util.find_spec("imbalance_course") is None:\n'
        '        raise ImportError("The course could not be installed: see the lines of pip above.")'
    )
    metadata = {"slideshow": {"slide_type": "skip"}, "tags": ["remove-cell"]}
    return new_code_cell(source, id=CELL, metadata=metadata, execution_count=1)


def mark(notebook, address: str, branch: str) -> None:
    """Put the cell before the first code of a lesson, or take it out when there is no address."""
    notebook.cells = [cell for cell in notebook.cells if cell.id != CELL]
    if address:
        place = next(n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code")
        notebook.cells.insert(place, first_cell(address, branch))
    # As if executed from top to bottom, which changes no output: the cell does nothing here.
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def set_config(text: str, address: str, branch: str) -> str:
    """The settings of the site with the address, or without one."""
    value = f"{{url: {address}, branch: {branch}}}" if address else '{url: ""}'
    return re.sub(r"^repository: .*$", f"repository: {value}", text, flags=re.MULTILINE)


def configure(root: Path, address: str, branch: str) -> None:
    """Write the address into the settings and the lessons below a folder."""
    config = root / "_config.yml"
    config.write_text(set_config(config.read_text(), address, branch))
    for path in sorted((root / "lessons").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        mark(notebook, address, branch)
        nbformat.write(notebook, path)


def main() -> None:
    words = sys.argv[1:]
    if not words or not (words[0] == "none" or ADDRESS.fullmatch(words[0])):
        sys.exit(f"Expected an address such as https://github.com/OWNER/NAME, or none; got {words[:1]}.")
    address = "" if words[0] == "none" else words[0]
    configure(ROOT, address, words[1] if len(words) > 1 else "main")
    print(f"The lessons can be opened from {address}." if address else "No address is set any more.")


if __name__ == "__main__":
    main()
