"""The numbers of the decision helper, in a real browser, against the package and an exact calculation."""

import pytest
from browser import compute, show, texts
from scipy import stats

from imbalance_course import metrics, widgets
from imbalance_course.errors import CourseError


@pytest.mark.parametrize(("prevalence", "ratio"), [(0.1, 10), (0.001, 1000), (0.5, 0.1), (0.02, 1)])
def test_both_thresholds_are_those_of_the_package(page, prevalence, ratio):
    found = compute(page, widgets.DecisionHelper(prevalence=prevalence, cost_ratio=ratio))
    assert found["threshold"] == pytest.approx(metrics.cost_threshold(ratio, 1))
    moved = metrics.cost_threshold(ratio, 1, training_prevalence=0.5, prevalence=prevalence)
    assert found["even_threshold"] == pytest.approx(moved)


@pytest.mark.parametrize(
    ("positives", "difference", "recall", "plain_only"),
    [(100, 0.05, 0.8, 0.05), (10, 0.01, 0.8, 0.05), (2000, 0.15, 0.8, 0.05), (400, 0.1, 0.6, 0.0)],
)
def test_chance_and_number_of_positives_are_those_of_the_package(
    page, positives, difference, recall, plain_only
):
    figure = widgets.DecisionHelper(recall, plain_only, positives=positives, difference=difference)
    found = compute(page, figure)
    disagreement = difference + 2 * plain_only
    error = metrics.paired_error(difference, disagreement, positives)
    assert found["difference_reach"] == pytest.approx(stats.norm.ppf(0.975) * error)
    assert found["chance"] == pytest.approx(metrics.chance_to_tell(difference, error), abs=1e-4)
    assert found["needed"] == metrics.positives_needed(difference, disagreement)
    assert found["items"] == pytest.approx(found["needed"] / figure.prevalence)
    low, high = stats.norm.interval(0.95, recall, stats.binom.std(positives, recall) / positives)
    assert found["recall_reach"] == pytest.approx((high - low) / 2)


def test_the_curve_rises_and_passes_eighty_percent_at_the_number_needed(page):
    found = compute(page, widgets.DecisionHelper())
    chances = [chance for _, chance in found["curve"]]
    assert chances == sorted(chances)
    below = [chance for count, chance in found["curve"] if count < found["needed"]]
    above = [chance for count, chance in found["curve"] if count >= found["needed"]]
    assert max(below) < 0.8 <= min(above)


def test_the_figure_says_what_it_computes(page):
    show(page, widgets.DecisionHelper())
    words = page.inner_text(".figure-reading")
    assert "0.0909" in words and "464 positives" in words
    assert any(text["words"] == "Chance to tell the gain" for text in texts(page))


@pytest.mark.parametrize(("recall", "plain_only"), [(0.9, 0.1), (0.5, 0.5), (0.8, -0.1), (float("nan"), 0)])
def test_shares_without_room_for_a_gain_are_refused(recall, plain_only):
    with pytest.raises(CourseError, match="Expected plain_only"):
        widgets.DecisionHelper(recall, plain_only)


def test_a_gain_beyond_all_positives_is_refused():
    with pytest.raises(CourseError, match=r"Expected difference between 0.01 and 0.15"):
        widgets.DecisionHelper(difference=0.2)
