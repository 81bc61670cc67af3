"""The four counts of a binary decision, and the scores that follow from them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from imbalance_course.metrics.checks import check_scores


@dataclass(frozen=True)
class Counts:
    """True and false positives and negatives; a score whose denominator is 0 is 0.

    The counts may be arrays of one shape, one entry a decision rule; then every score is such an array.

    Attributes:
        tp: positives called positive.
        fp: negatives called positive.
        fn: positives called negative.
        tn: negatives called negative.

    Raises:
        ValueError: a negative count.

    Example:
        >>> counts = Counts(tp=100, fp=10, fn=5, tn=50)
        >>> round(counts.recall, 2), round(counts.precision, 2)
        (0.95, 0.91)
    """

    tp: float
    fp: float
    fn: float
    tn: float

    def __post_init__(self) -> None:
        for name in ("tp", "fp", "fn", "tn"):
            if np.any(np.asarray(getattr(self, name)) < 0):
                raise ValueError(f"Expected counts of at least 0, got {name}={getattr(self, name)}.")

    @property
    def total(self) -> float:
        """All items."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def prevalence(self) -> float:
        """Share of positives among all items; 0 without items."""
        return _ratio(self.tp + self.fn, self.total)

    @property
    def recall(self) -> float:
        """tp / (tp + fn), also called sensitivity; 0 without positives."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def precision(self) -> float:
        """tp / (tp + fp); 0 where nothing is called positive."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def specificity(self) -> float:
        """tn / (tn + fp), the recall of the negatives; 0 without negatives."""
        return _ratio(self.tn, self.tn + self.fp)

    @property
    def f1(self) -> float:
        """2 tp / (2 tp + fp + fn), harmonic mean of precision and recall; 0 where no positive is found."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def iou(self) -> float:
        """tp / (tp + fp + fn), overlap over union or Jaccard index; 0 where no positive is found."""
        return _ratio(self.tp, self.tp + self.fp + self.fn)

    @property
    def accuracy(self) -> float:
        """(tp + tn) / all; 0 without items."""
        return _ratio(self.tp + self.tn, self.total)

    @property
    def balanced_accuracy(self) -> float:
        """(recall + specificity) / 2; the part of a class without items is 0."""
        return (self.recall + self.specificity) / 2

    @property
    def mcc(self) -> float:
        """Matthews correlation coefficient, from -1 to 1; 0 where a row or column of the table is empty.

        (tp tn - fp fn) / sqrt((tp + fp) (tp + fn) (tn + fp) (tn + fn))
        """
        tp, fp, fn, tn = (np.asarray(count, dtype=float) for count in (self.tp, self.fp, self.fn, self.tn))
        # A product of roots: the product of four counts of pixels would leave the range of integers.
        scale = np.sqrt(tp + fp) * np.sqrt(tp + fn) * np.sqrt(tn + fp) * np.sqrt(tn + fn)
        return _ratio(tp * tn - fp * fn, scale)

    def at_prevalence(self, prevalence: float) -> "Counts":
        """The counts expected of the same decision rule where positives have another share.

        Recall and specificity stay; precision, F1, accuracy and MCC change. The counts need not be integers.

        Args:
            prevalence: share of positives, above 0 and below 1.

        Raises:
            ValueError: a share out of range, or counts without positives or without negatives.

        Example:
            >>> rare = Counts(tp=90, fp=10, fn=10, tn=90).at_prevalence(0.01)
            >>> round(rare.recall, 3), round(rare.precision, 3)
            (0.9, 0.083)
        """
        if not 0 < prevalence < 1:
            raise ValueError(f"Expected a prevalence above 0 and below 1, got {prevalence}.")
        share = self.prevalence
        if np.any((share == 0) | (share == 1)):
            raise ValueError(
                "Expected counts of both classes, got counts of one; its recall alone tells no other."
            )
        of_positive, of_negative = prevalence / share, (1 - prevalence) / (1 - share)
        return Counts(
            tp=self.tp * of_positive,
            fp=self.fp * of_negative,
            fn=self.fn * of_positive,
            tn=self.tn * of_negative,
        )


def confusion_counts(labels: ArrayLike, scores: ArrayLike, threshold: float = 0.5) -> Counts:
    """Count right and wrong decisions of the rule "positive where score >= threshold".

    Args:
        labels: (N,) 0 or 1.
        scores: (N,) finite, higher for positives: probabilities or logits.
        threshold: on the scale of the scores.

    Returns:
        Integer counts.

    Raises:
        ValueError: shapes that differ or are not (N,), other labels, scores that are not finite.

    Example:
        >>> confusion_counts([0, 0, 1, 1], [0.2, 0.6, 0.5, 0.9])
        Counts(tp=2, fp=1, fn=0, tn=1)
    """
    positive, scores = check_scores(labels, scores)
    called = scores >= threshold
    tp, fp = int((called & positive).sum()), int((called & ~positive).sum())
    return Counts(tp=tp, fp=fp, fn=int(positive.sum()) - tp, tn=int((~positive).sum()) - fp)


def _ratio(numerator: ArrayLike, denominator: ArrayLike) -> float | np.ndarray:
    """Quotient that is 0 where the denominator is 0."""
    numerator, denominator = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    quotient = np.divide(numerator, denominator, out=np.zeros_like(denominator), where=denominator != 0)
    return quotient if quotient.ndim else float(quotient)
