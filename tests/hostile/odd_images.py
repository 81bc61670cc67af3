"""Image files of every odd kind, as bytes."""

import io
import struct
import zlib
from functools import cache

import numpy as np
from made_data import encoded
from PIL import Image

# From the camera's note to what has to be done with the stored pixels to see them upright.
TURNS = {
    1: lambda pixels: pixels,
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels.swapaxes(0, 1), 2),
    8: np.rot90,
}
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(rm) run\n"


@cache
def png_of_zeros(width: int, height: int) -> bytes:
    """A PNG file of black pixels, one bit each: a thousandth of its size, and never unpacked here."""
    packer = zlib.compressobj(9)
    row = bytes(1 + -(-width // 8))
    packed = b"".join(packer.compress(row * 1000) for _ in range(height // 1000))
    packed += packer.compress(row * (height % 1000)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


@cache
def tiff_of_one_tile(side: int) -> bytes:
    """A TIFF file of 16 x 16 pixels, stored in a single tile of zeros as large as you like."""
    packer = zlib.compressobj(9)
    tile = b"".join(packer.compress(bytes(side)) for _ in range(side)) + packer.flush()
    tags = [
        (256, 16), (257, 16), (258, 8), (259, 8), (262, 1), (277, 1), (322, side), (323, side), (324, 8),
        (325, len(tile)),
    ]  # fmt: skip
    listed = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (
        b"II*\0" + struct.pack("<I", 8 + len(tile)) + tile + struct.pack("<H", len(tags)) + listed + bytes(4)
    )


def in_circles(pictures: int = 2) -> bytes:
    """A TIFF file whose last page says that the first comes next."""
    content = bytearray(several("TIFF", pictures))
    (first,) = struct.unpack("<I", content[4:8])
    place = first
    while True:
        (tags,) = struct.unpack("<H", content[place : place + 2])
        link = slice(place + 2 + 12 * tags, place + 6 + 12 * tags)
        (following,) = struct.unpack("<I", content[link])
        if not following:
            content[link] = struct.pack("<I", first)
            return bytes(content)
        place = following


def several(kind: str, pictures: int = 3, color: str = "red") -> bytes:
    """A file of several pictures, the first of this color."""
    images = [Image.new("RGB", (16, 16), each) for each in (color, "blue", "lime")[:pictures]]
    stream = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    images[0].save(stream, kind, save_all=True, append_images=images[1:], **options)
    return stream.getvalue()


def noted(pixels: np.ndarray, kind: str, orientation: int) -> bytes:
    """A file with the camera's note how it was held."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    stream = io.BytesIO()
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}.get(kind, {})
    Image.fromarray(pixels).save(stream, kind, exif=notes, **options)
    return stream.getvalue()


def corner(size=(24, 40)) -> np.ndarray:
    """Gray pixels that look different in every position: one corner white, one side gray."""
    pixels = np.zeros(size, np.uint8)
    pixels[:8, :8], pixels[-8:] = 255, 120
    return pixels


RED = {
    "inks": encoded((0, 255, 255, 0), kind="TIFF", mode="CMYK"),
    "inks in a JPEG": encoded((0, 255, 255, 0), kind="JPEG", mode="CMYK"),
    "see-through": encoded((255, 0, 0, 255), mode="RGBA"),
    "GIF": encoded("red", kind="GIF"),
    "moving GIF": several("GIF"),
    "moving WebP": several("WEBP"),
    "moving PNG": several("PNG"),
    "pages": several("TIFF"),
    "pages in circles": in_circles(),
    "one pixel": encoded("red", (1, 1)),
    "thread": encoded("red", (1, 5000)),
    "thread across": encoded("red", (5000, 1)),
}  # each looks red
GRAY = {
    "gray": encoded(255, mode="L"),
    "gray see-through": encoded((255, 255), mode="LA"),
    "one bit": encoded(1, mode="1"),
    "palette": several("GIF", 1, color="white"),
}  # each looks white
NO_IMAGE = {
    "page": b"<html>not an image</html>",
    "nothing": b"",
    "cut PNG": encoded("red", (64, 64))[:90],
    "cut JPEG": encoded("red", (64, 64), kind="JPEG")[:300],
    "PostScript": POSTSCRIPT,
    "head alone": b"\x89PNG\r\n\x1a\n",
    "zeros": bytes(5000),
}
