"""The numbers of the figure of weights from pixel shares, in a real browser, against the package."""

import numpy as np
import pytest
from browser import compute

from imbalance_course import weights, widgets

FUNCTIONS = (
    weights.equal, weights.inverse_share, weights.rising_exponential,
    weights.falling_exponential, weights.foreground_normalized, weights.foreground_only,
)  # fmt: skip
SETTINGS = [(0.01, 0.8), (0.001, 0.99), (0.9, 0.02), (0.5, 0.5)]


@pytest.mark.parametrize(("share", "background"), SETTINGS)
def test_weights_and_parts_of_the_loss_are_those_of_the_package(page, share, background):
    result = compute(page, widgets.ShareWeights(share=share, background=background))
    shares = np.array([background, (1 - background) * (1 - share), (1 - background) * share])
    assert result["shares"] == pytest.approx(shares)
    for function, found, parts in zip(FUNCTIONS, result["weights"], result["parts"], strict=True):
        expected = function(shares)
        assert found == pytest.approx(expected)
        assert parts == pytest.approx(expected * shares / (expected @ shares))


@pytest.mark.parametrize(("share", "background"), SETTINGS)
def test_dots_lie_on_curves_that_are_ratios_of_the_packages_weights(page, share, background):
    result = compute(page, widgets.ShareWeights(share=share, background=background))
    for index, function in enumerate(FUNCTIONS[:5]):
        for x, ratio in [*result["curves"][index][::40], [share, result["ratios"][index]]]:
            found = function([background, (1 - background) * (1 - x), (1 - background) * x])
            assert ratio == pytest.approx(found[2] / found[0])


def test_exponential_weights_have_a_bound_and_inverse_shares_have_none(page):
    ratios = compute(page, widgets.ShareWeights(share=0.001, background=0.99))["ratios"]
    assert ratios[1] > 90_000 and max(ratios[3:]) < np.e**np.e
