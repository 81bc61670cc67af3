"""A publisher's zip, whatever is in it, is read, read in part by rule, or refused in one sentence."""

import bz2
import lzma
import stat
import zlib

import pytest
from made_data import encoded, write_zip

from hostile.forged import (
    BZIP2,
    DEFLATED,
    GIGABYTES_10,
    LOCKED,
    LZMA,
    UTF8,
    Entry,
    deflated_zeros,
    forge_zip,
)
from hostile.places import CATDOG, bounded_memory, photographs
from imbalance_course.datasets import registry

PHOTO = encoded((7, 7, 7), kind="JPEG")


def entries():
    return [Entry(name.encode(), content) for name, content in photographs().items()]


def forge(prepare, *more):
    return forge_zip(prepare.data / CATDOG, [*entries(), *more])


@pytest.mark.parametrize(
    "name", [b"../../escaped/Cat/7.jpg", b"/tmp/escaped/Cat/7.jpg", b"..\\..\\x/Cat/7.jpg", b"~/Cat/7.jpg"]
)
def test_a_name_that_leads_elsewhere_is_only_a_name(prepare, name):
    forge(prepare, Entry(name, PHOTO))
    assert prepare.ready("catdog") == (5, "")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFDIR])
def test_links_and_devices_are_no_files(prepare, kind):
    forge(prepare, Entry(b"PetImages/Cat/7.jpg", b"/etc/passwd", kind=kind))
    assert prepare.ready("catdog") == (4, "")


@pytest.mark.parametrize(
    "entry",
    [
        Entry(b"PetImages/Cat/7.jpg", PHOTO, flags=LOCKED),
        Entry(b"PetImages/Cat/7.jpg", PHOTO, crc=1),
        Entry(b"PetImages/Cat/7.jpg", PHOTO, size=5),
        Entry(b"PetImages/Cat/7.jpg", PHOTO, size=2**31),
        Entry(b"PetImages/Cat/7.jpg", PHOTO, method=DEFLATED),
        Entry(b"PetImages/Cat/7.jpg", PHOTO, method=99),
        Entry(b"PetImages/Cat/7.jpg", b"", size=9),
        Entry(b"PetImages/Cat/7.jpg", bz2.compress(bytes(2**25)), BZIP2, 10),
        Entry(b"PetImages/Cat/7.jpg", lzma.compress(bytes(2**25), preset=0), LZMA, 10),
    ],
    ids=["locked", "checksum", "short", "long", "not packed", "no method", "nothing", "bzip2", "lzma"],
)
def test_a_file_that_cannot_be_unpacked_is_left_out_and_named(prepare, entry):
    forge(prepare, entry)
    with bounded_memory(16):
        count, left_out = prepare.ready("catdog")
    assert count == 4 and "(1): PetImages/Cat/7.jpg" in left_out


@pytest.mark.parametrize("size", [GIGABYTES_10, 100], ids=["told", "forged"])
def test_ten_gigabytes_of_zeros_are_left_out_within_16_megabytes(prepare, size):
    bomb = Entry(b"PetImages/Dog/9.jpg", deflated_zeros(), DEFLATED, size)
    forge(prepare, bomb)
    with bounded_memory(16):
        count, left_out = prepare.ready("catdog")
    assert count == 4 and "PetImages/Dog/9.jpg" in left_out


def test_a_bomb_that_nobody_asked_for_is_not_unpacked(prepare):
    forge(prepare, Entry(b"readme.txt", deflated_zeros(), DEFLATED, GIGABYTES_10))
    with bounded_memory(16):
        assert prepare.ready("catdog") == (4, "")


def test_letters_that_command_a_terminal_are_shown_as_escapes(prepare):
    forge(prepare, Entry(b"\x1b[2J\x07[red]:smile:/Cat/7.jpg", b"x"))
    _, left_out = prepare.ready("catdog")
    assert r"\x1b[2J\x07[red]:smile:/Cat/7.jpg" in left_out


@pytest.mark.parametrize("name", ["Käse/Cat/7.jpg".encode("latin-1"), "猫/Cat/7.jpg".encode()])
def test_names_in_any_encoding_are_read(prepare, name):
    forge(prepare, Entry(name, PHOTO))
    assert prepare.ready("catdog") == (5, "")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ([Entry(b"PetImages/Cat/0.jpg", PHOTO)], "PetImages/Cat/0.jpg 2 times"),
        ([Entry(b"PetImages/Cat/\xff.jpg", PHOTO, flags=UTF8)], "got a damaged one ('utf-8' codec"),
    ],
    ids=["twice", "no text"],
)
def test_an_archive_that_means_two_things_is_refused(prepare, more, sentence):
    forge(prepare, *more)
    assert str(prepare.data / CATDOG) in prepare.refused("catdog", sentence)


@pytest.mark.parametrize("tenth", range(10))
def test_a_zip_cut_at_every_tenth_is_refused(prepare, tenth):
    whole = forge(prepare).read_bytes()
    (prepare.data / CATDOG).write_bytes(whole[: len(whole) * tenth // 10])
    assert "Fetch it again" in prepare.refused("catdog", "whole zip file, got a damaged one")


@pytest.mark.parametrize("content", [b"", b"<html>Sign in</html>", b"PK\3\4", PHOTO], ids=len)
def test_what_is_no_zip_is_refused(prepare, content):
    (prepare.data / CATDOG).write_bytes(content)
    prepare.refused("catdog", f"{CATDOG} to be a whole zip file")


def test_an_empty_zip_and_one_that_holds_only_another_are_refused(prepare):
    inner = forge(prepare).read_bytes()
    for inside in ({}, {"PetImages.zip": inner}, {"PetImages/Cat/": b""}):
        write_zip(prepare.data / CATDOG, inside)
        prepare.refused("catdog", "Expected images of Dogs vs. Cats in ")


def test_another_checksum_than_the_published_one_is_refused_before_anything_is_read(prepare):
    for file in registry.DATA_SETS["nuclei-monusac"].files:
        forge_zip(prepare.data / file.name, [Entry(b"x.tif", deflated_zeros(), DEFLATED, GIGABYTES_10)])
    with bounded_memory(16):
        prepare.refused("nuclei-monusac", "with sha256 5b7cbeb3", size=32)


def test_a_folder_in_the_place_of_an_archive_is_no_archive(prepare):
    (prepare.data / CATDOG).mkdir()
    prepare.refused("catdog", f"found no such file, nor the publisher's {CATDOG}")


def test_the_forged_zips_are_zips_but_for_what_is_forged(prepare):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(PHOTO) + packer.flush()
    forge(prepare, Entry(b"PetImages/Cat/7.jpg", packed, DEFLATED, len(PHOTO), zlib.crc32(PHOTO)))
    assert prepare.ready("catdog") == (5, "")
