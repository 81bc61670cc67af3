"""Numbers in masks become classes as decided and said; masks that cannot be learned from are refused."""

import numpy as np
import pytest
from lab_folders import blocks, noise, save, write_pairs, write_table
from PIL import Image

from imbalance_course.errors import CourseError
from imbalance_course.lab.folders import read_folder


def read(own, **options):
    return read_folder(own, cache=own.parent / "cache", image_size=32, **options)


def refusal(own) -> str:
    with pytest.raises(CourseError) as raised:
        read(own)
    return str(raised.value)


def find(folder, words):
    return [finding for finding in folder.findings if words in finding.what]


def stripes(folder) -> list[int]:
    """Class of each tile of the first image, which has a stripe of each value as wide as a tile."""
    first = [
        mask for file, mask in zip(folder.files, folder.data.masks, strict=True) if file == folder.files[0]
    ]
    assert all(len(np.unique(mask)) == 1 for mask in first)
    return [int(mask[0, 0]) for mask in first]


@pytest.mark.parametrize(
    ("values", "classes", "names"),
    [
        ((0, 255, 0), [0, 1, 0], ("background", "foreground")),
        ((0, 1, 0), [0, 1, 0], ("background", "foreground")),
        ((0, 1, 255), [0, 1, 255], ("background", "foreground")),
        ((0, 1, 2), [0, 1, 2], ("background", "class 1", "class 2")),
        ((0, 2, 255, 1), [0, 2, 255, 1], ("background", "class 1", "class 2")),
        ((0, 50, 200), [0, 1, 2], ("background", "class 50", "class 200")),
    ],
)
def test_numbers_become_classes(tmp_path, values, classes, names):
    folder = read(write_pairs(tmp_path / "own", [blocks(*values)] * 6))
    assert stripes(folder) == classes
    assert folder.data.class_names == names
    assert find(folder, "In the masks 0 is background")
    assert bool(find(folder, "255 counts nowhere (6 masks)")) == (255 in classes)


def test_255_in_masks_of_their_own_beside_ones_is_ignored_with_a_warning(tmp_path):
    masks = [blocks(0, 1)] * 4 + [blocks(0, 255)] * 4
    folder = read(write_pairs(tmp_path / "own", masks))
    warned = find(folder, "255 counts nowhere")[0]
    assert warned.level == "warning" and "masks/0.png" in warned.what
    assert "write the same number in all" in warned.what


def test_a_table_of_classes_names_them_in_its_order(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(1, 2, 3, 255)] * 6)
    write_table(own / "classes.csv", "value,name", [(2, "ground"), (3, "edge"), (1, "pet"), (9, "bird")])
    folder = read(own)
    assert folder.data.class_names == ("ground", "edge", "pet")
    assert stripes(folder) == [2, 0, 1, 255]
    assert "because no mask has them: bird" in find(folder, "bird")[0].what


def test_zero_comes_first_in_a_table_and_255_may_be_a_class(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 255)] * 6)
    write_table(own / "classes.csv", "value,name", [(255, "void"), (0, "metal")])
    folder = read(own)
    assert folder.data.class_names == ("metal", "void")
    assert stripes(folder) == [0, 1]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0, "a"), (1, "b")], "found 2 too (masks/0.png, masks/1.png"),
        ([(0, "a"), (1, "b"), (2, "b")], "every value and every name once"),
        ([(0, "a"), (1, "b"), (2, "")], "every value and every name once"),
        ([(0, "a"), ("one", "b"), (-3, "c")], "values from 0 to 255 in classes.csv, found one, -3"),
    ],
)
def test_a_table_of_classes_that_does_not_fit_is_refused(tmp_path, rows, words):
    own = write_pairs(tmp_path / "own", [blocks(0, 1, 2)] * 6)
    write_table(own / "classes.csv", "value,name", rows)
    assert words in refusal(own)
    (own / "classes.csv").write_bytes(b"\xff")
    assert "classes.csv to be UTF-8" in refusal(own)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (blocks(0, 0), "found 0 in every pixel of 6 masks. Write what is to be found with 1 or 255"),
        (blocks(1, 2), "found no pixel with 0 but 1, 2. Name the classes in classes.csv"),
        (np.arange(1024, dtype=np.uint8).reshape(32, 32), "found 256 different numbers (0, 1, 2, 3"),
    ],
)  # fmt: skip
def test_masks_without_foreground_background_or_classes_are_refused(tmp_path, mask, words):
    assert words in refusal(write_pairs(tmp_path / "own", [mask] * 6))


def test_masks_of_another_size_are_refused_and_named(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 8)
    save(own / "masks" / "3.png", blocks(0, 1, side=16))
    what = refusal(own)
    assert "1 pair that differ (images/3.png has 64 x 32 pixels, its mask 32 x 16)" in what


