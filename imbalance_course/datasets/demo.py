"""Drawn cats and drawn dogs: demo images that come from formulas, not from a camera.

A face is an ellipse with two ears, two eyes and a muzzle. What tells the classes apart is the ear: a cat's
stands, a dog's hangs. Both shapes vary and overlap, so no classifier can be always right.
"""

import hashlib

import numpy as np

from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.drawing import paint, to_bytes

CLASS_NAMES = ("drawn dog", "drawn cat")


def draw_animals(dogs: int, cats: int, *, size: int = 32, seed: int = 0) -> ImageSet:
    """Draw a labeled set of animal faces.

    Args:
        dogs: number of images of class 0.
        cats: number of images of class 1, the positive class.
        size: side in pixels.
        seed: integer; the same arguments draw the same bytes.

    Returns:
        An image set with ``drawn=True``; every image is its own group.

    Raises:
        ValueError: a negative count, no image at all, or a size under 8 pixels.

    Example:
        >>> animals = draw_animals(dogs=3, cats=2)
        >>> animals.images.shape, animals.class_counts
        ((5, 32, 32, 3), {'drawn dog': 3, 'drawn cat': 2})
    """
    if min(dogs, cats) < 0 or dogs + cats == 0 or size < 8:
        raise ValueError(
            f"Expected counts >= 0, at least one image and a size >= 8 pixels, got {dogs}, {cats}, {size}."
        )
    labels = np.repeat([0, 1], [dogs, cats])
    random = np.random.default_rng(seed)
    images = np.concatenate(
        [_draw(labels[start : start + 500], size, random) for start in range(0, len(labels), 500)]
    )
    return ImageSet(
        name="drawn animals",
        images=images,
        labels=labels,
        groups=np.array([f"drawn.{number}" for number in range(len(labels))]),
        class_names=CLASS_NAMES,
        checksum=hashlib.sha256(images.tobytes()).hexdigest(),
        drawn=True,
    )


def _draw(labels: np.ndarray, size: int, random: np.random.Generator) -> np.ndarray:
    """Paint each face part by part, from back to front, on a plane that runs from -1 to 1."""
    count = len(labels)

    def uniform(low, high):
        return random.uniform(low, high, (count, 1, 1))

    axis = (np.arange(size) + 0.5) / size * 2 - 1
    tilt, scale = uniform(-0.25, 0.25), uniform(0.9, 1.25)
    x = (axis[None, None, :] - uniform(-0.15, 0.15)) * scale
    y = (axis[None, :, None] - uniform(-0.1, 0.2)) * scale
    x, y = x * np.cos(tilt) + y * np.sin(tilt), y * np.cos(tilt) - x * np.sin(tilt)
    edge = 2.5 / size  # width of the soft border: about one pixel
    fur, ground = _color(random, count, 0.55, 1.0), _color(random, count, 0.05, 0.5)
    image = np.broadcast_to(ground, (count, size, size, 3)).copy()

    erect = np.clip(np.where(labels == 1, 0.68, 0.32) + random.normal(0, 0.12, count), 0, 1)[:, None, None]
    length, width = uniform(0.35, 0.55), uniform(0.14, 0.2)
    for side in (-1, 1):
        angle = -np.pi / 2 + (1 - erect) * 0.75 * np.pi  # from straight up to hanging down
        root_x, root_y = side * 0.42, -0.38
        along = side * (x - root_x) * np.cos(angle) + (y - root_y) * np.sin(angle)
        across = -side * (x - root_x) * np.sin(angle) + (y - root_y) * np.cos(angle)
        paint(image, (along - length / 2) ** 2 / (0.7 * length) ** 2 + across**2 / width**2, edge, fur * 0.8)
    paint(image, x**2 / 0.55**2 + y**2 / uniform(0.48, 0.6) ** 2, edge, fur)
    paint(image, x**2 / 0.26**2 + (y - 0.24) ** 2 / 0.18**2, edge, np.clip(fur * 1.25, 0, 1))
    dark = np.full_like(fur, 0.08)
    paint(image, x**2 / 0.09**2 + (y - 0.17) ** 2 / 0.06**2, edge, dark)
    for side in (-1, 1):
        paint(image, (x - side * 0.22) ** 2 / 0.08**2 + (y + 0.12) ** 2 / 0.09**2, edge, dark)
    image += random.normal(0, 0.05, image.shape)
    return to_bytes(image)


def _color(random: np.random.Generator, count: int, low: float, high: float) -> np.ndarray:
    brightness = random.uniform(low, high, (count, 1, 1, 1))
    return np.clip(brightness * random.uniform(0.75, 1.0, (count, 1, 1, 3)), 0, 1)
