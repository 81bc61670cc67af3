"""What every lesson promises, as functions: notebook in, list of broken promises out.

test_lessons.py runs them over the lessons. It also feeds them broken notebooks: each check must fail.
"""

import re
from itertools import pairwise
from statistics import median, quantiles

HEADINGS = ["What you will be able to do", "Exercises", "Summary", "Further reading"]
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
    taught = [cell for cell in cells if not tags(cell) & {"exercise", "solution"}]
    if len(taught) > 30:
        broken.append(f"{len(taught)} code cells besides exercises and solutions, over 30")
    return broken


def has_a_readable_length(notebook) -> list[str]:
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|```.*?```|<[^>]+>", " ", prose(notebook), flags=re.DOTALL)
    words = len(re.findall(r"[^\W\d_][\w'’-]*", text))
    return [] if 1500 <= words <= 3000 else [f"{words} words of prose, expected 1500 to 3000"]


def has_exercises_with_solutions(notebook) -> list[str]:
    tagged = [cell for cell in notebook.cells if tags(cell) & {"exercise", "solution"}]
    starts = [place for place, cell in enumerate(tagged) if "exercise" in tags(cell)]
    broken = [] if len(starts) >= 3 else [f"{len(starts)} exercises (tag 'exercise'), expected at least 3"]
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


def checks_its_derivation(notebook) -> list[str]:
    taught = [cell for cell in code_cells(notebook) if not tags(cell) & {"exercise", "solution"}]
    asserted = any(re.search(r"assert_close\(|^\s*assert ", cell.source, re.MULTILINE) for cell in taught)
    return [] if asserted else ["no cell asserts a result (torch.testing.assert_close or assert)"]


def has_a_moving_figure(notebook) -> list[str]:
    """A widget keeps a static twin as HTML with its script inside, so that it moves on the site as well."""
    html = [out.get("data", {}).get("text/html", "") for cell in code_cells(notebook) for out in cell.outputs]
    return (
        [] if any("<script" in text for text in html) else ["no interactive figure among the stored outputs"]
    )


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
    checks_its_derivation,
    has_a_moving_figure,
    carries_the_lecture,
    describes_its_images,
    explains_its_excuses,
]
