"""Many images at once."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from imbalance_course.errors import CourseError
from imbalance_course.plots.style import WIDTH, new_figure


def image_grid(images: np.ndarray, titles: Sequence[str] | None = None, columns: int = 6) -> Figure:
    """Draw images in rows of ``columns``, each with its title.

    Args:
        images: uint8, shape (N, H, W, 3).
        titles: N short texts, or none.
        columns: images a row.

    Returns:
        The figure.

    Raises:
        CourseError: if the array has another shape or type, or the titles another number.

    Example:
        >>> figure = image_grid(np.zeros((3, 8, 8, 3), np.uint8), ["a", "b", "c"], columns=3)
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[-1] != 3 or not len(images):
        raise CourseError(
            f"Expected uint8 images of shape (N, H, W, 3), N > 0, got {images.dtype} {images.shape}."
        )
    if titles is not None and len(titles) != len(images):
        raise CourseError(f"Expected {len(images)} titles, one an image, got {len(titles)}.")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    side = WIDTH / columns
    height = side * images.shape[1] / images.shape[2] + (0.3 if titles is not None else 0.05)
    figure, panels = new_figure(rows * height, columns, rows=rows)
    for axes in panels:
        axes.set_axis_off()
    for index, (axes, image) in enumerate(zip(panels, images, strict=False)):
        axes.imshow(image, interpolation="nearest")
        if titles is not None:
            axes.set_title(titles[index], loc="center", fontweight="normal")
    return figure
