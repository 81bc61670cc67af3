"""The numbers of the figure about the share of positives, in a real browser, against Python."""

import numpy as np
import pytest
from browser import compute
from scipy.integrate import quad
from scipy.stats import norm

from imbalance_course import widgets
from imbalance_course.errors import CourseError
from imbalance_course.metrics import Counts, average_precision, roc_auc


def detector(threshold, separation):
    """Counts, as shares, of the rule on equally many positives and negatives."""
    recall, alarms = norm.sf(threshold - separation), norm.sf(threshold)
    return Counts(tp=recall, fp=alarms, fn=1 - recall, tn=1 - alarms)


@pytest.mark.parametrize(
    ("prevalence", "threshold", "separation"),
    [(0.1, 1, 2), (0.001, 3.35, 2), (0.5, -3, 2), (0.02, 1.25, 0.7), (0.3, 9, 6)],
)
def test_precision_and_f1_move_with_the_share_and_the_rates_stay(page, prevalence, threshold, separation):
    figure = widgets.PrevalenceExplorer(separation, prevalence=prevalence, threshold=threshold)
    now = compute(page, figure)["now"]
    counts = detector(threshold, separation)
    assert now["recall"] == pytest.approx(counts.recall)
    assert now["false_alarm_rate"] == pytest.approx(1 - counts.specificity, abs=1e-12)
    for name in ("precision", "f1"):
        assert now[name] == pytest.approx(getattr(counts.at_prevalence(prevalence), name))


@pytest.mark.parametrize("prevalence", [0.5, 1 / 12, 0.001])
def test_average_precision_is_the_area_under_the_whole_curve(page, prevalence):
    def curve(threshold):
        return detector(threshold, 2).at_prevalence(prevalence).precision * norm.pdf(threshold - 2)

    area, _ = quad(curve, -7, 9, epsabs=1e-10)
    found = compute(page, widgets.PrevalenceExplorer(prevalence=prevalence))["average_precision"]
    assert found == pytest.approx(area, abs=5e-4)


def test_both_areas_are_what_the_metrics_find_on_drawn_scores(page):
    labels = np.repeat([0, 1], [90_000, 10_000])
    scores = np.random.default_rng(0).normal(2.0 * labels)
    figure = widgets.PrevalenceExplorer(prevalence=0.1)
    assert figure.data["area"] == pytest.approx(roc_auc(labels, scores), abs=0.01)
    found = compute(page, figure)["average_precision"]
    assert found == pytest.approx(average_precision(labels, scores), abs=0.01)


@pytest.mark.parametrize("separation", [0, -1, 7, float("nan")])
def test_a_separation_out_of_range_is_refused(separation):
    with pytest.raises(CourseError, match="Expected separation above 0"):
        widgets.PrevalenceExplorer(separation)


def test_a_threshold_beyond_the_scores_is_refused():
    with pytest.raises(CourseError, match="Expected threshold between -3 and 5"):
        widgets.PrevalenceExplorer(threshold=6)
