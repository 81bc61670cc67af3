"""Lines of a table as HTML: text to select, in a box that scrolls by itself when it is too wide."""

from collections.abc import Mapping, Sequence
from html import escape

from imbalance_course.errors import CourseError


def html_table(lines: Sequence[Mapping[str, str]], caption: str) -> str:
    """A table for a page.

    Args:
        lines: heading -> text, the same headings in every line; the first names the row.
        caption: what the table shows.

    Returns:
        HTML; the names of rows and columns are marked as such for screen readers.

    Raises:
        CourseError: no line, or lines with different headings.

    Example:
        >>> html_table([{"Row": "1:11", "F1": "0.8"}], "F1").count("<tr>")
        2
    """
    if not lines or any(list(line) != list(lines[0]) for line in lines):
        raise CourseError("Expected at least one line, all with the same headings in the same order.")
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in lines[0])
    body = "\n".join(_row(list(line.values())) for line in lines)
    # A box that scrolls must be reachable by keyboard, and then has to say what it is.
    return (
        f'<div class="pst-scrollable-table-container results" tabindex="0" role="region" '
        f'aria-label="{escape(caption)}">\n<table class="table">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _row(cells: Sequence[str]) -> str:
    name, *others = (escape(cell) for cell in cells)
    return f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"
