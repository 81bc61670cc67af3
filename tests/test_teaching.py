"""The teaching guide: its minutes are those of the lessons, its sums add up, its answers are computed."""

import re
from pathlib import Path

import jupytext
import nbformat
import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "book" / "teaching.md").read_text()
LESSONS = {path.name[:2]: path for path in sorted((ROOT / "lessons").glob("*.ipynb"))}


def minutes_of(path: Path) -> tuple[int, int]:
    """Minutes of talk and of exercises, as the title cell of a lesson states them."""
    title = nbformat.read(path, as_version=4).cells[0].source
    return tuple(map(int, re.search(r"\*\*Minutes:\*\* reading (\d+), exercises (\d+)\.", title).groups()))


MINUTES = {number: minutes_of(path) for number, path in LESSONS.items()}
TALK = {number: talk for number, (talk, _) in MINUTES.items()}


def rows(heading: str) -> list[list[str]]:
    """The cells of all table rows in a section; heads and rules are left out."""
    section = re.split(rf"^#+ {re.escape(heading)}\n", PAGE, flags=re.MULTILINE)[1]
    section = re.split(r"^#", section, maxsplit=1, flags=re.MULTILINE)[0]
    tables = re.findall(r"^\|.*\|\n\|[-|]+\|\n((?:\|.*\|\n)+)", section + "\n", re.MULTILINE)
    lines = "".join(tables).splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_lesson_is_listed_with_its_own_minutes_and_something_to_prepare():
    listed = rows("What a lesson costs")
    linked = [re.search(r"lessons/(\w+)>", row[0])[1] for row in listed]
    assert linked == [path.stem for path in LESSONS.values()]
    assert [(int(row[1]), int(row[2])) for row in listed] == list(MINUTES.values())
    assert all(len(row[3]) > 10 for row in listed)


def test_the_hour_is_an_hour_of_parts_of_lessons():
    hour = rows("One hour")
    assert sum(int(row[0]) for row in hour) == 60 and "Sum: 60 minutes." in PAGE
    assert all(int(minutes) < TALK[number] for minutes, number, _ in hour if number != "–")


def test_the_first_of_two_days_gives_each_lesson_its_minutes_before_the_next_begins():
    day = [row for row in rows("Two days") if ":" in row[0]]
    assert all(int(minutes) == TALK[number] for _, number, minutes, _ in day if number != "–")
    starts = [60 * int(hour) + int(minute) for hour, minute in (row[0].split(":") for row in day)]
    ends = [start + int(row[2]) for start, row in zip(starts, day, strict=True)]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


@pytest.mark.parametrize(("heading", "where"), [("Two days", 1), ("Twelve weeks", 1)])
def test_minutes_of_several_lessons_are_their_sum(heading, where):
    together = [row for row in rows(heading) if ":" not in row[0]]
    for row in together:
        assert int(row[where + 1]) == sum(TALK[number] for number in row[where].split(", ")), row


def test_a_track_of_the_second_day_fits_into_a_day():
    tracks = [row for row in rows("Two days") if ":" not in row[0]]
    assert len(tracks) == 3 and all(int(row[2]) <= 300 for row in tracks)


def test_twelve_weeks_hold_every_lesson_once_and_no_talk_over_two_hours():
    weeks = rows("Twelve weeks")
    assert [int(row[0]) for row in weeks] == list(range(1, 13))
    assert [number for row in weeks for number in row[1].split(", ")] == list(LESSONS)
    assert all(int(row[2]) <= 120 for row in weeks)


@pytest.mark.parametrize("number", LESSONS)
def test_every_lesson_has_beliefs_each_with_a_question_an_answer_and_what_a_wrong_one_tells(number):
    title = re.search(rf"^### ({number} .+)$", PAGE, re.MULTILINE)[1]
    found = rows(title)
    assert len(found) >= 2
    for belief, question, answer, wrong in found:
        assert belief and answer and "?" in question and wrong.startswith("*")


def test_every_number_in_an_answer_is_computed_on_the_page(capsys):
    for cell in jupytext.read(ROOT / "book" / "teaching.md").cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "teaching.md", "exec"), {})
    computed = [line.split(", ", 1) for line in capsys.readouterr().out.splitlines()]
    by_lesson = {(number, rest.rsplit(": ", 1)[1]) for number, rest in computed}
    for number, path in LESSONS.items():
        title = re.search(rf"^### ({path.name[:2]} .+)$", PAGE, re.MULTILINE)[1]
        for row in rows(title):
            for value in re.findall(r"\*\*([\d.]+)\*\*", row[2]):
                assert (number, value) in by_lesson, row


def test_the_grading_grid_has_four_steps_on_every_line():
    grid = [row for row in rows("Assessment") if len(row) == 5]
    assert len(grid) >= 6 and all(all(row) for row in grid)
    assert len({tuple(row) for row in grid}) == len(grid)
