"""A record that was changed, cut, doubled or forged is refused at every door, by file and line."""

import hashlib
import json

import pytest
from made_records import make_record

from imbalance_course.errors import CourseError
from imbalance_course.experiments import evidence
from imbalance_course.experiments.predicting import find_kept_network
from imbalance_course.records import Record, append_record, read_records, recorded_runs, store

GOOD = make_record(profile="laptop", drawn_data=False)
FIELDS = json.loads(GOOD.to_line())


def line_of(**changes) -> str:
    """A line with other fields whose checksum holds, as one who knows the package could forge it."""
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not ...}
    fields.pop("checksum", None)
    body = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return json.dumps(fields | {"checksum": hashlib.sha256(body.encode()).hexdigest()}, sort_keys=True)


def refusal(content: bytes | str, path) -> str:
    """What reading a file says whose second line is this."""
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(GOOD.to_line().encode() + b"\n" + content)
    with pytest.raises(CourseError) as refused:
        read_records(path)
    message = str(refused.value)
    assert message.startswith(f"{path}, line 2: Expected ") and message.endswith(".")
    return message


def test_a_forged_line_is_made_as_the_package_makes_its_own():
    assert line_of() == GOOD.to_line()


LINE = GOOD.to_line()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LINE.replace('"tp": 8', '"tp": 9'), "changed after the run"),
        (LINE.replace('"seed": 0', '"seed": 00'), "damaged"),
        (LINE.replace('"seed": 0', '"seed": 0, "seed": 0'), "seed stands there twice"),
        (LINE.replace('"fn": 2', '"fn": 9, "fn": 2'), "fn stands there twice"),
        (LINE.replace('"seconds": 1.5', '"seconds": NaN'), "NaN is not a finite number"),
        (LINE.replace('"seconds": 1.5', '"seconds": -Infinity'), "-Infinity is not a finite number"),
        (LINE.replace('"seconds": 1.5', '"seconds": 1e999'), "1e999 is not a finite number"),
        (LINE.replace('"seed": 0', '"seed": ' + "9" * 5000), "too large a number"),
        (LINE.replace('"seed": 0', '"seed": 9223372036854775808'), "too large a number"),
        (LINE[: len(LINE) // 2], "damaged"),
        (LINE + LINE, "damaged"),
        (LINE + " " + LINE, "damaged"),
        ("", None),
        ("\n" + LINE, "damaged"),
        ("null", "got NoneType"),
        ('"text"', "got str"),
        ("[" * 100_000, "damaged"),
        ('{"a":' * 100_000, "damaged"),
        (b"\xff" + LINE.encode(), "UTF-8 text, got other bytes"),
        (LINE.encode("utf-16"), "UTF-8 text, got other bytes"),
        (b"\xef\xbb\xbf" + LINE.encode(), "damaged"),
        (b"\x00" * 50, "damaged"),
        (LINE.replace('"row": "balanced"', '"row": "bal\x00anced"'), "damaged"),
    ],
)
def test_a_line_that_is_not_as_it_was_written_is_refused(tmp_path, content, words):
    path = tmp_path / "records.jsonl"
    if words is None:
        path.write_text(LINE + "\n")
        assert read_records(path) == [GOOD]
        return
    assert words in refusal(content, path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "of schema 1; this one comes from another version"),
        ({"schema": ...}, "of schema 1"),
        ({"schema": "1"}, "of schema 1"),
        ({"praise": 1}, "these differ: praise"),
        ({"seed": ...}, "these differ: seed"),
        ({"seed": "0"}, "these differ: seed"),
        ({"seed": True}, "these differ: seed"),
        ({"seed": 0.5}, "these differ: seed"),
        ({"row": None}, "these differ: row"),
        ({"drawn_data": 0}, "these differ: drawn_data"),
        ({"metrics": []}, "these differ: metrics"),
        ({"metrics": {"roc_auc": "0.9"}}, "these differ: metrics"),
        ({"metrics": {"roc_auc": None}}, "these differ: metrics"),
        ({"history": {"loss": 1}}, "these differ: history"),
        ({"history": [["loss", 1]]}, "these differ: history"),
        ({"test_counts_at_half": {"tp": 1}}, "these differ: test_counts_at_half"),
        ({"test_counts_at_half": {"tp": 1, "fp": 1, "fn": -1, "tn": 1}}, "these differ: test_counts_at_half"),
        ({"test_counts_at_threshold": {}}, "these differ: test_counts_at_threshold"),
        ({"test_groups": {"case": {"at_half": [1, 2, 3, 4]}}}, "these differ: test_groups"),
        ({"test_groups": {"c": {"at_half": [1], "at_threshold": [1]}}}, "these differ: test_groups"),
        ({"metrics": {}, "test_counts_at_half": ...}, "Expected scores, or the reason why there are none"),
    ],
)
def test_a_forged_line_with_other_fields_is_refused(tmp_path, changes, words):
    assert words in refusal(line_of(**changes), tmp_path / "records.jsonl")


