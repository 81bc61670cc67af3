"""Mutated manifests, records and lists through the doors that people use: one kind of error, or none."""

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab_folders import noise, save, write_pairs
from made_data import encoded, write_zip
from made_records import make_record

from hostile.test_records import line_of
from imbalance_course import cli
from imbalance_course.datasets.packs import list_pack
from imbalance_course.errors import CourseError
from imbalance_course.lab.layouts import recognize
from imbalance_course.lab.listing import Listing
from imbalance_course.lab.mask_values import decide_classes, survey_masks
from imbalance_course.lab.tables import read_table
from imbalance_course.lab.walking import walk
from imbalance_course.records import Record, read_records
from imbalance_course.records.results import run_lines, runs_by_title, score_lines
from imbalance_course.records.scores import Score
from imbalance_course.records.table import summarize, summarize_metrics

CASES = settings(
    max_examples=120, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
IMAGES = [f"{number}.png" for number in range(6)]

# What spreadsheets, programs, and people who mean harm put into a cell or between two.
ODD = (
    "", ",", '"', "\n", "\r", "\r\n", "\x00", "\x1b[2J", "\ufeff", "\u2028", "\u202e", "nan", "-inf", "1e999",
    ";", "\t", "../", "/etc/passwd", "C:\\", "=cmd()", "<script>", "{{7*7}}", "[/b]", "file", "label",
    "group", "mask", "image", "0", "255", "256",
    "9" * 5000, "\\", "'", " ", "ä", "a\u0308", "💥", "NULL", "True", "{",
    "}", "[", '"schema": 2', "NaN", ":", "null",
)  # fmt: skip


def mutated(text: str) -> st.SearchStrategy[bytes]:
    """A text in which a few places were cut, doubled, replaced, or written in other bytes."""
    edits = st.lists(
        st.tuples(
            st.integers(0, len(text)),
            st.integers(0, 12),
            st.sampled_from(ODD) | st.text(max_size=8),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=4,
    )
    codes = st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "latin-1"])
    noise = st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, 255)), max_size=2)

    def spoil(edits, code, noise) -> bytes:
        spoiled = text
        for place, cut, odd, times in edits:
            spoiled = spoiled[:place] + odd * times + spoiled[place + cut :]
        content = bytearray(spoiled.encode(code, "replace"))
        for place, byte in noise:
            if place < len(content):
                content[place] = byte
        return bytes(content)

    return st.builds(spoil, edits, codes, noise)


def only_course_errors(act):
    """What was done, or nothing where it was refused in words."""
    try:
        return act()
    except CourseError as refused:
        assert str(refused).startswith(("Expected ", "Found ")) or "line" in str(refused)
        return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with images, and another with masks."""
    path = tmp_path_factory.mktemp("fuzz")
    for number, name in enumerate(IMAGES):
        save(path / "own" / name, noise(number, (4, 4, 3)))
    write_pairs(path / "pairs", [noise(number, (4, 4)) % 3 for number in range(3)])
    return path


LIST = "file,label,group\n" + "".join(f"{name},{'ab'[n % 2]},g{n // 2}\n" for n, name in enumerate(IMAGES))


@CASES
@given(mutated(LIST))
def test_a_mutated_list_of_images_is_read_or_refused(folder, content):
    (folder / "own" / "labels.csv").write_bytes(content)
    listing = only_course_errors(lambda: recognize(walk(folder / "own")))
    if isinstance(listing, Listing):
        assert {item.name for item in listing.items} <= set(IMAGES)  # never a file outside of the folder
        assert all(
            item.group for item in listing.items if not any(f.level == "error" for f in listing.findings)
        )


@CASES
@given(mutated("value,name\n0,background\n1,void\n2,edge\n"))
def test_mutated_classes_of_masks_are_read_or_refused(folder, content):
    (folder / "classes.csv").write_bytes(content)
    inventory = walk(folder / "pairs")
    items = recognize(inventory).items
    survey = survey_masks(inventory.root, items, folder / "cache")
    table = only_course_errors(lambda: read_table(folder / "classes.csv"))
    if table is not None:
        classes = decide_classes(survey, items, table)
        assert classes.names or any(finding.level == "error" for finding in classes.findings)


MANIFEST = "image,label,group\n" + "".join(f"cat/{number}.webp,cat,g{number}\n" for number in range(3))
PICTURE = encoded((9, 9, 9), kind="WEBP")


@CASES
@given(mutated(MANIFEST))
def test_a_mutated_manifest_is_read_or_refused(folder, content):
    path = write_zip(
        folder / "pack.zip",
        {"manifest.csv": content} | {f"cat/{number}.webp": PICTURE for number in range(3)},
    )
    items = only_course_errors(lambda: list_pack(path, "label"))
    for item in items or []:
        assert item.name in zipfile.ZipFile(path).namelist() and item.label and item.group
    assert len({item.name for item in items or []}) == len(items or [])


LINE = make_record(profile="laptop", drawn_data=False).to_line()


@CASES
@given(mutated(LINE + "\n"))
def test_a_mutated_record_is_refused_unless_it_says_the_same(folder, content):
    path = folder / "records.jsonl"
    path.write_bytes(content)
    for record in only_course_errors(lambda: read_records(path)) or []:
        assert record.to_line() == LINE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@CASES
@given(st.dictionaries(st.sampled_from(sorted(json.loads(LINE))), json_values, min_size=1, max_size=3))
def test_a_forged_record_is_refused_or_goes_through_every_table(changes):
    """Its checksum holds; then its values must be such that nothing behind stumbles over them."""
    changes.pop("checksum", None)
    record = only_course_errors(lambda: Record.from_line(line_of(**changes)))
    if record is None:
        return
    assert Record.from_line(record.to_line()) == record
    assert record.headline and record.id
    summarize([record]) if record.test_counts_at_half else summarize_metrics([record])
    rows = only_course_errors(lambda: runs_by_title({record.row: "row"}, [record]))
    if rows and record.test_counts_at_half:
        assert score_lines(rows, [Score("f1", heading="F1")]) and run_lines(rows) is not None


@settings(CASES, max_examples=25)
@given(mutated(LIST))
def test_the_command_answers_a_mutated_list_in_words(folder, content):
    """The whole door, from the typed words to the exit code."""
    (folder / "own" / "labels.csv").write_bytes(content)
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMBALANCE_COURSE_CACHE", str(folder / "cache"))
        patch.setattr("sys.argv", ["imbalance-course", "lab", str(folder / "own"), "--check-only"])
        patch.setattr("sys.stderr", said)
        patch.setattr("sys.stdout", io.StringIO())
        with pytest.raises(SystemExit) as end:
            cli.main()
    assert end.value.code in (0, None, 2)
    assert "Traceback" not in said.getvalue() and bool(said.getvalue()) == (end.value.code == 2)
