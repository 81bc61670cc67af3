"""Odd masks that a person brings, to `lab` or as the truth of `predict`, are read rightly or refused."""

import numpy as np
import pytest
from lab_folders import blocks, write_pairs
from made_data import encoded
from PIL import Image

from hostile.odd_images import NO_IMAGE, TURNS, corner, noted, png_of_zeros, several
from imbalance_course.errors import CourseError
from imbalance_course.experiments.pictures import read_classes
from imbalance_course.lab.folders import read_folder
from imbalance_course.lab.opening import open_mask

MASK = blocks(0, 1)  # 64 x 32 pixels
BOTH = {
    "gray": Image.fromarray(MASK),
    "black and white": Image.fromarray(MASK * 255),
    "one bit": Image.fromarray(MASK > 0),
    "16 bits": Image.fromarray(MASK.astype(np.uint16)),
    "three channels": Image.fromarray(np.dstack([MASK] * 3)),
    "four channels": Image.fromarray(np.dstack([MASK * 255] * 3 + [np.full_like(MASK, 255)])),
    "gray see-through": Image.fromarray(MASK).convert("LA"),
}
NEITHER = {
    "colors": (Image.fromarray(np.dstack([MASK, MASK * 0, MASK])), "in color"),
    "fractions": (Image.fromarray(MASK * np.float32(0.5)), "fractions"),
    "no numbers": (Image.fromarray(MASK * np.float32(np.nan)), "fractions"),
    "many numbers": (Image.fromarray(MASK.astype(np.int32) * 70_000), "numbers"),
}
FILES = NO_IMAGE | {
    "bomb": png_of_zeros(20_000, 20_000),
    "144 million": png_of_zeros(12_000, 12_000),
    "pages": several("TIFF"),
    "moving": several("GIF"),
}


@pytest.fixture
def own(tmp_path):
    return write_pairs(tmp_path / "own", [MASK] * 9)


@pytest.fixture
def check(command, own):
    def run(wanted=0):
        code, out, err = command("lab", str(own), "--check-only", "--image-size", "32")
        assert code == wanted and "Traceback" not in out + err, err
        return out + err

    return run


@pytest.mark.parametrize("kind", BOTH)
def test_a_mask_of_any_kind_keeps_its_classes(tmp_path, kind):
    BOTH[kind].save(tmp_path / "mask.png")
    assert np.array_equal(open_mask(tmp_path / "mask.png") > 0, MASK > 0)
    assert np.array_equal(read_classes(tmp_path / "mask.png", MASK.shape, 2), MASK)


@pytest.mark.parametrize("kind", NEITHER)
def test_a_mask_that_tells_no_classes_is_left_out_or_refused_in_words(check, own, kind):
    image, words = NEITHER[kind]
    image.save(own / "masks" / "4.tif")
    (own / "masks" / "4.png").unlink()
    said = check()
    assert "Left out 1 mask that cannot be read (masks/4.tif: " in said and words in said
    with pytest.raises(CourseError, match=r"4\.tif"):
        read_classes(own / "masks" / "4.tif", MASK.shape, 2)


@pytest.mark.parametrize("kind", FILES)
def test_a_mask_that_cannot_be_read_is_left_out_or_refused(check, own, kind):
    (own / "masks" / "4.png").write_bytes(FILES[kind])
    assert "Left out 1 mask that cannot be read (masks/4.png: " in check()
    with pytest.raises(CourseError, match=r"4\.png"):
        read_classes(own / "masks" / "4.png", MASK.shape, 2)


@pytest.mark.parametrize("kind", ["page", "bomb", "144 million"])
def test_an_image_that_cannot_be_read_is_left_out_with_its_mask(check, own, kind):
    image = FILES[kind]
    (own / "images" / "4.png").write_bytes(image)
    assert "Left out 1 image that cannot be read (images/4.png: " in check()


def test_inks_are_no_classes(check, own):
    """Black ink leaves the other three at 0, which looked like a mask of nothing."""
    Image.fromarray(MASK * 255).convert("RGB").convert("CMYK").save(own / "masks" / "4.tif")
    (own / "masks" / "4.png").unlink()
    assert "masks/4.tif: it is in color" in check()


def test_a_mask_of_another_size_is_refused(check, own):
    (own / "masks" / "4.png").write_bytes(encoded(1, (63, 32), mode="L"))
    assert "images/4.png has 64 x 32 pixels, its mask 63 x 32" in check(wanted=2)


def test_a_mask_of_nothing_is_background_and_masks_of_nothing_are_refused(check, own):
    empty = encoded(0, (64, 32), mode="L")
    (own / "masks" / "4.png").write_bytes(empty)
    assert "cannot be read" not in check()
    for number in range(9):
        (own / "masks" / f"{number}.png").write_bytes(empty)
    assert "found 0 in every pixel of 9 masks" in check(wanted=2)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", TURNS)
def test_a_mask_with_a_camera_s_note_is_turned_once_as_its_image_is(tmp_path, kind, orientation):
    stored = (corner() > 0).astype(np.uint8)
    (tmp_path / "mask").write_bytes(noted(stored, kind, orientation))
    upright = TURNS[orientation](stored)
    assert np.array_equal(open_mask(tmp_path / "mask"), upright)
    assert np.array_equal(read_classes(tmp_path / "mask", upright.shape, 2), upright)


def test_image_and_mask_with_the_same_note_stay_together(own):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 64, 3), dtype=np.uint8)
    (own / "images" / "4.png").write_bytes(noted(pixels, "PNG", 3))
    (own / "masks" / "4.png").write_bytes(noted(MASK, "PNG", 3))
    folder = read_folder(own, image_size=32, cache=own.parent / "cache")
    tiles = [number for number, file in enumerate(folder.files) if file == "images/4.png"]
    assert np.array_equal(folder.data.images[tiles[0]], pixels[::-1, ::-1][:32, :32])
    assert folder.data.masks[tiles[0]].all() and not folder.data.masks[tiles[1]].any()


def test_a_turned_image_whose_mask_is_not_is_warned_of_or_refused(check, own):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 64, 3), dtype=np.uint8)
    (own / "images" / "4.png").write_bytes(noted(pixels, "PNG", 3))
    assert "warning: Turned as the camera noted: 1 image (images/4.png). See whether the masks fit" in check()
    (own / "images" / "4.png").write_bytes(noted(pixels, "PNG", 6))
    assert "32 x 64 pixels once turned as the camera noted, its mask 64 x 32" in check(wanted=2)
