"""Brushes that all drawn data sets share: soft shapes and smooth noise."""

import numpy as np
from scipy.ndimage import gaussian_filter


def plane(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates x, y of the pixel centers, each from -1 to 1, shaped (1, 1, size) and (1, size, 1)."""
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    return axis[None, None, :], axis[None, :, None]


def coverage(level: np.ndarray, edge: float) -> np.ndarray:
    """How much of each pixel lies where ``level`` < 1, from 0 to 1.

    Args:
        level: squared distance from a center, 1 on the border of the shape.
        edge: half width of the soft border, in units of the shape's radius.
    """
    return np.clip((1 - np.sqrt(level)) / (2 * edge) + 0.5, 0, 1)


def paint(image: np.ndarray, level: np.ndarray, edge: float, color: np.ndarray) -> None:
    """Blend a color into the images where ``level`` < 1; the square root makes it distance-like."""
    image += coverage(level, edge)[..., None] * (color - image)


def smooth_noise(random: np.random.Generator, size: int, scale: tuple[float, float]) -> np.ndarray:
    """A field of smooth noise with mean 0 and standard deviation 1.

    Args:
        random: source of the noise.
        size: side in pixels.
        scale: width of the smoothing in pixels, down and across.

    Returns:
        (size, size) float64; it goes on at the opposite edge.
    """
    field = gaussian_filter(random.standard_normal((size, size)), scale, mode="wrap")
    return (field - field.mean()) / field.std()


def to_bytes(image: np.ndarray) -> np.ndarray:
    """Brightness from 0 to 1 as uint8."""
    return (np.clip(image, 0, 1) * 255).round().astype(np.uint8)
