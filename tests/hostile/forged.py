"""Archives that no honest program writes: every field can be chosen, and ten gigabytes take ten megabytes."""

import gzip
import io
import struct
import tarfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
LOCKED, UTF8 = 1, 1 << 11  # flags of a zip's entries
GIGABYTES_10 = 10 * 2**30
STEP = 1 << 26


@dataclass(frozen=True)
class Entry:
    """A file of a zip; what is left out is told as it is.

    Attributes:
        name: its bytes.
        packed: its contents as they lie in the archive.
        method: how they were packed.
        size: bytes that it says to have unpacked.
        crc: checksum that it says to have.
        flags: ``LOCKED``, ``UTF8``.
        kind: kind of file on Unix, such as ``stat.S_IFLNK``.
    """

    name: bytes
    packed: bytes
    method: int = STORED
    size: int | None = None
    crc: int | None = None
    flags: int = 0
    kind: int = 0

    def headers(self, place: int) -> tuple[bytes, bytes]:
        """What stands before the contents, and in the list at the end."""
        size = len(self.packed) if self.size is None else self.size
        crc = zlib.crc32(self.packed) if self.crc is None else self.crc
        common = struct.pack("<HHHHH", 45, self.flags, self.method, 0, 33)
        sizes = struct.pack("<III", crc, 2**32 - 1, 2**32 - 1)
        extra = struct.pack("<HHQQ", 1, 16, size, len(self.packed))
        lengths = struct.pack("<HH", len(self.name), len(extra))
        local = b"PK\3\4" + common + sizes + lengths + self.name + extra
        rest = lengths + struct.pack("<HHHII", 0, 0, 0, self.kind << 16, place)
        return local, b"PK\1\2" + struct.pack("<H", 3 << 8 | 45) + common + sizes + rest + self.name + extra


def forge_zip(path: Path, entries: list[Entry]) -> Path:
    """Write a zip of entries, in their order."""
    listed = b""
    with path.open("wb") as file:
        for entry in entries:
            local, central = entry.headers(file.tell())
            listed += central
            file.write(local + entry.packed)
        start = file.tell()
        end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(listed), start, 0)
        file.write(listed + b"PK\5\6" + end)
    return path


@cache
def deflated_zeros(size: int = GIGABYTES_10) -> bytes:
    """Zeros as deflate packs them, a thousandth of their size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(STEP)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (size // STEP) + b"\3\0"


def deflated(content: bytes) -> bytes:
    """Contents as deflate packs them, with more to follow."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


def gzip_of(*packed: bytes) -> bytes:
    """A gzip file of deflated parts, with a checksum that is wrong."""
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"".join(packed) + bytes(8)


def tar_header(name: str, size: int, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """The header of a file in a tar archive; a size below 0 is written as such programs would."""
    about = tarfile.TarInfo(name)
    about.type, about.linkname = kind, link
    about.size = max(size, 0)
    block = bytearray(about.tobuf(tarfile.GNU_FORMAT))
    if size < 0:
        block[124:136] = size.to_bytes(12, "big", signed=True)
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def tar_bytes(files: list[tuple[str, bytes]], **options) -> bytes:
    """A tar archive of named files, not packed."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", **options) as archive:
        for name, content in files:
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return stream.getvalue()


def write_gzip(path: Path, content: bytes) -> Path:
    """A gzip file."""
    path.write_bytes(gzip.compress(content, 1, mtime=0))
    return path
