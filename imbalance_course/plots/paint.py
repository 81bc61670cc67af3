"""Masks as colors on an image: the classes, or what a prediction found, made up and missed."""

import numpy as np

from imbalance_course.errors import CourseError

Color = tuple[int, int, int]  # red, green, blue, each from 0 to 255

ERRORS = ("false positive", "false negative", "match", "other class")  # kinds 1 to 4; 0 is none of them
PALETTES: dict[str, tuple[Color, ...]] = {
    # As in the caption of Agarwal et al. 2023: dark blue, yellow and teal; its text swaps the first two.
    "paper": ((27, 32, 128), (253, 231, 37), (32, 158, 150), (0, 0, 0)),
    # Vermilion, yellow, blue and black of Okabe and Ito, apart in tone and in lightness.
    "safe": ((213, 94, 0), (240, 228, 66), (0, 114, 178), (0, 0, 0)),
}
COLOR_NAMES = {
    "paper": ("dark blue", "yellow", "teal", "black"),
    "safe": ("vermilion", "yellow", "blue", "black"),
}
CLASS_COLORS: tuple[Color, ...] = (
    (86, 180, 233),
    (230, 159, 0),
    (0, 158, 115),
    (213, 94, 0),
    (204, 121, 167),
)  # of class 1, 2, ...
GROUND: Color = (170, 170, 170)  # where there is no image and nothing to show
IGNORE = 255  # class of pixels that count nowhere


def sort_errors(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Sort pixels by what the prediction does there.

    Args:
        truth: (H, W) class numbers; 0 is background, 255 counts nowhere.
        prediction: (H, W) class numbers.

    Returns:
        (H, W) uint8: 0 background in both or without truth, 1 false positive, 2 false negative, 3 match, 4
        another class than the true one.

    Raises:
        CourseError: shapes differ or are not (H, W).

    Example:
        >>> sort_errors(np.array([[0, 0, 1, 1, 1, 255]]), np.array([[0, 1, 0, 1, 2, 1]]))
        array([[0, 1, 2, 3, 4, 0]], dtype=uint8)
    """
    truth, prediction = np.asarray(truth), np.asarray(prediction)
    if truth.shape != prediction.shape or truth.ndim != 2:
        raise CourseError(
            f"Expected truth and prediction of one shape (H, W), got {truth.shape} and {prediction.shape}."
        )
    cases = [
        truth == IGNORE,
        (truth == 0) & (prediction != 0),
        (truth != 0) & (prediction == 0),
        (truth != 0) & (truth == prediction),
        truth != prediction,
    ]
    return np.select(cases, [0, 1, 2, 3, 4], default=0).astype(np.uint8)


def paint_errors(
    truth: np.ndarray,
    prediction: np.ndarray,
    image: np.ndarray | None = None,
    *,
    palette: str = "paper",
    opacity: float = 0.6,
) -> np.ndarray:
    """Lay the prediction over the truth: false positives, false negatives and matches in colors.

    Args:
        truth: (H, W) class numbers; 0 is background, 255 counts nowhere.
        prediction: (H, W) class numbers.
        image: (H, W) or (H, W, 3) uint8 below; None for plain gray and full colors.
        palette: ``paper``, dark blue, yellow and teal, or ``safe`` for every kind of color vision.
        opacity: of the colors over an image, from 0 to 1.

    Returns:
        (H, W, 3) uint8.

    Raises:
        CourseError: shapes differ, or an unknown palette.

    Example:
        >>> paint_errors(np.array([[0, 1]]), np.array([[1, 1]])).tolist()
        [[[27, 32, 128], [32, 158, 150]]]
    """
    return _paint(sort_errors(truth, prediction), colors_of(palette), image, opacity)


def paint_classes(
    classes: np.ndarray, image: np.ndarray | None = None, *, opacity: float = 0.5
) -> np.ndarray:
    """Show each class but the background in its color.

    Args:
        classes: (H, W) class numbers; 0 is background, 255 counts nowhere.
        image: (H, W) or (H, W, 3) uint8 below; None for plain gray and full colors.
        opacity: of the colors over an image, from 0 to 1.

    Returns:
        (H, W, 3) uint8.

    Raises:
        CourseError: shapes differ.

    Example:
        >>> paint_classes(np.array([[0, 1]])).tolist()
        [[[170, 170, 170], [86, 180, 233]]]
    """
    classes = np.asarray(classes)
    shown = np.where(classes == IGNORE, 0, classes)
    colors = [CLASS_COLORS[number % len(CLASS_COLORS)] for number in range(int(shown.max(initial=0)))]
    return _paint(shown, colors, image, opacity)


def colors_of(palette: str) -> tuple[Color, ...]:
    """Colors of false positives, false negatives, matches and other classes.

    Raises:
        CourseError: an unknown palette.
    """
    if palette not in PALETTES:
        raise CourseError(f"Expected a palette among {', '.join(PALETTES)}, got {palette!r}.")
    return PALETTES[palette]


def as_rgb(image: np.ndarray) -> np.ndarray:
    """A gray image (H, W) or (H, W, 1), or one in colors, as (H, W, 3) uint8.

    Raises:
        CourseError: another shape or type.
    """
    image = np.asarray(image)
    channels = image.shape[2] if image.ndim == 3 else 1
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or channels not in (1, 3):
        raise CourseError(
            f"Expected an image of uint8, (H, W) or (H, W, 3), got {image.dtype} {image.shape}."
        )
    return np.broadcast_to(image.reshape(*image.shape[:2], channels), (*image.shape[:2], 3))


def _paint(kinds: np.ndarray, colors, image: np.ndarray | None, opacity: float) -> np.ndarray:
    """Kind 0 shows the ground, kind 1 the first color, and so on."""
    if image is None:
        return np.array([GROUND, *colors], dtype=np.uint8)[kinds]
    image = as_rgb(image)
    if image.shape[:2] != kinds.shape:
        raise CourseError(f"Expected an image as large as its mask, got {image.shape} and {kinds.shape}.")
    if not 0 <= opacity <= 1:
        raise CourseError(f"Expected an opacity from 0 to 1, got {opacity}.")
    mixed = (1 - opacity) * image + opacity * np.array([GROUND, *colors])[kinds]
    return np.where((kinds > 0)[..., None], mixed.round(), image).astype(np.uint8)
