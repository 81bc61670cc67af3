"""Manifests of packs and CSV files of learners: read rightly, or refused by file and line."""

import io
import tracemalloc
from xml.etree import ElementTree

import numpy as np
import pytest
from lab_folders import noise, save, write_classes, write_pairs, write_table
from lab_runs import animals, made_runs, specks, tiny_config
from made_data import encoded, write_zip

from imbalance_course.datasets import ImageSet, tables
from imbalance_course.datasets.packs import list_pack
from imbalance_course.datasets.tables import read_csv
from imbalance_course.errors import CourseError
from imbalance_course.lab.checks import warning
from imbalance_course.lab.folders import LabFolder, read_folder
from imbalance_course.lab.predictions import load_predictions, save_predictions
from imbalance_course.lab.report import write_report
from imbalance_course.lab.running import run_methods

HEAD = "image,label,group\n"
ROWS = "".join(f"cat/{number}.webp,cat,g{number}\n" for number in range(3))
WHOLE = (HEAD + ROWS).encode()


def pack_of(tmp_path, manifest: bytes):
    """A pack of three images, and another outside of what a manifest may name."""
    files = {"manifest.csv": manifest} if manifest is not None else {}
    files |= {f"cat/{number}.webp": encoded((number, 9, 9), kind="WEBP") for number in range(3)}
    return write_zip(tmp_path / "pack.zip", files)


@pytest.mark.parametrize(
    "manifest",
    [
        WHOLE,
        b"\xef\xbb\xbf" + WHOLE,
        WHOLE.replace(b"\n", b"\r\n"),
        WHOLE.replace(b"\n", b"\r"),
        WHOLE.replace(b"\n", b"\n\n"),
        WHOLE.rstrip(b"\n"),
        (HEAD.replace("group", "group,remark") + ROWS.replace("\n", ',"two\nlines"\n')).encode(),
        (" Image ,LABEL, group,,\n" + ROWS.replace("\n", ",,\n")).encode(),
    ],
)
def test_manifests_as_programs_write_them_are_read_alike(tmp_path, manifest):
    items = list_pack(pack_of(tmp_path, manifest), "label")
    assert [(item.name, item.label, item.group) for item in items] == [
        (f"cat/{number}.webp", "cat", f"g{number}") for number in range(3)
    ]


def with_row(row: str) -> bytes:
    """A manifest whose third line is another."""
    return WHOLE.replace(b"cat/1.webp,cat,g1\n", row.encode() + b"\n")


HOSTILE_MANIFESTS = [
    (b"", "column names in the first line of manifest.csv of {path}, found none"),
    (b"\n\n" + WHOLE, "found none"),
    (HEAD.encode(), "row for each file in manifest.csv of {path}, found the first line alone"),
    (b"image,label\ncat/0.webp,cat\n", "missing: group"),
    (b"image,label,group,Label\n" + ROWS.encode(), "one column label in manifest.csv of {path}, found 2"),
    (with_row("cat/1.webp"), "a label in manifest.csv of {path}, line 3, found none"),
    (with_row("cat/1.webp,cat"), "a group in manifest.csv of {path}, line 3, found none"),
    (with_row("cat/1.webp,nan,g1"), "a label in manifest.csv of {path}, line 3, found nan"),
    (with_row("cat/1.webp,-Inf,g1"), "a label in manifest.csv of {path}, line 3, found -Inf"),
    (with_row("cat/1.webp,cat,NaN"), "a group in manifest.csv of {path}, line 3, found NaN"),
    (with_row("cat/1.webp,cat,g,1"), "3 cells as in the first line of manifest.csv of {path}, found 4 in"),
    (with_row("cat/0.webp,cat,g9"), "found cat/0.webp in the lines 2, 3"),
    (with_row("../cat/1.webp,cat,g1"), "Expected ../cat/1.webp of manifest.csv of {path}, line 3, in"),
    (with_row("/etc/passwd,cat,g1"), "Expected /etc/passwd of manifest.csv of {path}, line 3, in the pack"),
    (with_row('"cat/1.webp,cat,g1'), "cannot be read from line 3 on (unexpected end of data)"),
    (with_row('cat/1.webp,"c"at,g1'), "cannot be read from line 3 on"),
    (with_row('cat/1.webp,"cat\n",g1').replace(b"cat\n", b"cat\nx"), "begins in line 3 and goes on"),
    (with_row("cat/\x001.webp,cat,g1"), "found the control character '\\x00' in line 3"),
    (with_row("cat/1.webp,c\x1b[2Jat,g1"), "found the control character '\\x1b' in line 3"),
    (WHOLE.replace(b"g1", b"\xff1"), "UTF-8 text, found other bytes in line 3"),
    (WHOLE.decode().encode("utf-16"), "UTF-8 text, found other bytes in line 1"),
    (WHOLE.decode().encode("utf-16-le"), "found the control character '\\x00' in line 1"),
    (with_row(f"cat/1.webp,{'c' * 200_000},g1"), "cannot be read from line 3 on (field larger than"),
]  # fmt: skip


