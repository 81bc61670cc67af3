"""Claims and what recorded runs say of them: holds, does not hold, or cannot be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from imbalance_course.metrics import Interval, mean_interval
from imbalance_course.records.results import Line, RunsByTitle
from imbalance_course.records.scores import NO_RECORD, Score

UNTOLD = "cannot be told"


@dataclass(frozen=True)
class Claim:
    """Something that runs can tell: a score, or the difference of two rows, is above or below a limit.

    Attributes:
        words: the claim.
        score: what is measured.
        row: title of the row whose score it is.
        rival: title of the row whose score is taken away, seed by seed; empty for none.
        limit: what the result is compared with.
        above: whether the claim is that it lies above the limit, else below.
        source: whether a source says so; else the course asks.
        rival_score: what is measured of the rival; None for the same score.
    """

    words: str
    score: Score
    row: str
    rival: str = ""
    limit: float = 0.0
    above: bool = True
    source: bool = False
    rival_score: Score | None = None

    def interval(self, rows: RunsByTitle) -> Interval | None:
        """Mean over the seeds that both rows have, with its 95 % interval; None without such a seed."""
        values = self.score.by_seed(rows[self.row])
        if self.rival:
            others = (self.rival_score or self.score).by_seed(rows[self.rival])
            values = {seed: values[seed] - others[seed] for seed in values.keys() & others.keys()}
        return mean_interval([values[seed] for seed in sorted(values)]) if values else None

    def verdict(self, interval: Interval) -> str:
        """Whether the whole interval lies on the side that the claim names.

        Example:
            >>> claim = Claim("it gains", Score("f1"), "new", "old")
            >>> claim.verdict(Interval(0.2, 0.1, 0.3, 3)), claim.verdict(Interval(0.2, -0.1, 0.5, 3))
            ('holds', 'cannot be told')
        """
        if interval.low > self.limit:
            return "holds" if self.above else "does not hold"
        if interval.high < self.limit:
            return "does not hold" if self.above else "holds"
        return UNTOLD  # also with one seed, whose interval has no ends

    def line(self, rows: RunsByTitle) -> Line:
        """The claim as a line of a table."""
        interval = self.interval(rows)
        compared = f"{self.row} minus {self.rival}" if self.rival else self.row
        measured = verdict = NO_RECORD
        if interval is not None:
            measured = interval_text(interval, self.score.digits)
            verdict = self.verdict(interval)
        return {
            "Claim": self.words,
            "Whose": "source" if self.source else "asked here",
            "It holds if": f"{self.score.heading}, {compared}, is "
            f"{'above' if self.above else 'below'} {self.limit:g}",
            "Mean and 95 % interval": measured,
            "Verdict": verdict,
        }


def claim_lines(claims: Sequence[Claim], rows: RunsByTitle) -> list[Line]:
    """Lines of a table of claims; no line as long as no row has a run.

    Args:
        claims: what is asked of the runs.
        rows: what :func:`imbalance_course.records.results.runs_by_title` gives.
    """
    return [claim.line(rows) for claim in claims] if any(rows.values()) else []


def interval_text(interval: Interval, digits: int = 3) -> str:
    """A difference and its ends as the text of a cell.

    Args:
        interval: what :meth:`Claim.interval` gives; with one seed its ends are NaN.
        digits: decimals to show.

    Example:
        >>> interval_text(Interval(0.02, -0.01, 0.05, 3)), interval_text(Interval(0.02, float("nan"), 0, 1))
        ('+0.020 [-0.010, +0.050]', '+0.020 (one seed)')
    """
    if interval.low != interval.low:  # NaN: one seed
        return f"{interval.mean:+.{digits}f} (one seed)"
    return f"{interval.mean:+.{digits}f} [{interval.low:+.{digits}f}, {interval.high:+.{digits}f}]"
