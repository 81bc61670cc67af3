"""Folders of a learner's own are read in every layout, resized or tiled, and kept."""

import errno
import os

import numpy as np
import pytest
from lab_folders import (
    draw_binary_folder,
    draw_grouped_folder,
    draw_mask_folder,
    noise,
    save,
    write_classes,
    write_pairs,
    write_table,
)
from PIL import Image

from imbalance_course.errors import CourseError
from imbalance_course.lab import decoded
from imbalance_course.lab.folders import read_folder


@pytest.fixture
def read(tmp_path):
    def call(path, **options):
        return read_folder(path, cache=tmp_path / "cache", **options)

    return call


def sentences(folder, level):
    return [finding.what for finding in folder.findings if finding.level == level]


def test_a_folder_for_each_class_becomes_labels_in_the_order_of_the_names(tmp_path, read):
    folder = read(draw_binary_folder(tmp_path / "own"))
    assert (folder.kind, folder.grouped, folder.data.name) == ("classes", False, "own")
    assert folder.data.class_counts == {"cat": 16, "dog": 48}
    assert folder.data.images.shape == (64, 64, 64, 3)
    assert [file.split("/")[0] for file in folder.files] == ["cat"] * 16 + ["dog"] * 48
    assert len(set(folder.data.groups)) == 64


def test_an_image_of_the_asked_size_comes_through_untouched(tmp_path, read):
    own = write_classes(tmp_path / "own", {"a": 8, "b": 8})
    folder = read(own, image_size=20)
    for file, image in zip(folder.files, folder.data.images, strict=True):
        assert np.array_equal(image, np.asarray(Image.open(own / file)))


def test_folders_below_a_class_belong_to_it_and_hidden_files_to_nobody(tmp_path, read):
    own = write_classes(tmp_path / "own", {"a": 8, "b/deep/er": 4, "b/flat": 4})
    (own / "a" / "Thumbs.db").write_bytes(b"x")
    (own / ".hidden").mkdir()
    save(own / ".hidden" / "x.png", noise(5))
    save(own / "a" / "._1.png", noise(6))
    folder = read(own)
    assert folder.data.class_counts == {"a": 8, "b": 8}
    assert not [what for what in sentences(folder, "note") if "hidden" in what or "Thumbs" in what]


def test_a_table_gives_five_classes_and_groups(tmp_path, read):
    folder = read(draw_grouped_folder(tmp_path / "own"))
    assert folder.grouped and folder.kind == "classes"
    assert folder.data.class_counts == {"amber": 40, "blue": 22, "green": 15, "red": 12, "violet": 10}
    assert len(set(folder.data.groups)) == 40
    position = folder.files.index("photographs/v0-1.png")
    assert folder.data.groups[position] == "violet place 0"
    assert folder.data.class_names[folder.data.labels[position]] == "violet"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.csv", "file,label\n{rows}"),
        ("anything.csv", "\ufeffImage ; Class\n{rows}"),
        ("labels.csv", "label\tnote\tfilename\n{turned}"),
    ],
)
def test_tables_of_spreadsheets_are_read_with_any_separator_order_and_extra_columns(
    tmp_path, read, name, text
):
    own = tmp_path / "own"
    for number in range(20):
        save(own / "photos" / f"{number}.png", noise(number))
    rows = [(f"photos\\{number}.png", "ab"[number % 2]) for number in range(20)]
    separator = ";" if ";" in text else ","
    filled = text.format(
        rows="\n\n".join(separator.join(row) for row in rows),
        turned="\n".join(f"{label}\tsays nothing\t{file}" for file, label in rows),
    )
    (own / name).write_text(filled, encoding="utf-8")
    folder = read(own)
    assert folder.data.class_counts == {"a": 10, "b": 10}
    assert not folder.grouped


def test_groups_beside_class_folders_are_taken_by_path_or_by_a_name_that_is_there_once(tmp_path, read):
    own = write_classes(tmp_path / "own", {"a": 9, "b": 9})
    save(own / "a" / "only.png", noise(77))
    rows = [(f"{name}/{item}.png", f"{name}{item // 3}") for name in "ab" for item in range(9)]
    write_table(own / "groups.csv", "file,group", [*rows, ("only.png", "a0")])
    folder = read(own)
    assert folder.grouped
    assert sorted(set(folder.data.groups)) == ["a0", "a1", "a2", "b0", "b1", "b2"]
    assert folder.data.groups[folder.files.index("a/only.png")] == "a0"


