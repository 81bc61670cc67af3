"""Findings say what the records tell of a remedy, and the list of comparisons fits the experiments."""

import pytest
from made_records import make_record
from scipy import stats

from imbalance_course import plots
from imbalance_course.errors import CourseError
from imbalance_course.experiments import EXPERIMENTS, evidence, guide
from imbalance_course.records import store
from imbalance_course.records.findings import (
    AS_TRAINED,
    CHOSEN,
    GAIN,
    LOSS,
    RANKING,
    RULES,
    Comparison,
    Place,
    conclusion,
    find,
    summary,
    tally,
    verdict_sentence,
)
from imbalance_course.records.scores import Score

F1 = {AS_TRAINED: Score("f1"), CHOSEN: Score("f1", "at_threshold"), RANKING: Score("average_precision")}
PLACE = Place("photographs", ("catdog",), F1)
PAIRS = {rule: (score, score) for rule, score in F1.items()}
REMEDY = Comparison("weights", "weighted", PLACE, "new", "old", PAIRS)


def make_run(row, seed, found=8, ranking=0.9, **changes):
    """A run that finds some of ten positives at 0.5 and one more at its threshold; no false alarm."""
    counts, more = ({"tp": k, "fp": 0, "fn": 10 - k, "tn": 10} for k in (found, found + 1))
    fields = {"test_counts_at_half": counts, "test_counts_at_threshold": more, "profile": "laptop"}
    fields |= {"metrics": {"average_precision": ranking}, "drawn_data": False}
    return make_record(row, seed, **fields | changes)


def f1(found):
    return 2 * found / (10 + found)


def test_a_finding_is_the_paired_difference_under_each_rule():
    runs = [make_run("old", seed, 5, 0.7) for seed in range(3)]
    runs += [make_run("new", seed, found, 0.6) for seed, found in enumerate((7, 8, 8))]
    finding = find(REMEDY, runs)
    values = [f1(found) - f1(5) for found in (7, 8, 8)]
    low, high = stats.t.interval(0.95, 2, sum(values) / 3, stats.sem(values))
    found = finding.intervals[AS_TRAINED]
    assert (found.low, found.high, finding.seeds) == (pytest.approx(low), pytest.approx(high), 3)
    assert finding.verdicts == {AS_TRAINED: GAIN, CHOSEN: GAIN, RANKING: LOSS}
    assert finding.line()["Ranking"].endswith(": loss")


def test_one_seed_tells_nothing_and_no_seed_is_a_gap():
    runs = [make_run("old", 0, 5), make_run("new", 0, 9)]
    assert find(REMEDY, runs).line()["As trained"].endswith(" (one seed)")
    gap = find(REMEDY, runs[:1])
    assert gap.seeds == 0 and gap.line()["As trained"] == "no record yet"


def test_a_rule_without_a_score_is_a_dash_and_is_not_counted():
    place = Place("nuclei", ("nuclei-monusac",), {RANKING: F1[RANKING]})
    scores = {RANKING: PAIRS[RANKING]}
    finding = find(Comparison("overlap", "Dice", place, "new", "old", scores), [])
    assert finding.line()["As trained"] == "–"
    assert tally([finding], AS_TRAINED) == {} and tally([finding], RANKING) == {"no record yet": 1}


def test_two_scores_of_one_row_can_be_compared():
    moved = Comparison("threshold", "chosen", PLACE, "old", "old", {CHOSEN: (F1[CHOSEN], F1[AS_TRAINED])})
    found = find(moved, [make_run("old", seed, 5) for seed in range(2)]).intervals[CHOSEN]
    assert found.mean == pytest.approx(f1(6) - f1(5))


def test_every_comparison_names_rows_of_its_experiments_and_a_branch_of_the_guide():
    for comparison in evidence.COMPARISONS:
        rows = {row for name in comparison.place.experiments for row in EXPERIMENTS[name].rows}
        assert {comparison.row, comparison.plain} <= rows, comparison
        assert comparison.branch in evidence.BRANCHES and set(comparison.scores) <= set(RULES)
    assert {comparison.branch for comparison in evidence.COMPARISONS} == set(evidence.BRANCHES)


def test_no_comparison_is_listed_twice():
    lines = [(c.remedy, c.place.title, c.branch) for c in evidence.COMPARISONS]
    assert len(set(lines)) == len(lines)


def test_every_data_set_of_the_course_is_compared_on():
    places = {name for comparison in evidence.COMPARISONS for name in comparison.place.experiments}
    assert places == set(EXPERIMENTS)


def test_without_records_every_comparison_is_a_gap(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "SHIPPED_FOLDER", tmp_path)
    found = evidence.findings()
    assert list(found) == list(evidence.BRANCHES) and all(found.values())
    verdicts = {
        verdict for each in found.values() for finding in each for verdict in finding.verdicts.values()
    }
    assert verdicts == {"no record yet"}


