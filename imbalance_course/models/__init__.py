"""Networks that the experiments train."""

from imbalance_course.models.defectsegnet import DefectSegNet
from imbalance_course.models.factory import make_network
from imbalance_course.models.heads import NormalizedLinear, normalize_head
from imbalance_course.models.segmentation import make_pixel_network
from imbalance_course.models.small import SmallConvNet
from imbalance_course.models.vgg16 import VGG16

__all__ = [
    "VGG16",
    "DefectSegNet",
    "NormalizedLinear",
    "SmallConvNet",
    "make_network",
    "make_pixel_network",
    "normalize_head",
]
