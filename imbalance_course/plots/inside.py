"""What a trained network looks at, and where it puts images: heat over images, dots in a plane."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from imbalance_course.errors import CourseError
from imbalance_course.plots.style import CLASS_COLORS, GRAY, WIDTH, new_figure

_HEAT = "inferno"


def heat_overlays(images: np.ndarray, maps: np.ndarray, titles: Sequence[str], label: str) -> Figure:
    """Draw images and, below each, its map of heat over the image in gray.

    Args:
        images: uint8, shape (N, H, W, 3).
        maps: (N, h, w) numbers, 0 for no heat; they are stretched over the image, smoothly.
        titles: N short texts.
        label: what the heat measures.

    Returns:
        The figure; one scale of colors, from 0 to the largest value, for all maps.

    Raises:
        CourseError: if images, maps and titles differ in number, or a map is below 0 anywhere.

    Example:
        >>> image = np.zeros((2, 8, 8, 3), np.uint8)
        >>> figure = heat_overlays(image, np.ones((2, 4, 4)), ["a", "b"], "evidence")
    """
    images, maps = np.asarray(images), np.asarray(maps, dtype=float)
    if not len(images) == len(maps) == len(titles) or not len(images):
        raise CourseError(
            f"Expected as many images as maps and titles, got {len(images)}, {len(maps)}, {len(titles)}."
        )
    if maps.min() < 0:
        raise CourseError(f"Expected heat of at least 0, got {maps.min():.3g}; cut it off first.")
    height, width = images.shape[1:3]
    column = (WIDTH - 0.9) / len(images)
    figure, panels = new_figure(2 * column * height / width + 0.7, len(images), rows=2)
    extent = (0, width, height, 0)
    for number, (image, heat, title) in enumerate(zip(images, maps, titles, strict=True)):
        above, below = panels[number], panels[number + len(images)]
        above.imshow(image, extent=extent, interpolation="nearest")
        above.set_title(title, loc="center", fontweight="normal")
        below.imshow(image.mean(axis=2), extent=extent, cmap="gray", vmin=0, vmax=255)
        drawn = below.imshow(
            heat, extent=extent, cmap=_HEAT, vmin=0, vmax=maps.max(), alpha=0.6, interpolation="bilinear"
        )
    for axes in panels:
        axes.set_axis_off()
    bar = figure.colorbar(drawn, ax=panels[len(images) :], label=label, aspect=12)
    bar.outline.set_visible(False)
    return figure


def feature_planes(
    points: ArrayLike,
    labels: ArrayLike,
    stains: ArrayLike,
    *,
    hollow: ArrayLike,
    names: Sequence[str],
    kinds: Sequence[str] = ("case met in training", "new case"),
) -> Figure:
    """Draw the same dots twice: in the color of their class, and in a color of their own.

    Args:
        points: (N, 2) places, such as the first two principal components of features.
        labels: (N,) class 0 or 1.
        stains: (N, 3) colors from 0 to 1 for the second panel.
        hollow: (N,) whether an image belongs to the second kind, drawn as a hollow square.
        names: name of class 0 and of class 1.
        kinds: what the filled dots and the hollow squares are.

    Returns:
        The figure.

    Raises:
        CourseError: if the arrays differ in length.

    Example:
        >>> figure = feature_planes(
        ...     [[0, 0], [1, 1]], [0, 1], [[1, 0, 0], [0, 0, 1]], hollow=[False, True], names=("a", "b")
        ... )
    """
    points, labels, stains, hollow = (np.asarray(each) for each in (points, labels, stains, hollow))
    if not len(points) == len(labels) == len(stains) == len(hollow):
        raise CourseError(
            f"Expected a class, a color and a kind for each of {len(points)} points, got {len(labels)}, "
            f"{len(stains)}, {len(hollow)}."
        )
    figure, panels = new_figure(4.2, columns=2)
    by_class = np.array(CLASS_COLORS)[labels]
    for axes, colors, title in zip(
        panels, (by_class, stains), ("Colored by class", "In their own stain"), strict=True
    ):
        axes.scatter(*points[~hollow].T, c=colors[~hollow], s=26, marker="o", linewidths=0)
        axes.scatter(
            *points[hollow].T, s=30, marker="s", facecolors="none", edgecolors=colors[hollow], linewidths=1.4
        )
        axes.set(title=title, xlabel="First component", xticks=[], yticks=[])
    panels[0].set_ylabel("Second component")
    handles = [
        Line2D([], [], linestyle="", marker="o", color=color, label=name)
        for name, color in zip(names, CLASS_COLORS, strict=True)
    ]
    for kind, look in zip(kinds, ({"marker": "o"}, {"marker": "s", "fillstyle": "none"}), strict=True):
        handles.append(Line2D([], [], linestyle="", color=GRAY, label=kind, **look))
    figure.legend(handles=handles, loc="outside upper left", ncols=4, handletextpad=0.1, columnspacing=1)
    return figure
