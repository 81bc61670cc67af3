"""A run survives a kill at any moment: it loses the current epoch at most and ends with the same bytes."""

from pathlib import Path

import torch
from children import do, kill_in_new_folders
from fault_jobs import EPOCH, TINY, run
from states import contents

from imbalance_course.records import Record, read_records
from imbalance_course.records.record import VARYING


def seen_by(folder: Path) -> list[int]:
    """Images that the runs in a folder had seen, note by note."""
    note = Path(f"{folder}.seen")
    return [int(line) for line in note.read_text().split()] if note.is_file() else []


def same_everywhere(record: Record) -> dict:
    """What a record holds but times and dates."""
    return {name: value for name, value in vars(record).items() if name not in VARYING}


def check_state(folder: Path, seen: list[int]) -> None:
    """A killed run left whole files, and a checkpoint that lacks the current epoch at most."""
    records = read_records(folder / "runs" / "voids" / "records.jsonl")
    if records:
        return
    (checkpoint,) = [*(folder / "runs").rglob("checkpoints/[!.]*.pt")] or [None]
    finished = torch.load(checkpoint, weights_only=True)["epoch"] if checkpoint else 0
    assert 0 <= seen[-1] - EPOCH * finished <= EPOCH if seen else not finished


def test_a_run_killed_50_times_ends_with_the_record_and_the_network_of_an_undisturbed_one(tmp_path):
    undisturbed, *killed = kill_in_new_folders(tmp_path, 25, 5, run)
    (tmp_path / "timed").mkdir()
    seconds = do(run, tmp_path / "timed")
    killed += kill_in_new_folders(tmp_path, 25, 6, run, seconds=seconds)
    whole = contents(undisturbed)
    (record,) = read_records(undisturbed / "runs" / "voids" / "records.jsonl")
    kept = f"runs/voids/networks/{record.id}.pt"
    assert set(whole) == {"runs/voids/records.jsonl", kept}
    for folder in killed:
        before = seen_by(folder)
        check_state(folder, before)
        do(run, folder)
        after = seen_by(folder)[len(before) :]
        assert not after or after[0] >= max(before, default=0) - EPOCH
        (resumed,) = read_records(folder / "runs" / "voids" / "records.jsonl")
        assert same_everywhere(resumed) == same_everywhere(record)
        found = contents(folder)
        assert set(found) == set(whole) and found[kept] == whole[kept]
    assert seen_by(undisturbed)[-1] == TINY.images_total
