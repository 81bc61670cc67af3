"""Losses for imbalanced data, all from logits: a function each, and a module twin that stores its arguments.

Rules that hold for every loss:

- ``mean`` divides by the number of items that are not ignored, never by the sum of weights; no items give 0.
- Half-precision logits are computed, and returned, in float32.
- Logits must be finite. Argument errors come from shapes and Python arguments, never from tensor values.
"""

from imbalance_course.losses.entropy import (
    BalancedBinaryCrossEntropy,
    BinaryCrossEntropy,
    CrossEntropy,
    balanced_binary_cross_entropy,
    binary_cross_entropy,
    cross_entropy,
)
from imbalance_course.losses.focal import BinaryFocalLoss, FocalLoss, binary_focal_loss, focal_loss

__all__ = [
    "BalancedBinaryCrossEntropy",
    "BinaryCrossEntropy",
    "BinaryFocalLoss",
    "CrossEntropy",
    "FocalLoss",
    "balanced_binary_cross_entropy",
    "binary_cross_entropy",
    "binary_focal_loss",
    "cross_entropy",
    "focal_loss",
]
