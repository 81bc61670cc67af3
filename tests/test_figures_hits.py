"""The numbers of the figure about few hits, in a real browser, against the losses."""

import numpy as np
import pytest
from browser import compute

from imbalance_course import widgets

PIXELS, VALUE = 11_264, 100
SETTINGS = [(230, 1, 1), (2, 1, 1), (69, 10, 0.1), (5632, 1, 5), (11_200, 0.1, 100), (700, 2.5, 40)]
every_setting = pytest.mark.parametrize(("hits", "hit_weight", "miss_weight"), SETTINGS)


def figure_of(hits, hit_weight, miss_weight):
    return widgets.HitBalance(hits=hits, hit_weight=hit_weight, miss_weight=miss_weight)


def losses_of(hits, hit_weight, miss_weight):
    """The losses of an image of constants, from torch and the package."""
    torch = pytest.importorskip("torch")
    from imbalance_course.losses import acb_mse_loss

    truth = torch.zeros(PIXELS, dtype=torch.float64)
    truth[:hits] = VALUE

    def losses(constant):
        image = torch.full_like(truth, constant)
        weights = {"hit_weight": hit_weight, "miss_weight": miss_weight}
        return {
            "mse": torch.nn.functional.mse_loss(image, truth).item(),
            "mae": torch.nn.functional.l1_loss(image, truth).item(),
            "acb": acb_mse_loss(image, truth, **weights).item(),
        }

    return losses


@every_setting
def test_a_constant_image_has_the_losses_of_torch_and_of_the_package(page, hits, hit_weight, miss_weight):
    result = compute(page, figure_of(hits, hit_weight, miss_weight))
    losses = losses_of(hits, hit_weight, miss_weight)
    for point in [result["blank"], *result["curve"][::40]]:
        expected = losses(point["constant"])
        assert {name: point[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    for name, constant in result["best"].items():
        assert result["depth"][name] == pytest.approx(losses(constant)[name] / losses(0)[name], rel=1e-9)


@every_setting
def test_no_constant_is_better_than_the_marked_one(page, hits, hit_weight, miss_weight):
    result = compute(page, figure_of(hits, hit_weight, miss_weight))
    for name, depth in result["depth"].items():
        least = min(point[name] for point in result["curve"]) / result["blank"][name]
        assert depth <= least + 1e-12


@every_setting
def test_the_best_value_of_a_pixel_has_the_least_expected_loss(page, hits, hit_weight, miss_weight):
    result = compute(page, figure_of(hits, hit_weight, miss_weight))
    values = np.linspace(0, VALUE, 2001)
    hit, rest = hit_weight / hits, miss_weight / (PIXELS - hits)
    for point in result["aims"][10::60]:
        eta = point["eta"]
        expected = {
            "mse": eta * (VALUE - values) ** 2 + (1 - eta) * values**2,
            "mae": eta * (VALUE - values) + (1 - eta) * values,
            "acb": hit * eta * (VALUE - values) ** 2 + rest * (1 - eta) * values**2,
        }
        for name, losses in expected.items():
            assert point[name] == pytest.approx(values[losses.argmin()], abs=0.03), (name, eta)


@every_setting
def test_at_the_bar_a_pixel_gets_half_the_value_of_a_hit(page, hits, hit_weight, miss_weight):
    result = compute(page, figure_of(hits, hit_weight, miss_weight))
    bar, ratio = result["bar"], result["ratio"]
    assert ratio * bar / (ratio * bar + 1 - bar) == pytest.approx(0.5)
    assert ratio == pytest.approx((hit_weight / hits) / (miss_weight / (PIXELS - hits)))


def test_with_equal_weights_the_bar_is_the_share_of_hits(page):
    assert compute(page, widgets.HitBalance(hits=230))["bar"] == pytest.approx(230 / PIXELS)
