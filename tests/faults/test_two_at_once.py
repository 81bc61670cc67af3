"""Two processes that do the same at the same time: both are right, nothing is doubled, nothing is torn."""

import hashlib

import pytest
from children import SERVER, do, finish, start
from fault_jobs import (
    RECORDS,
    append_shuffled,
    at_once,
    fetch,
    prepare,
    prepare_and_note,
    run,
    write_letters,
)
from loopback import Habits, serve
from packs import make_data
from states import contents

from imbalance_course.records import read_records

CONTENT = bytes(range(256)) * 8_000


def both(job, first, second, meanwhile=lambda: None) -> list[int]:
    """Exit codes of two processes that begin a job together, with the arguments of each."""
    barrier = SERVER.Barrier(2)
    processes = [start(at_once, barrier, job, *arguments) for arguments in (first, second)]
    while any(process.is_alive() for process in processes):
        meanwhile()
        processes[0].join(0.001)
    return finish(*processes)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "both").mkdir()
    return tmp_path / "both"


def test_images_are_decoded_once_and_both_find_them(tmp_path, folder):
    data = make_data(tmp_path)
    (tmp_path / "alone").mkdir()
    do(prepare, tmp_path / "alone", data)
    assert both(prepare_and_note, (folder, data), (folder, data)) == [0, 0]
    assert (tmp_path / "both.decoded").read_text() == "decoded\n"
    assert (tmp_path / "both.log").read_text().count("6 images of 24 x 24 pixels are ready") == 2
    assert contents(folder) == contents(tmp_path / "alone")


def test_a_download_is_fetched_once_and_who_comes_second_finds_it_or_is_told(tmp_path, folder):
    habits = Habits(CONTENT)
    with serve(habits) as url:
        arguments = (folder, url, hashlib.sha256(CONTENT).hexdigest())
        codes = both(fetch, arguments, arguments)
    assert sorted(codes) in ([0, 0], [0, 2])
    said = (tmp_path / "both.log").read_text()
    assert said.count("Expected to be alone, but another process is fetching file.zip.") == codes.count(2)
    assert habits.sent == [len(CONTENT)]
    assert contents(folder) == {"data/file.zip": CONTENT}


def test_records_of_two_processes_are_all_there_once(folder):
    assert both(append_shuffled, (folder, 1), (folder, 2)) == [0, 0]
    written = read_records(folder / "records.jsonl")
    assert sorted(record.seed for record in written) == [record.seed for record in RECORDS]
    assert set(contents(folder)) == {"records.jsonl"}


def test_a_run_is_trained_once_and_both_show_its_record(tmp_path, folder):
    (tmp_path / "alone").mkdir()
    do(run, tmp_path / "alone")
    assert both(run, (folder,), (folder,)) == [0, 0]
    assert (tmp_path / "both.seen").read_text() == (tmp_path / "alone.seen").read_text()
    said = (tmp_path / "both.log").read_text()
    assert said.count("seed 0: recorded already") == 1
    (record,) = read_records(folder / "runs" / "voids" / "records.jsonl")
    kept = f"runs/voids/networks/{record.id}.pt"
    assert set(contents(folder)) == {"runs/voids/records.jsonl", kept}
    assert contents(folder)[kept] == contents(tmp_path / "alone")[kept]


def test_a_file_that_two_write_is_whole_whenever_it_is_read(folder):
    file = folder / "file"
    wholes = {b"a" * 200_000, b"b" * 200_000}
    seen = set()

    def read() -> None:
        if file.exists():
            seen.add(file.read_bytes())

    assert both(write_letters, (file, "a"), (file, "b"), meanwhile=read) == [0, 0]
    assert seen and seen <= wholes
    assert set(contents(folder)) == {"file"}
