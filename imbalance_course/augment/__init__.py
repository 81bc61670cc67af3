"""Image transforms for training: batched on the device, and the same as an imgaug pipeline."""

from imbalance_course.augment.batch import augment_batch, flip_and_rotate, rescale
from imbalance_course.augment.settings import Augmentation

__all__ = ["Augmentation", "augment_batch", "flip_and_rotate", "rescale"]
