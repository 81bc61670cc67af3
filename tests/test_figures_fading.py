"""The figure on fading weights, in a real browser, against gradients and margins found another way."""

import numpy as np
import pytest
from browser import compute
from scipy.optimize import minimize

from imbalance_course import widgets
from imbalance_course.errors import CourseError


@pytest.mark.parametrize(
    ("weight", "offset", "factor"), [(1, 0, 1), (11, 0, 1), (1, 1, 1), (1, 0, 0.5), (30, 0.5, 0.3)]
)
def test_the_path_follows_the_gradient_of_the_loss(page, weight, offset, factor):
    torch = pytest.importorskip("torch")
    figure = widgets.FadingWeights(weight=weight, offset=offset, factor=factor)
    x = torch.tensor(figure.data["negatives"] + figure.data["positives"], dtype=torch.float64)
    positive = x > 0
    sign = torch.where(positive, 1.0, -1.0).double()
    shift = sign * offset * np.log(11)
    line = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    expected = []
    for _ in range(200):
        margin = torch.where(positive, factor, 1.0) * sign * (line[0] * x + line[1])
        loss = torch.where(positive, float(weight), 1.0) * torch.log(1 + torch.exp(shift - margin))
        (slope,) = torch.autograd.grad(loss.sum(), line)
        with torch.no_grad():
            line -= 0.02 * slope / slope.norm()
        expected.append((-line[1] / line[0]).item())
    assert compute(page, figure)["path"][:200] == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("factor", [1, 0.5, 0.2])
def test_the_limit_has_the_largest_margins_by_factor(page, factor):
    result = compute(page, widgets.FadingWeights(factor=factor, weight=11, offset=1))
    # The shortest (a, b) whose nearest items keep the margins 1 / factor and 1.
    margins = {"type": "ineq", "fun": lambda line: [factor * (line[0] + line[1]) - 1, line[0] - line[1] - 1]}
    line = minimize(lambda line: line @ line, [3.0, 0.0], constraints=margins).x
    assert result["limit"] == pytest.approx(-line[1] / line[0], abs=1e-6)
    assert result["path"][-1] == pytest.approx(result["limit"], abs=0.03)


def test_weights_and_offsets_fade_and_a_factor_does_not(page):
    plain = compute(page, widgets.FadingWeights())["path"]
    for remedy, early, late in [({"weight": 11}, 0.2, 0.02), ({"offset": 1}, 0.4, 0.03)]:
        path = compute(page, widgets.FadingWeights(**remedy))["path"]
        assert plain[99] - path[99] > early and plain[-1] - path[-1] < late
    path = compute(page, widgets.FadingWeights(factor=0.5))["path"]
    assert plain[-1] - path[-1] > 0.3


@pytest.mark.parametrize(("negatives", "positives"), [((), (1,)), ((-1,), ()), ((-1, 0.5), (1,))])
def test_items_on_the_wrong_side_are_refused(negatives, positives):
    with pytest.raises(CourseError, match="Expected negatives below 0 and positives above 0"):
        widgets.FadingWeights(negatives, positives)