def test_lonely_images_and_masks_are_left_out_or_refused_where_they_are_the_most(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 6)
    save(own / "images" / "extra.png", noise(9))
    save(own / "masks" / "other.png", blocks(0, 1))
    folder = read(own)
    assert len(set(folder.files)) == 6
    assert "Left out 1 image without mask (images/extra.png)" in find(folder, "without mask")[0].what
    assert "Left out 1 mask without image (masks/other.png)" in find(folder, "without image")[0].what
    for number in range(6):
        (own / "masks" / f"{number}.png").rename(own / "masks" / f"{number}-truth.png")
    what = refusal(own)
    assert "found 7 images without mask" in what and "found 7 masks without image" in what


def test_two_images_of_a_name_and_folders_without_images_are_refused(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 6)
    save(own / "images" / "1.jpg", noise(1))
    assert "differ in the ending alone (images/1.jpg, images/1.png)" in refusal(own)
    (tmp_path / "yolo" / "images").mkdir(parents=True)
    (tmp_path / "yolo" / "labels").mkdir()
    (tmp_path / "yolo" / "labels" / "1.txt").write_text("0 .5 .5 .1 .1")
    assert "found none to read" in refusal(tmp_path / "yolo")


def test_damaged_images_and_masks_are_left_out_together(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 9)
    (own / "masks" / "2.png").write_bytes(b"x")
    (own / "images" / "5.png").write_bytes(b"x")
    folder = read(own)
    assert sorted(set(folder.files)) == [f"images/{n}.png" for n in (0, 1, 3, 4, 6, 7, 8)]
    assert find(folder, "Left out 1 mask that cannot be read (masks/2.png")
    assert find(folder, "Left out 1 image that cannot be read (images/5.png")
    for number in range(6):
        save(own / "masks" / f"{number}.png", noise(1))
    assert "got 6 masks of 9 that cannot (masks/0.png: it is in color" in refusal(own)


def test_a_class_in_too_few_images_and_too_few_tiles_are_refused(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1, 2)] * 2 + [blocks(0, 1, 0)] * 5)
    assert "class 2 has 2 images" in refusal(own)
    assert "at least 8 tiles for training, choosing and testing, got 6" in (
        refusal(write_pairs(tmp_path / "few", [blocks(0, 1)] * 3))
    )


def test_masks_that_look_inverted_are_warned_of(tmp_path):
    folder = read(write_pairs(tmp_path / "own", [blocks(255, 255, 255, 0)] * 6))
    assert "covers only 25% of the pixels. If it was drawn white, invert" in find(folder, "invert")[0].what


def test_the_same_image_with_two_masks_is_warned_of_and_shares_a_group(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 6)
    save(own / "images" / "again.png", noise(2, (32, 64, 3)))
    save(own / "masks" / "again.png", blocks(1, 0))
    folder = read(own)
    assert "images/2.png = images/again.png" in find(folder, "different masks")[0].what
    groups = dict(zip(folder.files, folder.data.groups, strict=True))
    assert groups["images/2.png"] == groups["images/again.png"]


def test_deep_images_of_tiles_use_their_bits(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 6)
    deep = np.full((32, 64), 500, np.uint16)
    deep[0, 0] = 1000
    save(own / "images" / "2.png", deep)
    folder = read(own)
    tile = folder.data.images[folder.files.index("images/2.png")]
    assert tile[5, 5].tolist() == [500 // 4] * 3  # 1000 needs 10 bits
    assert find(folder, "10 bits to 8")


def test_large_images_are_cut_to_tiles_whose_borders_count_nowhere(tmp_path):
    mask = np.zeros((70, 90), np.uint8)
    mask[69, 89] = mask[0, 0] = 1
    own = write_pairs(tmp_path / "own", [mask] * 4)
    folder = read(own)
    assert folder.data.masks.shape == (4 * 9, 32, 32)
    assert [(folder.data.masks == value).sum() for value in (0, 1, 255)] == [
        4 * 6298,
        8,
        4 * (96 * 96 - 6300),
    ]
    rows = [np.concatenate(folder.data.images[start : start + 3], axis=1) for start in (0, 3, 6)]
    whole = np.concatenate(rows)[:70, :90]
    assert np.array_equal(whole, np.asarray(Image.open(own / "images" / "0.png")))


@pytest.mark.parametrize("kind", ["images", "masks"])
def test_a_folder_without_any_readable_image_or_mask_is_refused(tmp_path, kind):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 6)
    for number in range(6):
        (own / kind / f"{number}.png").write_bytes(b"x")
    assert f"got 6 {kind} of 6 that cannot ({kind}/0.png" in refusal(own)


def test_a_mask_drawn_before_its_image_was_turned_is_told_so(tmp_path):
    own = write_pairs(tmp_path / "own", [blocks(0, 1)] * 9)
    notes = Image.Exif()
    notes[0x0112] = 8
    Image.fromarray(noise(3, (32, 64, 3))).save(own / "images" / "3.png", exif=notes)
    assert "images/3.png has 32 x 64 pixels once turned as the camera noted, its mask 64 x 32" in refusal(own)
