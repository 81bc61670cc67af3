"""What belongs to an image, drawn on it: points, boxes, outlines, lines, heatmaps and segmentation maps."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from imbalance_course.errors import CourseError
from imbalance_course.plots.style import COLORS, WIDTH, new_figure

_LINE = {"color": COLORS["positive"], "linewidth": 2}
_CLASSES = ListedColormap([COLORS[name] for name in ("positive", "sixth", "third", "fourth", "fifth")])


def annotated_pairs(
    rows: Mapping[str, np.ndarray], marks: Mapping[str, Sequence[Any] | None], columns: int = 4
) -> Figure:
    """Draw images in rows, each mark in a column of its own on all of them.

    Args:
        rows: name of the row, such as before or after -> image (H, W, 3) uint8; the first row shows the
            title of its column in place of its name.
        marks: title of the column -> what belongs to the image of each row, as imgaug's ``KeypointsOnImage``,
            ``BoundingBoxesOnImage``, ``PolygonsOnImage``, ``LineStringsOnImage``, ``HeatmapsOnImage`` or
            ``SegmentationMapsOnImage``; None shows the images alone.
        columns: columns side by side; further ones go below.

    Returns:
        The figure; its axes count pixels from the top left corner.

    Raises:
        CourseError: a column has more or fewer marks than there are rows, or an unknown kind of them.

    Example:
        >>> image = np.zeros((8, 8, 3), np.uint8)
        >>> figure = annotated_pairs({"before": image, "after": image}, {"image": None})
    """
    for title, of_rows in marks.items():
        if of_rows is not None and len(of_rows) != len(rows):
            raise CourseError(f"Expected {len(rows)} marks under {title!r}, one a row, got {len(of_rows)}.")
    columns = min(columns, len(marks))
    blocks = -(-len(marks) // columns)
    side = WIDTH / columns
    height = sum(side * image.shape[0] / image.shape[1] for image in rows.values()) + 0.35
    figure, panels = new_figure(blocks * height, columns, rows=blocks * len(rows))
    for axes in panels:
        axes.set_axis_off()
    for index, (title, of_rows) in enumerate(marks.items()):
        block, column = divmod(index, columns)
        for row, (name, image) in enumerate(rows.items()):
            axes = panels[(block * len(rows) + row) * columns + column]
            axes.imshow(image, extent=_extent(image), interpolation="nearest")
            if of_rows is not None:
                draw_marks(axes, of_rows[row])
            axes.set(xlim=(0, image.shape[1]), ylim=(image.shape[0], 0))
            axes.set_title(title if row == 0 else name, fontweight="bold" if row == 0 else "normal")
    return figure


def draw_marks(axes: Axes, marks: Any) -> None:
    """Draw what belongs to an image into axes that count its pixels from the top left corner.

    Args:
        axes: where the image is shown.
        marks: see :func:`annotated_pairs`.

    Raises:
        CourseError: an unknown kind of marks.
    """
    kind = type(marks).__name__
    if kind == "KeypointsOnImage":
        axes.plot(*marks.to_xy_array().T, "o", color=_LINE["color"], markersize=6, markeredgecolor="white")
    elif kind == "BoundingBoxesOnImage":
        for x, y, right, bottom in marks.to_xyxy_array():
            axes.add_patch(Rectangle((x, y), right - x, bottom - y, fill=False, **_LINE))
    elif kind == "PolygonsOnImage":
        for polygon in marks.polygons:
            axes.add_patch(Polygon(polygon.exterior, fill=False, **_LINE))
    elif kind == "LineStringsOnImage":
        for line in marks.line_strings:
            axes.plot(*line.coords.T, **_LINE)
    elif kind == "HeatmapsOnImage":
        heat = marks.get_arr().squeeze()
        axes.imshow(heat, extent=_extent(heat), cmap="inferno", vmin=0, vmax=1, alpha=0.75)
    elif kind == "SegmentationMapsOnImage":
        classes = marks.get_arr().squeeze()
        shown = np.ma.masked_equal(classes, 0)  # class 0 is the ground
        look = {"cmap": _CLASSES, "vmin": 1, "vmax": _CLASSES.N, "interpolation": "nearest", "alpha": 0.7}
        axes.imshow(shown, extent=_extent(classes), **look)
    else:
        raise CourseError(f"Expected points, boxes, outlines, lines, heatmaps or class maps, got {kind}.")


def _extent(image: np.ndarray) -> tuple[int, int, int, int]:
    return 0, image.shape[1], image.shape[0], 0
