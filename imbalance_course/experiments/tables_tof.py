"""What the results page shows of the runs on drawn times of flight: tables, and what became of each claim."""

from collections.abc import Iterable

from imbalance_course.datasets.drawn_tof import ARMS
from imbalance_course.experiments import tof
from imbalance_course.metrics import Interval
from imbalance_course.records import Record
from imbalance_course.records.claims import Claim
from imbalance_course.records.results import RunsByTitle, runs_by_title
from imbalance_course.records.scores import Score, finished

SIZES = tuple(ARMS)
RULES = {"": "chosen threshold", "_untuned": "half the earliest time"}  # ending of a score -> its threshold
TITLES = {name: row.title for name, row in tof.ROWS.items()}


def rows_of(records: Iterable[Record]) -> RunsByTitle:
    """Runs by row; they are runs on drawn data, and the page must say so."""
    return runs_by_title(TITLES, records, simulated=tof.EXPERIMENT.simulated)


def scores_at(ending: str) -> tuple[Score, ...]:
    """Columns of the table at one threshold, all test images together.

    Args:
        ending: a key of ``RULES``.
    """
    return (
        Score(f"recovery{ending}", heading="Signal recovered"),
        Score(f"false_hits{ending}", heading="False hits an image", digits=1),
        Score(f"pixel_f1{ending}", heading="F1 of pixels"),
        Score(f"blank_images{ending}", heading="Blank images"),
    )


ERRORS = (
    Score("average_precision", heading="Average precision"),
    Score("hit_mae", heading="Absolute error of hits", digits=1),
    Score("rest_mae", heading="Absolute error of the rest", digits=2),
    Score("hit_mse", heading="Squared error of hits", digits=0),
    Score("rest_mse", heading="Squared error of the rest", digits=1),
)


def scores_by_size(ending: str) -> tuple[Score, ...]:
    """Columns of the table at one threshold by size of the signal.

    Args:
        ending: a key of ``RULES``.
    """
    return tuple(
        Score(f"{size}_{name}{ending}", heading=f"{size.capitalize()} hits, {words}", digits=digits)
        for name, words, digits in (("recovery", "recovered", 3), ("false_hits", "false", 1))
        for size in SIZES
    )


def intervals_by_size(rows: RunsByTitle, name: str) -> dict[str, dict[str, list[Interval | None]]]:
    """What a figure against the size of the signal draws: threshold -> title -> one interval a size.

    Args:
        rows: what :func:`rows_of` gives.
        name: ``recovery`` or ``false_hits``.
    """
    return {
        words: {
            title: [Score(f"{size}_{name}{ending}").interval(runs) for size in SIZES]
            for title, runs in rows.items()
        }
        for ending, words in RULES.items()
    }


def signal_sizes(rows: RunsByTitle) -> list[float]:
    """Hits of a signal of each size, on average over the test images; no run gives none."""
    recorded = [run for runs in rows.values() for run in finished(runs)]
    return [recorded[0].metrics[f"{size}_signal"] for size in SIZES] if recorded else []


MSE, MAE, WEIGHTED, ACB, ACB_WEIGHTED = TITLES.values()
AT_HALF = {  # scores at half the earliest time
    name: Score(f"{name}_untuned", heading=f"{words} at half the earliest time", digits=digits)
    for name, words, digits in (
        ("blank_images", "blank images", 3),
        ("recovery", "signal recovered", 3),
        ("few_recovery", "signal of few hits recovered", 3),
        ("false_hits", "false hits an image", 1),
    )
}
AT_CHOSEN = {  # scores at the chosen threshold, and the one that needs none
    "recovery": Score("recovery", heading="signal recovered at the chosen threshold"),
    "few_recovery": Score("few_recovery", heading="signal of few hits recovered at the chosen threshold"),
    "pixel_f1": Score("pixel_f1", heading="F1 of pixels at the chosen threshold"),
    "average_precision": Score("average_precision", heading="average precision"),
}

CLAIMS = (
    Claim(
        "With squared error most images come out blank", AT_HALF["blank_images"], MSE, limit=0.5, source=True
    ),
    Claim(
        "With absolute error most images come out blank", AT_HALF["blank_images"], MAE, limit=0.5, source=True
    ),
    Claim("With ACB-MSE they do not", AT_HALF["blank_images"], ACB, limit=0.5, above=False, source=True),
    Claim("ACB-MSE recovers more than squared error", AT_HALF["recovery"], ACB, MSE, source=True),
    Claim("ACB-MSE recovers more than absolute error", AT_HALF["recovery"], ACB, MAE, source=True),
    Claim("ACB-MSE recovers more of signals of few hits", AT_HALF["few_recovery"], ACB, MSE, source=True),
    Claim(
        "Weights of its two parts improve ACB-MSE",
        AT_CHOSEN["average_precision"],
        ACB_WEIGHTED,
        ACB,
        source=True,
    ),
    Claim("ACB-MSE calls more false hits than squared error", AT_HALF["false_hits"], ACB, MSE),
    Claim("ACB-MSE recovers more at a chosen threshold, too", AT_CHOSEN["recovery"], ACB, MSE),
    Claim(
        "ACB-MSE recovers more of few hits at a chosen threshold, too", AT_CHOSEN["few_recovery"], ACB, MSE
    ),
    Claim("ACB-MSE has the higher F1 at a chosen threshold", AT_CHOSEN["pixel_f1"], ACB, MSE),
    Claim("ACB-MSE ranks pixels better than squared error", AT_CHOSEN["average_precision"], ACB, MSE),
    Claim(
        "ACB-MSE ranks pixels better than squared error with weighted hits",
        AT_CHOSEN["average_precision"],
        ACB,
        WEIGHTED,
    ),
    Claim(
        "ACB-MSE with a weight ranks pixels better than that",
        AT_CHOSEN["average_precision"],
        ACB_WEIGHTED,
        WEIGHTED,
    ),
)
