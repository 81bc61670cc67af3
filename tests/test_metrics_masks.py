"""Scores of masks against slow searches over all pixels, and against scikit-image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.measure import label
from skimage.segmentation import find_boundaries

from imbalance_course.metrics.masks import FURTHEST, boundary_f1, match_objects, width_error

MASKS = arrays(bool, (9, 11), elements=st.booleans())


def disk(radius, size=41, at=(20, 20)):
    rows, columns = np.ogrid[:size, :size]
    return (rows - at[0]) ** 2 + (columns - at[1]) ** 2 <= radius**2


def edge_pixels(mask):
    """Places of the edge by scikit-image, whose inner boundary of a mask with direct neighbors it is."""
    return np.argwhere(find_boundaries(mask, connectivity=1, mode="inner", background=0) & mask)


def distances(places, others):
    """Distance of every place from the nearest of the others, by trying all of them."""
    return np.array([min(np.hypot(*(place - other)) for other in others) for place in places])


@given(MASKS, MASKS, st.sampled_from([0, 1, 1.5, 3]))
def test_boundary_f1_is_that_of_a_search_over_all_pairs_of_edge_pixels(truth, prediction, tolerance):
    real, found = edge_pixels(truth), edge_pixels(prediction)
    if not len(real) or not len(found):
        expected = float(len(real) == len(found))
    else:
        precision = (distances(found, real) <= tolerance).mean()
        recall = (distances(real, found) <= tolerance).mean()
        expected = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert boundary_f1(truth, prediction, tolerance=tolerance) == pytest.approx(expected)


@given(MASKS, MASKS)
def test_width_error_is_twice_the_mean_way_between_the_edges(truth, prediction):
    real, found = edge_pixels(truth), edge_pixels(prediction)
    expected = None
    if len(real) and len(found):
        away = distances(found, real)
        signs = np.array([-1 if truth[tuple(place)] else 1 for place in found])
        near = away <= FURTHEST
        expected = 2 * (signs * away)[near].mean() if near.any() else None
    assert width_error(truth, prediction) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("wider", [-4, -2, 0, 2, 4])
def test_a_disk_whose_radius_is_off_by_k_is_2k_too_wide(wider):
    assert width_error(disk(12), disk(12 + wider)) == pytest.approx(2 * wider, abs=0.6)


def test_the_width_error_of_a_shifted_disk_is_small_although_its_boundary_is_wrong():
    shifted = disk(12, at=(20, 24))
    assert abs(width_error(disk(12), shifted)) < 1  # shifted by 4
    assert boundary_f1(disk(12), shifted, tolerance=1) < 0.5


def test_false_objects_far_away_do_not_count_as_width():
    prediction = disk(6, size=81, at=(12, 12)) | disk(6, size=81, at=(60, 60))
    assert width_error(disk(6, size=81, at=(12, 12)), prediction) == 0
    assert width_error(disk(6, size=81, at=(12, 12)), disk(6, size=81, at=(60, 60))) is None


def slow_matches(truth, prediction, overlap):
    """Label with scikit-image and compare every pair of objects."""
    real, found = (label(mask, connectivity=2) for mask in (truth, prediction))
    matched = 0
    for one in range(1, real.max() + 1):
        for other in range(1, found.max() + 1):
            a, b = real == one, found == other
            matched += (a & b).sum() > overlap * (a | b).sum()
    return matched, real.max(), found.max()


@given(MASKS, MASKS, st.sampled_from([0.5, 0.7]))
def test_objects_match_as_in_a_comparison_of_all_pairs(truth, prediction, overlap):
    counts = match_objects(truth, prediction, overlap=overlap)
    assert (counts.matched, counts.true, counts.predicted) == slow_matches(truth, prediction, overlap)


@given(arrays(bool, (3, 6, 7), elements=st.booleans()), arrays(bool, (3, 6, 7), elements=st.booleans()))
def test_several_images_are_pooled_before_dividing(truth, prediction):
    pooled = match_objects(truth, prediction)
    each = [match_objects(*pair) for pair in zip(truth, prediction, strict=True)]
    for name in ("matched", "true", "predicted"):
        assert getattr(pooled, name) == sum(getattr(counts, name) for counts in each)


def test_precision_is_about_the_prediction_and_recall_about_the_truth():
    truth = disk(5, at=(8, 8)) | disk(5, at=(30, 30))
    counts = match_objects(truth, disk(5, at=(8, 8)))
    assert (counts.precision, counts.recall) == (1.0, 0.5)
    assert match_objects(truth, np.zeros_like(truth)).precision == 0


def test_the_border_of_the_image_is_no_edge():
    cut = np.zeros((8, 8), dtype=bool)
    cut[:, :3] = True
    assert len(edge_pixels(cut)) == 8  # the column beside the background
    assert boundary_f1(cut, np.pad(cut[:, 1:], ((0, 0), (0, 1))), tolerance=0) == 0


@pytest.mark.parametrize("score", [match_objects, width_error, lambda a, b: boundary_f1(a, b, tolerance=1)])
def test_masks_of_different_shapes_are_explained(score):
    with pytest.raises(ValueError, match="Expected two masks of one shape"):
        score(np.ones((4, 4)), np.ones((4, 5)))


def test_an_overlap_that_would_allow_two_partners_is_refused():
    with pytest.raises(ValueError, match="overlap from 0.5"):
        match_objects(disk(3), disk(3), overlap=0.3)
    with pytest.raises(ValueError, match="tolerance of at least 0"):
        boundary_f1(disk(3), disk(3), tolerance=-1)
