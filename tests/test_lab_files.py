"""Image files of odd kinds become the pixels that a person would see, or are named."""

import numpy as np
import pytest
from lab_folders import noise, save, write_classes
from PIL import Image

from imbalance_course.datasets.image_files import UNREADABLE
from imbalance_course.lab.folders import read_folder
from imbalance_course.lab.opening import open_mask, open_picture


@pytest.fixture
def own(tmp_path):
    return write_classes(tmp_path / "own", {"a": 8, "b": 8})


def read(own, **options):
    return read_folder(own, cache=own.parent / "cache", **options)


def find(folder, words):
    return [finding for finding in folder.findings if words in finding.what]


def test_sixteen_bits_are_cut_by_the_brightest_pixel_of_the_folder(own):
    dark, bright = np.full((32, 32), 100, np.uint16), np.full((32, 32), 4000, np.uint16)
    dark[0, 0], bright[0, 0] = 0, 4095
    save(own / "a" / "dark.png", dark)
    save(own / "b" / "bright.tif", bright)
    folder = read(own, image_size=32)
    images = dict(zip(folder.files, folder.data.images, strict=True))
    assert images["a/dark.png"][5, 5].tolist() == [100 // 16] * 3
    assert images["b/bright.tif"][5, 5].tolist() == [4000 // 16] * 3
    assert "12 bits to 8" in find(folder, "bits")[0].what


def test_sixteen_full_bits_are_divided_by_256(tmp_path):
    path = save(tmp_path / "x.png", np.full((4, 4), 51_200, np.uint16))
    assert np.asarray(open_picture(path).image)[0, 0].tolist() == [200] * 3


def test_a_photograph_taken_sideways_is_turned_as_the_camera_noted(own):
    pixels = np.zeros((40, 20, 3), np.uint8)
    pixels[:20] = 255  # bright above once it is turned
    stored = Image.fromarray(np.rot90(pixels))  # orientation 6: turn by a quarter clockwise to see it
    notes = Image.Exif()
    notes[0x0112] = 6
    stored.save(own / "a" / "turned.jpg", exif=notes, quality=95)
    folder = read(own)
    image = folder.data.images[folder.files.index("a/turned.jpg")]
    assert image[:28].min() > 200 and image[36:].max() < 50
    assert "a/turned.jpg" in find(folder, "camera")[0].what
    assert open_picture(own / "a" / "turned.jpg").shape == (40, 20)


def test_inks_palettes_and_gray_become_rgb(tmp_path):
    red = Image.new("RGB", (8, 8), (200, 30, 30))
    red.convert("CMYK").save(tmp_path / "inks.tif")
    red.quantize(4).save(tmp_path / "palette.png")
    red.convert("L").save(tmp_path / "gray.bmp")
    for name in ("inks.tif", "palette.png"):
        assert np.asarray(open_picture(tmp_path / name).image)[0, 0] == pytest.approx((200, 30, 30), abs=3)
    assert len(set(np.asarray(open_picture(tmp_path / "gray.bmp").image)[0, 0])) == 1


def test_see_through_pixels_lie_on_black_and_animations_show_their_first_picture(own):
    clear = np.dstack([np.full((20, 20, 3), 250, np.uint8), np.zeros((20, 20), np.uint8)])
    clear[:10, :, 3] = 255
    save(own / "a" / "clear.png", clear)
    frames = [Image.fromarray(noise(number)) for number in (300, 301)]
    frames[0].save(own / "b" / "moving.webp", save_all=True, append_images=frames[1:], lossless=True)
    folder = read(own, image_size=20)
    images = dict(zip(folder.files, folder.data.images, strict=True))
    assert images["a/clear.png"][0, 0].tolist() == [250] * 3
    assert images["a/clear.png"][15, 0].tolist() == [0] * 3
    assert np.array_equal(images["b/moving.webp"], noise(300))
    assert find(folder, "see-through")[0].level == "note"
    assert find(folder, "b/moving.webp")[0].level == "warning"


def test_a_large_photograph_is_nearly_the_same_when_unpacked_small(tmp_path):
    smooth = Image.fromarray(noise(4, (8, 8, 3))).resize((1024, 1024), Image.Resampling.BICUBIC)
    smooth.save(tmp_path / "large.jpg", quality=95)
    whole, small = (open_picture(tmp_path / "large.jpg", near=near) for near in (None, 32))
    assert whole.shape == small.shape == (1024, 1024)
    assert small.image.size == (128, 128)  # JPEG unpacks to an eighth at the smallest
    ours, theirs = (np.asarray(picture.image.resize((32, 32), Image.Resampling.BOX), float)
                    for picture in (small, whole))  # fmt: skip
    assert np.abs(ours - theirs).max() < 6


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((4, 4), 70_000, np.int32), "more than 16 bits"),
        (np.full((4, 4), 0.5, np.float32), "fractions"),
    ],
)
def test_numbers_that_are_no_brightness_are_refused_in_words(tmp_path, array, words):
    path = save(tmp_path / "x.tif", array)
    with pytest.raises(ValueError, match=words):
        open_picture(path)


