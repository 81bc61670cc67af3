"""Every folder that cannot be learned from is refused in a sentence that names files and the way out."""

import numpy as np
import pytest
from lab_folders import draw_binary_folder, noise, save, write_classes, write_table

from imbalance_course.errors import CourseError
from imbalance_course.lab import copies
from imbalance_course.lab.balance import recall_interval
from imbalance_course.lab.checks import Finding, count, name_some, refuse_errors
from imbalance_course.lab.folders import read_folder


@pytest.fixture
def own(tmp_path):
    return write_classes(tmp_path / "own", {"a": 10, "b": 10})


def read(own, **options):
    return read_folder(own, cache=own.parent / "cache", **options)


def refusal(own) -> str:
    with pytest.raises(CourseError) as raised:
        read(own)
    return str(raised.value)


def warnings_of(own) -> str:
    return "\n".join(finding.what for finding in read(own).findings if finding.level == "warning")


def test_a_path_without_folder_is_refused_with_the_place_it_was_looked_for(tmp_path):
    assert f"found nothing there. Check the spelling; paths start at {tmp_path.cwd()}" in refusal(
        tmp_path / "missing"
    )
    (tmp_path / "file.zip").write_bytes(b"x")
    assert "got a file. Unpack it" in refusal(tmp_path / "file.zip")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "Thumbs.db").write_bytes(b"x")
    assert "found no file in it" in refusal(tmp_path / "empty")


def test_a_folder_that_is_not_recognized_is_told_what_was_looked_for_and_found(tmp_path):
    for number in range(7):
        save(tmp_path / "own" / f"{number}.png", noise(number))
    (tmp_path / "own" / "notes.txt").write_text("x")
    what = refusal(tmp_path / "own")
    assert "a folder of images for each class, or labels.csv" in what
    assert "NAME_mask.png" in what
    assert "found 7 images (7 of them directly in it), other files (1 .txt)" in what


def test_a_single_class_an_empty_one_and_parts_of_a_split_are_refused(tmp_path):
    one = write_classes(tmp_path / "one", {"a/x": 9, "a/y": 9})
    assert "found only a (18 images)" in refusal(one)
    assert "If its folders are the classes (x, y), give a." in refusal(one)
    empty = write_classes(tmp_path / "empty", {"a": 9, "b": 9, "c": 0})
    assert "found none in c. Put images there" in refusal(empty)
    parts = write_classes(tmp_path / "parts", {"train/a": 9, "train/b": 9, "Val/a": 9})
    assert (
        f"parts of a split (Val, train). Give the folder that holds the classes, such as {parts / 'Val'}"
        in (refusal(parts))
    )


def test_classes_too_small_to_split_are_refused_together(tmp_path):
    own = write_classes(tmp_path / "own", {"a": 30, "b": 7, "c": 1})
    what = refusal(own)
    assert "at least 8 images in 3 groups of every class" in what
    assert "b has 7 images, c has 1 image. Add images" in what


def test_a_class_in_two_groups_is_refused_however_many_images_it_has(own):
    rows = [(f"{name}/{item}.png", f"{name}{item % (5 if name == 'a' else 2)}") for name in "ab"
            for item in range(10)]  # fmt: skip
    write_table(own / "groups.csv", "file,group", rows)
    assert "b has 10 images in 2 groups" in refusal(own)


def test_few_images_are_told_the_interval_to_expect(tmp_path):
    what = warnings_of(draw_binary_folder(tmp_path / "own"))
    low, high = recall_interval(4)
    assert f"cat (16 images, about 4 images to test) {low:.0%} to {high:.0%}" in what


def test_the_interval_holds_the_rates_that_a_score_test_does_not_reject():
    low, high = recall_interval(40, 0.8)
    for rate in np.linspace(0.01, 0.99, 99):
        rejected = abs(0.8 - rate) > 1.96 * np.sqrt(rate * (1 - rate) / 40)
        assert rejected == (not low <= rate <= high)


def test_enough_images_are_told_nothing(tmp_path):
    assert warnings_of(write_classes(tmp_path / "own", {"a": 120, "b": 120})) == ""


