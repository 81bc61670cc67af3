"""Scores of binary decisions and probabilities: counts, rankings, calibration, intervals over seeds.

Only :func:`mean_interval` needs SciPy; everything else here needs NumPy alone. Scores of boundaries and
objects are in :mod:`imbalance_course.metrics.masks`, which needs SciPy from the start.
"""

from imbalance_course.metrics.calibration import (
    ReliabilityCurve,
    brier_score,
    expected_calibration_error,
    reliability_curve,
)
from imbalance_course.metrics.counts import Counts, confusion_counts
from imbalance_course.metrics.intervals import Interval, cluster_interval, mean_interval
from imbalance_course.metrics.planning import (
    chance_to_tell,
    cost_threshold,
    paired_error,
    positives_needed,
)
from imbalance_course.metrics.ranking import average_precision, choose_threshold, counts_by_threshold, roc_auc

__all__ = [
    "Counts",
    "Interval",
    "ReliabilityCurve",
    "average_precision",
    "brier_score",
    "chance_to_tell",
    "choose_threshold",
    "cluster_interval",
    "confusion_counts",
    "cost_threshold",
    "counts_by_threshold",
    "expected_calibration_error",
    "mean_interval",
    "paired_error",
    "positives_needed",
    "reliability_curve",
    "roc_auc",
]