def test_a_further_network_appears_with_its_first_record(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "SHIPPED_FOLDER", tmp_path)
    before = {finding.comparison.row for finding in evidence.findings()["overlap"]}
    metrics = {"mean_iou": 0.5, "mean_average_precision": 0.5}
    for row in ("deeplab-ce", "deeplab-dice"):
        run = make_run(row, 0, experiment="nuclei-monusac", metrics=metrics)
        store.append_record(tmp_path / "nuclei-monusac.jsonl", run)
    after = {finding.comparison.row for finding in evidence.findings()["overlap"]}
    assert after - before == {"deeplab-dice"}


def test_the_verdict_that_counts_is_the_one_at_chosen_thresholds_where_there_is_one():
    runs = [make_run("old", seed, 5) for seed in range(3)]
    runs += [
        make_run("new", seed, 8, test_counts_at_threshold=runs[0].test_counts_at_threshold)
        for seed in range(3)
    ]
    finding = find(REMEDY, runs)
    assert finding.verdicts[AS_TRAINED] == GAIN and finding.verdict == "cannot be told"
    classes = Comparison("weights", "weighted", PLACE, "new", "old", {AS_TRAINED: PAIRS[AS_TRAINED]})
    assert find(classes, runs).verdict == GAIN
    assert summary([finding, find(classes, runs), find(REMEDY, [])]) == "gain 1 · loss 0 · open 1 · gap 1"


def test_the_guide_names_its_evidence_or_says_that_there_is_none():
    branches = {step.branch for step in (*guide.FIRST, *guide.REMEDIES, guide.LAST)}
    assert branches == {*evidence.BRANCHES, ""}
    runs = [make_run("old", seed, 5) for seed in range(3)] + [make_run("new", seed, 8) for seed in range(3)]
    found = dict.fromkeys(evidence.BRANCHES, []) | {"weights": [find(REMEDY, runs)]}
    text = "\n".join(guide.guide_lines(found))
    assert (
        "Class weights\n   Evidence: gain 1 · loss 0 · open 0 · gap 0.\n   Gain: weighted (photographs)."
        in text
    )
    assert "Resampling\n   Evidence: no evidence recorded." in text


def test_a_flow_chart_holds_every_box_without_overlap():
    boxes = [(f"heading {k}", f"words {k}", f"small {k}") for k in range(6)]
    figure = plots.flow_chart(boxes[:2], boxes[2:5], boxes[5])
    (axes,) = figure.axes
    assert {text.get_text() for text in axes.texts} >= {"1  heading 0", "heading 4", "small 5"}
    drawn = [patch.get_bbox() for patch in axes.patches if hasattr(patch, "get_boxstyle")]
    assert len(drawn) == 6
    for place, one in enumerate(drawn):
        assert not any(one.overlaps(other) for other in drawn[:place])
    bottom, top = axes.get_ylim()
    assert all(top <= box.y0 and box.y1 <= bottom for box in drawn)


def test_a_flow_chart_of_nothing_is_refused():
    with pytest.raises(CourseError, match="Expected at least one step"):
        plots.flow_chart([], [("a", "b", "c")], ("d", "e", "f"))


def test_a_conclusion_names_the_rows_that_could_be_told():
    runs = [make_run("old", seed, 5, 0.5) for seed in range(3)]
    runs += [make_run("new", seed, 8, ranking) for seed, ranking in enumerate((0.1, 0.5, 0.9))]
    findings = [find(REMEDY, runs), find(REMEDY, [])]
    assert conclusion(findings, CHOSEN) == (
        "Chosen threshold. Gain: weighted (photographs). Loss: none. Cannot be told: 0 of 1."
    )
    assert conclusion(findings, RANKING) == "Ranking. Gain: none. Loss: none. Cannot be told: 1 of 1."
    assert conclusion(findings[1:], RANKING) == "Ranking. No record."


def test_the_verdict_on_a_branch_names_the_data_that_could_tell():
    runs = [make_run("old", seed, 5) for seed in range(3)]
    gain = find(REMEDY, runs + [make_run("new", seed, 8) for seed in range(3)])
    loss = find(REMEDY, runs + [make_run("new", seed, 2) for seed in range(3)])
    untold = find(REMEDY, [runs[0], make_run("new", 0, 8)])
    assert verdict_sentence([gain, untold]) == "Verdict: a gain is shown on photographs, no loss is shown."
    assert verdict_sentence([loss]) == "Verdict: no gain is shown, a loss is shown on photographs."
    assert "and neither is ruled out" in verdict_sentence([untold, find(REMEDY, [])])
    assert verdict_sentence([find(REMEDY, [])]) == "Verdict: nothing is recorded."