@pytest.mark.parametrize(("manifest", "words"), HOSTILE_MANIFESTS)
def test_a_hostile_manifest_is_refused_with_its_line(tmp_path, manifest, words):
    path = pack_of(tmp_path, manifest)
    with pytest.raises(CourseError) as refused:
        list_pack(path, "label")
    assert words.format(path=path) in str(refused.value)


def test_a_file_larger_than_any_list_of_images_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(tables, "MOST_BYTES", 1000)
    asked = []

    class Endless(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return b"a" * size

    with pytest.raises(CourseError, match="labels.csv to have at most 0 MiB, found more"):
        read_csv("labels.csv", Endless(), {"file": ("file",)})
    assert asked == [1001]


def test_many_rows_take_memory_in_proportion_to_the_file():
    content = b"file,label\n" + b"".join(b"scan/%06d.png,%d\n" % (row, row % 2) for row in range(50_000))
    tracemalloc.start()
    table = read_csv("labels.csv", io.BytesIO(content), {"file": ("file",), "label": ("label",)})
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(table) == 50_000 and most < 20 * len(content)


# ------------------------------------------------------------------------------------- a learner's folder


@pytest.fixture
def own(tmp_path):
    """Twenty images, one of them named like a formula, and one outside of the folder."""
    for number in range(19):
        save(tmp_path / "own" / f"{number}.png", noise(number))
    save(tmp_path / "own" / "=cmd.png", noise(19))
    save(tmp_path / "outside.png", noise(20))
    return tmp_path / "own"


NAMES = [*(f"{number}.png" for number in range(19)), "=cmd.png"]


def check(command, own, header, rows):
    write_table(own / "labels.csv", header, rows)
    return command("lab", str(own), "--check-only")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("3.png", "NaN"), "a label in every row of labels.csv, found NaN in 1 row (line 5)"),
        (("3.png", "inf"), "found inf in 1 row (line 5)"),
        (("3.png", ""), "found none in 1 row (line 5)"),
        (("3.png",), "found none in 1 row (line 5)"),
        (("3.png", "a", "b"), "Expected 2 cells as in the first line of labels.csv, found 3 in line 5"),
        (("3.png", "a\nb"), "a label on one line in labels.csv, found one that begins in line 5"),
        (("../outside.png", "a"), "no image for 1 row (../outside.png in line 5)"),
        (("../own/3.png", "a"), "no image for 1 row (../own/3.png in line 5)"),
        (("/etc/passwd", "a"), "no image for 1 row (/etc/passwd in line 5)"),
        (("C:\\Windows\\3.png", "a"), "no image for 1 row (C:\\Windows\\3.png in line 5)"),
        (("file:///etc/passwd", "a"), "no image for 1 row (file:///etc/passwd in line 5)"),
        (("", "a"), "a file in every row of labels.csv, found none in 1 row (line 5)"),
    ],
)
def test_a_hostile_row_is_refused_by_the_command_with_its_line(command, own, cells, words):
    rows = [(name, "ab"[place % 2]) for place, name in enumerate(NAMES)]
    code, _, err = check(command, own, "file,label", rows[:3] + [cells] + rows[4:])
    assert code == 2 and words in err and "Traceback" not in err


