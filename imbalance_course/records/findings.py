"""A remedy beside the plain loss on the same data: what it gained, and whether the records can tell."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from imbalance_course.metrics import Interval
from imbalance_course.records.claims import UNTOLD, Claim, interval_text
from imbalance_course.records.record import Record
from imbalance_course.records.results import EMPTY, Line, runs_by_title
from imbalance_course.records.scores import NO_RECORD, Score

AS_TRAINED, CHOSEN, RANKING = "as trained", "chosen threshold", "ranking"
RULES = (AS_TRAINED, CHOSEN, RANKING)
GAIN, LOSS = "gain", "loss"
_WORDS = {"holds": GAIN, "does not hold": LOSS, UNTOLD: UNTOLD}


@dataclass(frozen=True)
class Place:
    """Data on which remedies were compared, and the scores that compare them.

    Attributes:
        title: name in the table.
        experiments: whose records are read.
        scores: rule -> score; a rule without a recorded score is left out.
        simulated: whether the experiment draws its data in every profile.
    """

    title: str
    experiments: tuple[str, ...]
    scores: Mapping[str, Score]
    simulated: bool = False


@dataclass(frozen=True)
class Comparison:
    """A remedy beside the plain loss.

    Attributes:
        branch: branch of the guide that the comparison belongs to.
        remedy: the remedy in words.
        place: where it was compared.
        row: row of the remedy.
        plain: row that it is compared with; both rows may be one, when two scores of it are compared.
        scores: rule -> (score of the remedy, score of the plain row).
    """

    branch: str
    remedy: str
    place: Place
    row: str
    plain: str
    scores: Mapping[str, tuple[Score, Score]]

    def claims(self) -> dict[str, Claim]:
        """Rule -> the claim that the remedy gains."""
        return {
            rule: Claim(f"{self.remedy} gains", mine, self.row, self.plain, rival_score=other)
            for rule, (mine, other) in self.scores.items()
        }


@dataclass(frozen=True)
class Finding:
    """What the records say of a comparison.

    Attributes:
        comparison: what was compared.
        intervals: rule -> mean difference with its 95 % interval; None without a record of both rows.
        verdicts: rule -> ``gain``, ``loss``, "cannot be told" or "no record yet".
    """

    comparison: Comparison
    intervals: Mapping[str, Interval | None]
    verdicts: Mapping[str, str]

    @property
    def seeds(self) -> int:
        """Number of seeds that both rows have."""
        return max((found.n for found in self.intervals.values() if found), default=0)

    @property
    def verdict(self) -> str:
        """The verdict at chosen thresholds, or as trained where no threshold was there to choose."""
        return self.verdicts[CHOSEN if CHOSEN in self.verdicts else AS_TRAINED]

    @property
    def name(self) -> str:
        """The row of the table in words."""
        return f"{self.comparison.remedy} ({self.comparison.place.title})"

    def line(self) -> Line:
        """The finding as a line of a table; a cell without a verdict cannot be told, a dash has no score."""
        line = {
            "Remedy": self.comparison.remedy,
            "Data": self.comparison.place.title,
            "Seeds": str(self.seeds),
        }
        return line | {rule.capitalize(): self._cell(rule) for rule in RULES}

    def _cell(self, rule: str) -> str:
        if rule not in self.intervals:
            return EMPTY
        found, verdict = self.intervals[rule], self.verdicts[rule]
        if found is None:
            return NO_RECORD
        return interval_text(found) + (f": {verdict}" if verdict != UNTOLD else "")


def find(comparison: Comparison, records: Iterable[Record]) -> Finding:
    """Compare the recorded runs of two rows.

    Args:
        comparison: what to compare.
        records: runs of its experiments, of one profile.
    """
    titles = {row: row for row in (comparison.row, comparison.plain)}
    rows = runs_by_title(titles, records, simulated=comparison.place.simulated)
    intervals, verdicts = {}, {}
    for rule, claim in comparison.claims().items():
        found = intervals[rule] = claim.interval(rows)
        verdicts[rule] = NO_RECORD if found is None else _WORDS[claim.verdict(found)]
    return Finding(comparison, intervals, verdicts)


def tally(findings: Iterable[Finding], rule: str) -> Counter[str]:
    """How often each verdict was given under a rule."""
    return Counter(found.verdicts[rule] for found in findings if rule in found.verdicts)


def summary(findings: Iterable[Finding]) -> str:
    """How often a remedy gained, lost, was left open or has no record, by :attr:`Finding.verdict`.

    Example:
        >>> summary([])
        'no evidence recorded'
    """
    counts = Counter(found.verdict for found in findings)
    if counts.total() == counts[NO_RECORD]:
        return "no evidence recorded"
    names = {GAIN: "gain", LOSS: "loss", UNTOLD: "open", NO_RECORD: "gap"}
    return " · ".join(f"{word} {counts[verdict]}" for verdict, word in names.items())


def conclusion(findings: Iterable[Finding], rule: str) -> str:
    """What a rule tells of a list of findings, with the names of the rows that could be told.

    Example:
        >>> conclusion([], CHOSEN)
        'Chosen threshold. No record.'
    """
    found = [each for each in findings if each.verdicts.get(rule, NO_RECORD) != NO_RECORD]
    if not found:
        return f"{rule.capitalize()}. No record."
    words = rule.capitalize()
    for verdict in (GAIN, LOSS):
        names = [each.name for each in found if each.verdicts[rule] == verdict]
        words += f". {verdict.capitalize()}: {'; '.join(names) or 'none'}"
    return f"{words}. {UNTOLD.capitalize()}: {tally(found, rule)[UNTOLD]} of {len(found)}."


def verdict_sentence(findings: Iterable[Finding]) -> str:
    """What a list of findings comes to, by :attr:`Finding.verdict`, with the data that could tell.

    Example:
        >>> verdict_sentence([])
        'Verdict: nothing is recorded.'
    """
    found = [each for each in findings if each.verdict != NO_RECORD]
    if not found:
        return "Verdict: nothing is recorded."
    parts = []
    for verdict in (GAIN, LOSS):
        places = dict.fromkeys(each.comparison.place.title for each in found if each.verdict == verdict)
        parts.append(f"a {verdict} is shown on {'; '.join(places)}" if places else f"no {verdict} is shown")
    if all(each.verdict == UNTOLD for each in found):
        return "Verdict: neither gain nor loss is shown, and neither is ruled out."
    return f"Verdict: {parts[0]}, {parts[1]}."
