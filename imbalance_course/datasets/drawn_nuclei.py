"""Drawn nuclei of four kinds, as unequal in number as those of MoNuSAC.

Epithelial nuclei are oval and pale with a dark rim, lymphocytes small, round and dark, neutrophils have three
lobes, macrophages are large and brownish. Stain and light differ from patient to patient.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from imbalance_course.datasets.base import MaskSet
from imbalance_course.datasets.drawing import paint, plane, smooth_noise, to_bytes

CLASS_NAMES = (
    "drawn background",
    "drawn epithelial",
    "drawn lymphocyte",
    "drawn neutrophil",
    "drawn macrophage",
)


@dataclass(frozen=True)
class _Kind:
    """How nuclei of one class look.

    Attributes:
        number: the class.
        share: of all pixels, as in the test part of MoNuSAC.
        radius: usual radius, where the tile goes from -1 to 1.
        stretch: ratio of the axes at most.
        rim: color of the border, from 0 to 1.
        inside: color of the middle.
        lobes: number of round parts; they touch and do not overlap.
    """

    number: int
    share: float
    radius: float
    stretch: float
    rim: tuple[float, float, float]
    inside: tuple[float, float, float]
    lobes: int = 1


# Painted in this order: a later nucleus lies on top.
_KINDS = (
    _Kind(1, 0.115, 0.19, 1.6, (0.38, 0.22, 0.50), (0.66, 0.50, 0.74)),
    _Kind(4, 0.0175, 0.26, 1.4, (0.46, 0.34, 0.46), (0.62, 0.48, 0.54)),
    _Kind(2, 0.049, 0.11, 1.1, (0.26, 0.16, 0.42), (0.30, 0.19, 0.46)),
    _Kind(3, 0.0019, 0.12, 1.0, (0.24, 0.14, 0.36), (0.32, 0.18, 0.42), lobes=3),
)


def draw_nuclei(count: int = 60, size: int = 64, seed: int = 0, *, patients: int = 6) -> MaskSet:
    """Draw tiles of stained tissue with nuclei of four classes.

    About 11.5 % of the pixels are epithelial, 4.9 % lymphocyte, 0.19 % neutrophil and 1.75 % macrophage.

    Args:
        count: number of tiles.
        size: side of a tile in pixels.
        seed: integer; the same arguments draw the same bytes.
        patients: number of groups, each with its own stain and light.

    Returns:
        A mask set with ``drawn=True``; masks as in :func:`imbalance_course.datasets.load_nuclei_monusac`.

    Raises:
        ValueError: no patient, more of them than tiles, or a size under 16 pixels.

    Example:
        >>> nuclei = draw_nuclei(12, size=32)
        >>> nuclei.images.shape, nuclei.class_names[3]
        ((12, 32, 32, 3), 'drawn neutrophil')
    """
    if not 1 <= patients <= count or size < 16:
        raise ValueError(
            f"Expected 1 to {count} patients for {count} tiles and a size >= 16 pixels, got {patients}, "
            f"{size}."
        )
    random = np.random.default_rng(seed)
    numbers = np.arange(count) % patients
    stain = (1 + random.uniform(-0.12, 0.12, (patients, 1, 1, 3)))[numbers]
    image = _draw_ground(count, size, random)
    mask = np.zeros((count, size, size), dtype=np.uint8)
    covered = 0.0  # share of the pixels that later kinds take away
    amounts = []
    for kind in reversed(_KINDS):
        amounts.append(-np.log(1 - kind.share / (1 - covered)))
        covered += kind.share
    for kind, amount in zip(_KINDS, reversed(amounts), strict=True):
        _draw_kind(kind, amount, image, mask, random)
    images = to_bytes(image * stain + random.normal(0, 0.025, image.shape))
    return MaskSet(
        name="drawn nuclei",
        images=images,
        masks=mask,
        groups=np.array([f"patient.{number}" for number in numbers]),
        class_names=CLASS_NAMES,
        checksum=hashlib.sha256(images.tobytes() + mask.tobytes()).hexdigest(),
        drawn=True,
    )


def _draw_ground(count: int, size: int, random: np.random.Generator) -> np.ndarray:
    """Pink tissue with fibers and pale gaps."""
    fibers = np.stack([smooth_noise(random, size, (size / 40, size / 14)) for _ in range(count)])[..., None]
    gaps = np.stack([smooth_noise(random, size, (size / 8, size / 8)) for _ in range(count)])[..., None]
    image = np.array([0.86, 0.66, 0.80]) + 0.05 * fibers * [0.5, 1.0, 0.6]
    return image + np.clip(gaps - 1, 0, 1) * ([0.95, 0.92, 0.95] - image)


def _draw_kind(
    kind: _Kind, amount: float, image: np.ndarray, mask: np.ndarray, random: np.random.Generator
) -> None:
    """Throw nuclei of one kind over all tiles; their areas sum up to ``amount`` of the tiles' area."""
    reach = 1 + 1.3 * kind.radius
    area = kind.lobes * np.pi * (kind.radius / _lobe_ratio(kind)) ** 2
    total = round(len(image) * amount * (2 * reach) ** 2 / area)
    tiles = random.integers(0, len(image), total)
    edge = 2 / (image.shape[1] * kind.radius)
    for some in _without_repeats(tiles):
        level = _level(kind, len(some), reach, image.shape[1], random)
        mask[some] = np.where(level < 1, kind.number, mask[some])
        part = image[some]
        shade = random.uniform(0.85, 1.15, (len(some), 1, 1, 1))
        paint(part, level, edge, np.array(kind.rim) * shade)
        paint(part, level / 0.75**2, 2 * edge, np.array(kind.inside) * shade)
        image[some] = part


def _without_repeats(tiles: np.ndarray) -> list[np.ndarray]:
    """Split indices into parts that name each tile once, so that a part can be painted at a stroke."""
    order = np.argsort(tiles, kind="stable")
    ranked = tiles[order]
    turn = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)  # how often the tile came before
    return [ranked[turn == number] for number in range(turn.max(initial=-1) + 1)]


def _lobe_ratio(kind: _Kind) -> float:
    """Radius of a nucleus over the radius of its lobes; two lobes touch where sin(pi / lobes) says."""
    return 1.0 if kind.lobes == 1 else 1 + 1 / np.sin(np.pi / kind.lobes)


def _level(kind: _Kind, count: int, reach: float, size: int, random: np.random.Generator) -> np.ndarray:
    """Squared distance to the nearest lobe's center, 1 on the border, for one nucleus on each tile."""
    x, y = plane(size)

    def draw(low, high):
        return random.uniform(low, high, (count, 1, 1))

    radius, stretch, angle = kind.radius * draw(0.8, 1.2), draw(1, kind.stretch), draw(0, 2 * np.pi)
    away_x, away_y = x - draw(-reach, reach), y - draw(-reach, reach)
    along = away_x * np.cos(angle) + away_y * np.sin(angle)
    across = away_y * np.cos(angle) - away_x * np.sin(angle)
    lobe = radius / _lobe_ratio(kind)
    levels = []
    for number in range(kind.lobes):
        turn = 2 * np.pi * number / kind.lobes
        out = radius - lobe
        levels.append(
            ((along - out * np.cos(turn)) ** 2 / stretch + (across - out * np.sin(turn)) ** 2 * stretch)
            / lobe**2
        )
    return np.minimum.reduce(levels)
