"""`predict` reads odd images rightly, or answers with one sentence and writes nothing."""

import os

import numpy as np
import pytest
from made_data import encoded
from made_networks import keep
from PIL import Image

from hostile.odd_images import GRAY, NO_IMAGE, RED, TURNS, corner, noted, png_of_zeros, tiff_of_one_tile
from imbalance_course.experiments.pictures import read_picture

LARGE = {
    "400 million": png_of_zeros(20_000, 20_000),
    "144 million": png_of_zeros(12_000, 12_000),
    "tile": tiff_of_one_tile(12_000),
}
BAD = NO_IMAGE | LARGE


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder of runs with a kept network, and the id of its record."""
    folder = tmp_path_factory.mktemp("kept")
    return folder / "runs", keep(folder, "voids", "unet-micrograph-bce").id


@pytest.fixture
def predict(command, kept, tmp_path):
    """``predict``: what it says; a refusal is one sentence, after which no file is there that was not."""

    def run(*words, wanted=0):
        before = sorted(tmp_path.rglob("*"))
        runs, id = kept
        code, out, err = command("predict", id, *(str(word) for word in words), "--runs", str(runs))
        assert code == wanted and "Traceback" not in out + err and "\x1b" not in out + err, err
        if wanted:
            assert sorted(tmp_path.rglob("*")) == before and len(err.strip().splitlines()) == 1
        return out + err

    return run


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_refused_before_anything_is_written(predict, tmp_path, kind):
    (tmp_path / "good.png").write_bytes(encoded(90, (32, 32), mode="L"))
    (tmp_path / "odd.jpg").write_bytes(BAD[kind])
    said = predict(tmp_path / "good.png", tmp_path / "odd.jpg", wanted=2)
    assert "odd.jpg, got a damaged or another file (" in said and " at 0x" not in said


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)])
def test_pipes_folders_and_devices_are_refused_unopened(predict, tmp_path, make):
    make(tmp_path / "odd.png")
    assert f"Expected an image file at {tmp_path / 'odd.png'}" in predict(tmp_path / "odd.png", wanted=2)


@pytest.mark.parametrize("name", ["x\x1b[2J.png", "[red]:smile:.png", "\udcff.png"])
def test_names_with_markup_or_other_bytes_are_letters(predict, tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    shown = name.replace("\x1b", r"\x1b").replace("\udcff", r"\udcff")
    assert shown in predict(tmp_path / name, wanted=2)


@pytest.mark.parametrize("kind", [*RED, *GRAY])
def test_images_of_every_kind_are_read(tmp_path, kind):
    (tmp_path / "odd").write_bytes((RED | GRAY)[kind])
    white = 255 if kind in GRAY else 0
    pixels = read_picture(tmp_path / "odd", 3)
    assert pixels[0, 0] == pytest.approx((255, white, white), abs=3)


def test_a_pixel_and_a_thread_of_pixels_are_labeled(predict, tmp_path):
    for name, size in {"pixel": (1, 1), "thread": (1, 900)}.items():
        (tmp_path / f"{name}.png").write_bytes(encoded(90, size, mode="L"))
        said = predict(tmp_path / f"{name}.png")
        assert f"{size[0]} x {size[1]} pixels" in said
        with Image.open(tmp_path / f"{name}-mask.png") as mask:
            assert mask.size == size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
def test_an_image_is_turned_upright_once(tmp_path, kind, orientation):
    stored = np.repeat(corner()[..., None], 3, axis=2)
    (tmp_path / "x").write_bytes(noted(stored, kind, orientation))
    pixels = read_picture(tmp_path / "x", 3).astype(int)
    np.testing.assert_allclose(pixels, TURNS[orientation](stored), atol=20)
