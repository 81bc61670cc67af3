"""Decoding, downloads and records survive a kill at any moment: the next start ends with the same bytes."""

import hashlib

import numpy as np
import pytest
from children import do, kill_in_new_folders
from fault_jobs import RECORDS, append, fetch, prepare
from loopback import Habits, serve
from packs import make_data
from states import contents

from imbalance_course.datasets.download import CHUNK_BYTES
from imbalance_course.records import read_records

CONTENT = np.random.default_rng(0).bytes(5 * CHUNK_BYTES + 1000)


def test_decoding_killed_50_times_ends_with_the_bytes_of_an_undisturbed_one(tmp_path):
    data = make_data(tmp_path)
    undisturbed, *killed = kill_in_new_folders(tmp_path, 50, 1, prepare, data)
    whole = contents(undisturbed)
    assert {name.rpartition("/")[2] for name in whole} == {"images.npy", "table.npz"}
    for folder in killed:
        half = {name: content for name, content in contents(folder).items() if "/." not in name}
        assert half in ({}, whole)  # what has its name is there as a whole
        do(prepare, folder, data)
        assert contents(folder) == whole


@pytest.mark.parametrize(("seed", "known"), [(2, True), (3, False)])
def test_a_download_killed_25_times_goes_on_with_what_arrived(tmp_path, seed, known):
    habits, whole = Habits(CONTENT), {"data/file.zip": CONTENT}
    checksum = hashlib.sha256(CONTENT).hexdigest() if known else None
    with serve(habits) as url:
        undisturbed, *killed = kill_in_new_folders(tmp_path, 25, seed, fetch, url, checksum)
        assert contents(undisturbed) == whole
        for folder in killed:
            half = contents(folder)
            arrived = half.get("data/file.zip.part", b"")
            assert CONTENT.startswith(arrived)
            habits.asked.clear()
            do(fetch, folder, url, checksum)
            if "data/file.zip" in half:
                assert half["data/file.zip"] == CONTENT and habits.asked == []
            else:
                assert habits.asked == [f"bytes={len(arrived)}-" if arrived else None]
            assert contents(folder) == whole


def test_a_dozen_records_killed_50_times_are_whole_and_end_there_once_each(tmp_path):
    undisturbed, *killed = kill_in_new_folders(tmp_path, 50, 4, append)
    assert read_records(undisturbed / "records.jsonl") == RECORDS
    for folder in killed:
        written = read_records(folder / "records.jsonl")
        assert written == RECORDS[: len(written)]
        do(append, folder)
        assert contents(folder) == contents(undisturbed)
