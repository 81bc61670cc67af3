"""Image files of every kind become bytes, damaged ones a sentence, and pictures are written whole or not."""

import errno
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imbalance_course.errors import CourseError
from imbalance_course.experiments.pictures import classes_picture, read_classes, read_picture, write_pictures
from imbalance_course.plots.paint import CLASS_COLORS

GRAY = np.arange(20, dtype=np.uint8).reshape(4, 5) * 12
COLORED = np.random.default_rng(0).integers(0, 256, (4, 5, 3), dtype=np.uint8)


def save(folder, picture, name="image.tif", **options):
    picture.save(folder / name, **options)
    return folder / name


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "F"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_mode_becomes_bytes_of_the_asked_channels(tmp_path, mode, channels):
    picture = Image.fromarray(GRAY)
    picture = picture.convert("RGB") if mode in ("CMYK", "YCbCr", "HSV") else picture
    pixels = read_picture(save(tmp_path, picture.convert(mode)), channels)
    assert pixels.dtype == np.uint8 and pixels.shape == (4, 5, channels)
    near = GRAY.astype(int) if mode != "1" else np.asarray(picture.convert("1")) * 255
    np.testing.assert_allclose(pixels, np.repeat(near[..., None], channels, axis=2), atol=2)


def test_colors_stay_and_gray_is_their_brightness(tmp_path):
    path = save(tmp_path, Image.fromarray(COLORED), "image.png")
    np.testing.assert_array_equal(read_picture(path, 3), COLORED)
    brightness = COLORED @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(read_picture(path, 1)[..., 0], brightness, atol=1)


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.float32])
def test_more_than_a_byte_is_stretched_from_least_to_largest(tmp_path, kind):
    values = np.array([[1000, 1500, 2000], [1250, 1000, 1750]]).astype(kind)
    pixels = read_picture(save(tmp_path, Image.fromarray(values)), 1)[..., 0]
    np.testing.assert_array_equal(pixels, [[0, 128, 255], [64, 0, 191]])
    flat = read_picture(save(tmp_path, Image.fromarray(np.full((2, 2), 999).astype(kind))), 1)
    assert (flat == 0).all()


def test_values_that_are_no_numbers_count_as_the_least(tmp_path):
    values = np.array([[np.nan, 1.5, 2.5, np.inf]], dtype=np.float32)
    assert read_picture(save(tmp_path, Image.fromarray(values)), 1)[..., 0].tolist() == [[0, 0, 255, 0]]
    nothing = Image.fromarray(np.full((1, 2), np.nan, dtype=np.float32))
    assert (read_picture(save(tmp_path, nothing), 1) == 0).all()


def test_an_image_is_turned_as_its_camera_noted(tmp_path):
    notes = Image.Exif()
    notes[0x0112] = 6  # the camera was turned by a quarter
    path = save(tmp_path, Image.fromarray(GRAY), "image.png", exif=notes)
    np.testing.assert_array_equal(read_picture(path, 1)[..., 0], np.rot90(GRAY, -1))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_or_named_but_never_a_crash(tmp_path, kind, data):
    stream = io.BytesIO()
    Image.fromarray(COLORED).save(stream, format=kind)
    content = bytearray(stream.getvalue())
    for _ in range(3):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "image"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        assert read_picture(path, 3).dtype == np.uint8
    except CourseError as error:
        assert "damaged or another file" in str(error)


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="got a folder"):
        read_picture(tmp_path, 1)
    with pytest.raises(CourseError, match="got nothing"):
        read_picture(tmp_path / "nowhere.png", 1)


def test_black_and_white_are_classes_0_and_1_of_two(tmp_path):
    mask = np.array([[0, 255, 0]], dtype=np.uint8)
    for picture in (Image.fromarray(mask), Image.fromarray(mask).convert("RGB"), Image.fromarray(mask > 0)):
        assert read_classes(save(tmp_path, picture), (1, 3), 2).tolist() == [[0, 1, 0]]


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_class_numbers_stay_and_255_counts_nowhere(tmp_path, kind):
    numbers = np.array([[0, 2, 1, 255]])
    path = save(tmp_path, Image.fromarray(numbers.astype(kind)))
    assert read_classes(path, (1, 4), 3).tolist() == numbers.tolist()


def test_of_a_palette_the_numbers_count_and_written_masks_read_back(tmp_path):
    labels = np.random.default_rng(0).integers(0, 5, (6, 7)).astype(np.uint8)
    write_pictures({tmp_path / "mask.png": classes_picture(labels)})
    np.testing.assert_array_equal(read_classes(tmp_path / "mask.png", (6, 7), 5), labels)
    with Image.open(tmp_path / "mask.png") as picture:
        assert picture.mode == "P"
        colors = np.asarray(picture.convert("RGB"))
    table = np.array([(0, 0, 0), *CLASS_COLORS])
    np.testing.assert_array_equal(colors, table[labels])


@pytest.mark.parametrize(
    ("numbers", "classes", "sentence"),
    [
        ([[0, 7]], 2, "from 0 to 1, or black and white, in"),
        ([[0, 128, 255]], 5, "got 0, 128, 255"),
        ([[255, 255]], 5, "got 255"),
    ],
)
def test_a_mask_with_other_numbers_is_refused(tmp_path, numbers, classes, sentence):
    numbers = np.array(numbers, dtype=np.uint8)
    with pytest.raises(CourseError, match=sentence):
        read_classes(save(tmp_path, Image.fromarray(numbers)), numbers.shape, classes)


def test_a_mask_in_colors_or_of_another_size_is_refused(tmp_path):
    with pytest.raises(CourseError, match="got a picture in colors"):
        read_classes(save(tmp_path, Image.fromarray(COLORED)), (4, 5), 2)
    with pytest.raises(CourseError, match="4 x 5 pixels, got .* with 5 x 4"):
        read_classes(save(tmp_path, Image.fromarray(GRAY)), (5, 4), 2)


def test_when_the_disk_is_full_nothing_is_left_and_nothing_lost(tmp_path, monkeypatch):
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    first.write_text("as it was")
    written = Image.Image.save

    def full(picture, file, **options):
        if "b.png" in file.name:
            file.write(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        written(picture, file, **options)

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(CourseError, match="No space left"):
        write_pictures({first: Image.fromarray(GRAY), second: Image.fromarray(GRAY)})
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
    assert first.read_text() == "as it was"
