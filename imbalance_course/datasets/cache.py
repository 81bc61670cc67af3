"""Decoded images kept on disk, so that a second start reads one array instead of thousands of files."""

import json
import os
import tempfile
from pathlib import Path

import numpy as np

from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.locations import cache_folder
from imbalance_course.datasets.packs import Pack, decode_images


def load_cached(
    name: str, packs: list[Pack], class_names: tuple[str, ...], size: int, on_done=None
) -> ImageSet:
    """Images of some packs at one size, decoded on the first call and memory-mapped on the next.

    The folder's name holds the packs' checksums, so other packs never meet an old array.

    Args:
        name: name of the data set.
        packs: indexed packs, in order.
        class_names: name of class 0, class 1, ...; every label of the manifests must be among them.
        size: side in pixels.
        on_done: called with a number of images while decoding.
    """
    checksum = "+".join(pack.checksum for pack in packs)
    folder = cache_folder() / f"{name}-{size}-{'-'.join(pack.checksum[:8] for pack in packs)}"
    if not folder.is_dir():
        _decode_beside(folder, packs, size, on_done)
    labels = np.concatenate([pack.column("label") for pack in packs])
    return ImageSet(
        name=name,
        images=np.load(folder / "images.npy", mmap_mode="r"),
        labels=np.array([class_names.index(label) for label in labels], dtype=np.int64),
        groups=np.concatenate([pack.column("group") for pack in packs]),
        class_names=class_names,
        checksum=checksum,
    )


def _decode_beside(folder: Path, packs: list[Pack], size: int, on_done) -> None:
    """Write into a temporary folder and rename it: a kill leaves either nothing or the whole array."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".decoding-") as beside:
        target = Path(beside) / "array"
        target.mkdir()
        total = sum(len(pack.rows) for pack in packs)
        out = np.lib.format.open_memmap(
            target / "images.npy", mode="w+", dtype=np.uint8, shape=(total, size, size, 3)
        )
        start = 0
        for pack in packs:
            decode_images(pack, size, out[start : start + len(pack.rows)], on_done)
            start += len(pack.rows)
        out.flush()
        (target / "about.json").write_text(
            json.dumps({"size": size, "packs": [pack.path.name for pack in packs]})
        )
        try:
            os.rename(target, folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process finished first, with the same bytes
                raise
