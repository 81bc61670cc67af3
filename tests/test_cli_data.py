"""The `data` commands find, fetch, decode and check, and answer mistakes with one sentence."""

import hashlib
import os
from dataclasses import replace

import pytest
from loopback import Habits, serve
from made_data import DAMAGED, encoded, write_pack, write_zip

from imbalance_course import cli, cli_data
from imbalance_course.datasets import registry

PHOTOGRAPH = encoded((9, 9, 9), kind="JPEG")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def command(folder, monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["imbalance-course", "data", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        done = capsys.readouterr()
        return end.value.code or 0, done.out, done.err

    return call


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serves a Cat-Dog archive that the package takes for the publisher's."""
    files = {
        "PetImages/Cat/0.jpg": PHOTOGRAPH,
        "PetImages/Dog/1.jpg": PHOTOGRAPH,
        "PetImages/Dog/2.jpg": DAMAGED,
    }
    habits = Habits(write_zip(tmp_path / "made.zip", files).read_bytes())
    with serve(habits) as url:
        catdog = registry.DATA_SETS["catdog"]
        checksum = hashlib.sha256(habits.content).hexdigest()
        served = replace(catdog.files[0], url=url, sha256=checksum)
        monkeypatch.setitem(registry.DATA_SETS, "catdog", replace(catdog, files=(served,)))
        yield habits


def refused(result, sentence):
    """Whether a command ended with one sentence, exit code 2 and no traceback."""
    code, out, err = result
    return (
        code == 2 and sentence in err and len(err.strip().splitlines()) == 1 and "Traceback" not in out + err
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("check",), "found none of catdog-160-cat.zip"),
        (("check", "voids"), "tem-voids.zip"),
        (("check", "mnist"), "among catdog, breakhis, voids, nuclei-dsb2018, nuclei-monusac, got mnist"),
        (
            ("prepare", "nuclei-monusac"),
            "nor the publisher's MoNuSAC_images_and_annotations.zip and MoNuSAC Testing",
        ),
        (("prepare", "voids", "--size", "8"), "between 32 and 512"),
        (("prepare", "mnist"), "got mnist"),
        (("download", "mnist"), "got mnist"),
    ],
)
def test_a_mistake_gets_one_sentence(command, words, sentence):
    assert refused(command(*words), sentence)


def test_the_list_names_every_set_its_terms_and_how_it_was_found(command, folder):
    write_pack(folder / "breakhis-200x.zip")
    write_zip(folder / "stage1_train.zip", {"a": b""})
    code, out, _ = command("list")
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert code == 0
    assert "as packs" in lines["breakhis"] and "as published" in lines["nuclei-dsb2018"]
    assert " no " in lines["voids"] and "GPL-3.0" in lines["voids"]
    assert str(folder) in out


def test_without_consent_the_terms_are_shown_and_nothing_is_fetched(command, folder, server):
    result = command("download", "catdog")
    assert refused(result, "nothing was fetched. Add --accept-license")
    for words in ("microsoft.com", "non-commercial research", "about 825 MB", "kagglecatsanddogs_5340.zip"):
        assert words in result[1]
    assert server.asked == [] and list(folder.iterdir()) == []


@pytest.mark.parametrize("answer", [True, False])
def test_on_a_terminal_the_user_is_asked(command, folder, server, monkeypatch, answer):
    monkeypatch.setattr(cli_data, "_on_terminal", lambda: True)
    monkeypatch.setattr(cli_data.typer, "confirm", lambda _: answer)
    code, _, _ = command("download", "catdog")
    assert (code, len(server.asked)) == ((0, 1) if answer else (2, 0))


def test_what_was_fetched_can_be_prepared_and_checked(command, folder, server):
    code, out, _ = command("download", "catdog", "--accept-license")
    assert code == 0 and "its checksum is right" in out
    code, out, _ = command("prepare", "catdog", "--size", "16")
    assert code == 0 and "2 images of 16 x 16 pixels are ready: {'dog': 1, 'cat': 1}" in out
    assert "Damaged and left out (1): PetImages/Dog/2.jpg" in out
    code, out, _ = command("check", "catdog")
    assert code == 0 and "catdog: 2 images decode" in out and "left out (1): PetImages/Dog/2.jpg" in out


def test_a_set_that_is_there_as_packs_is_not_fetched(command, folder, server):
    for pack in registry.DATA_SETS["catdog"].packs:
        write_pack(folder / pack)
    code, out, _ = command("download", "catdog", "--accept-license")
    assert code == 0 and "Nothing was fetched" in out and server.asked == []


def test_a_broken_download_is_one_sentence_and_the_next_call_goes_on(command, folder, server):
    server.cut = 100
    assert refused(command("download", "catdog", "--accept-license"), "got no whole answer")
    server.cut = None
    assert command("download", "catdog", "--accept-license")[0] == 0


@pytest.mark.parametrize("name", ["", "breakhis"])
def test_checking_names_the_damaged_image_of_a_pack(command, folder, name):
    write_pack(folder / "breakhis-200x.zip", "benign", images={2: DAMAGED})
    assert refused(command("check", *name.split()), "readable image benign/2.webp")


def test_checking_reads_an_archive_anew_that_was_changed_behind_its_date(command, folder, server):
    assert command("download", "catdog", "--accept-license")[0] == 0
    assert command("prepare", "catdog", "--size", "16")[0] == 0
    path = folder / "kagglecatsanddogs_5340.zip"
    about, content = path.stat(), bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert refused(command("check", "catdog"), "kagglecatsanddogs_5340.zip with sha256")
