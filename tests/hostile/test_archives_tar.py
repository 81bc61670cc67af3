"""A publisher's tar, whatever is in it, is read, read in part by rule, or refused in one sentence."""

import gzip
import os
import tarfile

import pytest
from made_data import encoded

from hostile.forged import (
    GIGABYTES_10,
    deflated,
    deflated_zeros,
    gzip_of,
    tar_bytes,
    tar_header,
    write_gzip,
)
from hostile.places import BREAKHIS, SLIDE, bounded_memory, slides
from imbalance_course.datasets import tars

OTHER = SLIDE.format("benign", "B", "B_A", 99)
END = bytes(1024)


def body() -> bytes:
    """The slides without the end of the archive."""
    whole = tar_bytes(slides())
    return whole[: len(whole.rstrip(b"\0")) // 512 * 512 + 512]


def forge(prepare, *more: bytes):
    return write_gzip(prepare.data / BREAKHIS, body() + b"".join(more) + END)


def plain(name: str, content: bytes) -> bytes:
    return tar_header(name, len(content)) + content + bytes(-len(content) % 512)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, b"6", b"5"]
)
def test_links_devices_and_folders_are_no_files(prepare, kind):
    forge(prepare, tar_header(OTHER, 0, kind, "/etc/passwd"))
    assert prepare.ready("breakhis") == (4, "")


@pytest.mark.parametrize("before", ["../../", "/tmp/escaped/", "Käse/", "\udcff\udcfe/", "猫/"])
def test_a_name_that_leads_elsewhere_or_is_no_text_is_only_a_name(prepare, before):
    odd = plain((before + OTHER)[-100:] if before[0] not in "./" else before + OTHER[25:], b"x")
    forge(prepare, odd)
    count, left_out = prepare.ready("breakhis")
    assert count == 4 and "(1): " in left_out


def test_names_with_commands_for_terminals_are_shown_as_escapes(prepare):
    forge(prepare, plain("\x1b[2J\udcff" + OTHER[30:], b"x"))
    assert r"(1): \x1b[2J\udcff" in prepare.ready("breakhis")[1]


def test_a_file_that_is_there_twice_is_refused(prepare):
    forge(prepare, plain(slides()[0][0], b"another"))
    prepare.refused("breakhis", f"{slides()[0][0]} 2 times")


@pytest.mark.parametrize("tenth", range(10))
def test_a_tar_cut_at_every_tenth_is_refused(prepare, tenth):
    path = write_gzip(prepare.data / BREAKHIS, tar_bytes([(name, os.urandom(2000)) for name, _ in slides()]))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * tenth // 10])
    prepare.refused("breakhis", "whole tar file, got a damaged one")


def test_every_block_that_is_cut_off_and_packed_again_is_missed(prepare):
    """The tar ends at a header, and nothing in it is wrong: only its end is missing."""
    for end in range(0, len(body()) + 1, 512):
        write_gzip(prepare.data / BREAKHIS, body()[:end])
        prepare.refused("breakhis", "whole tar file, got a damaged one")


def test_a_header_that_is_damaged_between_two_files_loses_none_in_silence(prepare):
    damaged = bytearray(body())
    place = damaged.index(slides()[2][0].encode())
    damaged[place + 140] ^= 1
    write_gzip(prepare.data / BREAKHIS, bytes(damaged) + END)
    prepare.refused("breakhis", "a damaged header, or bytes that belong to no file")


def test_bytes_after_the_end_and_a_wrong_checksum_of_all_are_refused(prepare):
    forge(prepare, END, b"more")
    prepare.refused("breakhis", "bytes that belong to no file")
    path = prepare.data / BREAKHIS
    path.write_bytes(gzip.compress(body() + END)[:-8] + bytes(8))
    prepare.refused("breakhis", "CRC check failed")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Sign in</html>", gzip.compress(b""), gzip.compress(b"x" * 2000)],
    ids=["nothing", "a page", "nothing, packed", "no headers, packed"],
)
def test_what_is_no_tar_is_refused(prepare, content):
    (prepare.data / BREAKHIS).write_bytes(content)
    prepare.refused("breakhis", f"{BREAKHIS} to be a whole tar file")


@pytest.mark.parametrize("files", [[], [("inner.tar.gz", gzip.compress(body()))]])
def test_an_empty_tar_and_one_that_holds_only_another_are_refused(prepare, files):
    write_gzip(prepare.data / BREAKHIS, tar_bytes(files))
    prepare.refused("breakhis", "Expected images of BreakHis, magnification 200X in ")


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, b"x", b"g", b"L", b"K", b"S"])
def test_ten_gigabytes_of_zeros_are_refused_within_16_megabytes(prepare, kind):
    """As a file, and where a name or a list of holes should be."""
    bomb = gzip_of(deflated(body() + tar_header(OTHER[:90], GIGABYTES_10, kind)), deflated_zeros())
    (prepare.data / BREAKHIS).write_bytes(bomb)
    with bounded_memory(16):
        prepare.refused("breakhis", "whole tar file, got a damaged one")


@pytest.mark.parametrize("size", [-1, -512, -(2**40)])
def test_a_size_below_zero_is_refused(prepare, size):
    forge(prepare, tar_header(OTHER[:90], size))
    prepare.refused("breakhis", "is not of 0 to 32,000,000 bytes")


def test_a_chain_of_headers_is_refused(prepare):
    link = tar_header("x", 4, b"L") + b"abc\0" + bytes(508)
    forge(prepare, link * 3000)
    prepare.refused("breakhis", "whole tar file, got a damaged one")


def test_a_file_of_holes_is_no_file(prepare):
    headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "32000000"}
    about = tarfile.TarInfo(OTHER)
    about.size, about.pax_headers = 512, headers
    block = about.tobuf(tarfile.PAX_FORMAT) + b"1\n31999999\n1\n".ljust(512, b"\0")
    forge(prepare, block)
    with bounded_memory(16):
        assert prepare.ready("breakhis") == (4, "")


def test_names_without_end_are_refused(prepare, monkeypatch):
    monkeypatch.setattr(tars, "NAMES", 1_000)
    forge(prepare, *(plain(f"{number}", b"") for number in range(10)))
    prepare.refused("breakhis", "more names than any data set has")


def test_what_is_walked_past_is_not_remembered(prepare):
    """Three thousand files of no size, each of which would take 1.5 kB."""
    forge(prepare, plain("x", b"") * 3_000)
    with bounded_memory(3.5):
        assert prepare.ready("breakhis") == (4, "")


def test_a_damaged_slide_is_left_out_and_named(prepare):
    forge(prepare, plain(OTHER, encoded("red")[:40]))
    assert prepare.ready("breakhis") == (4, f" (1): {OTHER}\n")
