"""Odd images in a learner's folder are read rightly, left out by name, or refused; nothing else happens."""

import os

import numpy as np
import pytest
from lab_folders import noise, save, write_classes, write_table

from hostile.odd_images import GRAY, NO_IMAGE, RED, TURNS, corner, noted, png_of_zeros, tiff_of_one_tile
from imbalance_course.datasets import image_files
from imbalance_course.lab import opening
from imbalance_course.lab.folders import read_folder
from imbalance_course.lab.opening import open_picture

LARGE = {
    "400 million": png_of_zeros(20_000, 20_000),
    "144 million": png_of_zeros(12_000, 12_000),
    "tile": tiff_of_one_tile(12_000),
}
BAD = NO_IMAGE | LARGE


@pytest.fixture
def own(tmp_path):
    return write_classes(tmp_path / "own", {"a": 8, "b": 8})


@pytest.fixture
def check(command, own):
    """``lab --check-only``: what it says, after a look that nothing was written."""

    def run(wanted=0):
        before = sorted(own.rglob("*"))
        code, out, err = command("lab", str(own), "--check-only")
        assert sorted(own.rglob("*")) == before
        assert code == wanted and "Traceback" not in out + err and "\x1b" not in out + err, err
        return out + err

    return run


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_left_out_and_named(check, own, kind):
    (own / "a" / "odd.jpg").write_bytes(BAD[kind])
    assert "warning: Left out 1 image that cannot be read (a/odd.jpg: " in check()


def test_a_folder_of_what_cannot_be_read_is_refused(check, own):
    for number in range(20):
        (own / "b" / f"odd{number}.png").write_bytes(NO_IMAGE["page"])
    assert "got 20 images of 36 that cannot (b/odd0.png: no image of a known kind" in check(wanted=2)


def test_images_of_every_kind_are_read(check, own):
    for number, content in enumerate((RED | GRAY).values()):
        (own / "a" / f"odd{number}.png").write_bytes(content)
    said = check()
    assert "cannot be read" not in said and "first picture of files that hold several" in said
    folder = read_folder(own)
    for number, kind in enumerate(RED | GRAY):
        image = folder.data.images[folder.files.index(f"a/odd{number}.png")]
        white = 255 if kind in GRAY else 0
        assert image[30, 30] == pytest.approx((255, white, white), abs=3), kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
def test_an_image_is_turned_upright_once(tmp_path, kind, orientation):
    stored = np.repeat(corner()[..., None], 3, axis=2)
    (tmp_path / "x").write_bytes(noted(stored, kind, orientation))
    picture = open_picture(tmp_path / "x")
    upright = TURNS[orientation](stored)
    assert picture.shape == upright.shape[:2]
    assert bool(picture.traits & opening.Trait.TURNED) == (orientation != 1)
    np.testing.assert_allclose(np.asarray(picture.image).astype(int), upright, atol=20)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "I;16"])
def test_turned_tiff_files_of_every_kind_keep_their_pixels(tmp_path, mode):
    """Pillow mixes up some of these when it maps them to memory."""
    image = opening.Image.fromarray(corner())
    if mode == "I;16":
        image = opening.Image.fromarray(corner().astype(np.uint16) << 8)
    image = image if mode == "I;16" else image.convert("RGB" if mode == "CMYK" else mode).convert(mode)
    notes = opening.Image.Exif()
    notes[0x0112] = 6
    image.save(tmp_path / "x.tif", exif=notes)
    gray = np.asarray(open_picture(tmp_path / "x.tif").image)[..., 0]
    np.testing.assert_allclose(gray.astype(int), TURNS[6](corner()), atol=20)


@pytest.mark.parametrize("name", ["[red]", ":smile:", "x\x1b[2J", "line\nbreak", "\u202egnp"])
def test_names_with_markup_or_commands_for_terminals_are_letters(check, own, name):
    (own / "a").rename(own / name)
    (own / name / "bad.png").write_bytes(b"")
    assert name.replace("\x1b", r"\x1b").replace("\u202e", r"\u202e") in check()


def test_classes_with_markup_are_shown_letter_by_letter(check, own):
    rows = [(f"{kind}/{number}.png", f"[/{kind}]") for kind in "ab" for number in range(8)]
    write_table(own / "labels.csv", "file,label", rows)
    assert "[/a]" in check()


def test_pipes_links_in_circles_and_links_outside_are_named(check, own, tmp_path):
    os.mkfifo(own / "a" / "pipe.png")
    os.symlink(own / "a" / "circle.png", own / "a" / "circle.png")
    assert "Left out 1 pipe or device (a/pipe.png)" in check()
    os.symlink(save(tmp_path / "secret.png", noise(5)), own / "a" / "outside.png")
    os.symlink("/dev/zero", own / "a" / "zeros.png")
    said = check(wanted=2)
    assert "found 2 links to places outside (a/outside.png, a/zeros.png)" in said


def test_a_huge_file_is_refused_unread(check, own):
    with (own / "a" / "huge.webp").open("wb") as file:
        file.write(b"RIFF\xf8\xff\xff\xffWEBPVP8 ")
        file.truncate(2 * 10**9)
    assert "a/huge.webp: it has more than 1,000 MB" in check()


def test_large_images_are_decoded_one_at_a_time(own, tmp_path, monkeypatch):
    held = []
    turn = opening.turn_upright

    def watched(image):
        held.append(image_files.ONE_LARGE._is_owned())
        return turn(image)

    monkeypatch.setattr(opening, "turn_upright", watched)
    read_folder(own, cache=tmp_path / "first")
    assert held == [False] * 16
    monkeypatch.setattr(image_files, "LARGE", 20 * 20 - 1)
    read_folder(own, cache=tmp_path / "second")
    assert held[16:] == [True] * 16
