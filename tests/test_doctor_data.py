"""Doctor names data that are missing, damaged or of other bytes, stale caches, and wrong packages."""

import hashlib
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_data import write_pack
from made_records import make_record

from imbalance_course.datasets import load_catdog
from imbalance_course.doctor import data, examine, leftovers, software

PACKS = ("catdog-160-cat.zip", "catdog-160-dog.zip")


@pytest.fixture
def look(tmp_path, monkeypatch):
    """All findings in a folder with the two packs of Cat-Dog, by what was looked at."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "recorded_runs", lambda experiment: [])
    for pack, name in zip(PACKS, ("cat", "dog"), strict=True):
        write_pack(tmp_path / pack, name, 3)
    return lambda: {finding.what: finding for finding in examine(Path("runs"))}


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A folder of packages that are found before the installed ones; called with name, version, needs."""
    folder = tmp_path / "packages"
    monkeypatch.syspath_prepend(folder)

    def put(name, version, *needs):
        about = folder / f"{name.replace('-', '_')}-{version}.dist-info" / "METADATA"
        about.parent.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        about.write_text("\n".join([*lines, *(f"Requires-Dist: {need}" for need in needs)]) + "\n")

    return put


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_whole_packs_are_good_and_missing_ones_a_note_that_says_how_to_get_them(look):
    findings = look()
    assert findings["data catdog"].state == "good"
    missing = findings["data voids"]
    assert (missing.state, missing.found) == ("note", "missing")
    assert "tem-voids.zip" in missing.meaning and "data download voids" in missing.meaning


def test_one_pack_of_two_is_missing_data(look, tmp_path):
    (tmp_path / PACKS[0]).unlink()
    finding = look()["data catdog"]
    assert finding.found == "missing" and PACKS[0] in finding.meaning and PACKS[1] not in finding.meaning


def test_a_data_folder_that_does_not_exist_is_told(look, tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path / "dtaa"))
    finding = look()["data folder"]
    assert finding.state == "note" and "no such folder" in finding.meaning


def test_a_pack_that_is_cut_short_is_a_fault(look, tmp_path):
    pack = tmp_path / PACKS[0]
    pack.write_bytes(pack.read_bytes()[:-40])
    finding = look()["data catdog"]
    assert (finding.state, finding.found) == ("fault", "damaged")
    assert PACKS[0] in finding.meaning and "Fetch it again" in finding.meaning


def test_one_changed_byte_inside_an_image_is_a_fault(look, tmp_path):
    pack = tmp_path / PACKS[1]
    with zipfile.ZipFile(pack) as archive:
        place = archive.getinfo("dog/1.webp").header_offset + 60
    content = bytearray(pack.read_bytes())
    content[place] ^= 1
    pack.write_bytes(content)
    finding = look()["data catdog"]
    assert finding.state == "fault" and "dog/1.webp" in finding.meaning


def test_a_pack_unlike_the_list_of_checksums_is_a_fault(look, tmp_path):
    right = "".join(f"{sha256(tmp_path / pack)}  {pack}\n" for pack in PACKS)
    (tmp_path / "SHA256SUMS").write_text(right)
    assert look()["data catdog"].state == "good"
    (tmp_path / "SHA256SUMS").write_text(right.replace(sha256(tmp_path / PACKS[1]), "0" * 64))
    finding = look()["data catdog"]
    assert (finding.state, finding.found) == ("fault", "wrong checksum")
    assert PACKS[1] in finding.meaning and PACKS[0] not in finding.meaning


def test_packs_of_other_bytes_than_the_recorded_runs_are_a_note(look, tmp_path, monkeypatch):
    record = replace(make_record(), drawn_data=False, data_checksum="of other packs")
    monkeypatch.setattr(data, "recorded_runs", lambda experiment: [record])
    finding = look()["data catdog"]
    assert (finding.state, finding.found) == ("note", "other bytes")
    same = replace(record, data_checksum="+".join(sha256(tmp_path / pack) for pack in PACKS))
    monkeypatch.setattr(data, "recorded_runs", lambda experiment: [same])
    assert look()["data catdog"].state == "good"


