"""What every command prints with, one console and one kind of table, and how it reads lists."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from imbalance_course.errors import CourseError

console = Console(highlight=False)


def make_table(*columns: str, title: str | None = None) -> Table:
    """A plain table whose first column is never broken: people copy names from it."""
    table = Table(
        *columns, title=title, box=SIMPLE, title_justify="left", pad_edge=False, collapse_padding=True
    )
    table.columns[0].no_wrap = True
    return table


def split_words(text: str) -> list[str] | None:
    """Words between commas; None without any."""
    return [word.strip() for word in text.split(",") if word.strip()] or None


def split_seeds(text: str) -> list[int]:
    """Seeds between commas, each once.

    Raises:
        CourseError: no seed, or what is no whole number from 0.
    """
    try:
        seeds = [int(word) for word in text.split(",") if word.strip()]
    except ValueError as error:
        raise CourseError(
            f"Expected seeds as whole numbers with commas, for example 0,1,2; got {text!r}."
        ) from error
    if not seeds or min(seeds) < 0:
        raise CourseError(f"Expected at least one seed, none of them negative, got {text!r}.")
    return list(dict.fromkeys(seeds))
