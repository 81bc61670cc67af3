"""Records survive the disk unchanged, and damaged ones are refused by file and line."""

import json
import multiprocessing

import pytest
from made_records import make_record

from imbalance_course.errors import CourseError
from imbalance_course.records import Record, append_record, read_records, recorded_runs
from imbalance_course.records.table import format_interval, group_by_row, summarize


def append_many(path, first):
    for seed in range(first, first + 10):
        append_record(path, make_record(seed=seed))


def test_a_record_reads_back_as_it_was_written():
    record = make_record()
    assert Record.from_line(record.to_line()) == record


def test_counts_of_a_record_give_its_f1():
    assert make_record().at_half.f1 == pytest.approx(2 * 8 / (2 * 8 + 2 + 2))
    assert make_record().at_threshold.recall == pytest.approx(0.9)


def test_a_number_changed_after_the_run_is_noticed():
    line = make_record().to_line().replace('"tp": 8', '"tp": 9')
    with pytest.raises(CourseError, match="changed after the run"):
        Record.from_line(line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"half a li', "damaged one"),
        ("[1, 2]", "got list"),
        ('{"seconds": NaN}', "not a finite number"),
        ("{}", "checksum"),
    ],
)
def test_a_damaged_line_is_named_with_its_file(tmp_path, line, words):
    path = tmp_path / "records.jsonl"
    path.write_text(make_record().to_line() + "\n" + line + "\n")
    with pytest.raises(CourseError, match=f"records.jsonl, line 2: .*{words}"):
        read_records(path)


def test_a_record_with_nan_is_not_written(tmp_path):
    with pytest.raises(CourseError, match="finite numbers"):
        append_record(tmp_path / "records.jsonl", make_record(seconds=float("nan")))
    assert not (tmp_path / "records.jsonl").exists()


def test_the_same_run_is_recorded_once(tmp_path):
    path = tmp_path / "records.jsonl"
    for seconds in (1.0, 2.0):
        append_record(path, make_record(seconds=seconds))
    assert [record.seconds for record in read_records(path)] == [1.0]


def test_two_processes_lose_no_record(tmp_path):
    path = tmp_path / "records.jsonl"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=append_many, args=(path, first)) for first in (0, 10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(record.seed for record in read_records(path)) == list(range(20))


def test_a_missing_file_holds_no_records(tmp_path):
    assert read_records(tmp_path / "none.jsonl") == []


def test_every_shipped_record_is_whole_and_not_a_demo():
    records = recorded_runs("catdog")
    assert all(not record.drawn_data and record.profile in ("laptop", "full") for record in records)
    assert len({record.key for record in records}) == len(records)


def test_the_table_shows_mean_and_interval_of_each_row():
    records = [
        make_record(seed=0),
        make_record(seed=1, test_counts_at_half={"tp": 6, "fp": 2, "fn": 4, "tn": 8}),
    ]
    (line,) = summarize(records)
    mean = (0.8 + 12 / 18) / 2
    half_width = 12.7062 * (0.8 - mean)  # t quantile for two values times the standard error
    assert line.f1_at_half == f"{mean:.3f} ± {half_width:.3f}"
    assert (line.row, line.seeds) == ("balanced", 2)


def test_one_seed_has_no_interval():
    assert format_interval([0.25]) == "0.250 (one seed)"


def test_rows_keep_their_order():
    assert list(group_by_row([make_record("b"), make_record("a"), make_record("b", 1)])) == ["b", "a"]


def test_a_record_is_one_line_of_plain_json():
    line = make_record().to_line()
    assert "\n" not in line
    assert json.loads(line)["schema"] == 1
