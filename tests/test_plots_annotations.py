"""Marks are drawn where imgaug says they are, whatever their kind."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from imbalance_course.augment import load_imgaug
from imbalance_course.errors import CourseError
from imbalance_course.plots import annotated_pairs, draw_marks

SHAPE = (16, 24, 3)
IMAGE = np.zeros(SHAPE, dtype=np.uint8)
CORNERS = [(2.0, 3.0), (9.0, 3.0), (9.0, 12.0)]


def make(kind):
    marks = load_imgaug().augmentables
    heat = np.linspace(0, 1, 16 * 24, dtype=np.float32).reshape(16, 24)
    return {
        "points": lambda: marks.KeypointsOnImage.from_xy_array(np.array(CORNERS), shape=SHAPE),
        "boxes": lambda: marks.BoundingBoxesOnImage([marks.BoundingBox(2, 3, 9, 12)], shape=SHAPE),
        "outlines": lambda: marks.PolygonsOnImage([marks.Polygon(CORNERS)], shape=SHAPE),
        "lines": lambda: marks.LineStringsOnImage([marks.LineString(CORNERS)], shape=SHAPE),
        "heat": lambda: marks.HeatmapsOnImage(heat[..., None], shape=SHAPE),
        "classes": lambda: marks.SegmentationMapsOnImage(np.eye(16, 24, dtype=np.uint8), shape=SHAPE),
    }[kind]()


def drawn(kind):
    axes = Figure().subplots()
    draw_marks(axes, make(kind))
    return axes


@pytest.mark.parametrize("kind", ["points", "lines"])
def test_points_and_lines_pass_through_their_places(kind):
    (line,) = drawn(kind).lines
    np.testing.assert_allclose(line.get_xydata(), CORNERS)


def test_a_box_and_an_outline_have_their_corners():
    (box,) = drawn("boxes").patches
    assert box.get_xy() == (2, 3) and (box.get_width(), box.get_height()) == (7, 9)
    (outline,) = drawn("outlines").patches
    np.testing.assert_allclose(outline.get_xy()[:3], CORNERS)


def test_maps_cover_the_image_and_the_ground_class_stays_clear():
    for kind in ("heat", "classes"):
        (image,) = drawn(kind).images
        assert list(image.get_extent()) == [0, 24, 16, 0]
    np.testing.assert_array_equal(image.get_array().mask, np.eye(16, 24) == 0)


def test_every_column_shows_every_row_with_y_downward():
    points = make("points")
    figure = annotated_pairs({"before": IMAGE, "after": IMAGE}, {"image": None, "points": [points, points]})
    assert len(figure.axes) == 4
    assert [axes.get_ylim() for axes in figure.axes] == [(16, 0)] * 4
    assert [len(axes.lines) for axes in figure.axes] == [0, 1, 0, 1]


def test_marks_of_an_unknown_kind_or_number_are_refused():
    with pytest.raises(CourseError, match="got list"):
        draw_marks(Figure().subplots(), [])
    with pytest.raises(CourseError, match="Expected 1 marks under 'points', one a row, got 2"):
        annotated_pairs({"before": IMAGE}, {"points": [make("points")] * 2})
