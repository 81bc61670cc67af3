"""Drawn time-of-flight images: a cross of arrival times among random hits.

Every pixel holds the arrival time of one hit, or 0. The clean image is a cross, shifted and scaled, whose
arrival time rises from its center to the ends of its arms. The noisy image lacks a part of the cross, blurs
its times, and has hits that belong to nothing. So the signal is less than one pixel in a hundred, and hits of
signal and noise together are about 2 %.

The description of ACB-MSE gives the size of the image, the shape, about 230 hits an image with signal and
noise, and times up to 100. It leaves open, and this module chooses: an upright cross of one pixel's width;
arms in three ranges of length, so that signals come in three sizes; 70 % of the cross detected; about 185
noise hits at any pixel and any time of the range, so that neither a place nor a time alone tells signal from
noise; times blurred by 2.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

LATEST = 100  # largest arrival time; the unit is left open, as in the source
EARLIEST = 30  # smallest arrival time of a signal, well apart from 0, which means no hit
ARMS = {"few": (0.05, 0.09), "usual": (0.14, 0.2), "many": (0.28, 0.36)}  # shares of the shorter side
DETECTED = 0.7  # share of the cross that the noisy image has
NOISE_SHARE = 185 / (128 * 88)  # of all pixels
BLUR = 2.0  # standard deviation of a detected time


@dataclass(frozen=True)
class TimeImages:
    """Noisy images of arrival times, and the clean images behind them.

    Attributes:
        name: name of the data set.
        images: (N, H, W, 1) uint8 arrival times of signal and noise, from 1 to 100; 0 without a hit.
        targets: (N, H, W) uint8 arrival times of the whole signal; 0 elsewhere.
        sizes: (N,) int64; which of ``size_names`` the signal has.
        size_names: name of size 0, size 1, ...
        checksum: sha256 that identifies the data.
        drawn: True, for the package draws every one of these images.
    """

    name: str
    images: np.ndarray
    targets: np.ndarray
    sizes: np.ndarray
    size_names: tuple[str, ...]
    checksum: str
    drawn: bool = True

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def signal_counts(self) -> np.ndarray:
        """Pixels of the signal in each image, (N,)."""
        return (self.targets > 0).sum(axis=(1, 2))

    @property
    def hit_counts(self) -> np.ndarray:
        """Hits of signal and noise in each noisy image, (N,)."""
        return (self.images > 0).sum(axis=(1, 2, 3))


def draw_times(count: int = 60, height: int = 128, width: int = 88, seed: int = 0) -> TimeImages:
    """Draw noisy images of a cross of arrival times, and the clean images.

    Args:
        count: number of images; the sizes of the signal take turns.
        height: rows of an image.
        width: columns of an image.
        seed: integer; the same arguments draw the same bytes.

    Returns:
        A set with ``drawn=True``.

    Raises:
        ValueError: no image, or a side under 24 pixels, on which two sizes of signal would be alike.

    Example:
        >>> times = draw_times(6)
        >>> times.images.shape, times.signal_counts.tolist()
        ((6, 128, 88, 1), [33, 53, 129, 25, 69, 105])
    """
    if count < 1 or min(height, width) < 24:
        raise ValueError(f"Expected at least one image of 24 x 24 pixels, got {count} of {height} x {width}.")
    random = np.random.default_rng(seed)
    sizes = np.arange(count) % len(ARMS)
    ranges = [_arm_lengths(share, min(height, width)) for share in ARMS.values()]
    clean = np.stack([_draw_cross(*ranges[size], height, width, random) for size in sizes])
    noisy = np.stack([_make_noisy(image, random) for image in clean])
    return TimeImages(
        name="drawn times of flight",
        images=noisy[..., None],
        targets=clean,
        sizes=sizes,
        size_names=tuple(ARMS),
        checksum=hashlib.sha256(noisy.tobytes() + clean.tobytes()).hexdigest(),
    )


def _arm_lengths(share: tuple[float, float], side: int) -> tuple[int, int]:
    """Shortest and longest arm in pixels."""
    shortest = max(1, round(share[0] * side))
    return shortest, max(shortest, round(share[1] * side))


def _draw_cross(
    shortest: int, longest: int, height: int, width: int, random: np.random.Generator
) -> np.ndarray:
    """A clean image, (height, width): the time rises by 20 to 40 from the center to the ends of the arms."""
    arm = random.integers(shortest, longest, endpoint=True)
    row, column = (random.integers(arm, side - arm) for side in (height, width))
    start, rise = random.uniform(EARLIEST, LATEST - 40), random.uniform(20, 40)
    times = np.round(start + rise * np.abs(np.arange(-arm, arm + 1)) / arm).astype(np.uint8)
    image = np.zeros((height, width), dtype=np.uint8)
    image[row - arm : row + arm + 1, column] = times
    image[row, column - arm : column + arm + 1] = times
    return image


def _make_noisy(clean: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What is measured of a clean image: times of a part of the signal, and noise where it left no hit."""
    blurred = np.clip(np.round(clean + random.normal(0, BLUR, clean.shape)), 1, LATEST)
    signal = np.where((clean > 0) & (random.random(clean.shape) < DETECTED), blurred, 0)
    noise = random.integers(EARLIEST, LATEST, clean.shape, endpoint=True)
    is_noise = (signal == 0) & (random.random(clean.shape) < NOISE_SHARE)
    return np.where(is_noise, noise, signal).astype(np.uint8)
