"""A small notebook that keeps every promise of a lesson, and ways to break each of them."""

import lesson_checks as frame
import lesson_sources as sources
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def slide(kind, **metadata):
    return {"slideshow": {"slide_type": kind}, **metadata}


def image():
    return new_output("display_data", data={"text/plain": "<Figure>", "image/svg+xml": "<svg/>"})


def exercise(key):
    """Question, place for an answer and solution, with what their checks print."""
    verdicts = {"exercise": "not answered yet.", "solution": "right."}
    kinds = {"exercise": ["exercise"], "solution": ["solution", "hide-cell"]}
    return [new_markdown_cell(f"### Exercise {key}\n\nRound 3.14159.")] + [
        new_code_cell(
            f'check("{key}", {kind})',
            outputs=[new_output("stream", text=f"Exercise {key}: {verdict}\n")],
            metadata={"tags": kinds[kind]},
        )
        for kind, verdict in verdicts.items()
    ]


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
        new_markdown_cell("## Derivation\n\n" + "word " * 1600, metadata=slide("slide")),
        new_markdown_cell("Ask first, at 0.77.", metadata=slide("notes", tags=["remove-cell"])),
        new_markdown_cell(
            "**Step 1. A.** **Step 2. B.** **Step 3. C.** **Step 4. D.** [lesson 04](04_focal_loss.ipynb)"
        ),
        new_code_cell("assert 1 + 1 == 2", metadata=slide("fragment")),
        new_code_cell("score(step=0.05)", outputs=[new_output("stream", text="score 0.831\n")]),
        new_markdown_cell(
            "With 0.05 it is 0.831, by $x = 0.666$; `0.333`.\n\nBefore it was 0.811 {cite}`lin2017focal`."
        ),
        new_code_cell("plot()", outputs=[image()], metadata=slide("slide", **alt)),
        new_markdown_cell("## See it\n\nWhere do the curves cross?"),
        new_code_cell("Curve()", outputs=[widget], metadata=slide("slide")),
        new_markdown_cell("Wait here.", metadata=slide("notes", tags=["remove-cell"])),
        new_markdown_cell("Then tell.", metadata=slide("notes", tags=["remove-cell"])),
        new_markdown_cell("## What goes wrong"),
        new_code_cell("pitfall()", outputs=[new_output("stream", text="nan\n")]),
        new_markdown_cell("## Exercises"),
    ]
    for number in range(4):
        cells += exercise(f"00-{number}")
    cells += [
        new_markdown_cell("## Summary\n\n1. a\n2. b\n3. c\n4. d\n5. e"),
        new_markdown_cell("## Further reading\n\n{cite}`lin2017focal`"),
    ]
    for count, cell in enumerate((cell for cell in cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
    return new_notebook(cells=cells)


def strip_outputs(notebook):
    for cell in frame.code_cells(notebook):
        cell.outputs, cell.execution_count = [], None


def run_out_of_order(notebook):
    frame.code_cells(notebook)[0].execution_count = 99


def store_an_error(notebook):
    frame.code_cells(notebook)[0].outputs = [new_output("error", ename="ValueError", evalue="", traceback=[])]


def store_a_warning(notebook):
    frame.code_cells(notebook)[0].outputs = [new_output("stream", name="stderr", text="UserWarning")]


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
    for cell in frame.code_cells(notebook):
        cell.outputs = [out for out in cell.outputs if "text/html" not in out.get("data", {})]


def solve_in_markdown(notebook):
    place = next(n for n, cell in enumerate(notebook.cells) if "solution" in frame.tags(cell))
    notebook.cells.insert(place, new_markdown_cell("Because.", metadata={"tags": ["solution", "hide-cell"]}))


def excuse_silently(notebook):
    frame.code_cells(notebook)[0].metadata["tags"] = ["nbval-ignore-output"]


def excuse_by_magic_comment(notebook):
    frame.code_cells(notebook)[0].source = "# NBVAL_SKIP\nassert True"


def forget_the_pitfall(notebook):
    for cell in frame.cells_under(notebook, "What goes wrong"):
        cell.outputs = []


def give_the_answer_away(notebook):
    stub = next(cell for cell in notebook.cells if "exercise" in frame.tags(cell))
    stub.outputs[0]["text"] = "Exercise 00-0: right.\n"


def solve_wrongly(notebook):
    solution = next(cell for cell in notebook.cells if "solution" in frame.tags(cell))
    solution.outputs[0]["text"] = "Exercise 00-0: not yet. Look again.\n"


def drop_an_exercise(notebook):
    places = [place for place, cell in enumerate(notebook.cells) if "00-3" in cell.source]
    del notebook.cells[places[0] : places[-1] + 1]


def print_another_number(notebook):
    for cell in frame.code_cells(notebook):
        for output in cell.outputs:
            output["text"] = output.get("text", "").replace("0.831", "0.829")


BROKEN = [
    (frame.has_been_executed, strip_outputs),
    (frame.has_been_executed, run_out_of_order),
    (frame.has_no_stored_error, store_an_error),
    (frame.has_no_stored_error, store_a_warning),
    (frame.follows_the_frame, replace_text("# Title", "Title")),
    (frame.follows_the_frame, replace_text("## Exercises", "# Exercises")),
    (frame.follows_the_frame, replace_text("## Summary", "## Last")),
    (frame.follows_the_frame, replace_text("5. e", " ")),
    (frame.follows_the_frame, replace_text("- Choose", " ")),
    (frame.follows_the_frame, replace_text("45 minutes", "Long")),
    (frame.follows_the_frame, replace_text("Prerequisites: none.", " ")),
    (frame.follows_the_frame, replace_text("{cite}", "see ")),
    (frame.has_short_cells, make_cells(lines=41, count=1)),
    (frame.has_short_cells, make_cells(lines=26, count=6)),
    (frame.has_short_cells, make_cells(lines=9, count=20)),
    (frame.has_short_cells, make_cells(lines=1, count=31)),
    (frame.has_a_readable_length, replace_text("word ", " ")),
    (frame.has_a_readable_length, replace_text("word ", "two words ")),
    (frame.has_exercises_with_solutions, untag("exercise")),
    (frame.has_exercises_with_solutions, untag("solution")),
    (frame.has_exercises_with_solutions, untag("hide-cell")),
    (frame.has_exercises_with_solutions, replace_text("check(", "print(")),
    (frame.has_exercises_with_solutions, solve_in_markdown),
    (frame.has_exercises_with_solutions, drop_an_exercise),
    (frame.stores_right_solutions, solve_wrongly),
    (frame.stores_right_solutions, give_the_answer_away),
    (frame.derives_in_steps, replace_text("assert ", "print ")),
    (frame.derives_in_steps, replace_text("**Step 4.", "Then ")),
    (frame.derives_in_steps, replace_text("Step 3.", "Step 5.")),
    (frame.runs_the_pitfall, forget_the_pitfall),
    (frame.has_a_moving_figure, drop_widgets),
    (frame.has_a_moving_figure, replace_text("cross?", "cross.")),
    (frame.carries_the_lecture, drop_metadata("slideshow")),
    (frame.carries_the_lecture, untag("remove-cell")),
    (frame.describes_its_images, drop_metadata("mystnb")),
    (frame.explains_its_excuses, excuse_silently),
    (frame.explains_its_excuses, excuse_by_magic_comment),
    (sources.cites_listed_works, replace_text("lin2017focal", "lin2071focal")),
    (sources.cites_listed_works, replace_text("lin2017focal", "lin2017focal,nobody1900nothing")),
    (sources.links_to_existing_files, replace_text("04_focal_loss.ipynb", "4_focal.ipynb")),
    (
        sources.links_to_existing_files,
        replace_text("[lesson 04](04_focal_loss.ipynb)", "{doc}`back <focal>`"),
    ),
    (sources.names_existing_lessons, replace_text("lesson 04", "lesson 99")),
    (sources.prints_the_numbers_it_quotes, replace_text("0.831", "0.813")),
    (sources.prints_the_numbers_it_quotes, replace_text("{cite}", "see ")),
    (sources.prints_the_numbers_it_quotes, replace_text("score(step=0.05)", "score()")),
    (sources.prints_the_numbers_it_quotes, print_another_number),
]