def test_masks_keep_their_numbers_in_every_kind_of_file(tmp_path):
    truth = np.array([[0, 1], [2, 0]], np.uint8)
    colored = Image.frombytes("P", (2, 2), truth.tobytes())
    colored.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0])
    colored.save(tmp_path / "palette.png")
    save(tmp_path / "gray.png", truth)
    save(tmp_path / "deep.png", truth.astype(np.uint16))
    save(tmp_path / "three.png", np.dstack([truth] * 3))
    save(tmp_path / "four.png", np.dstack([truth] * 3 + [np.full((2, 2), 255, np.uint8)]))
    for name in ("palette", "gray", "deep", "three", "four"):
        assert np.array_equal(open_mask(tmp_path / f"{name}.png"), truth), name


def test_a_black_and_white_palette_counts_by_color_not_by_number(tmp_path):
    picture = Image.frombytes("P", (2, 1), bytes([0, 1]))
    picture.putpalette([255, 255, 255, 0, 0, 0])  # white has the number 0
    picture.save(tmp_path / "x.png")
    assert open_mask(tmp_path / "x.png").tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (noise(1), "in color"),
        (np.full((4, 4), 300, np.uint16), "numbers up to 300"),
        (np.full((4, 4), 0.5, np.float32), "whole numbers"),
    ],
)
def test_masks_without_class_numbers_are_refused_in_words(tmp_path, array, words):
    path = save(tmp_path / "x.tif", array)
    with pytest.raises(ValueError, match=words):
        open_mask(path)


@pytest.mark.filterwarnings("ignore")  # Pillow's, of which the reader stays silent too
@pytest.mark.parametrize("kind", ["png", "jpg", "gif", "tif", "webp", "bmp"])
def test_files_with_wrong_bytes_never_raise_anything_unexpected(tmp_path, kind):
    good = save(tmp_path / f"good.{kind}", noise(3)).read_bytes()
    random = np.random.default_rng(0)
    refused = 0
    for number in range(60):
        content = bytearray(good)
        for place in random.integers(0, len(content), 6):
            content[place] = random.integers(256)
        path = tmp_path / f"{number}.{kind}"
        path.write_bytes(content[: len(content) - number * len(content) // 120])
        try:
            assert open_picture(path).image.mode == "RGB"
        except UNREADABLE:
            refused += 1
    assert refused


def test_inks_are_right_in_a_photograph_that_is_unpacked_small(tmp_path):
    Image.new("RGB", (640, 640), (200, 30, 30)).convert("CMYK").save(tmp_path / "inks.jpg", quality=95)
    picture = open_picture(tmp_path / "inks.jpg", near=16)
    assert np.asarray(picture.image)[5, 5] == pytest.approx((200, 30, 30), abs=6)


def test_an_image_of_too_many_pixels_is_told_in_plain_words(own, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    save(own / "a" / "slide.png", noise(1, (60, 60, 3)))
    assert "a/slide.png: it has too many pixels; cut it" in find(read(own), "cannot be read")[0].what
