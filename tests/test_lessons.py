"""Every lesson keeps the frame, and every check of the frame can fail."""

from pathlib import Path

import lesson_checks as checks
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

LESSONS = sorted((Path(__file__).parent.parent / "lessons").glob("*.ipynb"))


def read(path: Path):
    return nbformat.read(path, as_version=4)


def test_there_are_lessons_in_teaching_order():
    numbers = [int(path.stem.split("_")[0]) for path in LESSONS]
    assert numbers and numbers == sorted(set(numbers))


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_keeps_its_promises(path, check):
    broken = check(read(path))
    assert not broken, f"{path.name}:\n- " + "\n- ".join(broken)


def test_at_most_three_percent_of_all_code_cells_are_excused_from_comparison():
    cells = [cell for path in LESSONS for cell in checks.code_cells(read(path))]
    excused = [cell for cell in cells if checks.is_excused(cell)]
    assert len(excused) <= 0.03 * len(cells), [checks.shown(cell) for cell in excused]


# A small notebook that passes every check, and one way to break it for each promise.


def slide(kind, **metadata):
    return {"slideshow": {"slide_type": kind}, **metadata}


def image():
    return new_output("display_data", data={"text/plain": "<Figure>", "image/svg+xml": "<svg/>"})


def good_notebook():
    """The shortest notebook that keeps all promises."""
    alt = {"mystnb": {"image": {"alt": "Two curves that cross at one half."}}}
    widget = new_output(
        "display_data", data={"text/html": '<script type="module"></script>', "text/plain": "Curve()"}
    )
    cells = [
        new_markdown_cell("# Title\n\n45 minutes. Prerequisites: none.", metadata=slide("slide")),
        new_markdown_cell(
            "## What you will be able to do\n\n- Derive\n- Measure\n- Choose", metadata=slide("slide")
        ),
        new_markdown_cell("word " * 1600, metadata=slide("slide")),
        new_markdown_cell("Ask first.", metadata=slide("notes", tags=["remove-cell"])),
        new_code_cell("assert 1 + 1 == 2", metadata=slide("fragment")),
        new_code_cell("plot()", outputs=[image()], metadata=slide("slide", **alt)),
        new_code_cell("Curve()", outputs=[widget], metadata=slide("slide")),
        new_markdown_cell("Wait here.", metadata=slide("notes", tags=["remove-cell"])),
        new_markdown_cell("Then tell.", metadata=slide("notes", tags=["remove-cell"])),
        new_markdown_cell("## Exercises"),
    ]
    for number in range(3):
        printed = [new_output("stream", text="Not yet\n")]
        cells += [
            new_markdown_cell(f"### Exercise {number}"),
            new_code_cell(f'check("{number}", None)', outputs=printed, metadata={"tags": ["exercise"]}),
            new_code_cell(
                f'check("{number}", 1)', outputs=printed, metadata={"tags": ["solution", "hide-cell"]}
            ),
        ]
    cells += [
        new_markdown_cell("## Summary\n\n1. a\n2. b\n3. c\n4. d\n5. e"),
        new_markdown_cell("## Further reading\n\n{cite}`lin2017focal`"),
    ]
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
    return new_notebook(cells=cells)


def strip_outputs(notebook):
    for cell in checks.code_cells(notebook):
        cell.outputs, cell.execution_count = [], None


def run_out_of_order(notebook):
    checks.code_cells(notebook)[0].execution_count = 99


def store_an_error(notebook):
    checks.code_cells(notebook)[0].outputs = [
        new_output("error", ename="ValueError", evalue="", traceback=[])
    ]


def store_a_warning(notebook):
    checks.code_cells(notebook)[0].outputs = [new_output("stream", name="stderr", text="UserWarning")]


def replace_text(old, new):
    def change(notebook):
        for cell in notebook.cells:
            cell.source = cell.source.replace(old, new)

    change.__name__ = f"write_{new.split()[0] if new.strip() else 'nothing'}_for_{old.split()[0]}"
    return change