def test_sparse_foreground_survives_tiling_pixel_by_pixel(tmp_path, read):
    own = draw_mask_folder(tmp_path / "own")
    folder = read(own)
    assert folder.data.images.shape == (24, 128, 128, 3)
    assert folder.data.class_names == ("background", "foreground")
    assert (folder.data.masks == 1).sum() == 12 * 25
    assert folder.data.class_shares["foreground"] == pytest.approx(25 / (128 * 192))
    assert folder.files[:2] == ("images/field00.png",) * 2
    assert folder.data.groups[0] == folder.data.groups[1] == "field00"
    whole = np.concatenate([folder.data.masks[0], folder.data.masks[1]], axis=1)
    truth = np.asarray(Image.open(own / "masks" / "field00.png")) > 0
    assert np.array_equal(whole[:, :192], truth)
    assert (whole[:, 192:] == 255).all()


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("image/p/{}.tif", "mask/p/{}.png"),
        ("images/{}.png", "labels/{}.png"),
        ("Images/{}.png", "Masks/{}_mask.png"),
        ("{}.png", "{}_mask.png"),
        ("part/{}.jpg", "part/{}_MASK.png"),
    ],
)
def test_masks_are_found_by_equal_names(tmp_path, read, image, mask):
    for number in range(4):
        save(tmp_path / "own" / image.format(number), noise(number, (256, 128, 3)))
        save(tmp_path / "own" / mask.format(number), np.eye(256, 128, dtype=np.uint8))
    folder = read(tmp_path / "own")
    assert (folder.kind, len(folder.data)) == ("masks", 8)
    assert sorted(set(folder.files)) == [image.format(number) for number in range(4)]


def test_an_unpacked_manifest_gives_masks_and_groups(tmp_path, read):
    own = write_pairs(tmp_path / "own", [np.eye(256, 128, dtype=np.uint8)] * 6)
    rows = [(f"images/{n}.png", f"masks/{n}.png", f"slide {n // 2}", "0.1") for n in range(6)]
    write_table(own / "manifest.csv", "image,mask,group,share", rows)
    folder = read(own)
    assert folder.grouped
    assert sorted(set(folder.data.groups)) == ["slide 0", "slide 1", "slide 2"]


def test_the_second_reading_decodes_nothing_and_finds_the_same(tmp_path, read):
    own = draw_mask_folder(tmp_path / "own")
    seen = []
    first = read(own, on_done=seen.append)
    again = read(own, on_done=seen.append)
    assert sum(seen) == 12
    assert np.array_equal(first.data.images, again.data.images)
    assert np.array_equal(first.data.masks, again.data.masks)
    assert (first.findings, first.files, first.data.checksum) == (
        again.findings,
        again.files,
        again.data.checksum,
    )


@pytest.mark.parametrize("size", [(20, 20, 3), (21, 20, 3)])
def test_a_changed_file_is_decoded_anew_and_changes_the_checksum(tmp_path, read, size):
    own = write_classes(tmp_path / "own", {"a": 8, "b": 8})
    changing = save(own / "a" / "x.bmp", noise(50))
    os.utime(changing, (1, 1))
    first = read(own)
    save(changing, noise(60, size))  # the same number of bytes where the size is the same
    again = read(own)
    assert first.data.checksum != again.data.checksum
    position = first.files.index("a/x.bmp")
    assert not np.array_equal(first.data.images[position], again.data.images[position])


def test_the_checksum_does_not_depend_on_where_the_folder_lies(tmp_path, read):
    one, other = (write_classes(tmp_path / place / "own", {"a": 8, "b": 8}) for place in ("one", "other"))
    assert read(one).data.checksum == read(other).data.checksum


def test_a_stop_while_decoding_leaves_nothing_that_looks_finished(tmp_path, read):
    own = write_classes(tmp_path / "own", {"a": 8, "b": 8})

    def stop(images):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(own, on_done=stop)
    assert len(read(own).data) == 16


def test_a_full_disk_is_said_before_anything_is_written(tmp_path, read, monkeypatch):
    own = write_classes(tmp_path / "own", {"a": 8, "b": 8})

    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(decoded, "create_array", no_room)
    with pytest.raises(CourseError, match="Expected room for .* No space left on device; .* MB free"):
        read(own)


@pytest.mark.parametrize("size", [0, 15, 2000])
def test_an_image_size_out_of_range_is_refused(tmp_path, read, size):
    with pytest.raises(CourseError, match=f"16 to 1024 pixels, got {size}"):
        read(tmp_path, image_size=size)
