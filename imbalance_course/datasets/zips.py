"""Zip archives read without trusting what they say of themselves."""

import stat
import zipfile

PIECE = 1 << 20  # bytes unpacked at once: a file that says less of its size than is true stops there
KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others cannot be unpacked piece by piece


def plain_names(archive: zipfile.ZipFile) -> list[str]:
    """Names of all files in their order, without folders, links and devices.

    Args:
        archive: an open zip; names lead to bytes in it, and nothing is ever written by them.
    """
    return [about.filename for about in archive.infolist() if _is_plain(about)]


def read_together(archive: zipfile.ZipFile, names: tuple[str, ...], largest: int) -> list[bytes]:
    """Contents of files that belong together.

    Args:
        archive: an open zip.
        names: files of it.
        largest: bytes that they may have together.

    Raises:
        zipfile.BadZipFile: or another of ``archives.DAMAGE``; one is damaged, missing or locked, or they are
            too large.
    """
    found = [archive.getinfo(name) for name in names]
    size = sum(about.file_size for about in found)
    if size > largest:
        raise zipfile.BadZipFile(f"{size:,} bytes unpacked, expected at most {largest:,}")
    return [_read(archive, about) for about in found]


def _read(archive: zipfile.ZipFile, about: zipfile.ZipInfo) -> bytes:
    if about.compress_type not in KINDS:
        raise zipfile.BadZipFile(f"{about.filename} is neither stored nor deflated")
    with archive.open(about) as file:
        return b"".join(iter(lambda: file.read(PIECE), b""))


def _is_plain(about: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(about.external_attr >> 16)
    return not about.is_dir() and kind in (0, stat.S_IFREG)
