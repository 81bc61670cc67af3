"""On a full disk every command says so in one sentence, and leaves the files as they were."""

import hashlib
import os
import re

import numpy as np
import pytest
import torch
from children import do, finish, start
from fault_jobs import (
    RECORDS,
    ROW,
    append,
    append_record,
    call,
    fetch,
    limited,
    list_without_room,
    prepare,
    run,
)
from lab_folders import draw_binary_folder
from loopback import Habits, serve
from packs import make_data
from PIL import Image
from small_disks import fill, small_disk
from states import contents
from test_predict import keep

from imbalance_course.errors import CourseError
from imbalance_course.records import read_records
from imbalance_course.writing import take_room, written_beside

KILOBYTE, SIZE = 1 << 10, 1 << 20
CONTENT = np.random.default_rng(0).bytes(SIZE // 2)
LAB = ("--methods", "plain", "--seeds", "0", "--budget", "32", "--image-size", "16", "--device", "cpu")


@pytest.fixture
def disk(tmp_path, request):
    with small_disk(tmp_path / "disk", getattr(request, "param", SIZE)) as folder:
        yield folder


@pytest.fixture
def refused(disk):
    def refuse(left, job, *arguments) -> str:
        """Do a job with so many bytes left; returns the one sentence it ends with."""
        log = disk.with_suffix(".log")
        log.unlink(missing_ok=True)
        filler = fill(disk, left)
        (code,) = finish(start(job, disk, *arguments))
        filler.unlink()
        said = log.read_text()
        assert code == 2 and "Traceback" not in said
        (sentence,) = re.findall("^imbalance-course: (.*)$", said, flags=re.MULTILINE)
        assert re.match(r"Expected .* for .*; .* has \d+\.\d MB free, which is too little\. Make", sentence)
        return sentence

    return refuse


def test_decoding_says_what_it_needs_and_leaves_nothing(tmp_path, disk, refused):
    data = make_data(tmp_path)
    assert "Expected 0.01 MB for " in refused(8 * KILOBYTE, prepare, data)
    assert contents(disk) == {}
    refused(12 * KILOBYTE, prepare, data)  # room for the images alone
    assert contents(disk) == {}
    do(prepare, disk, data)


def test_a_download_keeps_what_arrived_and_goes_on_with_it(disk, refused):
    habits = Habits(CONTENT)
    with serve(habits) as url:
        checksum = hashlib.sha256(CONTENT).hexdigest()
        sentence = refused(300 * KILOBYTE, fetch, url, checksum)
        arrived = contents(disk)["data/file.zip.part"]
        assert f"goes on after the {len(arrived) / 1e6:.2f} MB that arrived" in sentence
        assert len(arrived) >= 256 * KILOBYTE and CONTENT.startswith(arrived)
        do(fetch, disk, url, checksum)
    assert habits.asked == [None, f"bytes={len(arrived)}-"]
    assert contents(disk) == {"data/file.zip": CONTENT}


def test_a_run_keeps_its_checkpoint_and_goes_on_with_it(tmp_path, disk, refused):
    (tmp_path / "undisturbed").mkdir()
    do(run, tmp_path / "undisturbed")
    assert ".pt" in refused(8 * KILOBYTE, run)
    assert contents(disk) == {}
    refused(160 * KILOBYTE, run)  # room for one checkpoint, not for the next beside it
    ((name, content),) = contents(disk).items()
    assert torch.load(disk / name, weights_only=True)["epoch"] == 1
    refused(8 * KILOBYTE, run)
    assert contents(disk) == {name: content}
    do(run, disk)
    (alone,) = read_records(tmp_path / "undisturbed" / "runs" / "voids" / "records.jsonl")
    (record,) = read_records(disk / "runs" / "voids" / "records.jsonl")
    assert record.id == alone.id


def test_a_record_that_has_no_room_leaves_the_records_as_they_were(disk):
    for record in RECORDS[:4]:
        append_record(disk / "records.jsonl", record)
    before = contents(disk)
    filler = fill(disk, 0)
    with pytest.raises(CourseError, match="Expected room for .*records.jsonl, got: No space left on device"):
        append_record(disk / "records.jsonl", RECORDS[4])
    filler.unlink()
    assert contents(disk) == before
    append(disk)
    assert read_records(disk / "records.jsonl") == RECORDS


@pytest.mark.parametrize("left", [0, 12 * KILOBYTE])
def test_a_prediction_is_written_as_a_whole_or_not_at_all(tmp_path, disk, refused, left):
    record = keep(tmp_path, "voids", ROW)
    noise = np.random.default_rng(0).integers(0, 255, (200, 200), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "image.png")
    words = ("predict", record.id, str(tmp_path / "image.png"), "--runs", str(tmp_path / "runs"))
    place = ("--output", str(disk / "out"), "--force", "--device", "cpu")
    refused(left, call, tmp_path, *words, *place)
    assert contents(disk) == {}
    do(call, disk, tmp_path, *words, *place)
    before = contents(disk)
    assert set(before) == {"out/image-mask.png", "out/image-overlay.png"}
    refused(left, call, tmp_path, *words, *place)
    assert contents(disk) == before


@pytest.mark.parametrize("disk", [16 * SIZE], indirect=True)
def test_a_report_that_has_no_room_leaves_the_old_one(tmp_path, disk, refused):
    draw_binary_folder(tmp_path / "mine", dogs=24, cats=12, size=16)
    words = ("lab", str(tmp_path / "mine"), "--output", str(disk / "out"), *LAB)
    assert ".npy" in refused(8 * KILOBYTE, call, tmp_path, *words)
    assert contents(disk) == {}
    do(call, disk, tmp_path, *words)
    before = contents(disk)
    assert "out/report.html" in before
    assert "report.html" in refused(4 * KILOBYTE, call, tmp_path, *words)
    assert contents(disk) == before


def test_output_that_has_no_room_is_one_sentence(tmp_path):
    (code,) = finish(start(list_without_room, tmp_path / "records"))
    assert code == 2
    (sentence,) = (tmp_path / "records.log").read_text().splitlines()
    assert sentence.endswith("read or write what this command prints, got: No space left on device.")


def test_a_file_that_may_not_grow_is_said_without_a_small_disk_too(tmp_path):
    data = make_data(tmp_path)
    folder = tmp_path / "limited"
    folder.mkdir()
    (code,) = finish(start(limited, 8 * KILOBYTE, prepare, folder, data))
    assert code == 2 and contents(folder) == {}
    assert "got: File too large;" in (tmp_path / "limited.log").read_text()


@pytest.mark.parametrize("system", ["as it is", "without posix_fallocate"])
def test_room_is_taken_in_earnest_or_refused(disk, monkeypatch, system):
    if system != "as it is":
        monkeypatch.delattr(os, "posix_fallocate", raising=False)
    with written_beside(disk / "file") as file:
        file.write(b"head")
        take_room(file, SIZE // 2)
    assert (disk / "file").read_bytes() == b"head" + bytes(SIZE // 2)
    assert os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize < SIZE // 2
    with pytest.raises(CourseError, match="No space left"), written_beside(disk / "more") as file:
        take_room(file, SIZE // 2 + 1)
    assert set(contents(disk)) == {"file"}
