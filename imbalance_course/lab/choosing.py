"""Which method and which decision to recommend, and why: the held-out parts choose, the test parts report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from imbalance_course.lab.methods import PLAIN
from imbalance_course.lab.numbers import interval_text
from imbalance_course.lab.predictions import USUAL_DECISION, Predictions
from imbalance_course.lab.scoring import choose_decision, quality
from imbalance_course.metrics import Interval, mean_interval
from imbalance_course.records.claims import UNTOLD

BETTER, WORSE = "better", "worse"


@dataclass(frozen=True)
class RunPredictions:
    """What one run says of its two parts."""

    method: str
    seed: int
    held_out: Predictions
    test: Predictions


@dataclass(frozen=True)
class Difference:
    """A method minus the baseline, seed by seed.

    Attributes:
        interval: mean of the differences with its 95 % interval; with one seed the ends are NaN.
        verdict: better, worse or cannot be told.
    """

    interval: Interval
    verdict: str


@dataclass(frozen=True)
class Candidate:
    """A method with a way to decide.

    Attributes:
        method: name of the method.
        moved: whether the held-out part chose the decision; else it is the usual one.
        decisions: seed -> decision.
        held_out: seed -> quality of the held-out part.
        test: seed -> quality of the test part.
    """

    method: str
    moved: bool
    decisions: dict[int, float] = field(default_factory=dict)
    held_out: dict[int, float] = field(default_factory=dict)
    test: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Recommendation:
    """What to use.

    Attributes:
        chosen: the method with its decision.
        decision: median over the seeds of the decisions.
        reason: why, in words.
        told: whether another method than the baseline was told better.
    """

    chosen: Candidate
    decision: float
    reason: str
    told: bool


def weigh_candidates(runs: Sequence[RunPredictions], cost_ratio: float | None = None) -> list[Candidate]:
    """Every method with a moved decision, and before them the plain one with the usual decision.

    Args:
        runs: finished runs.
        cost_ratio: of a miss to a false alarm; None compares by F1.
    """
    found: dict[tuple[str, bool], Candidate] = {}
    for run in runs:
        for moved in (False, True) if run.method == PLAIN else (True,):
            candidate = found.setdefault((run.method, moved), Candidate(run.method, moved))
            decision = choose_decision(run.held_out, cost_ratio) if moved else USUAL_DECISION
            candidate.decisions[run.seed] = decision
            candidate.held_out[run.seed] = quality(run.held_out, decision, cost_ratio)
            candidate.test[run.seed] = quality(run.test, decision, cost_ratio)
    return list(found.values())


def find_baseline(candidates: Sequence[Candidate]) -> Candidate:
    """The plain method with its decision moved, which every other must beat."""
    return next(each for each in candidates if each.method == PLAIN and each.moved)


def compare(values: Mapping[int, float], baseline: Mapping[int, float]) -> Difference:
    """Difference of the seeds that both have, with its interval and what it tells.

    Args:
        values: seed -> quality of a method; at least one seed in common.
        baseline: seed -> quality of the baseline.

    Example:
        >>> compare({0: 0.8, 1: 0.8, 2: 0.9}, {0: 0.6, 1: 0.5, 2: 0.7}).verdict
        'better'
        >>> compare({0: 0.8}, {0: 0.6}).verdict
        'cannot be told'
    """
    interval = mean_interval(
        [values[seed] - baseline[seed] for seed in sorted(values.keys() & baseline.keys())]
    )
    verdict = BETTER if interval.low > 0 else WORSE if interval.high < 0 else UNTOLD  # NaN tells nothing
    return Difference(interval, verdict)


def recommend(candidates: Sequence[Candidate], titles: Mapping[str, str]) -> Recommendation:
    """The plain method with its decision moved, unless the held-out parts tell that another is better.

    Args:
        candidates: what :func:`weigh_candidates` gives.
        titles: name of a method -> one line for people.
    """
    baseline = find_baseline(candidates)
    others = [each for each in candidates if each.method != PLAIN]
    gains = {each.method: compare(each.held_out, baseline.held_out) for each in others}
    told = [each for each in others if gains[each.method].verdict == BETTER]
    best = max(told or others, key=lambda each: gains[each.method].interval.mean, default=None)
    chosen = best if told else baseline
    return Recommendation(
        chosen=chosen,
        decision=float(np.median(list(chosen.decisions.values()))),
        reason=_reason(best, gains, bool(told), titles),
        told=bool(told),
    )


def _reason(best: Candidate | None, gains, told: bool, titles: Mapping[str, str]) -> str:
    if best is None:
        return "No other method was tried."
    interval = gains[best.method].interval
    gain = f"“{titles[best.method]}” differs from the baseline by {interval_text(interval, signed=True)}"
    if told:
        return f"On the held-out parts {gain}: the whole interval lies above 0, so the gain is not just luck."
    if interval.n == 1:
        return (
            f"With one split no difference can be told from chance (the best of the others, {gain}), so the "
            "simplest method stays."
        )
    return (
        f"On the held-out parts no other method was told better: the best of them, {gain}, and that interval "
        "does not lie above 0. Where no gain can be told the simplest method stays."
    )
