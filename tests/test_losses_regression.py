"""What the class-balanced squared error claims, against its authors' package and closed forms."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course import losses


def image_with_hits(hits: int, value: float = 100.0, pixels: int = 11_264):
    """A time-of-flight image of 128 x 88 pixels, flattened, whose first pixels are hits."""
    image = torch.zeros(pixels)
    image[:hits] = value
    return image


@given(hits=st.integers(1, 200), seed=st.integers(0, 999), a=st.floats(0.1, 5), b=st.floats(0.1, 5))
def test_the_value_is_that_of_the_authors_package(hits, seed, a, b):
    acb_mse = pytest.importorskip("acb_mse")
    targets = image_with_hits(hits, pixels=400)
    predictions = 100 * torch.rand(400, generator=torch.Generator().manual_seed(seed))
    expected = acb_mse.ACBLoss(zero_weighting=b, nonzero_weighting=a)(predictions, targets)
    found = losses.acb_mse_loss(predictions, targets, hit_weight=a, miss_weight=b)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_the_loss_of_an_empty_prediction_hangs_on_the_value_of_the_hits_and_not_on_their_number():
    empty = torch.zeros(11_264)
    balanced = [losses.acb_mse_loss(empty, image_with_hits(hits)).item() for hits in (2, 20, 230)]
    plain = [F.mse_loss(empty, image_with_hits(hits)).item() for hits in (2, 20, 230)]
    assert balanced == pytest.approx([100.0**2] * 3)
    assert plain == pytest.approx([100.0**2 * hits / 11_264 for hits in (2, 20, 230)])


def test_the_halves_of_hits_and_rest_pull_equally_hard():
    targets = image_with_hits(230, value=1.0)
    predictions = torch.full_like(targets, 0.5, requires_grad=True)
    losses.acb_mse_loss(predictions, targets).backward()
    assert predictions.grad[:230].sum().item() == pytest.approx(
        -predictions.grad[230:].sum().item(), rel=1e-5
    )


def test_it_is_the_squared_error_weighted_by_inverse_frequency_in_the_batch():
    targets = image_with_hits(30, value=2.0, pixels=120)
    predictions = torch.linspace(-1, 3, 120)
    weight = torch.where(targets != 0, 120 / 30, 120 / 90)
    torch.testing.assert_close(
        losses.acb_mse_loss(predictions, targets), (weight * (targets - predictions) ** 2).mean()
    )


def test_a_class_without_items_counts_as_zero_and_a_broken_prediction_stays_visible():
    nothing = torch.zeros(5)
    assert losses.acb_mse_loss(nothing + 2, nothing) == 4
    assert losses.acb_mse_loss(torch.tensor([math.nan, 1.0]), torch.tensor([0.0, 1.0])).isnan()


def test_two_classes_of_the_general_form_are_hits_and_the_rest():
    targets = image_with_hits(3, value=2.0, pixels=10)
    predictions = torch.linspace(0, 1, 10)
    torch.testing.assert_close(
        losses.multiclass_acb_mse_loss(
            predictions, targets, classes=(targets != 0).long(), weight=(0.5, 2.0)
        ),
        losses.acb_mse_loss(predictions, targets, hit_weight=2.0, miss_weight=0.5),
    )


def test_an_item_of_no_class_counts_nowhere():
    predictions = torch.tensor([1.0, 50.0, 3.0], requires_grad=True)
    targets = torch.zeros(3)
    value = losses.multiclass_acb_mse_loss(
        predictions, targets, classes=torch.tensor([0, -1, 1]), weight=(1.0, 1.0)
    )
    value.backward()
    assert value == 1 + 9
    assert predictions.grad[1] == 0


def test_a_weight_out_of_range_is_named():
    with pytest.raises(ValueError, match="Expected hit_weight to be a number of at least 0, got -1"):
        losses.acb_mse_loss(torch.zeros(2), torch.zeros(2), hit_weight=-1.0)
    with pytest.raises(ValueError, match="Expected targets and classes shaped like the predictions"):
        losses.multiclass_acb_mse_loss(
            torch.zeros(2), torch.zeros(2), classes=torch.zeros(3), weight=(1.0, 1.0)
        )
