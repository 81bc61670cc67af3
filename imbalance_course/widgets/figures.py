"""The interactive figures of the lessons; each class docstring says what its sliders mean."""

from collections.abc import Sequence

import numpy as np

from imbalance_course.errors import CourseError
from imbalance_course.metrics.checks import check_both_classes, check_probabilities, check_scores
from imbalance_course.widgets.base import Figure, Slider, Switch, nice_bound

# Petal lengths in cm: three flowers of kind A, three of kind B.
PETAL_LENGTHS = (1.4, 1.0, 1.5, 3.0, 3.8, 4.1)
PETAL_LABELS = (0, 0, 0, 1, 1, 1)


class AccuracyParadox(Figure):
    """Accuracy and its rivals for a detector among 100 000 negatives.

    Sliders: ``positives`` (count), ``recall`` (share of positives found), ``false_alarm_rate`` (share of
    negatives called positive).

    Example:
        >>> AccuracyParadox(positives=200)
        AccuracyParadox(positives=200.0, recall=0.5, false_alarm_rate=0.001)
    """

    script = "accuracy_paradox.js"
    positives = Slider(200, 10, 100_000, "Positives per 100 000 negatives", log=True, digits=0, whole=True)
    recall = Slider(0.5, 0, 1, "Recall: share of positives found")
    false_alarm_rate = Slider(0.001, 0, 0.2, "False-alarm rate", step=0.001, digits=3)

    def __init__(self, **values: float):
        super().__init__({"negatives": 100_000}, **values)
        self.title = "Accuracy when positives are rare"


class SigmoidFit(Figure):
    """A sigmoid of the line ``slope * x + offset``, fitted by hand to labeled lengths.

    Args:
        lengths: one measurement an example; the lecture's six petals (cm) by default.
        labels: 0 or 1 for each length.
        x_label: words of the axis, with the unit.
        names: what label 0 and label 1 stand for.

    Sliders: ``slope`` (per unit of length) and ``offset``; their ends follow from the data.

    Raises:
        ValueError: if lengths and labels do not fit together, or all lengths are equal.

    Example:
        >>> SigmoidFit(slope=2, offset=-5)
        SigmoidFit(slope=2.0, offset=-5.0)
    """

    script = "sigmoid_fit.js"
    slope = Slider(1, -2, 13, "Slope a", step=0.1, digits=1)
    offset = Slider(-1, -40, 10, "Offset b", step=0.1, digits=1)

    def __init__(
        self,
        lengths: Sequence[float] = PETAL_LENGTHS,
        labels: Sequence[int] = PETAL_LABELS,
        *,
        x_label: str = "Petal length (cm)",
        names: tuple[str, str] = ("A", "B"),
        **values: float,
    ):
        positive, lengths = check_scores(labels, lengths)
        half_range = float(np.ptp(lengths)) / 2
        if half_range == 0:
            raise CourseError("Expected lengths that differ, got one value only; pass at least two lengths.")
        # Steep enough for a step between neighbors; the boundary -offset / slope can reach every length.
        steepest = nice_bound(20 / half_range)
        furthest = nice_bound(steepest * float(np.abs(lengths).mean()))
        ends = (-furthest, furthest / 4) if lengths.mean() > 0 else (-furthest / 4, furthest)
        examples = {"lengths": lengths.tolist(), "labels": positive.astype(int).tolist()}
        words = {"x_label": x_label, "names": list(names)}
        super().__init__(
            {**examples, **words}, {"slope": (-steepest / 5, steepest), "offset": ends}, **values
        )
        self.title = "Fit the sigmoid by hand"


