"""Execute lessons in place and store their outputs, the same bytes for the same results.

Usage: python tools/run_lessons.py [LESSON ...]   (default: every notebook in lessons/)
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LESSONS = Path(__file__).resolve().parent.parent / "lessons"
SECONDS_A_CELL = 300  # as in _config.yml
# Names a running widget by a random number; the stored HTML beside it shows the figure without a kernel.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def tidy(notebook) -> None:
    """Remove what differs between two executions although the results are the same."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # times of day
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data.pop(WIDGET_VIEW, None)


def run(path: Path) -> None:
    """Execute one notebook from top to bottom; a failing cell raises and leaves the file as it was."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    tidy(notebook)
    nbformat.write(notebook, path)
    print(f"{path.name}: {len(notebook.cells)} cells")


def main() -> None:
    for path in [Path(name) for name in sys.argv[1:]] or sorted(LESSONS.glob("*.ipynb")):
        run(path)


if __name__ == "__main__":
    main()
