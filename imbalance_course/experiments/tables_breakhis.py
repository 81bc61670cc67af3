"""What the recorded runs on BreakHis say of the article: its claims, and its mix of classes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imbalance_course.experiments.breakhis import ROWS
from imbalance_course.metrics import Counts, Interval, cluster_interval
from imbalance_course.records import Record, sum_groups
from imbalance_course.records.claims import Claim
from imbalance_course.records.results import RunsByTitle, runs_by_title
from imbalance_course.records.scores import Score

BENIGN, MALIGNANT = 2480, 5429  # images of the whole data set, the article's mix


def accuracy_at_mix(counts: Counts):
    r"""Accuracy if the two classes were as frequent as in the whole data set.

    .. math:: A = \pi\, r + (1 - \pi)\, s, \qquad \pi = 2480 / 7909

    Args:
        counts: numbers or arrays; only the recall r and the specificity s enter.

    Example:
        >>> round(accuracy_at_mix(Counts(tp=621, fp=32, fn=379, tn=968)), 3)
        0.859
    """
    return (BENIGN * counts.recall + MALIGNANT * counts.specificity) / (BENIGN + MALIGNANT)


@dataclass(frozen=True)
class AccuracyAtMix(Score):
    """Accuracy at the article's mix of classes; packs and folds hold other shares of benign images."""

    def of(self, run: Record) -> float:
        """The accuracy of one run at the article's mix."""
        return float(accuracy_at_mix(getattr(run, self.rule)))

    def interval(self, runs: Sequence[Record]) -> Interval | None:
        """Accuracy of all test images of a row, with its interval over cases; None without a run."""
        if not runs:
            return None
        _, counts = sum_groups(runs, self.rule)
        has_benign = counts[:, 0] + counts[:, 2] > 0
        return cluster_interval(counts, lambda pooled: accuracy_at_mix(Counts(*pooled.T)), strata=has_benign)


BENIGN_RIGHT = Score("recall", heading="Benign recognized")
MALIGNANT_RIGHT = Score("specificity", heading="Malignant recognized")
ACCURACY = AccuracyAtMix("accuracy", heading="Accuracy at the article's mix")
BALANCED = Score("balanced_accuracy", heading="Balanced accuracy")
RANKING = Score("roc_auc", heading="ROC AUC")


def titles_of(network: str) -> dict[str, str]:
    """Name of the row -> "remedy, by split", every remedy under both splits.

    Args:
        network: a network of :mod:`imbalance_course.experiments.breakhis`.

    Example:
        >>> titles_of("resnet18")["resnet18-case-weighted"]
        'weighted, by case'
    """
    rows = {name: row for name, row in ROWS.items() if row.network == network}
    return {name: f"{row.remedy}, by {row.split}" for name, row in rows.items()}


def rows_of(records: Iterable[Record], network: str = "resnet18") -> RunsByTitle:
    """Runs of one network, by the titles of :func:`titles_of`.

    Args:
        records: runs of one profile on real images.
        network: a network of :mod:`imbalance_course.experiments.breakhis`.
    """
    return runs_by_title(titles_of(network), records)


def claims(split: str) -> tuple[Claim, ...]:
    """The article's claims and what one must ask beside them, for one split.

    Args:
        split: image or case.
    """
    plain, weighted, both = (
        f"{remedy}, by {split}" for remedy in ("plain", "weighted", "weighted-augmented")
    )
    return (
        Claim("Weights recognize more benign images", BENIGN_RIGHT, weighted, plain, source=True),
        Claim("Augmentation on top, still more", BENIGN_RIGHT, both, weighted, source=True),
        Claim("Weights raise the accuracy", ACCURACY, weighted, plain, source=True),
        Claim("Augmentation on top raises it further", ACCURACY, both, weighted, source=True),
        Claim("Weights cost malignant images", MALIGNANT_RIGHT, weighted, plain, above=False, source=True),
        Claim("Augmentation on top wins them back", MALIGNANT_RIGHT, both, weighted, source=True),
        Claim("Weights raise the balanced accuracy", BALANCED, weighted, plain),
        Claim("Weights rank better", RANKING, weighted, plain),
        Claim("Augmentation on top ranks better", RANKING, both, weighted),
    )