def test_unreadable_images_are_counted_named_and_left_out(own):
    for number in range(7):
        (own / "a" / f"bad{number}.png").write_bytes(b"<html>")
    (own / "b" / "short.png").write_bytes((own / "b" / "1.png").read_bytes()[:300])
    folder = read(own)
    assert folder.data.class_counts == {"a": 10, "b": 10}
    assert len(folder.data.skipped) == 8
    assert "a/bad0.png" in folder.data.skipped
    what = warnings_of(own)
    assert (
        "Left out 8 images that cannot be read (a/bad0.png: no image of a known kind, save it as PNG" in what
    )
    assert "and 3 more" in what


def test_mostly_unreadable_images_and_a_class_that_gets_empty_are_refused(own):
    for number in range(10):
        (own / "a" / f"{number}.png").write_bytes(b"")
    what = refusal(own)
    assert "a has 0 images" in what
    for number in range(10):
        (own / "b" / f"more{number}.png").write_bytes(b"x")
    assert "got 20 images of 30 that cannot" in refusal(own)


def test_the_same_pixels_in_two_classes_are_refused_and_named(own):
    (own / "b" / "copy.png").write_bytes((own / "a" / "3.png").read_bytes())
    assert "same pixels in several (a/3.png = b/copy.png). Which class is right?" in refusal(own)


def test_the_same_pixels_in_one_class_share_a_group_under_whatever_name_and_kind(own):
    save(own / "a" / "copy.bmp", noise(3))
    folder = read(own)
    groups = dict(zip(folder.files, folder.data.groups, strict=True))
    assert groups["a/copy.bmp"] == groups["a/3.png"]
    assert len(set(groups.values())) == 20
    assert "a/3.png = a/copy.bmp" in warnings_of(own)


def test_copies_join_the_groups_of_the_learner(own):
    save(own / "a" / "copy.png", noise(3))
    rows = [(f"{name}/{item}.png", f"{name}{item}") for name in "ab" for item in range(10)]
    write_table(own / "groups.csv", "file,group", [*rows, ("a/copy.png", "a7")])
    folder = read(own)
    groups = dict(zip(folder.files, folder.data.groups, strict=True))
    assert groups["a/copy.png"] == groups["a/3.png"] == groups["a/7.png"] == "a3"


def test_chains_of_copies_become_one_group():
    digests = np.array([[1], [2], [1], [3], [2], [9]], np.uint8)
    groups = np.array(["p", "q", "q", "r", "r", "s"])
    assert copies.join_copies(digests, groups).tolist() == ["p", "p", "p", "p", "p", "s"]


def test_nearly_the_same_image_across_groups_is_a_note(own):
    again = np.clip(noise(3).astype(int) + 4, 0, 255).astype(np.uint8)
    save(own / "b" / "relit.png", again)
    notes = [finding.what for finding in read(own).findings if finding.level == "note"]
    assert any("1 set of images look nearly alike" in what and "b/relit.png" in what for what in notes)


def test_very_many_images_are_compared_in_part(monkeypatch):
    monkeypatch.setattr(copies, "COMPARED", 10)
    thumbs = np.stack([noise(0, (8, 8, 3))] * 40)
    found = copies.find_near_copies([f"{n}.png" for n in range(40)], thumbs, np.arange(40).astype(str))
    assert "among 10 of 40 images compared" in found[0].what


def test_a_single_group_and_one_that_holds_nearly_everything_are_refused(own):
    names = [f"{name}/{item}.png" for name in "ab" for item in range(10)]
    write_table(own / "groups.csv", "file,group", [(name, "all") for name in names])
    assert "found 1 (all). Add images of other groups" in refusal(own)
    for name in "ab":
        for item in range(10, 40):
            save(own / name / f"{item}.png", noise(ord(name) * 100 + item))
    names = [f"{name}/{item}.png" for name in "ab" for item in range(40)]
    rare = [(name, f"g{number}" if number % 40 < 3 else "most") for number, name in enumerate(names)]
    write_table(own / "groups.csv", "file,group", rare)
    assert "group most holds 92% of all (74 of 80)" in refusal(own)
    half = [(name, "most" if number % 40 < 22 else f"g{number}") for number, name in enumerate(names)]
    write_table(own / "groups.csv", "file,group", half)
    assert "The group most holds 55% of all" in warnings_of(own)


