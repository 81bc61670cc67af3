"""Image transforms for training."""

from imbalance_course.augment.batch import flip_and_rotate, rescale

__all__ = ["flip_and_rotate", "rescale"]
