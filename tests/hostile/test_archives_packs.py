"""A pack, whatever is in it, is read whole or refused in one sentence that names the file."""

import bz2
import stat

import pytest
from made_data import encoded

from hostile.forged import BZIP2, DEFLATED, GIGABYTES_10, LOCKED, Entry, deflated_zeros, forge_zip
from hostile.places import bounded_memory

PACK = "breakhis-200x.zip"
MANIFEST = Entry(b"manifest.csv", b"image,label,group\n../a.png,benign,1\nb.png,malignant,2\n")
IMAGES = [Entry(b"../a.png", encoded("red")), Entry(b"b.png", encoded("blue"))]


def test_a_name_that_leads_elsewhere_is_only_a_name(prepare):
    forge_zip(prepare.data / PACK, [MANIFEST, *IMAGES])
    assert prepare.ready("breakhis") == (2, "")


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (Entry(b"b.png", b"../a.png", kind=stat.S_IFLNK), "Expected b.png of manifest.csv of "),
        (Entry(b"b.png", encoded("blue"), flags=LOCKED), "readable image b.png"),
        (Entry(b"b.png", encoded("blue"), crc=7), "readable image b.png"),
        (Entry(b"b.png", encoded("blue")[:50]), "readable image b.png"),
        (Entry(b"b.png", b""), "got a damaged one (no image of a known kind"),
        (Entry(b"b.png", b"<html>not an image</html>"), "got a damaged one (no image of a known kind"),
        (Entry(b"b.png", bz2.compress(bytes(2**25)), BZIP2, 10), "neither stored nor deflated"),
        (Entry(b"b.png", deflated_zeros(), DEFLATED, GIGABYTES_10), "expected at most 32,000,000"),
        (Entry(b"b.png", deflated_zeros(), DEFLATED, 10), "readable image b.png"),
    ],
    ids=["link", "locked", "checksum", "cut", "empty", "page", "bzip2", "bomb", "forged bomb"],
)
def test_a_bad_image_stops_by_name_within_16_megabytes(prepare, image, sentence):
    forge_zip(prepare.data / PACK, [MANIFEST, IMAGES[0], image])
    with bounded_memory(16):
        assert PACK in prepare.refused("breakhis", sentence)


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        (Entry(MANIFEST.name, MANIFEST.packed, kind=stat.S_IFLNK), "found none: this is not a pack"),
        (Entry(MANIFEST.name, MANIFEST.packed, flags=LOCKED), "is encrypted"),
        (Entry(MANIFEST.name, bz2.compress(bytes(2**25)), BZIP2, 10), "neither stored nor deflated"),
        (Entry(MANIFEST.name, deflated_zeros(), DEFLATED, 10), "got a damaged one"),
    ],
    ids=["link", "locked", "bzip2", "forged bomb"],
)
def test_a_manifest_that_cannot_be_unpacked_is_refused(prepare, manifest, sentence):
    forge_zip(prepare.data / PACK, [manifest, *IMAGES])
    with bounded_memory(16):
        prepare.refused("breakhis", sentence)


@pytest.mark.parametrize("again", [MANIFEST, IMAGES[0]], ids=["manifest", "image"])
def test_a_file_that_is_there_twice_is_refused(prepare, again):
    forge_zip(prepare.data / PACK, [MANIFEST, *IMAGES, again])
    prepare.refused("breakhis", f"found {again.name.decode()} 2 times")


@pytest.mark.parametrize("tenth", range(10))
def test_a_pack_cut_at_every_tenth_is_refused(prepare, tenth):
    whole = forge_zip(prepare.data / PACK, [MANIFEST, *IMAGES]).read_bytes()
    (prepare.data / PACK).write_bytes(whole[: len(whole) * tenth // 10])
    prepare.refused("breakhis", f"{PACK} to be a whole zip file")
