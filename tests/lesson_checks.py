"""What every lesson promises, as functions: notebook in, list of broken promises out.

test_lessons.py runs them over the lessons. It also feeds them broken notebooks: each check must fail.
What a lesson says beyond its form, sources, links and numbers, is checked in lesson_sources.py.
"""

import re
from itertools import pairwise
from statistics import median, quantiles

HEADINGS = ["What you will be able to do", "What goes wrong", "Exercises", "Summary", "Further reading"]
EXCUSES = {
    "nbval-ignore-output",
    "nbval-skip",
    "nbval-raises-exception",
    "raises-exception",
    "skip-execution",
}
EXCUSE_COMMENT = re.compile(r"#\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.IGNORECASE)
IMAGES = {"image/png", "image/jpeg", "image/svg+xml"}


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def slide_type(cell) -> str:
    return cell.metadata.get("slideshow", {}).get("slide_type", "")


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def prose_cells(notebook) -> list:
    """The Markdown that readers see; speaker notes are for the lecturer."""
    return [cell for cell in notebook.cells if cell.cell_type == "markdown" and slide_type(cell) != "notes"]


def prose(notebook) -> str:
    return "\n\n".join(cell.source for cell in prose_cells(notebook))


def shown(cell) -> str:
    """The start of a cell, enough to find it."""
    return repr(cell.source.strip()[:60])


def section(notebook, heading: str) -> str:
    """The text under a heading, up to the next heading of the same or a higher level."""
    found = re.search(rf"^(#+) +{re.escape(heading)}.*$", prose(notebook), re.MULTILINE | re.IGNORECASE)
    if found is None:
        return ""
    rest = prose(notebook)[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def cells_under(notebook, heading: str) -> list:
    """The cells below a '## ' heading, up to the next one; the cell with the heading comes first."""
    found, under = [], False
    for cell in notebook.cells:
        text = cell.source if cell.cell_type == "markdown" else ""
        if headings := re.findall(r"^## +(.+)$", text, re.MULTILINE):
            under = heading in headings
        if under:
            found.append(cell)
    return found


def taught_cells(notebook) -> list:
    """Code that the reader is shown: neither a place for an answer, nor a solution, nor the quiz."""
    return [cell for cell in code_cells(notebook) if not tags(cell) & {"exercise", "solution", "quiz"}]


def printed(cell) -> str:
    """The stored text output of a cell."""
    texts = [out.get("text", "") or out.get("data", {}).get("text/plain", "") for out in cell.outputs]
    return "\n".join(texts)


def list_items(text: str) -> int:
    return len(re.findall(r"^(?:[-*+]|\d+[.)]) ", text, re.MULTILINE))


def has_been_executed(notebook) -> list[str]:
    """A notebook without outputs would pass nbval with nothing compared."""
    cells = code_cells(notebook)
    broken = [f"never executed: {shown(cell)}" for cell in cells if cell.execution_count is None]
    if sum(bool(cell.outputs) for cell in cells) < len(cells) / 3:
        broken.append("fewer than a third of the code cells have outputs: execute with make lessons")
    counts = [cell.execution_count for cell in cells]
    if not broken and counts != list(range(1, len(counts) + 1)):
        broken.append(f"cells were not run once each from top to bottom: counts are {counts}")
    return broken


def has_no_stored_error(notebook) -> list[str]:
    """Neither an exception nor a warning is part of a lesson's stored output."""
    outputs = [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]
    errors = [f"stored error: {shown(cell)}" for cell, output in outputs if output.output_type == "error"]
    return errors + [
        f"writes to stderr: {shown(cell)}" for cell, out in outputs if out.get("name") == "stderr"
    ]


def follows_the_frame(notebook) -> list[str]:
    first = notebook.cells[0] if notebook.cells else None
    broken = []
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        broken.append("the first cell is not a title ('# ...')")
    if len(re.findall(r"^# ", re.sub(r"```.*?```", "", prose(notebook), flags=re.DOTALL), re.MULTILINE)) > 1:
        broken.append("more than one title ('# ...'); use '##' for sections")
    broken += [f"no section '{heading}'" for heading in HEADINGS if not section(notebook, heading)]
    text = prose(notebook).lower()
    broken += [f"the text never says '{word}'" for word in ("minutes", "prerequisite") if word not in text]
    if not 3 <= list_items(section(notebook, HEADINGS[0])) <= 5:
        broken.append(f"'{HEADINGS[0]}' does not list 3 to 5 things")
    if list_items(section(notebook, "Summary")) != 5:
        broken.append("the summary is not a list of five lines")
    if "{cite" not in section(notebook, "Further reading"):
        broken.append("'Further reading' cites nothing ({cite}`key`)")
    return broken


def has_short_cells(notebook) -> list[str]:
    cells = code_cells(notebook)
    sizes = [len(cell.source.strip().splitlines()) for cell in cells]
    if len(sizes) < 2:
        return ["fewer than two code cells"]
    ninety = quantiles(sizes, n=10, method="inclusive")[-1]
    limits = [("median", median(sizes), 8), ("90 % quantile", ninety, 25), ("maximum", max(sizes), 40)]
    broken = [
        f"{name} of lines a code cell is {size:g}, over {limit}"
        for name, size, limit in limits
        if size > limit
    ]
    if len(taught_cells(notebook)) > 30:
        broken.append(f"{len(taught_cells(notebook))} code cells besides exercises and solutions, over 30")
    return broken


def has_a_readable_length(notebook) -> list[str]:
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|```.*?```|<[^>]+>", " ", prose(notebook), flags=re.DOTALL)
    words = len(re.findall(r"[^\W\d_][\w'’-]*", text))
    return [] if 1500 <= words <= 3000 else [f"{words} words of prose, expected 1500 to 3000"]


def has_exercises_with_solutions(notebook) -> list[str]:
    tagged = [cell for cell in notebook.cells if tags(cell) & {"exercise", "solution"}]
    starts = [place for place, cell in enumerate(tagged) if "exercise" in tags(cell)]
    broken = [] if len(starts) >= 4 else [f"{len(starts)} exercises (tag 'exercise'), expected at least 4"]
    for start, end in pairwise([*starts, len(tagged)]):
        solutions = tagged[start + 1 : end]
        name = shown(tagged[start])
        if not any(cell.cell_type == "code" for cell in solutions):
            broken.append(f"no code cell tagged 'solution' after exercise {name}")
        broken += [
            f"a solution without the tag 'hide-cell' after {name}"
            for c in solutions
            if "hide-cell" not in tags(c)
        ]
        # The site folds code cells by their tag, but leaves Markdown open.
        broken += [f"a Markdown cell as solution after {name}" for c in solutions if c.cell_type != "code"]
        if not any("check(" in cell.source for cell in tagged[start:end]):
            broken.append(f"no self-check, check(...), with exercise {name}")
    return broken


def stores_right_solutions(notebook) -> list[str]:
    """A check in a solution says "right." in the stored output, a check of an untouched answer does not."""
    checked = [cell for cell in code_cells(notebook) if "check(" in cell.source]
    wrong = [c for c in checked if "solution" in tags(c) and ": right." not in printed(c)]
    given = [c for c in checked if "exercise" in tags(c) and "right." in printed(c)]
    return [f"a solution that is not called right: {shown(c)}" for c in wrong] + [
        f"an answer is given away: {shown(c)}" for c in given
    ]


def derives_in_steps(notebook) -> list[str]:
    """At least four steps, **Step 1. Title.**, numbered through the lesson; a cell asserts a result."""
    steps = [int(number) for number in re.findall(r"\*\*Step (\d+)\.", prose(notebook))]
    broken = (
        [] if len(steps) >= 4 else [f"{len(steps)} numbered steps (**Step 1. ...**), expected at least 4"]
    )
    if steps != list(range(1, len(steps) + 1)):
        broken.append(f"the steps are not numbered 1, 2, 3, ...: {steps}")
    asserts = re.compile(r"assert_(close|allclose|array_equal)\(|^\s*assert ", re.MULTILINE)
    if not any(asserts.search(cell.source) for cell in taught_cells(notebook)):
        broken.append("no cell asserts a result (torch.testing.assert_close or assert)")
    return broken


def runs_the_pitfall(notebook) -> list[str]:
    run = [cell for cell in cells_under(notebook, "What goes wrong") if cell.cell_type == "code"]
    return [] if any(cell.outputs for cell in run) else ["'What goes wrong' runs nothing and shows nothing"]


def has_a_moving_figure(notebook) -> list[str]:
    """A widget keeps a static twin as HTML with its script inside, so that it moves on the site as well.

    The section that holds it asks the reader something: a figure without a question is only looked at.
    """
    titles = re.findall(r"^## +(.+)$", prose(notebook), re.MULTILINE)
    holding = [t for t in titles if any(moves(cell) for cell in cells_under(notebook, t))]
    if not holding:
        return ["no interactive figure among the stored outputs"]
    asked = any("?" in section(notebook, title) for title in holding)
    return [] if asked else [f"the section of the interactive figure, {holding}, asks nothing"]


def moves(cell) -> bool:
    """Whether a stored output of the cell is a figure with a script."""
    return any("<script" in out.get("data", {}).get("text/html", "") for out in cell.get("outputs", []))


def carries_the_lecture(notebook) -> list[str]:
    kinds = [slide_type(cell) for cell in notebook.cells]
    notes = [cell for cell in notebook.cells if slide_type(cell) == "notes"]
    broken = (
        []
        if kinds.count("slide") >= 5
        else [f"{kinds.count('slide')} cells start a slide, expected at least 5"]
    )
    if not {"subslide", "fragment"} & set(kinds):
        broken.append("no subslide and no fragment")
    if len(notes) < 3:
        broken.append(f"{len(notes)} cells of speaker notes, expected at least 3")
    # Without the tag the notes would stand in the text of the site.
    return broken + [
        f"speaker notes without the tag 'remove-cell': {shown(c)}"
        for c in notes
        if "remove-cell" not in tags(c)
    ]


def describes_its_images(notebook) -> list[str]:
    drawn = [c for c in code_cells(notebook) if any(IMAGES & set(out.get("data", {})) for out in c.outputs)]
    described = [cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip() for cell in drawn]
    return [
        f"a figure without alt text: {shown(c)}"
        for c, alt in zip(drawn, described, strict=True)
        if len(alt) < 20
    ]


def is_excused(cell) -> bool:
    """Whether nbval is told not to run the cell or not to compare its output."""
    return bool(tags(cell) & EXCUSES) or EXCUSE_COMMENT.search(cell.source) is not None


def explains_its_excuses(notebook) -> list[str]:
    excused = [cell for cell in code_cells(notebook) if is_excused(cell)]
    comments = [re.findall(r"^\s*#(?!\s*NBVAL)\s*\w.{14,}", cell.source, re.MULTILINE) for cell in excused]
    return [
        f"excused without a comment: {shown(c)}" for c, why in zip(excused, comments, strict=True) if not why
    ]


CHECKS = [
    has_been_executed,
    has_no_stored_error,
    follows_the_frame,
    has_short_cells,
    has_a_readable_length,
    has_exercises_with_solutions,
    stores_right_solutions,
    derives_in_steps,
    runs_the_pitfall,
    has_a_moving_figure,
    carries_the_lecture,
    describes_its_images,
    explains_its_excuses,
]
