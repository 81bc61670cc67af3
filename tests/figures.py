"""Every interactive figure, made for tests."""

import numpy as np

from imbalance_course import widgets

RNG = np.random.default_rng(0)
LABELS = (RNG.random(400) < 0.2).astype(int)
SCORES = np.round(1 / (1 + np.exp(-(RNG.normal(size=400) + 2 * LABELS - 1))), 2)
MAKE = {
    "AccuracyParadox": widgets.AccuracyParadox,
    "AffineMap": widgets.AffineMap,
    "DecisionHelper": widgets.DecisionHelper,
    "CaseLeak": widgets.CaseLeak,
    "OverlapLosses": widgets.OverlapLosses,
    "PrevalenceExplorer": widgets.PrevalenceExplorer,
    "ShareWeights": widgets.ShareWeights,
    "SigmoidFit": widgets.SigmoidFit,
    "WeightedThreshold": widgets.WeightedThreshold,
    "FocalCurves": widgets.FocalCurves,
    "FadingWeights": widgets.FadingWeights,
    "HitBalance": widgets.HitBalance,
    "ResampledBoundary": widgets.ResampledBoundary,
    "NeumannSeries": widgets.NeumannSeries,
    "VoidProfile": widgets.VoidProfile,
    "ThresholdExplorer": lambda **values: widgets.ThresholdExplorer(LABELS, SCORES, **values),
}
