"""Networks that the experiments train."""

from imbalance_course.models.small import SmallConvNet
from imbalance_course.models.vgg16 import VGG16

__all__ = ["VGG16", "SmallConvNet"]
