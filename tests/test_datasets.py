"""Drawn images are deterministic and learnable; packs are read whole or refused by name."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression

from imbalance_course.datasets import draw_animals, load_catdog
from imbalance_course.datasets.packs import decode_images, open_pack
from imbalance_course.errors import CourseError


def webp(color: tuple[int, int, int], size: int = 16) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), color).save(buffer, "WEBP", lossless=True)
    return buffer.getvalue()


def write_pack(path, name="cat", count=3, manifest=None, images=None):
    rows = [f"{name}/{number}.webp,{name},{name}.{number}" for number in range(count)]
    manifest = "image,label,group\n" + "\n".join(rows) + "\n" if manifest is None else manifest
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.csv", manifest)
        for number in range(count):
            archive.writestr(
                f"{name}/{number}.webp", (images or {}).get(number, webp((number * 40, 10, 200)))
            )
    return path


@pytest.fixture
def two_packs(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    write_pack(tmp_path / "catdog-160-cat.zip", "cat", 3)
    write_pack(tmp_path / "catdog-160-dog.zip", "dog", 5)
    return tmp_path


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
    assert animals.images[2, 0, 0].tolist() == [80, 10, 200]


def test_a_second_load_reads_the_cache_and_not_the_images(two_packs, monkeypatch):
    first = load_catdog(16)
    monkeypatch.setattr(
        "imbalance_course.datasets.cache.decode_images", lambda *_: pytest.fail("decoded again")
    )
    assert np.array_equal(load_catdog(16).images, first.images)


def test_changed_packs_do_not_meet_the_old_cache(two_packs):
    load_catdog(16)
    write_pack(two_packs / "catdog-160-cat.zip", "cat", 4)
    assert load_catdog(16).class_counts["cat"] == 4


def test_a_damaged_image_stops_the_decoding_by_name_and_leaves_no_cache(two_packs):
    write_pack(two_packs / "catdog-160-dog.zip", "dog", 2, images={1: b"<html>not an image</html>"})
    with pytest.raises(CourseError, match=r"readable image dog/1\.webp"):
        load_catdog(16)
    assert not list((two_packs / "cache").iterdir())


def test_missing_packs_are_named_with_the_variable_that_moves_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path))
    with pytest.raises(
        CourseError, match="catdog-160-cat.zip, catdog-160-dog.zip in .* set IMBALANCE_COURSE_DATA"
    ):
        load_catdog()


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("image,label\ncat/0.webp,cat\n", "missing: group"),
        ("", "missing: image, label, group"),
        ("image,label,group\ncat/99.webp,cat,g\n", r"1 are missing \(first: cat/99.webp\)"),
        (b"image,label,group\n\xff\xfe,cat,g\n", "UTF-8"),
    ],
)
def test_a_bad_manifest_is_explained(tmp_path, manifest, words):
    path = write_pack(tmp_path / "pack.zip", manifest=manifest)
    with pytest.raises(CourseError, match=words):
        open_pack(path)


@pytest.mark.parametrize("tenth", range(0, 10, 3))
def test_a_truncated_pack_is_refused(tmp_path, tenth):
    path = write_pack(tmp_path / "pack.zip", count=20)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * tenth // 10])
    with pytest.raises(CourseError, match="damaged"):
        open_pack(path)


def test_images_of_another_size_are_resized(tmp_path):
    pack = open_pack(write_pack(tmp_path / "pack.zip", images={0: webp((9, 9, 9), size=40)}))
    out = np.empty((3, 8, 8, 3), dtype=np.uint8)
    decode_images(pack, 8, out)
    assert set(out[0].ravel().tolist()) == {9}
