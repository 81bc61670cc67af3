"""The table of the page on execution: when each page ran, how long, and whether its outputs are those stored.

A Sphinx extension. The directive ``execution-status`` holds the place of the table; it is filled in when all
pages have been executed, whatever their order. Lessons are stored with outputs, so the text of these can be
compared with the text of the build's own run. Other pages store none: what they show is the build's own.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from docutils import nodes
from myst_nb.core.utils import coalesce_streams
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from imbalance_course.records.markup import html_table

CAPTION = "Executed lessons and pages"
HAS_TABLE = "has_execution_status"
MAY_DIFFER = "nbval-ignore-output"  # tag of cells whose output cannot be the same twice; they say why
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}")


class ExecutionStatus(nodes.General, nodes.Element):
    """Holds the place of the table."""


class ExecutionStatusDirective(SphinxDirective):
    """Puts the table on a page."""

    def run(self) -> list[nodes.Node]:
        """Mark the page, so that it is written again whenever another page is executed."""
        NbMetadataCollector.set_doc_data(self.env, self.env.docname, HAS_TABLE, True)
        return [ExecutionStatus()]


class FillExecutionStatus(SphinxPostTransform):
    """Puts the table in its place."""

    default_priority = 8

    def run(self, **words) -> None:
        """Called for every page once all of them have been read."""
        for place in list(self.document.findall(ExecutionStatus)):
            place.replace_self(table_or_word(status_lines(self.env)))


def status_lines(env: BuildEnvironment) -> list[dict[str, str]]:
    """A line for every page with code, lessons first."""
    executed = {
        page: data["exec_data"]
        for page, data in NbMetadataCollector.get_doc_data(env).items()
        if data.get("exec_data")
    }
    folder = Path(env.mystnb_config.output_folder)
    return [
        {
            "Page": title_of(env, page),
            "Executed (UTC)": datetime.fromtimestamp(result["mtime"], UTC).strftime("%Y-%m-%d %H:%M"),
            "Seconds": "–" if result["runtime"] is None else f"{result['runtime']:.1f}",
            "Without error": "yes" if result["succeeded"] else "no",
            "Outputs as stored": agreement(Path(env.doc2path(page)), folder / f"{page}.ipynb"),
        }
        for page, result in sorted(executed.items(), key=lambda item: (item[0].startswith("book"), item[0]))
    ]


def table_or_word(lines: list[dict[str, str]]) -> nodes.Node:
    """The table, or a word that there is none."""
    if not lines:
        return nodes.paragraph(text="This build has executed nothing.")
    return nodes.raw("", html_table(lines, CAPTION), format="html")


def title_of(env: BuildEnvironment, page: str) -> str:
    """The title of a page, for a lesson with its number."""
    number = re.match(r"lessons/(\d\d)_", page)
    return f"{number[1]} {env.titles[page].astext()}" if number else env.titles[page].astext()


def agreement(stored: Path, executed: Path) -> str:
    """How many code cells print again what the stored notebook shows."""
    if stored.suffix != ".ipynb":
        return "none stored"
    olds, news = code_cells(stored), code_cells(executed)
    if len(olds) != len(news):
        return "the lesson was changed while the site was built"
    pairs = zip(olds, news, strict=True)
    compared = [(old, new) for old, new in pairs if MAY_DIFFER not in old.metadata.get("tags", [])]
    differ = [str(old.execution_count) for old, new in compared if not shows_again(old, new)]
    same = f"{len(compared) - len(differ)} of {len(compared)} cells"
    return f"{same}; not {', '.join(differ)}" if differ else same


def code_cells(path: Path) -> list:
    """The code cells of a notebook, empty ones left out."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def shows_again(stored, executed) -> bool:
    """Whether a cell has printed and answered what is stored.

    Of cells that are shown, the build has merged all that is printed into the first stream of its name, and
    the other streams still follow it. Those of hidden cells it leaves as they came.
    """
    first = {out.name: out for out in reversed(executed.outputs) if out.output_type == "stream"}
    merged = [out for out in executed.outputs if out.output_type != "stream" or out is first[out.name]]
    found = text_of(merged), text_of(coalesce_streams(executed.outputs))
    return text_of(coalesce_streams(stored.outputs)) in found


def text_of(outputs: list) -> str:
    """Everything that is printed or answered, without addresses in memory and without blanks at line ends."""
    texts = [out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in outputs]
    return ADDRESS.sub("ADDRESS", "\n".join(line.rstrip() for line in "".join(texts).splitlines()))


def pages_with_table(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that are written again after a build executed something."""
    return [page for page, data in NbMetadataCollector.get_doc_data(env).items() if data.get(HAS_TABLE)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_node(ExecutionStatus)
    app.add_directive("execution-status", ExecutionStatusDirective)
    app.add_post_transform(FillExecutionStatus)
    app.connect("env-updated", pages_with_table)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
