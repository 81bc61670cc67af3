"""Small packs and archives, made for tests in the layouts of the real ones."""

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

DAMAGED = b"<html>not an image</html>"


def encoded(color, size=(16, 16), kind="PNG", mode="RGB") -> bytes:
    """A one-colored image file; ``size`` is (width, height)."""
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return buffer.getvalue()


def encoded_array(array: np.ndarray) -> bytes:
    """An array as a PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG")
    return buffer.getvalue()


def write_zip(path: Path, files: dict[str, bytes | str]) -> Path:
    """A zip of named files, in their order."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def write_tar(path: Path, files: dict[str, bytes]) -> Path:
    """A compressed tar of named files, in their order."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return path


def write_pack(path: Path, name="cat", count=3, manifest=None, images=None) -> Path:
    """A pack of labeled images; ``images`` replaces some by number."""
    rows = [f"{name}/{number}.webp,{name},{name}.{number}" for number in range(count)]
    files = {"manifest.csv": "image,label,group\n" + "\n".join(rows) + "\n" if manifest is None else manifest}
    for number in range(count):
        made = encoded((number * 40, 10, 200), kind="WEBP")
        files[f"{name}/{number}.webp"] = (images or {}).get(number, made)
    return write_zip(path, files)


def write_mask_pack(path: Path, images: list[tuple[np.ndarray, np.ndarray, str]]) -> Path:
    """A pack of (image, mask, group); an image with two axes is stored gray."""
    rows = [f"images/{number}.png,masks/{number}.png,{group}" for number, (_, _, group) in enumerate(images)]
    files = {"manifest.csv": "image,mask,group\n" + "\n".join(rows) + "\n"}
    for number, (image, mask, _) in enumerate(images):
        files[f"images/{number}.png"] = encoded_array(image)
        files[f"masks/{number}.png"] = encoded_array(mask)
    return write_zip(path, files)
