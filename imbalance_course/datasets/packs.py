"""The pack format: one zip with ``manifest.csv`` first, then the images it lists.

``manifest.csv`` has the columns ``image``, ``label`` and ``group``; further columns are allowed.
"""

import csv
import hashlib
import io
import os
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from imbalance_course.errors import CourseError

REQUIRED_COLUMNS = ("image", "label", "group")


@dataclass(frozen=True)
class Pack:
    """An indexed pack: where it is and what its manifest lists.

    Attributes:
        path: the zip file.
        rows: one mapping for each image, column -> text.
        checksum: sha256 of the file.
    """

    path: Path
    rows: list[dict[str, str]]
    checksum: str

    def column(self, name: str) -> np.ndarray:
        """One column of the manifest as text."""
        return np.array([row[name] for row in self.rows])


def open_pack(path: Path) -> Pack:
    """Index a pack.

    Raises:
        CourseError: not a zip, or the manifest is missing, lacks a column or lists a missing image.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read("manifest.csv").decode("utf-8")
            stored = set(archive.namelist())
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CourseError(
            f"Expected {path} to be a whole zip file, got a damaged one ({error}). Fetch it again."
        ) from error
    except KeyError as error:
        raise CourseError(f"Expected manifest.csv in {path}, found none: this is not a pack.") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"Expected manifest.csv in {path} to be UTF-8 text ({error}).") from error
    rows = list(csv.DictReader(io.StringIO(text)))
    lacking = [name for name in REQUIRED_COLUMNS if not rows or rows[0].get(name) is None]
    if lacking:
        raise CourseError(
            f"Expected the columns {', '.join(REQUIRED_COLUMNS)} in manifest.csv of {path}, "
            f"missing: {', '.join(lacking)}."
        )
    absent = [row["image"] for row in rows if row["image"] not in stored]
    if absent:
        raise CourseError(
            f"Expected every image of the manifest in {path}, {len(absent)} are missing (first: {absent[0]})."
        )
    return Pack(path, rows, sha256(path))


def sha256(path: Path) -> str:
    """Checksum of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def decode_images(pack: Pack, size: int, out: np.ndarray, on_done=None) -> None:
    """Decode every image of a pack to RGB, resize it to a square, write it into ``out``.

    Runs on all cores: the decoder releases Python's lock.

    Args:
        pack: an indexed pack.
        size: side in pixels.
        out: (N, size, size, 3) uint8, written in the manifest's order.
        on_done: called with a number of images after each finished part.

    Raises:
        CourseError: an image is damaged; the message names it.
    """

    def decode_part(start: int) -> int:
        stop = min(start + 256, len(pack.rows))
        with zipfile.ZipFile(pack.path) as archive:
            for position in range(start, stop):
                out[position] = _decode(archive, pack, position, size)
        return stop - start

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in pool.map(decode_part, range(0, len(pack.rows), 256)):
            if on_done:
                on_done(done)


def _decode(archive: zipfile.ZipFile, pack: Pack, position: int, size: int) -> np.ndarray:
    name = pack.rows[position]["image"]
    try:
        with Image.open(io.BytesIO(archive.read(name))) as image:
            image = image.convert("RGB")
            if image.size != (size, size):
                image = image.resize((size, size), Image.Resampling.BOX, reducing_gap=None)
            return np.asarray(image)
    except (UnidentifiedImageError, OSError, zipfile.BadZipFile, zlib.error, SyntaxError) as error:
        raise CourseError(
            f"Expected a readable image {name} in {pack.path}, got a damaged one ({error})."
        ) from error
