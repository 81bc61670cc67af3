"""Records survive the disk unchanged, and damaged ones are refused by file and line."""

import dataclasses
import json
import multiprocessing

import numpy as np
import pytest
from made_records import make_record

from imbalance_course.errors import CourseError
from imbalance_course.records import (
    Record,
    append_record,
    group_interval,
    read_records,
    recorded_runs,
    sum_groups,
)
from imbalance_course.records.record import VARYING
from imbalance_course.records.store import SHIPPED_FOLDER
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


def test_shipped_records_are_written_back_byte_by_byte():
    for path in SHIPPED_FOLDER.glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert [record.to_line() for record in read_records(path)] == lines


def test_fields_that_are_absent_take_no_room_in_the_line():
    line = make_record().to_line()
    assert "test_groups" not in line and "tuning" not in line
    grouped = make_record(test_groups={"a": {"at_half": [1, 0, 0, 2], "at_threshold": [1, 1, 0, 1]}})
    assert Record.from_line(grouped.to_line()) == grouped


def test_a_run_without_a_decision_says_so_and_shows_its_first_metric():
    fields = ("test_counts_at_half", "threshold", "threshold_rule", "test_counts_at_threshold")
    record = make_record(**dict.fromkeys((*fields, "score_histogram")), metrics={"mean_error": 0.25})
    assert Record.from_line(record.to_line()) == record
    assert record.headline == "mean error 0.250"
    with pytest.raises(CourseError, match="which has none; see its metrics"):
        _ = record.at_half


@pytest.mark.parametrize("name", VARYING)
def test_the_id_does_not_depend_on_when_and_where(name):
    record = make_record()
    other = 7.5 if isinstance(getattr(record, name), float) else "other"
    assert dataclasses.replace(record, **{name: other}).id == record.id


@pytest.mark.parametrize(
    "change",
    [{"seed": 1}, {"threshold": 0.41}, {"metrics": {"roc_auc": 0.9000001}}, {"config": {"batch_size": 51}}],
)
def test_the_id_changes_with_every_number_of_the_run(change):
    assert make_record(**change).id != make_record().id
    assert len(make_record().id) == 12


def grouped(groups, seed=0):
    counts = {name: {"at_half": list(four), "at_threshold": [0, 0, 0, 1]} for name, four in groups.items()}
    return make_record(seed=seed, test_groups=counts)


def test_counts_of_a_case_add_up_over_the_runs_that_tested_it():
    runs = [grouped({"b": (1, 0, 2, 0), "a": (0, 3, 0, 4)}), grouped({"b": (2, 0, 1, 0)}, seed=1)]
    names, counts = sum_groups(runs)
    assert names.tolist() == ["a", "b"]
    assert counts.tolist() == [[0, 3, 0, 4], [3, 0, 3, 0]]
    assert sum_groups(runs, "at_threshold")[1].tolist() == [[0, 0, 0, 1], [0, 0, 0, 2]]


def test_the_interval_of_a_grouped_row_is_over_cases_and_shown_in_the_table():
    random = np.random.default_rng(0)
    cases = {f"benign {n}": (k, 0, 9 - k, 0) for n, k in enumerate(random.integers(3, 9, 8))}
    cases |= {f"malignant {n}": (0, k, 0, 9 - k) for n, k in enumerate(random.integers(0, 4, 20))}
    runs = [grouped({name: map(int, four) for name, four in cases.items()})]
    interval = group_interval(runs, "recall")
    total = np.sum([four for four in cases.values()], axis=0)
    assert interval.mean == pytest.approx(total[0] / (total[0] + total[2]))
    assert interval.low < interval.mean < interval.high and interval.n == 28
    (line,) = summarize(runs)
    assert line.f1_at_half.startswith(f"{2 * total[0] / (2 * total[0] + total[1] + total[2]):.3f} [0.")


def test_counts_by_case_are_missed_by_name():
    with pytest.raises(CourseError, match="test counts by group in the record of .*balanced"):
        sum_groups([make_record()])
    with pytest.raises(CourseError, match="at least one run"):
        sum_groups([])


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