def test_one_group_spelled_in_two_ways_is_one_or_a_warning(own):
    rows = [(name, "ab"[place % 2], f"g{place // 2}") for place, name in enumerate(NAMES)]
    rows[0], rows[1] = ("0.png", "a", "Zo\u00eb"), ("1.png", "b", "Zoe\u0308")  # two ways to type one letter
    rows[2], rows[3] = ("2.png", "a", "Case 1"), ("3.png", "b", "case  1")
    write_table(own / "labels.csv", "file,label,group", rows)
    folder = read_folder(own, cache=own.parent / "cache")
    assert len(set(folder.data.groups)) == 11  # ten pairs, one of them spelled in two ways
    (found,) = [each.what for each in folder.findings if "capitals or spaces" in each.what]
    assert "Case 1 and case  1" in found


def test_the_values_of_masks_are_numbers_of_three_digits(command, tmp_path):
    own = write_pairs(tmp_path / "own", [np.eye(20, dtype=np.uint8)] * 8)
    for value in ("1" * 5000, "256", "-1", "1.0", "nan", "٣"):
        write_table(own / "classes.csv", "value,name", [("0", "a"), (value, "b")])
        code, _, err = command("lab", str(own), "--check-only")
        assert code == 2 and "Expected values from 0 to 255 in classes.csv, found" in err


# ------------------------------------------------------------------------------------- what people are shown

NASTY = ("=cmd|' /C calc'!A0", "<script>fail()</script>", "$\\frac{1}{$ & [/] \u202egnp.exe", '"><img src=x>')


def test_names_that_are_formulas_or_scripts_are_text_in_the_report(tmp_path):
    made = animals()
    data = made.data.__class__(**{**vars(made.data), "class_names": NASTY[:2], "name": NASTY[3]})
    findings = tuple(warning(name) for name in NASTY)
    folder = LabFolder(data, tuple(f"{NASTY[2]}{n}" for n in range(len(data))), "classes", True, findings)
    write_report(tmp_path / "report.html", folder, made_runs(folder), command=" ".join(NASTY))
    page = (tmp_path / "report.html").read_text()
    assert "=cmd|&#39; /C calc&#39;!A0" in page and "&lt;script&gt;fail()" in page
    assert "<script" not in page and "<img src=x" not in page
    ElementTree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6].replace("&nbsp;", " "))


def test_class_names_that_are_formulas_of_mathematics_are_drawn_as_they_are(tmp_path):
    five = [np.array(noise(number, (16, 16, 3))) for number in range(60)]
    names = ("$\\frac{1}{$", "_hidden", "c", *NASTY[:2])
    data = ImageSet("five", np.stack(five), np.arange(60) % 5, np.arange(60).astype(str), names, "five")
    folder = LabFolder(data, tuple(map(str, range(60))), "classes", True, ())
    write_report(tmp_path / "report.html", folder, made_runs(folder), command="x")
    page = (tmp_path / "report.html").read_text()
    assert page.count("$\\frac{1}{$") > 3 and "<script" not in page


def test_the_command_prints_names_of_classes_and_never_obeys_them(command, tmp_path):
    own = write_classes(tmp_path / "own", {"[red]x[nothing]": 8, "[b]\x1b[2J": 9})
    code, out, err = command("lab", str(own), "--check-only")
    assert code == 0 and not err
    assert "[red]x[nothing]" in out and "\\u202f" not in out and "\x1b" not in out


def test_predictions_out_of_range_or_of_another_run_are_refused(tmp_path):
    folder = specks(classes=2)
    (run,) = run_methods(folder, tiny_config(folder, "8"), tmp_path, methods=["plain"], seeds=[0])
    (file,) = (tmp_path / "predictions").iterdir()
    held_out, test = run.predictions.held_out, run.predictions.test
    images = made_runs(animals(), methods=("plain",), seeds=(0,))[0].predictions.test
    for name, value in (
        ("logits", np.nan),
        ("logits", np.inf),
        ("labels", 2),
        ("labels", -1),
        ("positions", -1),
    ):
        broken = getattr(images, name).copy()
        broken.flat[0] = value
        save_predictions(file, held_out=images, test=images.__class__(**{**vars(images), name: broken}))
        with pytest.raises(CourseError, match="Expected the predictions of a recorded run"):
            load_predictions(file)
    save_predictions(file, held_out=test, test=held_out)  # each right for itself
    with pytest.raises(CourseError, match="split 0, was scored on, found others"):
        run_methods(folder, tiny_config(folder, "8"), tmp_path, methods=["plain"], seeds=[0])
