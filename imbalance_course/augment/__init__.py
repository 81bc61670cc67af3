"""Image transforms for training: batched on the device, and the same as an imgaug pipeline."""

from imbalance_course.augment.batch import augment_batch, flip_and_rotate, rescale
from imbalance_course.augment.imgaug_compat import load_imgaug
from imbalance_course.augment.pipelines import imgaug_pipeline, transform_with_masks
from imbalance_course.augment.settings import NO_LABEL, Augmentation
from imbalance_course.augment.windows import draw_rare_windows, draw_windows

__all__ = [
    "NO_LABEL",
    "Augmentation",
    "augment_batch",
    "draw_rare_windows",
    "draw_windows",
    "flip_and_rotate",
    "imgaug_pipeline",
    "load_imgaug",
    "rescale",
    "transform_with_masks",
]
