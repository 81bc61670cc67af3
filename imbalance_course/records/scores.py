"""Scores of the runs of one row, with the interval that fits how they were tested."""

from collections.abc import Sequence
from dataclasses import dataclass

from imbalance_course.metrics import Counts, Interval, mean_interval
from imbalance_course.records.groups import group_interval
from imbalance_course.records.record import Record

NO_RECORD = "no record yet"
FAILED = "failed"


@dataclass(frozen=True)
class Score:
    """A score of test images.

    Attributes:
        name: one of the record's metrics, or a score of :class:`imbalance_course.metrics.Counts`.
        rule: threshold of those counts, ``at_half`` or ``at_threshold``.
        heading: heading of its column in a table.
        digits: decimals to show.
    """

    name: str
    rule: str = "at_half"
    heading: str = ""
    digits: int = 3

    def of(self, run: Record) -> float:
        """The score of one run."""
        if self.name in run.metrics:
            return run.metrics[self.name]
        return getattr(getattr(run, self.rule), self.name)

    def by_seed(self, runs: Sequence[Record]) -> dict[int, float]:
        """Seed -> score of the runs that have it.

        A run that failed has none; a mask without an edge, for example, has no width error.
        """
        there = (run for run in finished(runs) if self.name in run.metrics or hasattr(Counts, self.name))
        return {run.seed: self.of(run) for run in there}

    def interval(self, runs: Sequence[Record]) -> Interval | None:
        """Score of a row with its 95 % interval: over cases where images come in cases, else over seeds.

        Returns:
            None without a run that has the score; with one seed the ends are NaN. Runs that failed are left
            out.
        """
        runs = finished(runs)
        if not runs:
            return None
        if any(run.test_groups for run in runs):
            return group_interval(runs, self.name, self.rule)
        values = self.by_seed(runs)
        return mean_interval(list(values.values())) if values else None

    def text(self, runs: Sequence[Record]) -> str:
        """The same as text: mean and half-width over seeds, or score and ends over cases; and what failed."""
        done, found = finished(runs), self.interval(runs)
        if found is None:
            return FAILED if len(done) < len(runs) else NO_RECORD
        if done[0].test_groups:
            text = f"{found.mean:.3f} [{found.low:.2f}, {found.high:.2f}]"
        else:
            text = format_interval(list(self.by_seed(done).values()), self.digits)
        return text + count_failed(runs)


def finished(runs: Sequence[Record]) -> list[Record]:
    """The runs that came to their end."""
    return [run for run in runs if not run.failure]


def count_failed(runs: Sequence[Record]) -> str:
    """How many of some runs failed, as an ending of a cell; nothing where none did."""
    failed = sum(bool(run.failure) for run in runs)
    return f", {failed} of {len(runs)} failed" if failed else ""


def format_interval(values: list[float], digits: int = 3) -> str:
    """Mean and half-width of the 95 % interval over seeds, or the single value without one.

    Example:
        >>> format_interval([0.5])
        '0.500 (one seed)'
        >>> format_interval([0.4, 0.5, 0.6])
        '0.500 ± 0.248'
    """
    if len(values) == 1:
        return f"{values[0]:.{digits}f} (one seed)"
    interval = mean_interval(values)
    return f"{interval.mean:.{digits}f} ± {interval.high - interval.mean:.{digits}f}"
