"""The training loop, its settings, and what it can be trained for."""

from imbalance_course.training.config import TrainingConfig, step_size
from imbalance_course.training.loop import TrainingResult, predict, predict_logits, train
from imbalance_course.training.task import Task, classification, probabilities, regression, segmentation

__all__ = [
    "Task",
    "TrainingConfig",
    "TrainingResult",
    "classification",
    "predict",
    "predict_logits",
    "probabilities",
    "regression",
    "segmentation",
    "step_size",
    "train",
]
