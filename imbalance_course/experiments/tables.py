"""What the results tables show: rows, scores and sources of each experiment, and which runs are missing."""

from collections.abc import Iterable, Sequence

from imbalance_course.experiments import breakhis, catdog
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.records import Record
from imbalance_course.records.results import runs_by_title
from imbalance_course.records.scores import Score

CATDOG_SCORES = (
    Score("f1", heading="F1 at 0.5"),
    Score("f1", "at_threshold", "F1 at chosen threshold"),
    Score("roc_auc", heading="ROC AUC"),
)
LECTURE_F1 = {row.title: row.lecture.f1 for row in catdog.ROWS.values()}
LECTURE_TITLES = {name: row.title for name, row in catdog.ROWS.items()}
RATIOS = ("imbalanced-1", "imbalanced-2")
# Below the plain row of a class ratio, what is compared with it; the plain rows are those of Cat-Dog.
FURTHER_TITLES = {
    name: catdog.ALL_ROWS[name].title
    for ratio in RATIOS
    for name in (ratio, *(f"{ratio}-{method}" for method in catdog.FURTHER_METHODS))
}
AUTOBALANCE_TITLES = {
    ratio + name: catdog.ROWS[ratio].title + words
    for ratio in RATIOS
    for name, words in (("", ""), ("-autobalance", ", AutoBalance"))
}

BREAKHIS_SCORES = (
    Score("balanced_accuracy", heading="Balanced accuracy"),
    Score("recall", heading="Benign images recognized"),
    Score("specificity", heading="Malignant images recognized"),
)
ARTICLE = {  # score -> remedy -> what follows from the article's two class rates
    "balanced_accuracy": {
        remedy: (article.benign_right + article.malignant_right) / 200
        for remedy, article in breakhis.ARTICLE.items()
    },
    "recall": {remedy: article.benign_right / 100 for remedy, article in breakhis.ARTICLE.items()},
    "specificity": {remedy: article.malignant_right / 100 for remedy, article in breakhis.ARTICLE.items()},
}


def runs_by_split(network: str, records: Iterable[Record]) -> dict[str, dict[str, list[Record]]]:
    """BreakHis runs of one network: split, then remedy, then runs.

    Args:
        network: a network of :mod:`imbalance_course.experiments.breakhis`.
        records: runs of one profile.
    """
    records = list(records)
    titles = {
        split: {f"{network}-{split}-{remedy}": remedy for remedy in breakhis.REMEDIES}
        for split in breakhis.SPLITS
    }
    return {f"by {split}": runs_by_title(names, records) for split, names in titles.items()}


def missing_commands(
    experiment: Experiment, profile: str, records: Iterable[Record], seeds: Sequence[int]
) -> list[str]:
    """The commands that make the runs without a record, one for all rows that lack the same seeds.

    Args:
        experiment: whose rows.
        profile: laptop or full.
        records: what is recorded, of any profile.
        seeds: what every row should have.

    Returns:
        No command when nothing is missing.

    Example:
        >>> missing_commands(catdog.EXPERIMENT, "full", [], [0, 1])
        ['imbalance-course run catdog --profile full --seeds 0,1']
    """
    known = {record.key for record in records}
    rows = experiment.check_rows(profile, None)
    lacking: dict[tuple[int, ...], list[str]] = {}
    for row in rows:
        missing = tuple(seed for seed in seeds if (experiment.name, row, profile, seed) not in known)
        if missing:
            lacking.setdefault(missing, []).append(row)
    return [
        f"imbalance-course run {experiment.name} --profile {profile}"
        + ("" if names == rows else f" --rows {','.join(names)}")
        + f" --seeds {','.join(map(str, missing))}"
        + (" --tune" if experiment.tuned else "")
        for missing, names in lacking.items()
    ]