def test_a_cache_of_packs_that_have_changed_is_stale(look, tmp_path):
    load_catdog(16)
    assert look()["decoded images"].found == "1"
    write_pack(tmp_path / PACKS[0], "cat", 4)
    finding = look()["stale cache"]
    assert "changed since" in finding.meaning
    assert f"rm -r '{tmp_path / 'cache' / 'catdog-16px-'}" in finding.meaning


@pytest.mark.parametrize("name", ["catdog-64-0123abcd-4567cdef", "horses-64px-0123abcd"])
def test_a_cache_under_a_name_of_another_version_is_stale(look, tmp_path, name):
    folder = tmp_path / "cache" / name
    folder.mkdir(parents=True)
    np.save(folder / "images.npy", np.zeros((2, 64, 64, 3), np.uint8))
    assert "another version" in look()["stale cache"].meaning


def without_table(folder):
    (folder / "table.npz").unlink()


def cut_short(folder):
    (folder / "images.npy").write_bytes((folder / "images.npy").read_bytes()[:-9])


def other_numbers(folder):
    np.save(folder / "images.npy", np.zeros((6, 16, 16, 3), np.float32))


def fewer_columns(folder):
    np.savez(folder / "table.npz", labels=np.zeros(6))


@pytest.mark.parametrize("change", [without_table, cut_short, other_numbers, fewer_columns])
def test_a_cache_in_another_format_is_stale(look, tmp_path, change):
    load_catdog(16)
    (folder,) = (tmp_path / "cache").glob("catdog-*")
    change(folder)
    assert "not in this version's format" in look()["stale cache"].meaning


@pytest.mark.parametrize(
    "name", ["cache/.catdog-16px-0123abcd.writing/images.npy", "runs/catdog/checkpoints/.a.pt.writing"]
)
def test_leftovers_of_killed_writers_are_told_once_they_are_old(look, tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half")
    left = next(place for place in (path, *path.parents) if place.name.endswith(".writing"))
    assert "leftovers" not in look()
    past = left.stat().st_mtime - leftovers.OLD_SECONDS - 1
    os.utime(left, (past, past))
    finding = look()["leftovers"]
    assert finding.state == "note" and f"rm -r '{left.relative_to(tmp_path)}'" in finding.meaning.replace(
        f"{tmp_path}/", ""
    )


def test_an_unfinished_download_is_told(look, tmp_path):
    (tmp_path / "stage1_train.zip.part").write_bytes(bytes(3_000_000))
    finding = look()["unfinished download"]
    assert finding.found == "3 MB" and "goes on" in finding.meaning


def test_a_package_outside_its_range_is_a_fault_with_the_command(look, packages):
    packages("numpy", "1.20.0")
    finding = look()["numpy"]
    assert (finding.state, finding.found) == ("fault", "1.20.0")
    assert "pip install 'numpy>=" in finding.meaning


def test_a_package_that_is_missing_is_a_fault_of_the_core_and_a_note_of_an_extra(look, packages):
    needs = ["no-such-core>=2", 'no-such-extra>=3; extra == "book"', 'numpy<1; extra == "test"']
    packages("imbalance-course", "0.1.0", *needs)
    findings = look()
    assert (findings["no-such-core"].state, findings["no-such-core"].found) == ("fault", "missing")
    assert findings["packages [book]"].state == "note"
    assert "no-such-extra" in findings["packages [book]"].meaning
    assert findings["numpy"].state == "fault" and "make test" in findings["numpy"].meaning


def test_versions_unlike_the_constraints_are_a_note(look, packages, tmp_path, monkeypatch):
    pins = tmp_path / "constraints.txt"
    pins.write_text("# tested\nnumpy==2.0.0\npillow==10.0.0\nnot-installed==1.0\n")
    monkeypatch.setattr(software, "PINS", pins)
    packages("numpy", "2.0.0+local")
    packages("pillow", "11.0.0")
    finding = look()["tested versions"]
    assert (finding.state, finding.found) == ("note", "1 differ")
    assert "pillow 11.0.0 instead of 10.0.0" in finding.meaning


def test_a_package_that_runs_without_being_installed_says_so(look, monkeypatch):
    def unknown(name):
        raise software.PackageNotFoundError(name)

    monkeypatch.setattr(software, "requires", unknown)
    assert look()["packages"].found == "not compared"
