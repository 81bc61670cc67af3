"""Losses for imbalanced data, all from logits: a function each, and a module twin that stores its arguments.

Rules that hold for every loss:

- ``mean`` divides by the number of items that are not ignored, never by the sum of weights; no items give 0.
  An item is a target, a pixel for example, or a whole image for the losses of regions: each loss says so.
- Half-precision logits are computed, and returned, in float32.
- Logits must be finite. Argument errors come from shapes and Python arguments, never from tensor values.
"""

from imbalance_course.losses.adjustment import LogitAdjustedLoss, VSLoss, logit_adjusted_loss, vs_loss
from imbalance_course.losses.binary import two_class_logits
from imbalance_course.losses.binary_adjustment import BinaryVSLoss, binary_vs_loss
from imbalance_course.losses.bootstrap import (
    BinaryBootstrappedCrossEntropy,
    BootstrappedCrossEntropy,
    binary_bootstrapped_cross_entropy,
    bootstrapped_cross_entropy,
)
from imbalance_course.losses.boundary import BoundaryLoss, DistanceMapLoss, boundary_loss, distance_map_loss
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
from imbalance_course.losses.lovasz import (
    LovaszHingeLoss,
    LovaszSoftmaxLoss,
    lovasz_hinge_loss,
    lovasz_softmax_loss,
)
from imbalance_course.losses.margin import LDAMLoss, ldam_loss
from imbalance_course.losses.multiclass_overlap import (
    GeneralizedDiceLoss,
    MulticlassDiceLoss,
    MulticlassTverskyLoss,
    generalized_dice_loss,
    multiclass_dice_loss,
    multiclass_tversky_loss,
)
from imbalance_course.losses.one_pass import binary_focal_loss_and_gradient
from imbalance_course.losses.overlap import (
    DiceLoss,
    FocalTverskyLoss,
    TverskyLoss,
    dice_loss,
    focal_tversky_loss,
    tversky_loss,
)
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
    "BinaryVSLoss",
    "BootstrappedCrossEntropy",
    "BoundaryLoss",
    "ClassBalancedLoss",
    "CombinedLoss",
    "CrossEntropy",
    "DeferredReweighting",
    "DiceLoss",
    "DistanceMapLoss",
    "FocalLoss",
    "FocalTverskyLoss",
    "GeneralizedDiceLoss",
    "LDAMLoss",
    "LogitAdjustedLoss",
    "LovaszHingeLoss",
    "LovaszSoftmaxLoss",
    "MulticlassACBMSELoss",
    "MulticlassDiceLoss",
    "MulticlassTverskyLoss",
    "TverskyLoss",
    "VSLoss",
    "acb_mse_loss",
    "balanced_binary_cross_entropy",
    "binary_bootstrapped_cross_entropy",
    "binary_cross_entropy",
    "binary_focal_loss",
    "binary_focal_loss_and_gradient",
    "binary_vs_loss",
    "bootstrapped_cross_entropy",
    "boundary_loss",
    "class_balanced_loss",
    "cross_entropy",
    "dice_loss",
    "distance_map_loss",
    "focal_loss",
    "focal_tversky_loss",
    "generalized_dice_loss",
    "ldam_loss",
    "logit_adjusted_loss",
    "lovasz_hinge_loss",
    "lovasz_softmax_loss",
    "multiclass_acb_mse_loss",
    "multiclass_dice_loss",
    "multiclass_tversky_loss",
    "ramp",
    "tversky_loss",
    "two_class_logits",
    "vs_loss",
]
