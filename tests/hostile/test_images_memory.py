"""No small file takes much memory: what the system gave a process is measured, not what Python asked for."""

import json
import subprocess
import sys

from lab_folders import blocks, write_classes, write_pairs
from made_data import write_zip

from hostile.odd_images import png_of_zeros, tiff_of_one_tile
from hostile.places import CATDOG, photographs

# Reads a sound place first, so that what is loaded once counts as nothing.
CHILD = """
import json, os, resource, sys
from pathlib import Path
from imbalance_course.datasets import load_catdog
from imbalance_course.errors import CourseError
from imbalance_course.lab.folders import read_folder

def read(place):
    os.environ["IMBALANCE_COURSE_DATA"] = os.environ["IMBALANCE_COURSE_CACHE"] = place
    skipped = len(load_catdog(8).skipped)
    for name in ("classes", "pairs"):
        skipped += len(read_folder(Path(place) / name).data.skipped)
    return skipped, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6

UNIT = 1 if sys.platform == "darwin" else 1024
_, before = read(sys.argv[1])
skipped, after = read(sys.argv[2])
print(json.dumps([skipped, after - before]))
"""
BOMBS = {
    "400": png_of_zeros(20_000, 20_000),
    "144": png_of_zeros(12_000, 12_000),
    "tile": tiff_of_one_tile(12_000),
}


def write(place, bombs):
    place.mkdir()
    odd = {f"PetImages/Dog/{number + 5}.jpg": content for number, content in enumerate(bombs.values())}
    write_zip(place / CATDOG, photographs() | odd)
    write_classes(place / "classes", {"a": 12, "b": 12})
    write_pairs(place / "pairs", [blocks(0, 1, side=128)] * 12)
    for number, content in enumerate(bombs.values()):
        (place / "classes" / "a" / f"{number}.png").write_bytes(content)
        (place / "pairs" / "images" / f"{number}.png").write_bytes(content)
        (place / "pairs" / "masks" / f"{number + 5}.png").write_bytes(content)
    return str(place)


def test_images_that_would_take_gigabytes_take_32_megabytes(tmp_path):
    places = [write(tmp_path / "sound", {}), write(tmp_path / "bombs", BOMBS)]
    done = subprocess.run([sys.executable, "-c", CHILD, *places], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    skipped, grown = json.loads(done.stdout)
    assert skipped == 3 * len(BOMBS)
    assert grown < 32, f"{grown:.0f} MB"
