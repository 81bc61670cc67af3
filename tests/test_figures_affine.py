"""The numbers of the figure of an affine map, in a real browser, against Python."""

import math

import numpy as np
import pytest
from browser import compute, show

from imbalance_course import widgets

SETTINGS = [
    {},
    {"rotation": 35, "scale": 1.4, "shear": -20, "right": 7, "down": -12},
    {"rotation": -90, "scale": 0.5, "shear": 40, "right": -20, "down": 20},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_matrix_undoes_the_backward_matrix_of_the_batched_transform(page, settings):
    torch = pytest.importorskip("torch")
    from imbalance_course.augment.geometry import backward_matrices

    figure = widgets.AffineMap(**settings)

    def one(number):
        return torch.tensor([float(number)], dtype=torch.float64)

    backward = backward_matrices(
        (64, 64), one(-math.radians(figure.rotation)), mirror=one(1), overturn=one(1),
        scale=one(figure.scale), shear=one(math.tan(math.radians(figure.shear))),
        shift=(one(figure.right / 64), one(figure.down / 64)),
    )[0].numpy()  # fmt: skip
    result = compute(page, figure)
    places = np.array(result["belong"]) / 32 - 1  # coordinates from -1 to 1
    back = places @ backward[:, :2].T + backward[:, 2]
    np.testing.assert_allclose((back + 1) * 32, result["before"], atol=1e-9)
    np.testing.assert_allclose(np.linalg.det(np.array(result["matrix"])[:, :2]), figure.scale**2)


def test_points_that_move_with_the_image_are_never_off(page):
    assert compute(page, widgets.AffineMap(rotation=50, right=9))["mean_error"] == 0


def test_points_that_stay_are_off_by_the_shift(page):
    result = compute(page, widgets.AffineMap(rotation=0, right=3, down=4, follow=False))
    assert result["points"] == result["before"]
    np.testing.assert_allclose(result["errors"], 5)


def test_the_switch_is_read_out(page):
    show(page, widgets.AffineMap(rotation=0, right=3, down=4))
    reading = page.locator(".figure-reading")
    assert "still sit on" in reading.inner_text()
    page.get_by_role("checkbox").uncheck()
    assert "on average they are 5.0 pixels off" in reading.inner_text()
