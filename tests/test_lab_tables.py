"""CSV files of learners: what they lack or have twice is said with the names, however long they are."""

import pytest
from lab_folders import noise, save, write_classes, write_table

from imbalance_course.errors import CourseError
from imbalance_course.lab.folders import read_folder
from imbalance_course.lab.tables import FileNames, read_table
from imbalance_course.lab.walking import walk


@pytest.fixture
def own(tmp_path):
    for number in range(20):
        save(tmp_path / "own" / f"{number}.png", noise(number))
    return tmp_path / "own"


ROWS = [(f"{number}.png", "ab"[number % 2]) for number in range(20)]


def read(own):
    return read_folder(own, cache=own.parent / "cache")


def refusal(own) -> str:
    with pytest.raises(CourseError) as raised:
        read(own)
    return str(raised.value)


@pytest.mark.parametrize(
    ("header", "rows", "words"),
    [
        ("file,kind", ROWS, "columns file, label in the first line of labels.csv, missing: label"),
        ("label", [("a",)], "missing: file"),
        ("file,label", [], "found the first line alone"),
        ("file,label", [*ROWS, ("20.png", "a"), ("x/1", "b")], "2 rows (20.png in line 22, x/1 in line 23)"),
        ("file,label", [*ROWS, ("3.png", "b"), ("4.png", "b")], "2 files in several rows (3.png, 4.png)"),
        ("file,label", [*ROWS[:9], ("9.png", " "), *ROWS[10:], ("",)], "found none in 2 rows (line 11, 22)"),
        ("file,label,group", [(*row, "") for row in ROWS], "Expected a group in every row of labels.csv"),
        ("file,label,image", [(*row, "") for row in ROWS], "one column file in labels.csv, found 2 (file"),
        ("file,label", [("../own/../out.png", "a"), *ROWS], "for 1 row (../own/../out.png in line 2)"),
    ],
)  # fmt: skip
def test_a_table_with_mistakes_is_refused_with_names(own, header, rows, words):
    write_table(own / "labels.csv", header, rows)
    assert words in refusal(own)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"file,label\n\xff\xfe\x00,a\n",
            'UTF-8 text, found other bytes in line 2. Save it again as "CSV UTF-8"',
        ),
        ("file,label\nä.png,a\n".encode("latin-1"), "found other bytes"),
        (b"", "column names in the first line of labels.csv, found none"),
        (b"\n\nfile,label\n", "found none"),
        (b'file,label\n"' + b"x" * 200_000, "cannot be read from line 2 on (field larger than field limit"),
    ],
)
def test_a_table_of_other_bytes_is_refused(own, content, words):
    (own / "labels.csv").write_bytes(content)
    assert words in refusal(own)


def test_an_unlisted_image_and_a_table_of_another_purpose_are_notes(own):
    write_table(own / "labels.csv", "file,label", ROWS[:-1])
    notes = [finding.what for finding in read(own).findings if finding.level == "note"]
    assert "Left out 1 image not listed in labels.csv (19.png)." in notes
    classes = write_classes(own.parent / "classes", {"a": 9, "b": 9})
    write_table(classes / "measured.csv", "who,when", [("me", "now")])
    notes = [finding.what for finding in read(classes).findings]
    assert any("measured.csv was not read as a list of the images" in what for what in notes)
    write_table(classes / "more.csv", "who,when", [("me", "now")])
    notes = [finding.what for finding in read(classes).findings]
    assert any("measured.csv, more.csv were not read. If one lists" in what for what in notes)


def test_groups_are_needed_for_every_image_and_a_broken_file_of_them_is_refused(own):
    classes = write_classes(own.parent / "classes", {"a": 9, "b": 9})
    (classes / "groups.csv").write_bytes(b"file,group\n\xff,g\n")
    assert "groups.csv to be UTF-8" in refusal(classes)
    write_table(classes / "groups.csv", "file,group", [("a/1.png", "g")])
    assert "Expected a group for every image in groups.csv, found none for 17 images (a/0.png" in refusal(
        classes
    )


def test_two_sources_of_groups_take_the_table_s(own):
    write_table(own / "labels.csv", "file,label,group", [(*row, f"g{n % 10}") for n, row in enumerate(ROWS)])
    write_table(own / "groups.csv", "file,group", [("1.png", "x")])
    folder = read(own)
    assert len(set(folder.data.groups)) == 10
    assert any("groups.csv was not read" in finding.what for finding in folder.findings)


def test_a_million_rows_are_read_and_told_in_one_sentence(own):
    lines = "".join(f"scan/{number:07}.png,{number % 2}\n" for number in range(1_000_000))
    (own / "labels.csv").write_text("file,label\n" + lines)
    what = refusal(own)
    assert "found no image for 1,000,000 rows (scan/0000000.png" in what
    assert len(what) < 1000


def test_names_are_found_as_people_write_them():
    names = FileNames(["x/ä.png", "x/b.png", "y/b.png", "only.png", "y/only2.png"])
    assert names.find("x/a\u0308.png") == "x/ä.png"
    assert names.find(".\\x\\b.png") == names.find("./x//b.png") == "x/b.png"
    assert names.find("only2.png") == "y/only2.png"
    assert names.find("b.png") is None  # two of that name
    assert names.find("z/only.png") is None


def test_quoted_cells_may_hold_separators_and_those_of_other_columns_line_ends(tmp_path):
    (tmp_path / "t.csv").write_text('file,label,remark\r\n"a,b.png"," a ","two\nlines"\r\nc.png,b,\r\n')
    table = read_table(tmp_path / "t.csv")
    assert table.columns == {"file": ["a,b.png", "c.png"], "label": ["a", "b"]}
    assert table.lines == [2, 4]


def test_a_name_in_other_bytes_is_refused_and_a_closed_folder_too(own, monkeypatch):
    (own / b"caf\xe9.png".decode("utf-8", "surrogateescape")).write_bytes(b"x")
    assert "file names in UTF-8, found 1 name in other bytes (caf?.png)" in walk(own).findings[0].what

    def refuse(folder):
        raise PermissionError(13, "closed")

    monkeypatch.setattr("imbalance_course.lab.walking.os.scandir", refuse)
    assert "found 1 closed folder (.). Change the permissions" in refusal(own)
