"""Networks that the experiments train."""

from imbalance_course.models.autoencoder import DenoisingAutoencoder
from imbalance_course.models.deeplab import DeepLabV3Plus
from imbalance_course.models.defectsegnet import DefectSegNet
from imbalance_course.models.factory import make_network
from imbalance_course.models.heads import NormalizedLinear, normalize_head
from imbalance_course.models.segmentation import make_pixel_network
from imbalance_course.models.small import SmallConvNet
from imbalance_course.models.unet3plus import UNet3Plus
from imbalance_course.models.vgg16 import VGG16

__all__ = [
    "VGG16",
    "DeepLabV3Plus",
    "DefectSegNet",
    "DenoisingAutoencoder",
    "NormalizedLinear",
    "SmallConvNet",
    "UNet3Plus",
    "make_network",
    "make_pixel_network",
    "normalize_head",
]
