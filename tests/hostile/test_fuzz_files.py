"""Whatever bytes come, a door hands out data, leaves files out, or says one sentence; it writes nothing."""

import gzip
import io
import shutil
import stat

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab_folders import blocks, write_classes, write_pairs
from made_data import encoded_array, write_mask_pack, write_zip
from PIL import Image

from hostile.changed import NAMES, changed
from hostile.forged import DEFLATED, STORED, Entry, deflated, forge_zip, tar_bytes
from hostile.places import BREAKHIS, CATDOG, photographs, slides
from imbalance_course.datasets import load_breakhis, load_catdog, load_nuclei_dsb2018, load_voids
from imbalance_course.errors import CourseError
from imbalance_course.experiments.pictures import read_classes, read_picture
from imbalance_course.lab.folders import read_folder

CASES = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "TIFF": "tif", "WEBP": "webp", "BMP": "bmp", "PPM": "ppm",
         "JPEG2000": "jp2"}  # fmt: skip
COLORED = np.random.default_rng(0).integers(0, 256, (12, 9, 3), dtype=np.uint8)
MASK = blocks(0, 1, side=16)
KEY = "a1" * 32


class Door:
    """A folder with data and a cache, and what is called on them."""

    def __init__(self, place) -> None:
        self.place, self.data, self.cache = place, place / "in" / "data", place / "in" / "cache"
        self.data.mkdir(parents=True)

    def pass_through(self, call, name=None, content=None) -> object:
        """What the call hands out, or the sentence that it says; whatever else comes is a failure."""
        shutil.rmtree(self.cache, ignore_errors=True)
        if name is not None:
            (self.data / name).write_bytes(content)
        before = self._listed()
        try:
            return call()
        except CourseError as error:
            assert str(error).strip()
            return str(error)
        finally:
            assert self._listed() == before

    def _listed(self):
        return sorted(path for path in self.place.rglob("*") if self.cache not in (path, *path.parents))


@pytest.fixture
def door(tmp_path, monkeypatch):
    made = Door(tmp_path)
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(made.data))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(made.cache))
    return made


def written(write, path, *arguments) -> bytes:
    return write(path, *arguments).read_bytes()


@settings(CASES, max_examples=80)
@given(data=st.data())
def test_a_changed_zip(door, data):
    whole = written(write_zip, door.data / CATDOG, photographs())
    door.pass_through(lambda: load_catdog(8), CATDOG, data.draw(changed(whole)))


@settings(CASES, max_examples=40)
@given(
    names=st.lists(NAMES, max_size=4),
    kind=st.sampled_from([0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFCHR, stat.S_IFDIR, 0xFFFF]),
    method=st.sampled_from([STORED, DEFLATED, 9, 12, 14, 93]),
    flags=st.integers(0, 2**16 - 1),
    size=st.none() | st.integers(0, 2**63 - 1),
)
def test_a_zip_of_odd_names_and_fields(door, names, kind, method, flags, size):
    content = deflated(b"x") if method == DEFLATED else photographs()["PetImages/Cat/1.jpg"]
    odd = [Entry(name.encode(), content, method, size, None, flags, kind) for name in names]
    sound = [Entry(name.encode(), content) for name, content in photographs().items()]
    forge_zip(door.data / CATDOG, sound + odd)
    loaded = door.pass_through(lambda: load_catdog(8))
    assert isinstance(loaded, str) or {"cat.0", "cat.1", "dog.0", "dog.1"} <= set(loaded.groups)


@settings(CASES, max_examples=80)
@given(data=st.data(), block=st.sampled_from([1, 512]))
def test_a_changed_tar(door, data, block):
    inside = data.draw(changed(tar_bytes(slides()), block))
    door.pass_through(lambda: load_breakhis(8), BREAKHIS, gzip.compress(inside, 1, mtime=0))


@settings(CASES, max_examples=40)
@given(data=st.data())
def test_a_changed_gzip(door, data):
    door.pass_through(
        lambda: load_breakhis(8), BREAKHIS, data.draw(changed(gzip.compress(tar_bytes(slides()), mtime=0)))
    )


@settings(CASES, max_examples=60)
@given(data=st.data())
def test_a_changed_pack_of_masks(door, data):
    pairs = [(COLORED, np.zeros((12, 9), np.uint8), group) for group in "ab"]
    whole = written(write_mask_pack, door.data / "tem-voids.zip", pairs)
    loaded = door.pass_through(lambda: load_voids(32), "tem-voids.zip", data.draw(changed(whole)))
    assert isinstance(loaded, str) or set(np.unique(loaded.masks)) <= {0, 1, 255}


@settings(CASES, max_examples=60)
@given(data=st.data())
def test_changed_images_and_masks_of_nuclei(door, data):
    mask = encoded_array(MASK * 255)
    files = {f"{KEY}/images/{KEY}.png": data.draw(changed(encoded_array(np.dstack([MASK] * 3))))}
    files |= {f"{KEY}/masks/{number}.png": data.draw(changed(mask)) for number in range(2)}
    write_zip(door.data / "stage1_train.zip", files)
    loaded = door.pass_through(lambda: load_nuclei_dsb2018(32))
    assert isinstance(loaded, str) or set(np.unique(loaded.masks)) <= {0, 1, 2, 255}


def stored(kind: str, array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@settings(CASES, max_examples=6)
@given(data=st.data())
def test_changed_images_at_every_door(door, kind, data):
    """Ten images an example: of an archive, of a learner's folder, and given to ``predict``."""
    images = [data.draw(changed(stored(kind, COLORED))) for _ in range(10)]
    files = {f"PetImages/Cat/{number + 10}.jpg": content for number, content in enumerate(images)}
    write_zip(door.data / CATDOG, photographs() | files)
    loaded = door.pass_through(lambda: load_catdog(8))
    assert len(loaded) + len(loaded.skipped) == 14
    own = door.place / "own"
    if not own.is_dir():
        write_classes(own, {"a": 8, "b": 8})
    for number, content in enumerate(images):
        path = own / "a" / f"odd{number}.{KINDS[kind]}"
        path.write_bytes(content)
        pixels = door.pass_through(lambda path=path: read_picture(path, 3))
        assert isinstance(pixels, str) or pixels.dtype == np.uint8
    folder = door.pass_through(lambda: read_folder(own))
    assert isinstance(folder, str) or len(folder.data) + len(folder.data.skipped) == 26


@pytest.mark.parametrize("kind", ["PNG", "GIF", "TIFF", "BMP"])
@settings(CASES, max_examples=6)
@given(data=st.data())
def test_changed_masks_of_a_person(door, kind, data):
    own = door.place / "own"
    if not own.is_dir():
        write_pairs(own, [MASK] * 16)
    for number in range(5):
        path = own / "masks" / f"{number}.{KINDS[kind]}"
        (own / "masks" / f"{number}.png").unlink(missing_ok=True)
        path.write_bytes(data.draw(changed(stored(kind, MASK))))
        mask = door.pass_through(lambda path=path: read_classes(path, MASK.shape, 2))
        assert isinstance(mask, str) or set(np.unique(mask)) <= {0, 1, 255}
    folder = door.pass_through(lambda: read_folder(own, image_size=16))
    assert isinstance(folder, str) or len(set(folder.files)) + len(folder.data.skipped) <= 16
