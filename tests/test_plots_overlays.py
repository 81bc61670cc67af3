"""Every pixel of an overlay has the color of what the prediction does there, and no other."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from imbalance_course import plots
from imbalance_course.errors import CourseError
from imbalance_course.plots.paint import CLASS_COLORS, GROUND, PALETTES, as_rgb, paint_classes, paint_errors

# Machado, Oliveira, Fernandes 2009: linear red, green and blue as seen without one kind of cone.
SEEN_WITHOUT = {
    "red cones": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "green cones": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "blue cones": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
    "nothing": np.eye(3),
}
LABELS = st.sampled_from([0, 1, 2, 255])


@st.composite
def masks(draw):
    """A truth with pixels that count nowhere, and a prediction without."""
    shape = draw(array_shapes(min_dims=2, max_dims=2, max_side=6))
    truth = draw(arrays(np.uint8, shape, elements=LABELS))
    return truth, draw(arrays(np.uint8, shape, elements=st.integers(0, 2)))


@given(masks(), st.sampled_from(list(PALETTES)))
def test_colors_are_those_of_the_obvious_loop(pair, palette):
    truth, prediction = pair
    false_positive, false_negative, match, other = PALETTES[palette]
    painted = paint_errors(truth, prediction, palette=palette)
    for row, column in np.ndindex(truth.shape):
        true, found = truth[row, column], prediction[row, column]
        expected = GROUND
        if true != 255:
            if true == 0 and found != 0:
                expected = false_positive
            elif true != 0 and found == 0:
                expected = false_negative
            elif true != 0:
                expected = match if true == found else other
        assert tuple(painted[row, column]) == expected


def test_the_colors_of_the_paper_are_those_of_its_caption():
    false_positive, false_negative, match, _ = PALETTES["paper"]
    assert false_positive[2] > 3 * max(false_positive[:2])  # dark blue
    assert min(false_negative[:2]) > 5 * false_negative[2]  # yellow
    assert min(match[1:]) > 4 * match[0]  # teal


def as_seen(color, matrix):
    """Lightness and two tones (CIE 1976) of a color from 0 to 255, seen with the matrix."""
    share = np.array(color) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(matrix) @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ linear / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("missing", list(SEEN_WITHOUT))
def test_the_safe_colors_stay_apart_for_every_kind_of_color_vision(missing):
    seen = [as_seen(color, SEEN_WITHOUT[missing]) for color in (*PALETTES["safe"], GROUND)]
    assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 25


@given(masks(), st.floats(0, 1))
def test_an_image_shows_through_by_its_share_and_stays_where_nothing_is_painted(pair, opacity):
    truth, prediction = pair
    image = np.random.default_rng(0).integers(0, 256, (*truth.shape, 3), dtype=np.uint8)
    painted, plain = (paint_errors(truth, prediction, ground, opacity=opacity) for ground in (image, None))
    nothing = (plain == GROUND).all(axis=2)
    np.testing.assert_array_equal(painted[nothing], image[nothing])
    mixed = (1 - opacity) * image + opacity * plain.astype(float)
    np.testing.assert_allclose(painted[~nothing], mixed[~nothing], atol=0.51)


@given(arrays(np.uint8, (3, 4), elements=st.sampled_from([0, 1, 2, 7, 255])))
def test_each_class_has_its_color_and_more_classes_than_colors_begin_again(classes):
    painted = paint_classes(classes)
    for row, column in np.ndindex(classes.shape):
        number = classes[row, column]
        expected = GROUND if number in (0, 255) else CLASS_COLORS[(int(number) - 1) % len(CLASS_COLORS)]
        assert tuple(painted[row, column]) == expected


def test_a_gray_image_is_the_same_with_and_without_channels():
    gray = np.arange(6, dtype=np.uint8).reshape(2, 3)
    for image in (gray, gray[..., None], np.stack([gray] * 3, axis=-1)):
        np.testing.assert_array_equal(as_rgb(image), np.stack([gray] * 3, axis=-1))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: paint_errors(np.eye(3), np.eye(4)), "of one shape"),
        (lambda: paint_errors(np.zeros(3), np.zeros(3)), "of one shape"),
        (lambda: paint_errors(np.eye(3), np.eye(3), palette="gray"), "palette among paper, safe, got 'gray'"),
        (lambda: paint_classes(np.eye(3, dtype=int), np.zeros((4, 3), np.uint8)), "as large as its mask"),
        (lambda: paint_classes(np.eye(3, dtype=int), np.zeros((3, 3))), "image of uint8"),
        (lambda: paint_classes(np.eye(3, dtype=int), np.zeros((3, 3), np.uint8), opacity=2), "opacity"),
        (lambda: plots.mask_overlays(np.zeros((3, 3), np.uint8), np.eye(3, dtype=int), {}), "got 0"),
    ],
)
def test_what_cannot_be_painted_is_refused(call, sentence):
    with pytest.raises(CourseError, match=sentence):
        call()


def test_two_predictions_give_the_six_panels_of_the_study_without_smoothing():
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (6, 8), dtype=np.uint8)
    truth, wide, narrow = (random.integers(0, 2, (6, 8)) for _ in range(3))
    figure = plots.mask_overlays(image, truth, {"wide": wide, "narrow": narrow})
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [
        "(a) image",
        "(b) truth",
        "(c) wide",
        "(d) narrow",
        "(e) mask, wide",
        "(f) mask, narrow",
    ]
    expected = [
        as_rgb(image), paint_classes(truth), paint_errors(truth, wide), paint_errors(truth, narrow),
        paint_classes(wide, image), paint_classes(narrow, image),
    ]  # fmt: skip
    for axes, panel in zip(figure.axes, expected, strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), panel)
        assert axes.images[0].get_interpolation() == "nearest"


def test_one_prediction_fits_into_a_row_and_the_legend_names_what_is_there():
    truth, prediction = np.array([[0, 1, 2]]), np.array([[0, 2, 2]])
    names = ("ground", "cell", "border")
    figure = plots.mask_overlays(
        np.zeros((1, 3), np.uint8), truth, {"a": prediction}, class_names=names, columns=9
    )
    assert len({axes.get_subplotspec().rowspan.start for axes in figure.axes}) == 1
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["false positive", "false negative", "match", "other class", "cell", "border"]
