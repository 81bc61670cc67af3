"""Drawn tissue: every case has its own stain and texture, the trap of an image-level split.

Nuclei of malignant tissue are larger and less alike. But cases differ too, in stain, fibers, number and size
of nuclei. A model that has met a case recognizes it by its color and needs to look at no nucleus.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from imbalance_course.datasets.base import ImageSet
from imbalance_course.datasets.drawing import paint, plane, smooth_noise, to_bytes

CLASS_NAMES = ("drawn malignant", "drawn benign")


@dataclass(frozen=True)
class _Case:
    """What all images of a case share: colors from 0 to 1, lengths in widths of the image."""

    benign: bool
    ground: np.ndarray
    nucleus: np.ndarray
    fiber: tuple[float, float]
    radius: float
    count: float


def draw_tissue(
    malignant: int = 300, benign: int = 100, *, cases: int = 20, size: int = 32, seed: int = 0
) -> ImageSet:
    """Draw a labeled set of tissue images that come in cases.

    Args:
        malignant: number of images of class 0.
        benign: number of images of class 1, the positive class.
        cases: number of groups, shared out in proportion to the images, at least one to each class.
        size: side in pixels.
        seed: integer; the same arguments draw the same bytes.

    Returns:
        An image set with ``drawn=True``; every image of a case has the same group and the same label.

    Raises:
        ValueError: a class without an image, too few or too many cases, or a size under 16 pixels.

    Example:
        >>> tissue = draw_tissue(malignant=6, benign=2, cases=4)
        >>> tissue.class_counts, len(set(tissue.groups))
        ({'drawn malignant': 6, 'drawn benign': 2}, 4)
    """
    if min(malignant, benign) < 1 or not 2 <= cases <= malignant + benign or size < 16:
        raise ValueError(
            "Expected at least one image of each class, 2 cases up to one for each image and a size >= 16 "
            f"pixels, got {malignant}, {benign}, {cases}, {size}."
        )
    random = np.random.default_rng(seed)
    share = round(cases * benign / (malignant + benign))
    benign_cases = min(max(share, 1, cases - malignant), cases - 1, benign)
    labels = np.repeat([0, 1], [malignant, benign])
    numbers = np.concatenate(
        [
            np.arange(malignant) % (cases - benign_cases),
            cases - benign_cases + np.arange(benign) % benign_cases,
        ]
    )
    images = np.empty((len(labels), size, size, 3), dtype=np.uint8)
    for number in range(cases):
        of_case = np.flatnonzero(numbers == number)
        case = _make_case(number >= cases - benign_cases, random)
        images[of_case] = _draw(case, len(of_case), size, random)
    return ImageSet(
        name="drawn tissue",
        images=images,
        labels=labels,
        groups=np.array([f"case.{number}" for number in numbers]),
        class_names=CLASS_NAMES,
        checksum=hashlib.sha256(images.tobytes()).hexdigest(),
        drawn=True,
    )


def _make_case(benign: bool, random: np.random.Generator) -> _Case:
    """Choose stain, fibers and nuclei of one case; the class only shifts the usual nucleus."""
    ground = np.array([0.90, 0.72, 0.84]) + random.uniform(-1, 1, 3) * [0.09, 0.14, 0.10]
    nucleus = np.array([0.42, 0.24, 0.55]) + random.uniform(-1, 1, 3) * [0.12, 0.09, 0.13]
    fiber = (random.uniform(0.01, 0.10), random.uniform(0.01, 0.10))
    radius = (0.045 if benign else 0.052) + random.normal(0, 0.004)
    return _Case(benign, ground, nucleus, fiber, max(radius, 0.02), random.uniform(18, 42))


def _draw(case: _Case, images: int, size: int, random: np.random.Generator) -> np.ndarray:
    """Fibers first, then lumps of nuclei, all images of the case together."""
    x, y = plane(size)
    fibers = np.stack(
        [smooth_noise(random, size, (case.fiber[0] * size, case.fiber[1] * size)) for _ in range(images)]
    )
    light = random.normal(1, 0.03, (images, 1, 1, 1))
    image = light * (case.ground + 0.06 * fibers[..., None] * [0.4, 1.0, 0.6])
    spread = 0.14 if case.benign else 0.3  # how unlike each other nuclei are
    counts = np.maximum(random.normal(case.count, 4, (images, 1, 1)), 3)
    for number in range(int(counts.max())):

        def draw(low, high):
            return random.uniform(low, high, (images, 1, 1))

        radius = 2 * case.radius * np.exp(random.normal(0, spread, (images, 1, 1)))
        stretch, angle = np.exp(random.normal(0, spread, (images, 1, 1))), draw(0, np.pi)
        away_x, away_y = x - draw(-1, 1), y - draw(-1, 1)
        along = away_x * np.cos(angle) + away_y * np.sin(angle)
        across = away_y * np.cos(angle) - away_x * np.sin(angle)
        level = (along**2 * stretch + across**2 / stretch) / radius**2
        level = np.where(number < counts, level, np.inf)
        edge = 1.5 / (size * radius)
        paint(image, level, edge, case.nucleus * draw(0.8, 1.2)[..., None])
    image += random.normal(0, 0.02, image.shape)
    return to_bytes(image)
