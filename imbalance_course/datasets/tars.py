"""Compressed tar archives, walked file by file without trusting what their headers say of sizes."""

import gzip
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

HEADER_BYTES = 1 << 20  # most that the headers of one file may take
NAMES = 200_000_000  # most letters that all names together may have, each counted with 100 more
PIECE = 1 << 20  # bytes read at once


class _Unpacked(gzip.GzipFile):
    """The unpacked bytes; of headers no more are handed out than a true one has."""

    left = HEADER_BYTES

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes.

        Raises:
            tarfile.ReadError: a header asks for more than a true one has.
        """
        if size is None or not 0 <= size <= self.left:
            raise tarfile.ReadError("a header of impossible size")
        self.left -= size
        return super().read(size)

    def read_file(self, start: int, size: int) -> bytes:
        """The bytes of one file."""
        self.seek(start)
        return super().read(size)


def walk_tar(path: Path, largest: int) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name of each plain file, and a function that reads it before the next is asked for.

    Links, devices and files with holes are passed over: nothing is ever written by its name.

    Args:
        path: a .tar.gz file.
        largest: bytes; a larger file stops the walk, for all of it would have to be unpacked to pass it.

    Raises:
        tarfile.TarError: a header is damaged, a file too large, or the archive ends too early.
        OSError: so do the compressed bytes.
    """
    with _Unpacked(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as archive:
        names = 0
        while (member := archive.next()) is not None:
            room = archive.offset - member.offset_data  # what it takes, which may differ from what it says
            if min(room, member.size) < 0 or max(room - tarfile.BLOCKSIZE, member.size) > largest:
                raise tarfile.ReadError(f"{member.name} is not of 0 to {largest:,} bytes")
            names += len(member.name) + 100
            if names > NAMES:
                raise tarfile.ReadError("more names than any data set has")
            if member.isreg() and not member.issparse():
                yield member.name, lambda member=member: unpacked.read_file(member.offset_data, member.size)
            archive.members.clear()  # otherwise it remembers all of them
            unpacked.left = HEADER_BYTES
        _check_end(unpacked, archive.offset, largest)


def _check_end(unpacked: _Unpacked, start: int, most: int) -> None:
    """What follows the last file is empty: a damaged header would end the walk there without a word."""
    unpacked.seek(start)
    size = 0
    while piece := unpacked.read_file(start + size, PIECE):
        size += len(piece)
        if piece.count(0) < len(piece) or size > most:
            raise tarfile.ReadError("a damaged header, or bytes that belong to no file")
    if size < tarfile.BLOCKSIZE:
        raise tarfile.ReadError("the end is missing")
