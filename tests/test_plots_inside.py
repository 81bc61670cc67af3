"""Claims about the figures of what a network looks at, and of several confusion matrices."""

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex

from imbalance_course import plots
from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts
from imbalance_course.plots.style import CLASS_COLORS


@pytest.fixture(autouse=True)
def course_style():
    with matplotlib.rc_context():
        plots.use_style()
        yield


IMAGES = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)


def test_every_map_of_heat_covers_its_whole_image_on_one_scale():
    maps = np.stack([np.full((2, 2), 0.5), np.eye(2) * 3])
    figure = plots.heat_overlays(IMAGES, maps, ["first", "second"], "evidence")
    for number, axes in enumerate(figure.axes[2:4]):
        gray, heat = axes.images
        assert gray.get_extent() == heat.get_extent() == [0, 4, 4, 0]
        np.testing.assert_array_equal(heat.get_array(), maps[number])
        assert heat.get_clim() == (0, 3)
        np.testing.assert_allclose(gray.get_array(), IMAGES[number].mean(axis=2))
    assert [axes.get_title(loc="center") for axes in figure.axes[:2]] == ["first", "second"]
    assert figure.axes[4].get_ylabel() == "evidence"


@pytest.mark.parametrize(
    ("maps", "titles", "words"),
    [
        (np.ones((1, 2, 2)), ["a", "b"], "as many images as maps"),
        (-np.ones((2, 2, 2)), ["a", "b"], "at least 0"),
    ],
)
def test_heat_that_does_not_fit_is_refused(maps, titles, words):
    with pytest.raises(CourseError, match=words):
        plots.heat_overlays(IMAGES, maps, titles, "evidence")


def test_the_plane_shows_every_image_twice_in_its_class_and_in_its_own_color():
    points = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    stains = np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]])
    figure = plots.feature_planes(
        points, [0, 1, 1], stains, hollow=[False, False, True], names=("malignant", "benign")
    )
    by_class, own = figure.axes
    for axes in figure.axes:
        filled, hollow = axes.collections
        np.testing.assert_array_equal(filled.get_offsets(), points[:2])
        np.testing.assert_array_equal(hollow.get_offsets(), points[2:])
        assert not len(hollow.get_facecolor())
    assert [to_hex(color).upper() for color in by_class.collections[0].get_facecolor()] == list(CLASS_COLORS)
    np.testing.assert_array_equal(own.collections[1].get_edgecolor()[:, :3], stains[2:])
    words = [text.get_text() for text in figure.legends[0].texts]
    assert words == ["malignant", "benign", "case met in training", "new case"]


def test_points_without_a_color_are_refused():
    with pytest.raises(CourseError, match="for each of 2 points, got 2, 1, 2"):
        plots.feature_planes(np.eye(2), [0, 1], [[0, 0, 0]], hollow=[False, False], names=("a", "b"))


def test_confusion_matrices_show_the_counts_of_each_under_its_title():
    figure = plots.confusion_matrices(
        {"plain": Counts(8, 1, 2, 9), "weighted": Counts(7, 3, 4, 6)}, ("cat", "dog")
    )
    for axes, title, counts in zip(figure.axes, ("plain", "weighted"), ("8219", "7436"), strict=True):
        assert axes.get_title(loc="left") == title
        assert "".join(text.get_text() for text in axes.texts[::2]) == counts


def test_no_confusion_matrix_is_refused():
    with pytest.raises(CourseError, match="at least one confusion matrix"):
        plots.confusion_matrices({})
