"""Folders as a learner would bring them, drawn small and learnable."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

from imbalance_course.datasets import draw_animals

COLORS = {"amber": (230, 170, 40), "blue": (50, 80, 220), "green": (60, 180, 70), "red": (210, 50, 50)}
COLORS["violet"] = (150, 60, 200)


def save(path: Path, array: np.ndarray, **options) -> Path:
    """An array as an image file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, **options)
    return path


def write_table(path: Path, header: str, rows) -> Path:
    """A CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


def draw_binary_folder(path: Path, *, dogs: int = 48, cats: int = 16, size: int = 32) -> Path:
    """A folder for each of two classes: drawn faces of 48 dogs and 16 cats."""
    animals = draw_animals(dogs, cats, size=size, seed=1)
    for number, (image, label) in enumerate(zip(animals.images, animals.labels, strict=True)):
        save(path / ("cat" if label else "dog") / f"{number}.png", image)
    return path


def draw_grouped_folder(path: Path) -> Path:
    """A CSV of files, five classes and groups: discs in five colors, two or three photographs of a place."""
    random = np.random.default_rng(2)
    y, x = np.mgrid[:32, :32]
    rows = []
    for (name, color), places in zip(COLORS.items(), (16, 9, 6, 5, 4), strict=True):
        for place in range(places):
            ground = random.uniform(20, 120, 3)
            for shot in range(2 + place % 2):
                image = ground + random.normal(0, 12, (32, 32, 3))
                across, down = random.uniform(10, 22, 2)
                disc = (x - across) ** 2 + (y - down) ** 2 < random.uniform(5, 9) ** 2
                image[disc] = color + random.normal(0, 12, (disc.sum(), 3))
                file = f"photographs/{name[0]}{place}-{shot}.png"
                save(path / file, np.clip(image, 0, 255).astype(np.uint8))
                rows.append((file, name, f"{name} place {place}"))
    write_table(path / "labels.csv", "file,label,group", rows)
    return path


def draw_mask_folder(path: Path, *, count: int = 12) -> Path:
    """Images with masks 0 and 255 in which 1 of 1000 pixels is foreground: a bright speck in gray noise."""
    random = np.random.default_rng(3)
    for number in range(count):
        image = random.normal(90, 15, (128, 192, 3))
        mask = np.zeros((128, 192), dtype=np.uint8)
        top, left = random.integers(0, (128 - 5, 192 - 5))
        mask[top : top + 5, left : left + 5] = 255
        image[mask > 0] += (130, 90, 20)
        save(path / "images" / f"field{number:02}.png", np.clip(image, 0, 255).astype(np.uint8))
        save(path / "masks" / f"field{number:02}.png", mask)
    return path


def noise(seed: int, size: tuple[int, ...] = (20, 20, 3)) -> np.ndarray:
    """Random pixels: no two seeds look alike."""
    return np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8)


def write_classes(path: Path, sizes: dict[str, int]) -> Path:
    """A folder for each class, with as many files of noise."""
    for number, (name, size) in enumerate(sizes.items()):
        (path / name).mkdir(parents=True, exist_ok=True)
        for item in range(size):
            save(path / name / f"{item}.png", noise(1000 * number + item))
    return path


def write_pairs(path: Path, masks: list[np.ndarray]) -> Path:
    """Images of noise with these masks, ``images/0.png`` and ``masks/0.png``, ..."""
    for number, mask in enumerate(masks):
        save(path / "images" / f"{number}.png", noise(number, (*mask.shape, 3)))
        save(path / "masks" / f"{number}.png", mask)
    return path


def blocks(*values: int, side: int = 32) -> np.ndarray:
    """A mask with a stripe of each value."""
    return np.repeat(np.array(values, dtype=np.uint8), side)[None].repeat(side, axis=0)
