"""Packs are read whole, once, in the manifest's order, or refused by name."""

import numpy as np
import pytest
from made_data import DAMAGED, encoded, write_mask_pack, write_pack
from sklearn.linear_model import LogisticRegression

from imbalance_course.datasets import draw_animals, load_breakhis, load_catdog, load_voids
from imbalance_course.datasets.packs import list_pack
from imbalance_course.errors import CourseError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def two_packs(folder):
    write_pack(folder / "catdog-160-cat.zip", "cat", 3)
    write_pack(folder / "catdog-160-dog.zip", "dog", 5)
    return folder


def test_the_same_seed_draws_the_same_bytes():
    first, again, other = (draw_animals(5, 5, seed=seed) for seed in (0, 0, 1))
    assert first.checksum == again.checksum != other.checksum
    assert first.drawn


def test_drawn_classes_look_alike_to_a_model_that_sees_brightness_only():
    animals = draw_animals(600, 600, size=16)
    brightness = animals.images.reshape(1200, -1).mean(1, keepdims=True)
    half = np.arange(1200) % 2 == 0
    model = LogisticRegression().fit(brightness[half], animals.labels[half])
    assert model.score(brightness[~half], animals.labels[~half]) < 0.65


def test_nonsense_counts_are_refused():
    with pytest.raises(ValueError, match="counts >= 0"):
        draw_animals(-1, 3)


def test_catdog_reads_both_packs_with_the_cat_as_positive(two_packs):
    animals = load_catdog(16)
    assert animals.class_counts == {"dog": 5, "cat": 3}
    assert animals.labels.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    assert animals.groups.tolist() == [f"cat.{n}" for n in range(3)] + [f"dog.{n}" for n in range(5)]
    assert animals.images[2, 0, 0].tolist() == [80, 10, 200]
    assert animals.skipped == ()


def test_breakhis_takes_the_rare_benign_class_as_positive(folder):
    manifest = "image,label,group\nx/0.webp,benign,7\nx/1.webp,malignant,8\nx/2.webp,malignant,8\n"
    write_pack(folder / "breakhis-200x.zip", "x", 3, manifest)
    tissue = load_breakhis(16)
    assert tissue.labels.tolist() == [1, 0, 0]
    assert tissue.groups.tolist() == ["7", "8", "8"]


@pytest.mark.parametrize("load", [lambda: load_catdog(16), lambda: load_voids(8)])
def test_a_second_load_reads_the_cache_and_not_the_images(two_packs, monkeypatch, load):
    gray, mask = np.full((8, 8), 9, np.uint8), np.eye(8, dtype=np.uint8)
    write_mask_pack(two_packs / "tem-voids.zip", [(gray, mask, "m")])
    first = load()
    monkeypatch.setattr(
        "imbalance_course.datasets.cache.decode_items", lambda *_: pytest.fail("decoded again")
    )
    assert np.array_equal(load().images, first.images)
    assert np.array_equal(load().groups, first.groups)


def test_changed_packs_do_not_meet_the_old_cache(two_packs):
    load_catdog(16)
    write_pack(two_packs / "catdog-160-cat.zip", "cat", 4)
    assert load_catdog(16).class_counts["cat"] == 4


def test_a_damaged_image_of_a_pack_stops_the_decoding_by_name_and_leaves_no_cache(two_packs):
    write_pack(two_packs / "catdog-160-dog.zip", "dog", 2, images={1: DAMAGED})
    with pytest.raises(CourseError, match=r"readable image dog/1\.webp"):
        load_catdog(16)
    assert not list((two_packs / "cache").iterdir())


def test_a_strange_label_is_named(two_packs):
    write_pack(two_packs / "catdog-160-dog.zip", "wolf", 2)
    with pytest.raises(CourseError, match="labels cat and dog in .*, got wolf"):
        load_catdog(16)


def test_missing_packs_are_named_with_every_way_to_get_them(folder):
    with pytest.raises(CourseError, match="catdog-160-cat.zip, catdog-160-dog.zip in ") as stopped:
        load_catdog()
    for way in ("set IMBALANCE_COURSE_DATA", "kagglecatsanddogs_5340.zip", "data download catdog"):
        assert way in str(stopped.value)


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("image,label\ncat/0.webp,cat\n", "missing: group"),
        ("", "column names in the first line of manifest.csv of .*pack.zip, found none"),
        (
            "image,label,group\ncat/99.webp,cat,g\n",
            "Expected cat/99.webp of manifest.csv of .*, line 2, in the pack",
        ),
        (b"image,label,group\n\xff\xfe,cat,g\n", "UTF-8"),
    ],
)
def test_a_bad_manifest_is_explained(tmp_path, manifest, words):
    path = write_pack(tmp_path / "pack.zip", manifest=manifest)
    with pytest.raises(CourseError, match=words):
        list_pack(path, "label")


def test_a_pack_with_labels_is_not_taken_for_one_with_masks(tmp_path):
    with pytest.raises(CourseError, match="missing: mask"):
        list_pack(write_pack(tmp_path / "pack.zip"), "mask")


@pytest.mark.parametrize("tenth", range(0, 10, 3))
def test_a_truncated_pack_is_refused(tmp_path, tenth):
    path = write_pack(tmp_path / "pack.zip", count=20)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * tenth // 10])
    with pytest.raises(CourseError, match="damaged"):
        list_pack(path, "label")


def test_images_of_another_size_are_squeezed_to_the_square(two_packs):
    wide = encoded((9, 9, 9), size=(40, 20), kind="WEBP")
    write_pack(two_packs / "catdog-160-cat.zip", images={0: wide})
    images = load_catdog(8).images
    assert images.shape == (8, 8, 8, 3)
    assert set(images[0].ravel().tolist()) == {9}
