"""What every command prints with, one console and one kind of table, and how it reads lists."""

from unicodedata import category

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from imbalance_course.errors import CourseError


class PlainConsole(Console):
    """Prints text letter by letter: names of files may hold markup, or commands for the terminal."""

    def render_str(self, text: str, **options) -> Text:
        """Text as it stands, in print and in tables."""
        return super().render_str(printable(text), **options | {"markup": False, "emoji": False})


def printable(text: str) -> str:
    r"""Text whose letters and spaces can all be seen; others are written as escapes, as Python writes them.

    Example:
        >>> printable("cat\N{ESCAPE}[2J.png") == r"cat\x1b[2J.png"
        True
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" or category(letter) == "Zs" else ascii(letter)[1:-1]
        for letter in text
    )


console = PlainConsole(highlight=False)


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
