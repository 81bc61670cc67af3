"""`lab` goes from a folder to a report in one command, and answers mistakes with a sentence."""

import re

import pytest
from lab_folders import draw_binary_folder, draw_grouped_folder, draw_mask_folder

from imbalance_course.experiments import running
from imbalance_course.records import read_records

QUICK = ("--budget", "32", "--seeds", "0,1", "--device", "cpu", "--methods", "focal")


def lines_of(text):
    return [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("draw", [draw_binary_folder, draw_grouped_folder], ids=["binary", "grouped"])
def test_one_command_goes_from_a_folder_to_a_report(command, tmp_path, draw):
    draw(tmp_path / "mine")
    code, out, err = command("lab", "mine", *QUICK, "--image-size", "16")
    assert (code, err) == (0, "")
    assert "2 methods, 2 splits" in out and re.search(r"4 runs of \d+ images to go, about \d+ s each", out)
    assert "Recommended: plain." in out and "report.html" in lines_of(out)[-1]
    page = (tmp_path / "lab-mine" / "report.html").read_text()
    assert "imbalance-course lab mine --budget 32 --seeds 0,1" in page
    code, out, _ = command("lab", "mine", *QUICK, "--image-size", "16")
    assert code == 0 and out.count("recorded already") == 4 and "to go" not in out


def test_another_price_of_a_miss_needs_no_new_run(command, tmp_path):
    draw_binary_folder(tmp_path / "mine", dogs=24, cats=12, size=16)
    assert command("lab", "mine", *QUICK)[0] == 0
    code, out, _ = command("lab", "mine", *QUICK, "--cost-ratio", "5")
    assert code == 0 and out.count("recorded already") == 4
    assert "saved share of the cost" in (tmp_path / "lab-mine" / "report.html").read_text()


def test_masks_of_one_in_a_thousand_pixels_work(command, tmp_path):
    draw_mask_folder(tmp_path / "fields", count=9)
    words = ("--budget", "8", "--seeds", "0", "--methods", "rare-windows", "--image-size", "32")
    code, out, err = command("lab", "fields", *words, "--output", "found")
    assert (code, err) == (0, "")
    assert "plain, rare-windows" in out
    page = (tmp_path / "found" / "report.html").read_text()
    assert "0.10 %" in page and "IoU" in page


def test_check_only_trains_nothing(command, tmp_path):
    draw_binary_folder(tmp_path / "mine")
    code, out, _ = command("lab", "mine", "--check-only")
    assert code == 0 and re.search(r"cat\s+16\s+25 %", out) and "note:" in out
    assert not (tmp_path / "lab-mine").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere"], "nowhere"),
        (["empty"], "Expected"),
        (["mine", "--methods", "dice"], "Expected methods among plain"),
        (["mine", "--budget", "huge"], "Expected a budget of quick, normal, long"),
        (["mine", "--cost-ratio", "-1"], "Expected a cost ratio above 0, got -1"),
        (["mine", "--output", "mine/report"], "Expected an --output outside of mine"),
        (["mine", "--output", "file.txt"], "got the file file.txt"),
        (["mine", "--network", "alexnet"], "Expected a network among"),
        (["mine", "--seeds", "zero"], "Expected seeds as whole numbers"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(command, tmp_path, words, sentence):
    draw_binary_folder(tmp_path / "mine", dogs=20, cats=12, size=16)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("mine")
    code, _, err = command("lab", *words)
    assert code == 2 and sentence in err and "Traceback" not in err
    assert not (tmp_path / "lab-mine").exists()


def test_a_cost_ratio_needs_two_classes(command, tmp_path):
    draw_grouped_folder(tmp_path / "five")
    code, _, err = command("lab", "five", "--cost-ratio", "3")
    assert code == 2 and "Expected no --cost-ratio with 5 classes" in err


def test_interrupting_keeps_what_is_finished_and_says_how_to_go_on(command, tmp_path, monkeypatch):
    draw_binary_folder(tmp_path / "mine", dogs=24, cats=12, size=16)
    forget, finished = running.forget_checkpoints, []

    def stop_after_one(folder, record):
        forget(folder, record)
        finished.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "forget_checkpoints", stop_after_one)
    code, out, _ = command("lab", "mine", *QUICK)
    assert code == 130 and len(finished) == 1
    assert "Stopped." in out and "imbalance-course lab mine --budget 32" in out
    assert len(read_records(tmp_path / "lab-mine" / "records.jsonl")) == 1
    monkeypatch.setattr(running, "forget_checkpoints", forget)
    code, out, _ = command("lab", "mine", *QUICK)
    assert code == 0 and "3 runs of" in out and out.count("recorded already") == 1