def make_cells(lines, count):
    def change(notebook):
        cells = [new_code_cell("x = 1\n" * lines, execution_count=7 + n) for n in range(count)]
        notebook.cells += cells

    change.__name__ = f"add_{count}_cells_of_{lines}_lines"
    return change


def drop_metadata(key):
    def change(notebook):
        for cell in notebook.cells:
            cell.metadata.pop(key, None)

    change.__name__ = f"drop_{key}"
    return change


def untag(tag):
    def change(notebook):
        for cell in notebook.cells:
            if tag in cell.metadata.get("tags", []):
                cell.metadata.tags.remove(tag)

    change.__name__ = f"untag_{tag}"
    return change


def drop_widgets(notebook):
    for cell in checks.code_cells(notebook):
        cell.outputs = [out for out in cell.outputs if "text/html" not in out.get("data", {})]


def solve_in_markdown(notebook):
    place = next(n for n, cell in enumerate(notebook.cells) if "solution" in checks.tags(cell))
    notebook.cells.insert(place, new_markdown_cell("Because.", metadata={"tags": ["solution", "hide-cell"]}))


def excuse_silently(notebook):
    checks.code_cells(notebook)[0].metadata["tags"] = ["nbval-ignore-output"]


def excuse_by_magic_comment(notebook):
    checks.code_cells(notebook)[0].source = "# NBVAL_SKIP\nassert True"


BROKEN = [
    (checks.has_been_executed, strip_outputs),
    (checks.has_been_executed, run_out_of_order),
    (checks.has_no_stored_error, store_an_error),
    (checks.has_no_stored_error, store_a_warning),
    (checks.follows_the_frame, replace_text("# Title", "Title")),
    (checks.follows_the_frame, replace_text("## Exercises", "# Exercises")),
    (checks.follows_the_frame, replace_text("## Summary", "## Ende")),
    (checks.follows_the_frame, replace_text("5. e", " ")),
    (checks.follows_the_frame, replace_text("- Choose", " ")),
    (checks.follows_the_frame, replace_text("45 minutes", "Long")),
    (checks.follows_the_frame, replace_text("Prerequisites: none.", " ")),
    (checks.follows_the_frame, replace_text("{cite}", "see ")),
    (checks.has_short_cells, make_cells(lines=41, count=1)),
    (checks.has_short_cells, make_cells(lines=26, count=6)),
    (checks.has_short_cells, make_cells(lines=9, count=20)),
    (checks.has_short_cells, make_cells(lines=1, count=31)),
    (checks.has_a_readable_length, replace_text("word ", " ")),
    (checks.has_a_readable_length, replace_text("word ", "two words ")),
    (checks.has_exercises_with_solutions, untag("exercise")),
    (checks.has_exercises_with_solutions, untag("solution")),
    (checks.has_exercises_with_solutions, untag("hide-cell")),
    (checks.has_exercises_with_solutions, replace_text("check(", "print(")),
    (checks.has_exercises_with_solutions, solve_in_markdown),
    (checks.checks_its_derivation, replace_text("assert ", "print ")),
    (checks.has_a_moving_figure, drop_widgets),
    (checks.carries_the_lecture, drop_metadata("slideshow")),
    (checks.carries_the_lecture, untag("remove-cell")),
    (checks.describes_its_images, drop_metadata("mystnb")),
    (checks.explains_its_excuses, excuse_silently),
    (checks.explains_its_excuses, excuse_by_magic_comment),
]


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_good_notebook_passes(check):
    assert check(good_notebook()) == []


@pytest.mark.parametrize(("check", "damage"), BROKEN, ids=lambda function: function.__name__)
def test_broken_notebook_is_caught(check, damage):
    notebook = good_notebook()
    damage(notebook)
    assert check(notebook)


def test_an_explained_excuse_is_accepted():
    notebook = good_notebook()
    cell = checks.code_cells(notebook)[0]
    cell.metadata["tags"] = ["nbval-ignore-output"]
    cell.source = "# The time of a step differs from run to run.\n" + cell.source
    assert checks.explains_its_excuses(notebook) == []


def test_every_check_has_a_notebook_that_fails_it():
    assert {check for check, _ in BROKEN} == set(checks.CHECKS)
