"""Odd images of packs and publishers' archives are seen upright in RGB, left out, or refused by name."""

import numpy as np
import pytest
from made_data import encoded, write_mask_pack, write_pack, write_zip

from hostile.odd_images import GRAY, NO_IMAGE, RED, TURNS, corner, noted, png_of_zeros, tiff_of_one_tile
from hostile.places import CATDOG, photographs
from imbalance_course.datasets import load_catdog
from imbalance_course.datasets.decoding import read_rgb
from imbalance_course.datasets.image_files import UNREADABLE, open_image

DEEP = {
    "16 bits": encoded(50_000, mode="I;16"),
    "32 bits": encoded(70_000, kind="TIFF", mode="I"),
    "fractions": encoded(0.5, kind="TIFF", mode="F"),
}
LARGE = {
    "400 million pixels": png_of_zeros(20_000, 20_000),
    "144 million pixels": png_of_zeros(12_000, 12_000),
    "17 million pixels": png_of_zeros(4_200, 4_200),
    "a long thread": png_of_zeros(1, 70_000),
    "a large tile": tiff_of_one_tile(12_000),
}
BAD = NO_IMAGE | DEEP | LARGE


def write_catdog(prepare, content):
    return write_zip(prepare.data / CATDOG, photographs() | {"PetImages/Dog/9.jpg": content})


@pytest.mark.parametrize("kind", [*RED, *GRAY])
def test_an_image_of_any_kind_becomes_rgb(prepare, kind):
    write_catdog(prepare, (RED | GRAY)[kind])
    assert prepare.ready("catdog") == (5, "")
    white = 255 if kind in GRAY else 0
    assert load_catdog(8).images[-1, 3, 3] == pytest.approx((255, white, white), abs=3)


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_left_out_of_an_archive_and_named(prepare, kind):
    write_catdog(prepare, BAD[kind])
    count, left_out = prepare.ready("catdog")
    assert count == 4 and "(1): PetImages/Dog/9.jpg" in left_out


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_stops_a_pack_by_name(prepare, kind):
    write_pack(prepare.data / "breakhis-200x.zip", "benign", images={1: BAD[kind]})
    said = prepare.refused("breakhis", "Expected a readable image benign/1.webp in ")
    assert " at 0x" not in said  # no place in memory, which is no help


def test_data_check_counts_as_data_prepare_does(prepare):
    write_catdog(prepare, BAD["144 million pixels"])
    code, out, err = prepare.command("data", "check", "catdog")
    assert (code, err) == (0, "")
    assert "catdog: 4 images decode" in out and "(1): PetImages/Dog/9.jpg" in out


def test_images_of_odd_sides_are_cut_to_whole_tiles(prepare):
    sides = [(1, 1), (1, 500), (500, 1), (33, 32)]
    images = [(np.ones(side, np.uint8), np.ones(side, np.uint8), "g") for side in sides]
    write_mask_pack(prepare.data / "tem-voids.zip", images)
    assert prepare.ready("voids", size=32) == (1 + 16 + 16 + 2, "")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", TURNS)
def test_an_image_is_turned_upright_once(kind, orientation):
    stored = np.repeat(corner()[..., None], 3, axis=2)
    pixels = np.asarray(read_rgb(noted(stored, kind, orientation))).astype(int)
    np.testing.assert_allclose(pixels, TURNS[orientation](stored), atol=20)


@pytest.mark.parametrize("kind", ["400 million pixels", "a long thread", "a large tile"])
def test_too_large_is_said_with_a_way_out(kind):
    words = "cut it to images of at most 120 million|stored in tiles of 12,000"
    with pytest.raises(UNREADABLE, match=words), open_image(LARGE[kind]):
        pass
