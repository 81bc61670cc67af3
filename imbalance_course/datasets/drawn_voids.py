"""Drawn micrographs with voids: bright blobs with a dark fringe in noisy gray material.

Thickness makes the material brighter in places too, without a fringe; what is bright is not always void.
Light, noise, focus and the size of the voids differ from micrograph to micrograph.
"""

import hashlib

import numpy as np

from imbalance_course.datasets.base import MaskSet
from imbalance_course.datasets.drawing import coverage, plane, smooth_noise, to_bytes

CLASS_NAMES = ("drawn material", "drawn void")
VOID_SHARE = 0.17  # of all pixels, as in the micrographs of Agarwal et al.


def draw_voids(count: int = 48, size: int = 64, seed: int = 0, *, micrographs: int = 3) -> MaskSet:
    """Draw tiles of micrographs in which about 17 % of the pixels are void.

    Args:
        count: number of tiles.
        size: side of a tile in pixels.
        seed: integer; the same arguments draw the same bytes.
        micrographs: number of groups, each with its own light, noise, focus and size of voids.

    Returns:
        A mask set with ``drawn=True``; mask 1 is void.

    Raises:
        ValueError: no micrograph, more of them than tiles, or a size under 16 pixels.

    Example:
        >>> voids = draw_voids(6, size=32)
        >>> voids.images.shape, len(set(voids.groups))
        ((6, 32, 32, 3), 3)
    """
    if not 1 <= micrographs <= count or size < 16:
        raise ValueError(
            f"Expected 1 to {count} micrographs for {count} tiles and a size >= 16 pixels, got "
            f"{micrographs}, {size}."
        )
    random = np.random.default_rng(seed)
    numbers = np.arange(count) % micrographs
    images = np.empty((count, size, size, 3), dtype=np.uint8)
    masks = np.empty((count, size, size), dtype=np.uint8)
    for number in range(micrographs):
        tiles = np.flatnonzero(numbers == number)
        gray, masks[tiles] = _draw(len(tiles), size, random)
        images[tiles] = to_bytes(gray)[..., None]
    return MaskSet(
        name="drawn voids",
        images=images,
        masks=masks,
        groups=np.array([f"micrograph.{number}" for number in numbers]),
        class_names=CLASS_NAMES,
        checksum=hashlib.sha256(images.tobytes() + masks.tobytes()).hexdigest(),
        drawn=True,
    )


def _draw(tiles: int, size: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """All tiles of one micrograph: brightness from 0 to 1 and mask."""
    x, y = plane(size)
    usual = random.uniform(0.2, 0.3)  # radius; the tile goes from -1 to 1
    light, contrast = random.uniform(0.35, 0.5), random.uniform(0.22, 0.34)
    grain, edge = random.uniform(0.03, 0.07), random.uniform(0.08, 0.2)
    thickness = np.stack([smooth_noise(random, size, (size / 6, size / 6)) for _ in range(tiles)])
    image = light + 0.06 * thickness
    mask = np.zeros((tiles, size, size), dtype=bool)

    # Discs of area a, thrown m times a unit of area, leave exp(-m a) of the plane uncovered.
    reach = 1 + 1.3 * usual
    thrown = -np.log(1 - VOID_SHARE) / (np.pi * usual**2) * (2 * reach) ** 2
    counts = random.poisson(thrown, (tiles, 1, 1))
    for number in range(counts.max()):

        def draw(low, high):
            return random.uniform(low, high, (tiles, 1, 1))

        radius, stretch, angle = usual * draw(0.7, 1.3), draw(0.75, 1.33), draw(0, np.pi)
        away_x, away_y = x - draw(-reach, reach), y - draw(-reach, reach)
        along = np.abs(away_x * np.cos(angle) + away_y * np.sin(angle)) * np.sqrt(stretch)
        across = np.abs(away_y * np.cos(angle) - away_x * np.sin(angle)) / np.sqrt(stretch)
        level = (along**2 + across**2) / radius**2
        level = np.where(number < counts, level, np.inf)
        strength = contrast * draw(0.4, 1.0)
        inside = coverage(level, edge)
        image += strength * (inside - 0.8 * (coverage(level / 1.35**2, edge) - inside))
        mask |= level < 1
    return image + random.normal(0, grain, image.shape), mask
