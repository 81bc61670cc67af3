"""The numbers of the figure of blurred voids, in a real browser, against minimizers of losses."""

import numpy as np
import pytest
from browser import compute
from scipy.optimize import brentq

from imbalance_course import widgets

HALF = 15
SETTINGS = [(1, 1.6, 0), (5, 1.6, 1), (20, 4, 2), (4.9, 0.2, 0.5)]


def zero_of_slope(expected_loss):
    """The logit at which the gradient of a loss of one logit vanishes."""
    torch = pytest.importorskip("torch")

    def slope(value):
        logit = torch.tensor([value], dtype=torch.float64, requires_grad=True)
        return torch.autograd.grad(expected_loss(logit), logit)[0].item()

    return brentq(slope, -40, 40, xtol=1e-12)


def mean_map(logit, blur):
    """Mean of the map over drawn edges beyond the pixel, by a sum; edges follow a logistic density."""
    edges = np.linspace(-40 * blur, 200 * blur, 2_000_001)
    density = 1 / (4 * blur * np.cosh(edges / (2 * blur)) ** 2)
    place = -blur * logit
    beyond = edges > place
    depth = (edges[beyond] - place) @ density[beyond] / density[beyond].sum()
    return max(0, 1 - depth / HALF)


@pytest.mark.parametrize(("weight", "blur", "strength"), SETTINGS)
def test_each_curve_minimizes_its_loss_of_the_package(page, weight, blur, strength):
    torch = pytest.importorskip("torch")
    from imbalance_course import losses

    result = compute(page, widgets.VoidProfile(weight=weight, blur=blur, strength=strength))
    for index in (np.array(result["places"]).searchsorted(x) for x in (HALF - blur, HALF, HALF + blur)):
        logit = (HALF - result["places"][index]) / blur
        eta = torch.tensor([result["truth"][index]], dtype=torch.float64)
        assert eta.item() == pytest.approx(1 / (1 + np.exp(-logit)))
        phi = torch.tensor([strength * mean_map(logit, blur)], dtype=torch.float64)
        ones, zeros = torch.ones(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)

        def weighted(z, eta=eta):
            return losses.binary_cross_entropy(z, eta, weight=(1.0, weight))

        def mapped(z, eta=eta, phi=phi, ones=ones, zeros=zeros):
            void = losses.distance_map_loss(z, ones, distance_map=phi)
            return (eta * void + (1 - eta) * losses.distance_map_loss(z, zeros, distance_map=zeros)).sum()

        for name, loss in {"weighted": weighted, "mapped": mapped}.items():
            best = 1 / (1 + np.exp(-zero_of_slope(loss)))
            assert result[name][index] == pytest.approx(best, abs=1e-5), name


@pytest.mark.parametrize(("weight", "blur", "strength"), SETTINGS)
def test_the_widths_lie_where_the_curves_cross_one_half(page, weight, blur, strength):
    result = compute(page, widgets.VoidProfile(weight=weight, blur=blur, strength=strength))
    places = np.array(result["places"])
    for name in ("weighted", "mapped"):
        drawn = places[np.array(result[name]) >= 0.5]
        assert abs(np.ptp(drawn) - result[f"{name}_width"]) <= 0.5  # two steps of a quarter pixel


def test_without_a_weight_and_without_a_map_nothing_is_drawn_too_wide(page):
    result = compute(page, widgets.VoidProfile(weight=1, strength=0))
    assert result["weighted_width"] == result["mapped_width"] == result["true_width"] == 30


@pytest.mark.parametrize("blur", [0.2, 1.6, 4])
def test_the_distance_map_loss_stays_below_a_weight_of_two(page, blur):
    mapped = compute(page, widgets.VoidProfile(blur=blur))["mapped_width"]
    two = compute(page, widgets.VoidProfile(blur=blur, weight=2))["weighted_width"]
    assert 30 < mapped < two


def test_the_mean_map_is_that_of_drawn_masks():
    from imbalance_course.distance_maps import boundary_map

    random, blur, pixels = np.random.default_rng(0), 2.0, np.arange(-39.5, 40)
    edges = HALF + random.logistic(scale=blur, size=(4000, 2))
    masks = (-edges[:, :1] < pixels) & (pixels < edges[:, 1:])
    maps = np.stack([boundary_map(mask[None])[0] for mask in masks])
    for x in (HALF - 2.5, HALF - 0.5, HALF + 1.5):
        at = pixels == x
        drawn = maps[:, at][masks[:, at]].mean()
        # The map counts whole pixels and is 1 at the first of them, about half a pixel more than here.
        assert drawn == pytest.approx(mean_map((HALF - x) / blur, blur), abs=0.06)
