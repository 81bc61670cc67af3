"""The results page: every number from a record, every gap named, and the commands that fill the gaps."""

import re
import shlex
import statistics
from html.parser import HTMLParser
from pathlib import Path

import IPython.display
import jupytext
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from made_records import make_record

from imbalance_course import plots
from imbalance_course.errors import CourseError
from imbalance_course.experiments import breakhis, catdog, tables
from imbalance_course.metrics import Interval
from imbalance_course.records import append_record, store
from imbalance_course.records.markup import html_table
from imbalance_course.records.results import (
    intervals_by_column,
    run_lines,
    runs_by_title,
    score_lines,
    side_by_side,
)
from imbalance_course.records.scores import NO_RECORD, Score

PAGE = Path(__file__).parent.parent / "book" / "results.md"
F1 = Score("f1", heading="F1")
AREA = Score("roc_auc", heading="ROC AUC")


def make_run(row="balanced", seed=0, **changes):
    return make_record(row, seed, **{"profile": "laptop", "drawn_data": False} | changes)


def make_tested_cases(row, seed, cases):
    groups = {name: {"at_half": counts, "at_threshold": counts} for name, counts in cases.items()}
    return make_run(row, seed, experiment="breakhis", test_groups=groups)


class Cells(HTMLParser):
    """Texts of the rows of a table."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        self.inside = tag in ("th", "td")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_rows_keep_the_order_of_the_titles_and_gaps_stay():
    records = [make_run("b", 1), make_run("b", 0), make_run("not in this table", 0)]
    rows = runs_by_title({"c": "C", "b": "B", "a": "A"}, records)
    assert [(title, [run.seed for run in runs]) for title, runs in rows.items()] == [
        ("C", []),
        ("B", [0, 1]),
        ("A", []),
    ]


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([make_run(drawn_data=True)], "real images"),
        ([make_run(), make_run(profile="full")], "one profile, got full, laptop"),
        ([make_run(), make_run()], "got two for"),
    ],
)
def test_records_that_do_not_belong_together_are_refused(records, words):
    with pytest.raises(CourseError, match=words):
        runs_by_title({"balanced": "balanced"}, records)


@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=6))
def test_intervals_over_seeds_are_those_of_student(values):
    runs = [make_run(seed=seed, metrics={"roc_auc": value}) for seed, value in enumerate(values)]
    found = AREA.interval(runs)
    reach = scipy.stats.t.ppf(0.975, len(values) - 1) * statistics.stdev(values) / len(values) ** 0.5
    assert found.mean == pytest.approx(statistics.mean(values))
    assert (found.low, found.high) == pytest.approx((found.mean - reach, found.mean + reach), abs=1e-12)
    assert AREA.text(runs) == f"{found.mean:.3f} ± {found.high - found.mean:.3f}"


def test_a_single_seed_has_no_interval_and_says_so():
    assert F1.text([make_run()]) == "0.800 (one seed)"


def test_the_rule_chooses_the_counts():
    runs = [make_run()]  # at half tp 8, fp 2, fn 2; at the threshold tp 9, fp 3, fn 1
    assert Score("f1").of(runs[0]) == pytest.approx(16 / 20)
    assert Score("f1", "at_threshold").of(runs[0]) == pytest.approx(18 / 22)


def test_runs_with_cases_are_pooled_and_their_interval_is_over_cases():
    first = make_tested_cases("r", 0, {"p": [8, 0, 2, 0], "q": [0, 1, 0, 9]})
    second = make_tested_cases("r", 1, {"s": [1, 0, 9, 0], "t": [0, 3, 0, 7]})
    recall = Score("recall").interval([first, second])
    assert recall.n == 4
    assert recall.mean == pytest.approx(9 / 20)
    # Two positive cases of ten images each: a draw holds one of them twice or both.
    assert (recall.low, recall.high) == pytest.approx((0.1, 0.8))
    assert Score("recall").text([first, second]) == "0.450 [0.10, 0.80]"


def test_a_row_without_a_record_shows_no_number_but_the_source():
    rows = runs_by_title({"a": "A", "b": "B"}, [make_run("a", seed) for seed in (0, 1)])
    recorded, gap = score_lines(rows, [F1, AREA], "Source", {"B": 0.75})
    assert gap == {"Row": "B", "Seeds": "0", "F1": NO_RECORD, "Source": "0.750", "ROC AUC": "–"}
    assert recorded == {
        "Row": "A",
        "Seeds": "2",
        "F1": "0.800 ± 0.000",
        "Source": "–",
        "ROC AUC": "0.900 ± 0.000",
    }


def test_splits_stand_side_by_side_and_only_the_missing_one_is_a_gap():
    recorded = [make_tested_cases("resnet18-case-plain", 0, {"p": [8, 0, 2, 0], "q": [0, 0, 0, 9]})]
    splits = tables.runs_by_split("resnet18", recorded)
    assert {title: set(rows) for title, rows in splits.items()} == {
        "by image": set(breakhis.REMEDIES),
        "by case": set(breakhis.REMEDIES),
    }
    plain, *others = side_by_side(splits, Score("recall"), "Article", {"plain": 0.621})
    assert plain == {
        "Row": "plain",
        "by image": NO_RECORD,
        "by case": "0.800 [0.80, 0.80]",
        "Article": "0.621",
    }
    assert all(set(line.values()) == {line["Row"], NO_RECORD, "–"} for line in others)
    drawn = intervals_by_column(splits, Score("recall"))
    assert drawn["plain"]["by image"] is None and drawn["plain"]["by case"].mean == pytest.approx(0.8)


def test_how_the_runs_were_made_is_read_from_the_records():
    tuned = {"candidates": [{"focal_gamma": 1.0}], "held_out_scores": [0.5], "chosen": {"focal_gamma": 1.0}}
    runs = [
        make_run("a", 0, seconds=1200.4, images_per_second=50.0, tuning=tuned),
        make_run("a", 1, seconds=100.0, images_per_second=50.0, finished="2026-02-03T10:00:00+00:00"),
    ]
    (line,) = run_lines(runs_by_title({"a": "A", "b": "never run"}, runs))
    assert line == {
        "Row": "A",
        "Profile": "laptop",
        "Seeds": "0, 1",
        "Seconds a run": "100 to 1\u2009200",
        "Images per second": "50",
        "Date": "2026-01-01 to 2026-02-03",
        "Device": "CPU",
        "Settings": "chosen by trial in 1 of 2",
    }


texts = st.text(st.characters(exclude_categories=["C"]), max_size=12)


@given(st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=4), texts)
def test_every_text_of_a_table_reads_back_from_its_html(cells, caption):
    lines = [dict(zip(("<b>Row</b>", "a & b"), line, strict=True)) for line in cells]
    assert Cells(html_table(lines, caption)).rows == [["<b>Row</b>", "a & b"], *cells]


@pytest.mark.parametrize("lines", [[], [{"a": "1"}, {"b": "1"}]])
def test_a_table_without_lines_or_with_other_columns_is_refused(lines):
    with pytest.raises(CourseError, match="Expected at least one line"):
        html_table(lines, "nothing")


@given(st.sets(st.sampled_from([(row, seed) for row in list(catdog.ALL_ROWS) for seed in (0, 1, 2)])))
def test_the_commands_ask_for_exactly_the_runs_that_are_missing(known):
    records = [make_run(row, seed) for row, seed in known]
    asked = []
    for command in tables.missing_commands(catdog.EXPERIMENT, "laptop", records, (0, 1, 2)):
        program, verb, name, *options = shlex.split(command)
        assert (program, verb, name) == ("imbalance-course", "run", "catdog")
        chosen = dict(zip(options[::2], options[1::2], strict=True))
        assert chosen["--profile"] == "laptop"
        rows = chosen["--rows"].split(",") if "--rows" in chosen else list(catdog.ALL_ROWS)
        asked += [(row, int(seed)) for row in rows for seed in chosen["--seeds"].split(",")]
    everything = {(row, seed) for row in catdog.ALL_ROWS for seed in (0, 1, 2)}
    assert sorted(asked) == sorted(everything - known)


def test_sources_are_those_that_the_documents_print():
    printed = [0.96, 0.835, 0.617, 0.833, 0.835, 0.785, 0.855, 0.876, 0.704, 0.798, 0.741, 0.836]
    assert list(tables.LECTURE_F1.values()) == pytest.approx(printed, abs=0.0011)
    assert tables.ARTICLE["balanced_accuracy"]["plain"] == pytest.approx((0.621 + 0.968) / 2)
    assert {remedy for values in tables.ARTICLE.values() for remedy in values} <= set(breakhis.REMEDIES)


def test_a_figure_draws_the_intervals_and_the_source_and_names_the_gap():
    rows = {"a": {"x": Interval(0.5, 0.4, 0.6, 3), "y": None}, "b": {"x": None, "y": None}}
    figure = plots.intervals_by_row(rows, "F1", sources={"a": 0.7, "b": 0.8})
    bar, mean, source, _, other, _, *_ = figure.axes[0].get_lines()
    np.testing.assert_array_equal(bar.get_xdata(), [0.4, 0.6])
    assert [list(line.get_xdata()) for line in (mean, source, other)] == [[0.5], [0.7], [0.8]]
    assert mean.get_ydata() == source.get_ydata()
    assert [text.get_text() for text in figure.axes[0].texts] == ["a", "b: no record yet"]
    shapes = [handle.get_marker() for handle in figure.legends[0].legend_handles]
    assert len(set(shapes)) == len(shapes) == 3  # no mark is told from another by its color alone


@pytest.mark.parametrize("rows", [{}, {"a": {}}, {"a": {"x": None}}, {"a": {"x": None}, "b": {"y": None}}])
def test_a_figure_of_nothing_is_refused(rows):
    with pytest.raises(CourseError, match="Expected"):
        plots.intervals_by_row(rows, "F1")


def execute(page, monkeypatch, folder):
    """What the cells of the page show when these records ship with the package."""
    shown = []
    monkeypatch.setattr(store, "SHIPPED_FOLDER", folder)
    monkeypatch.setattr(IPython.display, "display", shown.append)
    names = {"print": lambda *words: shown.append(" ".join(words))}
    for cell in page.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    return shown, "\n".join(
        getattr(one, "data", one) for one in shown if hasattr(one, "data") or isinstance(one, str)
    )


@pytest.fixture(scope="module")
def page():
    return jupytext.read(PAGE)


def test_without_records_the_page_says_so_and_shows_no_score(page, monkeypatch, tmp_path):
    shown, text = execute(page, monkeypatch, tmp_path)
    assert "no record yet" in text and "no run yet" in text
    assert not re.search(r"±|\[0|\(one", text)
    assert not [one for one in shown if hasattr(one, "savefig")]


def test_records_that_arrive_fill_the_page(page, monkeypatch, tmp_path):
    cases = {"p": [8, 0, 2, 0], "q": [0, 1, 0, 9]}
    for split in breakhis.SPLITS:
        run = make_tested_cases(f"resnet18-{split}-plain", 0, cases)
        append_record(tmp_path / "breakhis.jsonl", run)
    shown, text = execute(page, monkeypatch, tmp_path)
    rows = [row for row in Cells(text).rows if row[:1] == ["plain"]]
    assert ["plain", "0.850 [0.85, 0.85]", "0.850 [0.85, 0.85]", "0.794"] in rows
    assert len([one for one in shown if hasattr(one, "savefig")]) == 1


def test_no_score_is_typed_into_the_text_of_the_page(page):
    prose = "\n".join(cell.source for cell in page.cells if cell.cell_type == "markdown")
    prose = re.sub(r"\{cite\}`\w+`", "", prose)
    prose = prose.replace("95 %", "").replace("threshold 0.5", "").replace("lessons/09", "")
    assert re.findall(r"\d+[.,]\d+|\d{2,}", prose) == []
