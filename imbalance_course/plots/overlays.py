"""The figure of a study of masks: image, truth, and predictions over both."""

import textwrap
from collections.abc import Mapping, Sequence
from string import ascii_lowercase

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from imbalance_course.errors import CourseError
from imbalance_course.plots.paint import (
    CLASS_COLORS,
    ERRORS,
    as_rgb,
    colors_of,
    paint_classes,
    paint_errors,
    sort_errors,
)
from imbalance_course.plots.style import GRAY, WIDTH, new_figure

LARGEST_PANEL = 2.33  # inches
LETTER = 0.11  # inches, about the width of a letter of 12 points
LINE = 0.25  # inches, the height of a line of 12 points


def mask_overlays(
    image: np.ndarray,
    truth: np.ndarray,
    predictions: Mapping[str, np.ndarray],
    *,
    class_names: Sequence[str] = ("background", "object"),
    palette: str = "paper",
    columns: int = 2,
) -> Figure:
    """Draw an image, its truth, each prediction over the truth, and each predicted mask over the image.

    With two predictions the panels are those of the figures of the reference: (a) the image, (b) the truth,
    (c) and (d) predictions over the truth, (e) and (f) predicted masks over the image. No pixel is smoothed.

    Args:
        image: (H, W) or (H, W, 3) uint8.
        truth: (H, W) class numbers; 0 is background, 255 counts nowhere.
        predictions: name, such as that of a loss -> (H, W) class numbers.
        class_names: names of the classes, the background first.
        palette: ``paper``, with dark blue false positives, yellow false negatives and teal matches, or
            ``safe`` for every kind of color vision.
        columns: panels side by side; as many as there are panels make one row.

    Returns:
        The figure.

    Raises:
        CourseError: no prediction, no column, shapes that differ, or an unknown palette.

    Reference:
        Agarwal et al., Engineering Applications of Artificial Intelligence 126, 2023, 106747, figures of
        segmentation results. Its caption calls dark blue a false positive, its text a false negative; the
        caption is right.

    Example:
        >>> image, truth = np.zeros((8, 8), np.uint8), np.eye(8, dtype=np.uint8)
        >>> figure = mask_overlays(image, truth, {"BCE": truth, "Dice": 1 - truth})
        >>> [axes.get_title(loc="left") for axes in figure.axes][:3]
        ['(a) image', '(b) truth', '(c) BCE']
    """
    if not predictions or columns < 1:
        raise CourseError(
            f"Expected predictions and at least one column, got {len(predictions)} and {columns}."
        )
    panels = [("image", as_rgb(image)), ("truth", paint_classes(truth))]
    panels += [(name, paint_errors(truth, mask, palette=palette)) for name, mask in predictions.items()]
    panels += [(f"mask, {name}", paint_classes(mask, image)) for name, mask in predictions.items()]
    kinds = np.unique([kind for mask in predictions.values() for kind in np.unique(sort_errors(truth, mask))])

    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    side = min(LARGEST_PANEL, WIDTH / columns)
    titles = [
        textwrap.fill(f"({letter}) {name}", int(side / LETTER))
        for letter, (name, _) in zip(ascii_lowercase, panels, strict=False)
    ]
    lines = max(title.count("\n") + 1 for title in titles)
    patches = _patches(class_names, kinds, palette)
    in_row = max(1, int(columns * side / (LETTER * (6 + max(len(patch.get_label()) for patch in patches)))))
    height = rows * (side * truth.shape[0] / truth.shape[1] + LINE * lines)
    figure, all_axes = new_figure(
        height + LINE * -(-len(patches) // in_row) + 0.2, columns, rows=rows, width=columns * side
    )
    for axes in all_axes:
        axes.set_axis_off()
    for axes, title, (_, shown) in zip(all_axes, titles, panels, strict=False):
        axes.imshow(shown, interpolation="nearest")
        axes.set_title(title, loc="left", fontweight="normal")
    figure.legend(handles=patches, loc="outside lower center", ncols=in_row)
    return figure


def _patches(class_names: Sequence[str], kinds: np.ndarray, palette: str) -> list[Patch]:
    """What the legend shows: the three kinds, another class where there is one, and the classes."""
    colors = dict(zip(ERRORS, colors_of(palette), strict=True))
    if ERRORS.index("other class") + 1 not in kinds:
        del colors["other class"]
    for number, name in enumerate(class_names[1:]):
        colors[name] = CLASS_COLORS[number % len(CLASS_COLORS)]
    return [
        Patch(facecolor=np.array(color) / 255, edgecolor=GRAY, label=name) for name, color in colors.items()
    ]
