"""Losses for imbalanced data, all from logits: a function each, and a module twin that stores its arguments.

Rules that hold for every loss:

- ``mean`` divides by the number of items that are not ignored, never by the sum of weights; no items give 0.
- Half-precision logits are computed, and returned, in float32.
- Logits must be finite. Argument errors come from shapes and Python arguments, never from tensor values.
"""

from imbalance_course.losses.adjustment import LogitAdjustedLoss, VSLoss, logit_adjusted_loss, vs_loss
from imbalance_course.losses.binary import two_class_logits
from imbalance_course.losses.bootstrap import (
    BinaryBootstrappedCrossEntropy,
    BootstrappedCrossEntropy,
    binary_bootstrapped_cross_entropy,
    bootstrapped_cross_entropy,
)
from imbalance_course.losses.class_balanced import ClassBalancedLoss, class_balanced_loss
from imbalance_course.losses.combined import CombinedLoss, DeferredReweighting, ramp
from imbalance_course.losses.entropy import (
    BalancedBinaryCrossEntropy,
    BinaryCrossEntropy,
    CrossEntropy,
    balanced_binary_cross_entropy,
    binary_cross_entropy,
    cross_entropy,
)
from imbalance_course.losses.focal import BinaryFocalLoss, FocalLoss, binary_focal_loss, focal_loss
from imbalance_course.losses.margin import LDAMLoss, ldam_loss
from imbalance_course.losses.one_pass import binary_focal_loss_and_gradient
from imbalance_course.losses.regression import (
    ACBMSELoss,
    MulticlassACBMSELoss,
    acb_mse_loss,
    multiclass_acb_mse_loss,
)

__all__ = [
    "ACBMSELoss",
    "BalancedBinaryCrossEntropy",
    "BinaryBootstrappedCrossEntropy",
    "BinaryCrossEntropy",
    "BinaryFocalLoss",
    "BootstrappedCrossEntropy",
    "ClassBalancedLoss",
    "CombinedLoss",
    "CrossEntropy",
    "DeferredReweighting",
    "FocalLoss",
    "LDAMLoss",
    "LogitAdjustedLoss",
    "MulticlassACBMSELoss",
    "VSLoss",
    "acb_mse_loss",
    "balanced_binary_cross_entropy",
    "binary_bootstrapped_cross_entropy",
    "binary_cross_entropy",
    "binary_focal_loss",
    "binary_focal_loss_and_gradient",
    "bootstrapped_cross_entropy",
    "class_balanced_loss",
    "cross_entropy",
    "focal_loss",
    "ldam_loss",
    "logit_adjusted_loss",
    "multiclass_acb_mse_loss",
    "ramp",
    "two_class_logits",
    "vs_loss",
]
