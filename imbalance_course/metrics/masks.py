"""Scores of predicted masks: boundaries, widths and objects. Overlap scores follow from pixel counts.

An object is what touches by an edge or a corner. The edge of a mask are its pixels that have one of their
four neighbors outside it; the border of the image is no edge, because objects go on behind it. Several images
are pooled: counts are added up before anything is divided.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

CORNERS_TOUCH = np.ones((3, 3))
FURTHEST = 10.0  # pixels; an edge further away than this belongs to another object


@dataclass(frozen=True)
class ObjectCounts:
    """Objects of the truth and of the prediction, and how many of them are each other's.

    Attributes:
        matched: pairs whose overlap over union is above the limit; an object is in one pair at most.
        true: objects of the truth.
        predicted: objects of the prediction.
    """

    matched: int
    true: int
    predicted: int

    @property
    def precision(self) -> float:
        """Share of the predicted objects that are objects of the truth; 0 without prediction."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the true objects that were found; 0 without objects."""
        return self.matched / self.true if self.true else 0.0


def match_objects(truth: np.ndarray, prediction: np.ndarray, *, overlap: float = 0.5) -> ObjectCounts:
    r"""Count the objects that were found.

    .. math:: \frac{|A \cap B|}{|A \cup B|} > \text{overlap}

    Args:
        truth: (H, W) or (N, H, W); what is not 0 is object.
        prediction: same shape.
        overlap: smallest overlap over union of a pair, from 0.5, where no object can be in two pairs, to 1.

    Raises:
        ValueError: shapes differ, or an overlap out of range.

    Reference:
        Caicedo et al., Nature Methods 16, 1247, 2019, matching of nuclei.

    Example:
        >>> truth = np.array([[1, 1, 0, 0, 1, 1]])
        >>> found = match_objects(truth, np.array([[1, 1, 0, 0, 0, 0]]))
        >>> found.precision, found.recall
        (1.0, 0.5)
    """
    if not 0.5 <= overlap < 1:
        raise ValueError(f"Expected an overlap from 0.5 to below 1, got {overlap}.")
    matched = true = predicted = 0
    for real, found in _pairs(truth, prediction):
        real, in_truth = ndimage.label(real, CORNERS_TOUCH)
        found, in_prediction = ndimage.label(found, CORNERS_TOUCH)
        joint = np.bincount(
            real.ravel() * (in_prediction + 1) + found.ravel(),
            minlength=(in_truth + 1) * (in_prediction + 1),
        ).reshape(in_truth + 1, in_prediction + 1)
        union = joint.sum(axis=1, keepdims=True) + joint.sum(axis=0, keepdims=True) - joint
        matched += int((joint[1:, 1:] > overlap * union[1:, 1:]).sum())
        true += in_truth
        predicted += in_prediction
    return ObjectCounts(matched, true, predicted)


def boundary_f1(truth: np.ndarray, prediction: np.ndarray, *, tolerance: float) -> float:
    r"""Harmonic mean of the shares of edge pixels that lie near an edge of the other mask.

    .. math::
        F = \frac{2 P R}{P + R}, \qquad
        P = \frac{\#\{b \in \partial B : d(b, \partial A) \le \text{tolerance}\}}{\# \partial B}

    and :math:`R` with truth :math:`A` and prediction :math:`B` exchanged.

    Args:
        truth: (H, W) or (N, H, W); what is not 0 is object.
        prediction: same shape.
        tolerance: largest distance in pixels.

    Returns:
        From 0 to 1; 1 where neither mask has an edge, 0 where one has none.

    Raises:
        ValueError: shapes differ, or a negative tolerance.

    Reference:
        Csurka et al., What is a good evaluation measure for semantic segmentation?, BMVC 2013, section 2.3.

    Example:
        >>> mask = np.pad(np.ones((4, 4)), 4)
        >>> boundary_f1(mask, np.roll(mask, 1, axis=1), tolerance=1)
        1.0
    """
    if tolerance < 0:
        raise ValueError(f"Expected a tolerance of at least 0 pixels, got {tolerance}.")
    near, edges = np.zeros(2), np.zeros(2)
    for real, found in _pairs(truth, prediction):
        both = _edge(real), _edge(found)
        for side, (edge, other) in enumerate((both, both[::-1])):
            edges[side] += edge.sum()
            if edge.any() and other.any():
                near[side] += (ndimage.distance_transform_edt(~other)[edge] <= tolerance).sum()
    if not edges.all():
        return float(not edges.any())
    recall, precision = near / edges
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def width_error(truth: np.ndarray, prediction: np.ndarray) -> float | None:
    r"""How much wider the predicted objects are than the true ones, in pixels.

    .. math:: 2 \cdot \text{mean}_{b \in \partial B} \; s_A(b)

    with :math:`s_A(b)` the distance of a predicted edge pixel from the true edge, above 0 outside the true
    objects and below 0 inside. An edge that lies one pixel too far out on either side makes an object two
    pixels wider. Edges more than 10 pixels from any true edge belong to an object of their own; they count
    as false objects elsewhere and not here.

    Args:
        truth: (H, W) or (N, H, W); what is not 0 is object.
        prediction: same shape.

    Returns:
        Above 0 where the prediction is too wide; None where no predicted edge is near a true one.

    Raises:
        ValueError: shapes differ.

    Example:
        >>> true, wide = np.pad(np.ones((4, 4)), 6), np.pad(np.ones((6, 6)), 5)
        >>> width_error(true, true), width_error(true, wide) > 1.9
        (0.0, True)
    """
    total = pixels = 0.0
    for real, found in _pairs(truth, prediction):
        real_edge, found_edge = _edge(real), _edge(found)
        if real_edge.any() and found_edge.any():
            away = ndimage.distance_transform_edt(~real_edge)
            near = found_edge & (away <= FURTHEST)
            total += np.where(real, -away, away)[near].sum()
            pixels += near.sum()
    return float(2 * total / pixels) if pixels else None


def _pairs(truth: np.ndarray, prediction: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    truth, prediction = np.asarray(truth) != 0, np.asarray(prediction) != 0
    if truth.shape != prediction.shape or truth.ndim not in (2, 3):
        raise ValueError(
            f"Expected two masks of one shape, (H, W) or (N, H, W), got {truth.shape} and {prediction.shape}."
        )
    shape = (-1, *truth.shape[-2:])
    return zip(truth.reshape(shape), prediction.reshape(shape), strict=True)


def _edge(mask: np.ndarray) -> np.ndarray:
    """Pixels of the mask with a direct neighbor outside it; behind the border of the image it goes on."""
    return mask & ~ndimage.binary_erosion(mask, border_value=1)
