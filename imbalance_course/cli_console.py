"""What every command prints with: one console and one kind of table."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


def make_table(*columns: str, title: str | None = None) -> Table:
    """A plain table whose first column is never broken: people copy names from it."""
    table = Table(
        *columns, title=title, box=SIMPLE, title_justify="left", pad_edge=False, collapse_padding=True
    )
    table.columns[0].no_wrap = True
    return table