def test_bunches_of_names_are_suggested_as_groups_but_not_taken_for_them(tmp_path):
    for name in ("benign", "malignant"):
        for case in range(6):
            for shot in range(3):
                path = tmp_path / "own" / name / f"SOB_{name[0]}-14-{case}X-200-{shot:03}.png"
                save(path, noise(ord(name[0]) * 100 + case * 10 + shot))
    folder = read(tmp_path / "own")
    assert not folder.grouped and len(set(folder.data.groups)) == 36
    what = warnings_of(tmp_path / "own")
    assert "File names begin alike in 12 bunches (SOB_b-14-0X-200 3 files" in what
    assert "groups.csv with the columns file and group" in what


def test_numbered_names_are_no_bunches(tmp_path):
    for name in ("cat", "dog"):
        for item in range(12):
            save(tmp_path / "own" / name / f"photograph.{item}.png", noise(ord(name[0]) * 100 + item))
    assert "bunches" not in warnings_of(tmp_path / "own")


def test_links_out_are_refused_broken_ones_and_folders_twice_left_out(own, tmp_path):
    (own / "b" / "broken.png").symlink_to(own / "nowhere.png")
    (own / "b" / "again").symlink_to(own / "a")
    (own / "a" / "inside.png").symlink_to(own / "a" / "3.png")
    assert "1 link to files that do not exist (b/broken.png)" in warnings_of(own)
    assert "1 link to folders that are read anyway (b/again)" in warnings_of(own)
    assert "a/3.png = a/inside.png" in warnings_of(own)
    (own / "a" / "outside.png").symlink_to(save(tmp_path / "elsewhere.png", noise(1)))
    assert "found 1 link to places outside (a/outside.png). Copy what they lead to" in refusal(own)


def test_classes_that_differ_in_capitals_are_warned_of(tmp_path):
    own = write_classes(tmp_path / "own", {"Cat": 9, "cat": 9})
    assert "capitals alone count as different: Cat and cat" in warnings_of(own)


def test_images_beside_the_class_folders_are_left_out_with_a_warning(own):
    save(own / "loose.png", noise(50))
    assert "Left out 1 image beside the folders of the classes (loose.png)" in warnings_of(own)


def test_all_errors_are_told_at_once(own):
    (own / "c").mkdir()
    (own / "b" / "copy.png").write_bytes((own / "a" / "3.png").read_bytes())
    write_table(own / "groups.csv", "file,group", [("a/1.png", ""), ("zzz.png", "g")])
    what = refusal(own)
    assert what.startswith("Found 5 errors:\n- ")
    for words in ("none in c", "no image for 1 row (zzz.png in line 3)", "none in 1 row (line 2)",
                  "none for 20 images", "a/3.png = b/copy.png"):  # fmt: skip
        assert words in what


def test_in_a_large_folder_names_are_checked_before_pixels(own, monkeypatch):
    monkeypatch.setattr("imbalance_course.lab.folders.READ_ON", 5)
    (own / "c").mkdir()
    (own / "b" / "copy.png").write_bytes((own / "a" / "3.png").read_bytes())
    assert "same pixels" not in refusal(own)


def test_findings_without_error_pass_and_sentences_count():
    kept = refuse_errors([Finding("note", "a"), Finding("warning", "b")])
    assert [finding.what for finding in kept] == ["a", "b"]
    assert (count(1, "image"), count(2, "class")) == ("1 image", "2 classes")
    assert name_some(list("abcdef")) == "a, b, c, d, e and 1 more"


def test_a_folder_without_any_readable_image_is_refused(own):
    for name in "ab":
        for item in range(10):
            (own / name / f"{item}.png").write_bytes(b"x")
    what = refusal(own)
    assert "got 20 images of 20 that cannot" in what
    assert "a has 0 images, b has 0 images" in what
