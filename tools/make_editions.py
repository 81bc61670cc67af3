"""Make the student's, the lecturer's and the live-coding edition of each lesson.

Usage: python tools/make_editions.py [FOLDER]   (default: _build/editions)

- student: places for answers and their checks, without solutions, stored outputs and speaker's notes;
- live: the same with the speaker's notes, for typing along in front of a room;
- teacher: everything, the outputs too, and after each solution the wrong answers that its check explains.

The editions are generated from the lessons and never committed.
"""

import copy
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from imbalance_course.exercises import ALL, Exercise

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "lessons"


def has_tag(cell, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def is_note(cell) -> bool:
    """Whether the cell is for the speaker alone."""
    return cell.metadata.get("slideshow", {}).get("slide_type") == "notes"


def exercise_of(cell) -> Exercise | None:
    """The exercise that a cell checks an answer to."""
    return next((ALL[key] for key in ALL if f'check("{key}"' in cell.source), None)


def live(notebook):
    """Without solutions and stored outputs."""
    edition = copy.deepcopy(notebook)
    edition.cells = [cell for cell in edition.cells if not has_tag(cell, "solution")]
    for cell in edition.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return edition


def student(notebook):
    """Without solutions, stored outputs and speaker's notes."""
    edition = live(notebook)
    edition.cells = [cell for cell in edition.cells if not is_note(cell)]
    return edition


def teacher(notebook):
    """The whole lesson, and what each wrong answer that the checks know says about the one who gave it."""
    edition = copy.deepcopy(notebook)
    edition.cells = [new for cell in edition.cells for new in (cell, *_wrong_answers(cell))]
    return edition


def _wrong_answers(cell) -> list:
    exercise = exercise_of(cell) if has_tag(cell, "solution") else None
    if exercise is None:
        return []
    lines = [f"- {_shown(mistake.answer)}{mistake.why}" for mistake in exercise.mistakes]
    text = "\n".join([f"**Wrong answers to {exercise.key} and what the check says to them**", "", *lines])
    # The name follows from the exercise, so that two runs write the same bytes.
    return [new_markdown_cell(text, id=f"wrong-answers-{exercise.key}", metadata={"tags": ["teacher"]})]


def _shown(answer) -> str:
    if callable(answer):
        return ""
    numbers = answer if isinstance(answer, tuple) else (answer,)
    return ", ".join(f"{float(number):.4g}" for number in numbers) + ": "


EDITIONS = {"student": student, "live": live, "teacher": teacher}


def write_editions(folder: Path) -> list[Path]:
    """Write every edition of every lesson into ``folder/EDITION``; returns the files."""
    written = []
    for path in sorted(LESSONS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for name, make in EDITIONS.items():
            target = folder / name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(make(notebook), target)
            written.append(target)
    return written


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "editions"
    print(f"{len(write_editions(folder))} notebooks in {folder}")


if __name__ == "__main__":
    main()
