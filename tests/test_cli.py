"""The command line does what it says and answers mistakes with one sentence."""

import json
from dataclasses import replace

import pytest
from made_records import make_record

from imbalance_course import experiments
from imbalance_course.records import append_record, read_records


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "catdog", "--rows", "cats"], "got cats"),
        (["run", "mnist"], "experiment among catdog"),
        (["run", "catdog", "--profile", "huge"], "profile among demo, laptop, full"),
        (["run", "catdog", "--profile", "laptop"], "Put the packs there or set IMBALANCE_COURSE_DATA"),
        (["run", "catdog", "--seeds", "one"], "whole numbers with commas"),
        (["run", "catdog", "--seeds", "-1"], "none of them negative"),
        (["run", "catdog", "--device", "cuda"], "CUDA GPU"),
        (["run", "all", "--rows", "balanced"], "no --rows with `run all`"),
        (["records", "rerun", "zzz"], "got 'zzz', which fits 0"),
        (["data", "check"], "catdog-160-cat.zip"),
        (["data", "prepare", "--size", "4"], "between 8 and 160"),
        (["records", "show", "cats"], "recorded run of cats"),
        (["records", "table", "--profile", "tiny"], "recorded runs of profile tiny"),
        (["records", "list", "--path", "nowhere.jsonl"], "file of records at nowhere.jsonl"),
    ],
)
def test_a_mistake_gets_one_sentence_and_exit_code_2(command, words, sentence):
    code, out, err = command(*words)
    assert code == 2
    assert sentence in err
    assert "Traceback" not in out + err
    assert len(err.strip().splitlines()) == 1


def test_an_output_that_is_a_file_is_refused(command, tmp_path):
    (tmp_path / "taken").write_text("")
    code, _, err = command("run", "catdog", "--output", "taken")
    assert code == 2
    assert "got the file taken" in err


def test_a_demo_run_is_recorded_and_skipped_the_second_time(command, tmp_path, monkeypatch):
    demo = replace(experiments.catdog.PROFILES["demo"], images_total=500, images_per_epoch=500)
    short = replace(experiments.EXPERIMENTS["catdog"], profiles={"demo": demo})
    monkeypatch.setitem(experiments.EXPERIMENTS, "catdog", short)
    code, out, _ = command("run", "catdog", "--rows", "balanced,imbalanced-1", "--seeds", "0,1")
    assert code == 0
    assert "drawn images, not photographs" in out
    records = read_records(tmp_path / "runs" / "catdog" / "records.jsonl")
    assert [(record.row, record.seed) for record in records] == [
        ("balanced", 0), ("balanced", 1), ("imbalanced-1", 0), ("imbalanced-1", 1),
    ]  # fmt: skip
    code, out, _ = command("run", "catdog", "--rows", "balanced", "--seeds", "1")
    assert code == 0
    assert "balanced, seed 1: recorded already" in out


def test_run_all_runs_every_experiment_into_a_folder_of_its_own(command, tmp_path, monkeypatch):
    from test_tuning import MADE

    monkeypatch.setattr(
        experiments, "EXPERIMENTS", {name: replace(MADE, name=name) for name in ("one", "two")}
    )
    code, out, _ = command("run", "all", "--seeds", "0,1")
    assert code == 0
    for name in ("one", "two"):
        records = read_records(tmp_path / "runs" / name / "records.jsonl")
        assert [(record.row, record.seed) for record in records] == [
            ("fixed", 0), ("fixed", 1), ("tuned", 0), ("tuned", 1),
        ]  # fmt: skip
        assert {record.experiment for record in records} == {name}


def test_a_rerun_says_equal_or_names_what_differs_and_fails(command, tmp_path, monkeypatch):
    from test_tuning import MADE

    monkeypatch.setitem(experiments.EXPERIMENTS, "made", MADE)
    (record,) = experiments.run_experiment(MADE, profile="demo", rows=["fixed"])
    tampered = replace(record, seed=1, metrics={"test_error": 0.9}, device="another device")
    for entry in (record, tampered):
        append_record(tmp_path / "records.jsonl", entry)
    code, out, _ = command("records", "rerun", record.id, "--path", "records.jsonl")
    assert code == 0
    assert "Equal to the last bit." in out
    code, out, _ = command("records", "rerun", tampered.id[:8], "--path", "records.jsonl")
    assert code == 1
    assert "Not equal: metrics." in out
    assert "The device differs" in out and "another device then" in out


def test_records_can_be_listed_shown_and_summed_up(command, tmp_path):
    path = tmp_path / "records.jsonl"
    for seed in (0, 1):
        append_record(path, make_record(seed=seed))
    assert command("records", "list", "--path", str(path))[1].count("balanced") == 2
    assert "0.800 ± 0.000" in command("records", "table", "--profile", "demo", "--path", str(path))[1]
    shown = command("records", "show", "balanced", "--profile", "demo", "--seed", "1", "--path", str(path))[1]
    assert json.loads(shown)["seed"] == 1


def test_data_list_says_what_is_missing_and_where_it_looked(command, tmp_path):
    code, out, _ = command("data", "list")
    assert code == 0
    assert "no" in out
    assert str(tmp_path / "no-data") in out


def test_doctor_names_device_versions_and_missing_data(command):
    code, out, _ = command("doctor")
    assert code == 0
    for words in ("CPU", "torch", "catdog-160-cat.zip", "missing", "profile laptop", "needs the packs"):
        assert words in out


def test_interrupting_a_run_says_how_to_go_on(command, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(experiments, "run_experiment", interrupted)
    code, out, _ = command("run", "catdog")
    assert code == 130
    assert "the same command goes on" in out
