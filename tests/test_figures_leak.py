"""The numbers of the figure of cases on both sides of a split, in a real browser, against scikit-learn."""

import numpy as np
import pytest
from browser import compute
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.neighbors import KNeighborsRegressor

from imbalance_course import widgets
from imbalance_course.metrics import confusion_counts

SETTINGS = [
    {"images": 1, "strength": 3.7, "signal": 2},
    {"images": 2, "strength": 0, "signal": 4},
    {"images": 5, "strength": 6, "signal": 0},
]


def data_set(figure, draw):
    """Rows, labels and cases of one drawn data set, made from the figure's numbers."""
    images = int(figure.images)
    labels, stains = np.array(figure.data["labels"]), np.array(figure.data["stains"])[draw]
    noise = np.array(figure.data["noise"])[draw, :, :images]
    rows = noise.copy()
    rows[..., :3] += figure.strength * stains[:, None]
    rows[..., 3] += figure.signal * (labels - 0.5)[:, None]
    cases = np.repeat(np.arange(len(labels)), images)
    return rows.reshape(-1, 4), labels[cases], cases


def answers(rows, values, groups):
    """What the nearest training row says, for every row while its group is left out."""
    found = np.empty_like(values)
    for fit, test in LeaveOneGroupOut().split(rows, values, groups):
        found[test] = KNeighborsRegressor(1).fit(rows[fit], values[fit]).predict(rows[test])
    return found


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_scores_are_those_of_leaving_out_an_image_or_a_case(page, settings):
    figure = widgets.CaseLeak(**settings)
    now = compute(page, figure)["now"]
    scores = {"byImage": [], "byCase": [], "recognized": []}
    for draw in range(len(figure.data["stains"])):
        rows, labels, cases = data_set(figure, draw)
        each = np.arange(len(rows))
        for name, groups in (("byImage", each), ("byCase", cases)):
            found = answers(rows, labels, groups)
            scores[name].append(confusion_counts(labels, found, 0.5).balanced_accuracy)
        scores["recognized"].append(np.mean(answers(rows, cases, each) == cases))
    assert now == pytest.approx({name: np.mean(values) for name, values in scores.items()})


def test_the_curve_passes_through_the_dots(page):
    result = compute(page, widgets.CaseLeak(images=3, strength=2.5))
    (on_curve,) = [point for point in result["curve"] if point["at"] == 2.5]
    assert {name: on_curve[name] for name in result["now"]} == result["now"]


def test_with_one_image_of_a_case_both_splits_report_the_same(page):
    for point in compute(page, widgets.CaseLeak(images=1))["curve"]:
        assert point["byImage"] == point["byCase"] and point["recognized"] == 0


def test_without_a_signal_a_strong_stain_looks_like_skill_by_image_alone(page):
    now = compute(page, widgets.CaseLeak(strength=6, signal=0))["now"]
    assert now["byImage"] > 0.85 and abs(now["byCase"] - 0.5) < 0.06
