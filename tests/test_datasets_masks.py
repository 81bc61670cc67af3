"""Images with masks are cut to tiles without losing, adding or moving a pixel that counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from made_data import write_mask_pack

from imbalance_course.datasets import MaskSet, load_nuclei_dsb2018, load_nuclei_monusac, load_voids
from imbalance_course.datasets.decoding import cut_tiles
from imbalance_course.errors import CourseError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@given(height=some.integers(1, 20), width=some.integers(1, 20), tile=some.integers(1, 9))
def test_every_pixel_is_found_in_its_tile_and_padding_counts_nowhere(height, width, tile):
    random = np.random.default_rng(height * 1000 + width * 10 + tile)
    image = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    mask = random.integers(0, 5, (height, width), dtype=np.uint8)
    tiles, masks = cut_tiles(image, mask, tile)
    columns = -(-width // tile)
    assert len(tiles) == len(masks) == columns * -(-height // tile)
    for row in range(height):
        for column in range(width):
            number = row // tile * columns + column // tile
            assert tiles[number, row % tile, column % tile].tolist() == image[row, column].tolist()
            assert masks[number, row % tile, column % tile] == mask[row, column]
    assert (masks != 255).sum() == mask.size


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="as large as its image"):
        cut_tiles(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5), np.uint8), 2)


def test_class_shares_leave_out_what_is_ignored():
    masks = np.array([[[0, 0, 0, 1]], [[2, 255, 255, 255]]], dtype=np.uint8)
    made = MaskSet("made", masks, masks, np.array(["a", "b"]), ("none", "some", "much"), "")
    assert made.class_shares == {"none": 0.6, "some": 0.2, "much": 0.2}
    assert len(made) == 2


@pytest.mark.parametrize(
    ("load", "pack", "classes"),
    [
        (load_voids, "tem-voids.zip", 2),
        (load_nuclei_dsb2018, "nuclei-dsb2018.zip", 3),
        (load_nuclei_monusac, "nuclei-monusac.zip", 5),
    ],
)
def test_packs_with_masks_come_as_tiles_in_order_with_their_groups(folder, load, pack, classes):
    random = np.random.default_rng(0)
    first = random.integers(0, 256, (6, 4), dtype=np.uint8)  # gray, as the micrographs are stored
    second = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    masks = [random.integers(0, classes, image.shape[:2], dtype=np.uint8) for image in (first, second)]
    write_mask_pack(folder / pack, [(first, masks[0], "a"), (second, masks[1], "b")])
    made = load(4)
    assert made.images.shape == (3, 4, 4, 3) and made.images.dtype == made.masks.dtype == np.uint8
    assert made.groups.tolist() == ["a", "a", "b"]
    assert np.array_equal(made.images[0], np.repeat(first[:4, :, None], 3, axis=2))
    assert np.array_equal(made.images[2], second)
    assert np.array_equal(made.masks[2], masks[1])
    assert made.masks[1].tolist() == [*masks[0][4:].tolist(), [255] * 4, [255] * 4]
    assert len(made.class_names) == classes and not made.drawn


def test_a_mask_that_does_not_fit_stops_a_pack_by_name(folder):
    write_mask_pack(folder / "tem-voids.zip", [(np.zeros((4, 4), np.uint8), np.zeros((4, 5), np.uint8), "a")])
    with pytest.raises(CourseError, match=r"images/0\.png in .* as large as its image"):
        load_voids(4)
    assert not list((folder / "cache").iterdir())
