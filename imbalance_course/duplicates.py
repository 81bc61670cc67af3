"""Near-duplicate images: fingerprints that survive another exposure, and the groups they make."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from imbalance_course.errors import CourseError

_ROWS_AT_ONCE = 512  # rows of the table of similarities held in memory


def fingerprints(images, *, side: int = 8) -> np.ndarray:
    r"""Thumbnails of images as unit vectors, blind to brightness and contrast.

    .. math::
        f = \frac{t - \bar t}{\lVert t - \bar t \rVert}

    Here :math:`t` holds the mean colors of ``side`` by ``side`` tiles. The scalar product of two fingerprints
    is the correlation of the two thumbnails: 1 for an image and the same image under another exposure.

    Args:
        images: (N, H, W, C) numbers, H and W at least ``side``.
        side: tiles along each edge; borders between tiles lie at the nearest pixel.

    Returns:
        (N, side * side * C) float64; all zeros, near to nothing, for an image of one color.

    Raises:
        CourseError: another shape, or images smaller than the thumbnail.

    Reference:
        Yang, Gu and Niu, Block mean value based image perceptual hashing, IIH-MSP 2006, without the last
        step that turns the means into bits.

    Example:
        >>> image = np.arange(64.0).reshape(1, 8, 8, 1)
        >>> round(float(fingerprints(image)[0] @ fingerprints(0.5 * image + 20)[0]), 6)
        1.0
    """
    images = np.asarray(images)
    if images.ndim != 4 or min(images.shape[1:3]) < side or side < 2:
        raise CourseError(
            f"Expected images of shape (N, H, W, C) of at least {side} by {side} pixels and a side of at "
            f"least 2, got shape {images.shape}."
        )
    tiles = images
    for axis in (1, 2):
        size = images.shape[axis]
        starts = np.round(np.linspace(0, size, side + 1)).astype(int)
        sums = np.add.reduceat(tiles, starts[:-1], axis=axis, dtype=np.float64)
        tiles = sums / np.diff(starts).reshape([-1 if a == axis else 1 for a in range(4)])
    flat = tiles.reshape(len(images), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.divide(flat, length, out=np.zeros_like(flat), where=length > 1e-9)


def near_duplicate_groups(images, *, distance: float, side: int = 8) -> np.ndarray:
    """Put images into one group that look alike, directly or over others.

    Two images are linked when one minus the correlation of their thumbnails is at most ``distance``. There is
    no distance that suits all data: look at the closest pairs and choose it between those that are the same
    scene and those that are not. The groups go into :func:`imbalance_course.splits.deal_folds`.

    Args:
        images: (N, H, W, C) numbers.
        distance: largest distance of two linked images, between 0 and 2.
        side: tiles along each edge of a thumbnail.

    Returns:
        (N,) int64 number of each image's group, counted from 0 in the order of first appearance.

    Raises:
        CourseError: a distance out of range, or images that have no thumbnail.

    Example:
        >>> image = np.random.default_rng(0).random((2, 16, 16, 3))
        >>> near_duplicate_groups(np.concatenate([image, 0.9 * image]), distance=0.05)
        array([0, 1, 0, 1])
    """
    return link_fingerprints(fingerprints(images, side=side), distance=distance)


def link_fingerprints(prints: np.ndarray, *, distance: float) -> np.ndarray:
    """Put fingerprints into one group that lie near, directly or over others.

    Args:
        prints: (N, D) unit vectors, from :func:`fingerprints`.
        distance: largest distance of two linked fingerprints, between 0 and 2.

    Returns:
        (N,) int64 number of each one's group, counted from 0 in the order of first appearance.

    Raises:
        CourseError: a distance out of range.

    Example:
        >>> link_fingerprints(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), distance=0.1)
        array([0, 1, 0])
    """
    if not 0 <= distance <= 2:
        raise CourseError(f"Expected a distance between 0 and 2, got {distance}.")
    groups = np.arange(len(prints))
    for start in range(0, len(prints), _ROWS_AT_ONCE):
        similarity = prints[start : start + _ROWS_AT_ONCE] @ prints[start:].T
        rows, columns = np.nonzero(similarity >= 1 - distance)
        links = groups[rows + start], groups[columns + start]
        graph = coo_array((np.ones(len(rows)), links), shape=(len(prints), len(prints)))
        groups = connected_components(graph, directed=False)[1][groups]
    _, first, number = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number].astype(np.int64)
