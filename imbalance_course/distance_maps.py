"""How far every pixel lies from the boundary of the objects of a mask, for losses that look at boundaries.

Two maps have their own meaning of distance:

- :func:`boundary_map`: 1 at the edge of an object, 0 in its middle and on the background. The distance map
  loss weighs pixels with it. This is the map that its paper describes. The code published with the paper
  gives another one: it clips the whole map while it still loops over the objects, which leaves 0 on nine of
  ten object pixels, so that the loss is nearly the plain cross-entropy. Here every object keeps its values.
- :func:`signed_distance`: pixels from the boundary, below 0 inside. The boundary loss multiplies errors by
  it.

The border of the image is no boundary: an object that it cuts goes on behind it, for all that is known. An
object is what touches by an edge or a corner; nuclei that touch are one object.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from scipy import ndimage

from imbalance_course.writing import written_beside

Per = Literal["object", "image"]
Kind = Literal["object", "image", "signed"]

CORNERS_TOUCH = np.ones((3, 3))
VERSION = 1  # part of the name of a kept array: raise it when a map changes


def boundary_map(mask: np.ndarray, per: Per = "object") -> np.ndarray:
    r"""Closeness to the boundary inside the objects: 1 at their edge, falling in a straight line to 0.

    .. math::
        \varphi = 1 - \frac{d - 1}{d_{\max} - 1} \text{ in objects}, \qquad \varphi = 0 \text{ elsewhere}

    with :math:`d` the distance to the nearest pixel of the background, 1 where an edge touches it. An object
    that is 1 or 2 pixels wide is 1 everywhere. An image without background has no boundary: 0 everywhere.

    Args:
        mask: (H, W); what is not 0 is object. Give ``masks == 1`` where other numbers mark other classes.
        per: ``object`` takes the largest distance of every object, whose innermost pixel then is 0; ``image``
            takes that of the image: small objects, which are all edge, then stay close to 1.

    Returns:
        (H, W) float32, from 0 to 1.

    Raises:
        ValueError: the mask has not two axes, or ``per`` is unknown.

    Reference:
        Agarwal et al., Engineering Applications of Artificial Intelligence 126, 2023, 106747: the map of
        the distance map loss.

    Example:
        >>> boundary_map(np.array([[0, 1, 1, 1, 1, 1, 0]]))
        array([[0. , 1. , 0.5, 0. , 0.5, 1. , 0. ]], dtype=float32)
    """
    inside = _as_objects(mask)
    if per not in get_args(Per):
        raise ValueError(f"Expected per to be 'object' or 'image', got {per!r}.")
    if inside.all():
        return np.zeros(inside.shape, dtype=np.float32)
    # One transform serves all objects: the nearest pixel outside an object is always background, because
    # another object there would touch this one.
    depth = ndimage.distance_transform_edt(inside)
    objects, count = ndimage.label(inside, CORNERS_TOUCH) if per == "object" else (inside.astype(np.intp), 1)
    deepest = np.ones(count + 1)
    np.maximum.at(deepest, objects, depth)
    fall = deepest[objects] - 1
    closeness = 1 - (depth - 1) / np.where(fall > 0, fall, 1)
    return np.where(inside, closeness, 0).astype(np.float32)


def signed_distance(mask: np.ndarray) -> np.ndarray:
    r"""Distance from the boundary of the objects, below 0 inside and above 0 outside.

    .. math::
        \phi = \tfrac12 - d_{\text{background}} \text{ in objects}, \qquad
        \phi = d_{\text{object}} - \tfrac12 \text{ elsewhere}

    with the distances to the nearest pixel of that kind. The zero lies between two pixels: those that touch
    have -1/2 and 1/2, so an error on either side counts. A mask without object, or of nothing else, has no
    boundary: 0 everywhere.

    Args:
        mask: (H, W); what is not 0 is object.

    Returns:
        (H, W) float32, in pixels.

    Raises:
        ValueError: the mask has not two axes.

    Reference:
        Kervadec et al., Boundary loss for highly unbalanced segmentation, MIDL 2019, equation 5. The paper's
        code and MONAI 1.6 give 0 to the outermost pixels of an object and 1 to the background beside them, so
        that nothing there pulls a prediction up to the edge.

    Example:
        >>> signed_distance(np.array([[0, 0, 1, 1, 1, 0]]))
        array([[ 1.5,  0.5, -0.5, -1.5, -0.5,  0.5]], dtype=float32)
    """
    inside = _as_objects(mask)
    if inside.all() or not inside.any():
        return np.zeros(inside.shape, dtype=np.float32)
    depth, height = ndimage.distance_transform_edt(inside), ndimage.distance_transform_edt(~inside)
    return np.where(inside, 0.5 - depth, height - 0.5).astype(np.float32)


MAPS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "object": boundary_map,
    "image": partial(boundary_map, per="image"),
    "signed": signed_distance,
}


def distance_maps(
    masks: np.ndarray, *, kind: Kind = "object", workers: int | None = None, cache: Path | str | None = None
) -> np.ndarray:
    """Maps of a whole data set, computed in parallel on the CPU and kept for the next time.

    Args:
        masks: (N, H, W); what is not 0 is object. Give ``data.masks == 1`` for class 1 of a ``MaskSet``.
        kind: ``object`` or ``image``: :func:`boundary_map` per object or image; ``signed``:
            :func:`signed_distance`.
        workers: threads; None means one a processor.
        cache: folder that keeps the array, under a name with the checksum of the masks; None keeps nothing.

    Returns:
        (N, H, W) float32.

    Raises:
        ValueError: the masks have not three axes, or an unknown kind.

    Example:
        >>> distance_maps(np.array([[[0, 1, 1, 1]]]), kind="signed")
        array([[[ 0.5, -0.5, -1.5, -2.5]]], dtype=float32)
    """
    if kind not in MAPS:
        raise ValueError(f"Expected kind to be 'object', 'image' or 'signed', got {kind!r}.")
    if np.ndim(masks) != 3:
        raise ValueError(f"Expected masks of shape (N, H, W), got {np.shape(masks)}.")
    objects = np.asarray(masks) != 0
    kept = None if cache is None else Path(cache) / f"distances-{kind}-{_checksum(objects)}.npy"
    maps = None if kept is None else _read(kept)
    if maps is not None:
        return maps
    maps = np.empty(objects.shape, dtype=np.float32)

    def fill(position: int) -> None:
        maps[position] = MAPS[kind](objects[position])

    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        list(pool.map(fill, range(len(maps))))
    if kept is not None:
        with written_beside(kept) as file:
            np.save(file, maps)
    return maps


def _as_objects(mask: np.ndarray) -> np.ndarray:
    if np.ndim(mask) != 2:
        raise ValueError(
            f"Expected a mask of shape (H, W), got {np.shape(mask)}; distance_maps takes several."
        )
    return np.asarray(mask) != 0


def _checksum(objects: np.ndarray) -> str:
    """Name of the content; eight pixels a byte suffice."""
    about = f"{VERSION} {objects.shape}".encode()
    return hashlib.sha256(about + np.packbits(objects).tobytes()).hexdigest()[:16]


def _read(path: Path) -> np.ndarray | None:
    """The kept array, or None where there is none or the disk damaged it: then it is computed again."""
    try:
        return np.load(path)
    except (OSError, EOFError, ValueError):
        return None
