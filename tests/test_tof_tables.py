"""The tables of the drawn times of flight have what they show, and the figures draw what they are given."""

import numpy as np
import pytest

from imbalance_course import plots
from imbalance_course.errors import CourseError
from imbalance_course.experiments import tables_tof
from imbalance_course.experiments.tables_tof import CLAIMS, TITLES
from imbalance_course.metrics import Interval
from imbalance_course.plots.hits import losses_by_hits
from imbalance_course.records import recorded_runs
from imbalance_course.records.claims import claim_lines

RECORDED = recorded_runs("tof", profile="laptop")


def test_without_a_run_there_is_no_line_and_no_size():
    rows = tables_tof.rows_of([])
    assert claim_lines(CLAIMS, rows) == [] and tables_tof.signal_sizes(rows) == []


def test_claims_name_rows_of_the_table_and_the_source_s_come_first():
    assert {claim.row for claim in CLAIMS} | {claim.rival for claim in CLAIMS} == {*TITLES.values(), ""}
    assert len({claim.words for claim in CLAIMS}) == len(CLAIMS)
    assert [claim.source for claim in CLAIMS] == sorted([claim.source for claim in CLAIMS], reverse=True)


@pytest.mark.skipif(not RECORDED, reason="needs recorded runs of the profile laptop")
def test_the_shipped_records_have_every_score_that_the_page_shows():
    rows = tables_tof.rows_of(RECORDED)
    shown = [score for ending in tables_tof.RULES for score in tables_tof.scores_at(ending)]
    shown += [score for ending in tables_tof.RULES for score in tables_tof.scores_by_size(ending)]
    for score in (*shown, *tables_tof.ERRORS, *(claim.score for claim in CLAIMS)):
        assert all(score.interval(runs) for runs in rows.values()), score
    assert all(runs and all(run.tuning and run.drawn_data for run in runs) for runs in rows.values())
    assert len(claim_lines(CLAIMS, rows)) == len(CLAIMS)
    assert np.all(np.diff(tables_tof.signal_sizes(rows)) > 0)


@pytest.mark.parametrize(("pixels", "step", "time"), [(128 * 88, 704, 100.0), (64, 2, 100.0), (30, 6, 7.0)])
def test_the_losses_of_a_half_recovered_signal_are_the_closed_form(pixels, step, time):
    hits, losses = losses_by_hits(pixels, step=step, time=time)
    assert hits.tolist() == list(range(step, pixels + 1, step))
    np.testing.assert_allclose(losses["MSE"], hits * time**2 / (2 * pixels))
    np.testing.assert_allclose(losses["MAE"], hits * time / (2 * pixels))
    np.testing.assert_allclose(losses["ACB-MSE"], time**2 / 2)


@pytest.mark.parametrize("step", [0, 1, 3, 66])
def test_an_image_cannot_be_filled_in_odd_steps(step):
    with pytest.raises(CourseError, match="even step from 2 to 64"):
        losses_by_hits(64, step=step)


def test_the_first_figure_of_the_source_draws_the_three_losses():
    hits, losses = losses_by_hits(64)
    lines = plots.loss_by_hits(64).axes[0].get_lines()
    assert [line.get_label() for line in lines] == ["MSE", "MAE", "ACB-MSE"]
    for line in lines:
        np.testing.assert_array_equal(line.get_xdata(), hits)
        np.testing.assert_array_equal(line.get_ydata(), losses[line.get_label()])
    low, high = lines[0].axes.get_ylim()
    assert 0 < low < losses["MAE"].min() and losses["ACB-MSE"].max() < high < 1e5


def test_recovery_is_drawn_against_the_size_of_the_signal_and_gaps_are_named():
    found = [Interval(0.2, 0.1, 0.3, 3), Interval(0.6, 0.5, 0.7, 3)]
    panels = {"here": {"MSE": found, "MAE": [None, None]}, "there": {"MSE": found[::-1], "MAE": [None, None]}}
    figure = plots.intervals_by_size(panels, [20, 60], "Signal recovered")
    first, second = figure.axes
    assert (first.get_title(loc="left"), second.get_title(loc="left")) == ("here", "there")
    np.testing.assert_array_equal(first.get_lines()[0].get_ydata(), [0.2, 0.6])
    np.testing.assert_array_equal(second.get_lines()[0].get_ydata(), [0.6, 0.2])
    ends = [path.vertices[:, 1].tolist() for path in first.collections[0].get_paths()]
    assert ends == [[0.1, 0.3], [0.5, 0.7]]
    assert [text.get_text() for text in figure.legends[0].texts] == ["MSE", "MAE: no record yet"]
    markers = {line.get_marker() for line in first.get_lines()}
    assert len(markers) == 2


@pytest.mark.parametrize("rows", [{"a": [None]}, {"a": [Interval(1, 1, 1, 2)] * 2}])
def test_a_figure_of_nothing_or_of_another_number_of_sizes_is_refused(rows):
    with pytest.raises(CourseError, match="Expected"):
        plots.intervals_by_size({"here": rows}, [20], "Signal recovered")


def test_every_row_has_a_title_of_its_own():
    assert len(set(TITLES.values())) == len(TITLES)