class WeightedThreshold(Figure):
    """A class weight as a moved threshold: p* = 1 / (1 + w) for weight w on positives and 1 on negatives.

    Scores are normal with variance 1, mean 0 for negatives and ``separation`` for positives.

    Sliders: ``weight`` (of positives, against 1) and ``prior`` (share of positives in the data).

    Example:
        >>> WeightedThreshold(weight=10)
        WeightedThreshold(weight=10.0, prior=0.1)
    """

    script = "weighted_threshold.js"
    weight = Slider(1, 0.01, 100, "Weight of positives", log=True)
    prior = Slider(0.1, 0.001, 0.5, "Share of positives", log=True)

    def __init__(self, separation: float = 2.0, **values: float):
        if not 0 < separation <= 6:
            raise CourseError(f"Expected separation above 0 and at most 6, got {separation!r}.")
        super().__init__({"separation": float(separation)}, **values)
        self.title = "A class weight moves the threshold"


class FocalCurves(Figure):
    """Focal loss and its gradient against the probability of the true class, beside cross-entropy.

    Sliders: ``gamma`` (focusing) and ``alpha`` (weight of positives; negatives have 1 - alpha).
    Switch: ``balanced`` (whether alpha counts).

    Example:
        >>> FocalCurves(gamma=0)
        FocalCurves(gamma=0.0, balanced=False, alpha=0.25)
    """

    script = "focal_curves.js"
    gamma = Slider(2, 0, 5, "Focusing γ", step=0.1, digits=1)
    balanced = Switch(False, "Weight positives by α, negatives by 1 − α")
    alpha = Slider(0.25, 0, 1, "Balance α", needs="balanced")

    def __init__(self, **values: float | bool):
        super().__init__(**values)
        self.title = "Focal loss turns down the easy examples"


class ThresholdExplorer(Figure):
    """One threshold on given scores: confusion counts, precision-recall and ROC.

    Args:
        labels: 0 or 1 for each example, both present.
        scores: probabilities in [0, 1]; an example is called positive from the threshold upward.
        step: distance of two thresholds, a multiple of 0.001.

    Slider: ``threshold``.

    Raises:
        ValueError: if labels and scores do not fit together, a class is missing, or a score is not in [0, 1].

    Example:
        >>> ThresholdExplorer([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])
        ThresholdExplorer(threshold=0.5)
    """

    script = "threshold_explorer.js"
    threshold = Slider(0.5, 0, 1, "Threshold", step=0.001, digits=3)

    def __init__(
        self, labels: Sequence[int], scores: Sequence[float], *, step: float = 0.001, **values: float
    ):
        positive, scores = check_probabilities(labels, scores)
        check_both_classes(positive)
        # The level of a score is the highest threshold k/1000 that it still reaches, so counts stay exact.
        level = np.searchsorted(np.arange(1001) / 1000, scores, side="right") - 1
        levels = np.unique(level)
        data = {"levels": levels.tolist()}
        for name, chosen in (("negative_counts", ~positive), ("positive_counts", positive)):
            data[name] = np.bincount(level[chosen], minlength=1001)[levels].tolist()
        super().__init__(data, **values)
        self.title = "Choose a threshold"
        self.controls = [{**self.controls[0], "step": step}]

    @classmethod
    def from_histogram(
        cls, positives: Sequence[int], negatives: Sequence[int], **values: float
    ) -> "ThresholdExplorer":
        """Return the figure for scores counted in bins of equal width on [0, 1], as a record keeps them.

        Args:
            positives: count of each bin; the number of bins divides 1000.
            negatives: likewise.
            **values: starting position of the slider.

        Raises:
            ValueError: if the histograms differ in length, or the number of bins does not divide 1000.

        Example:
            >>> ThresholdExplorer.from_histogram([0, 3, 5, 9], [8, 4, 1, 0])
            ThresholdExplorer(threshold=0.5)
        """
        bins = len(positives)
        if bins != len(negatives) or bins == 0 or 1000 % bins:
            raise CourseError(
                "Expected two histograms whose common number of bins divides 1000, "
                f"got {bins} and {len(negatives)} bins."
            )
        labels = np.repeat([1, 0], [sum(positives), sum(negatives)])
        lower_edges = np.tile(np.arange(bins) / bins, 2)
        return cls(labels, np.repeat(lower_edges, [*positives, *negatives]), step=1 / bins, **values)