@pytest.fixture
def tampered(tmp_path, monkeypatch):
    """Shipped records of Cat-Dog in which someone raised a count of the second line."""
    better = make_record("imbalanced-1", profile="laptop", drawn_data=False).to_line()
    content = LINE + "\n" + better.replace('"tp": 8', '"tp": 10') + "\n"
    (tmp_path / "catdog.jsonl").write_text(content)
    monkeypatch.setattr(store, "SHIPPED_FOLDER", tmp_path)
    return tmp_path / "catdog.jsonl"


@pytest.mark.parametrize("words", [["list"], ["verify"], ["table"], ["show", "balanced"], ["rerun", "0"]])
@pytest.mark.parametrize("named", [False, True])
def test_every_command_refuses_a_file_with_a_changed_line(command, tampered, words, named):
    code, out, err = command("records", *words, *(["--path", str(tampered)] if named else []))
    assert code == 2 and not out
    assert f"{tampered}, line 2: Expected a record whose checksum holds" in err
    assert "Traceback" not in err and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "read",
    [
        lambda: recorded_runs("catdog", profile="laptop"),
        lambda: recorded_runs("catdog", failed=True),
        lambda: evidence.findings("laptop"),
        lambda: find_kept_network("0"),
    ],
    ids=["lessons", "results", "guide", "predict"],
)
def test_pages_and_lessons_refuse_a_changed_line(tampered, read):
    with pytest.raises(CourseError, match=rf"{tampered}, line 2: .*changed after the run"):
        read()


def test_a_run_is_not_added_to_a_file_with_a_changed_line(tampered):
    before = tampered.read_bytes()
    with pytest.raises(CourseError, match="line 2"):
        append_record(tampered, make_record(seed=5))
    assert tampered.read_bytes() == before


def test_verify_counts_what_holds(command, tmp_path):
    path = tmp_path / "records.jsonl"
    for seed in range(3):
        append_record(path, make_record(seed=seed))
    code, out, _ = command("records", "verify", "--path", str(path))
    assert code == 0 and out.strip() == "3 records: every checksum holds."
    assert command("records", "verify")[0] == 0  # those that ship


def test_what_a_record_says_is_printed_and_never_obeyed(command, tmp_path):
    path = tmp_path / "records.jsonl"
    append_record(path, make_record("[/]\x1b[2J[link=x]", device="<script>"))
    code, out, _ = command("records", "list", "--path", str(path))
    assert code == 0 and "\x1b" not in out and r"[/]\x1b[2J[link=x]" in out


def test_two_thousand_lines_are_read_and_the_bad_one_is_named(tmp_path):
    path = tmp_path / "records.jsonl"
    lines = [make_record(seed=seed).to_line() for seed in range(100)] * 20
    path.write_text("\n".join(lines) + "\n")
    assert len(read_records(path)) == 2_000
    lines[-1] = lines[-1].replace('"tp": 8', '"tp": 9')
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(CourseError, match="line 2000: "):
        read_records(path)


def test_a_line_of_the_first_version_reads_as_it_did():
    """Written before runs could fail: the field is absent, and the checksum is the old one."""
    old = {name: value for name, value in FIELDS.items() if name != "failure"}
    assert "failure" not in FIELDS and Record.from_line(json.dumps(old, sort_keys=True)) == GOOD
