"""Overlap losses: their limits, what an absent class costs, and what holds for any image."""

import pytest
import torch
import torch.nn.functional as F
from drawn_images import draw_binary, draw_classes
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course import losses

SURE = 200.0  # a logit whose probability is 1 to the last digit
EMPTY = torch.zeros(1, 4, dtype=torch.long)


def sure(targets):
    """Logits of a prediction that is certain and right."""
    return SURE * (2.0 * targets - 1)


def gradient(loss, logits):
    return torch.autograd.grad(loss, logits)[0]


def test_tversky_with_one_half_twice_is_dice():
    logits, targets = draw_binary()
    halves = {"alpha": 0.5, "beta": 0.5, "reduction": "none"}
    torch.testing.assert_close(
        losses.tversky_loss(logits, targets, **halves), losses.dice_loss(logits, targets, reduction="none")
    )
    logits, targets = draw_classes()
    torch.testing.assert_close(
        losses.multiclass_tversky_loss(logits, targets, **halves),
        losses.multiclass_dice_loss(logits, targets, reduction="none"),
    )


def test_tversky_with_one_twice_is_one_minus_intersection_over_union():
    logits, targets = sure(torch.tensor([[1.0, 1, 1, 0, 0, 0]])), torch.tensor([[1, 0, 0, 1, 1, 0]])
    value = losses.tversky_loss(logits, targets, alpha=1.0, beta=1.0, smooth=1e-9)
    torch.testing.assert_close(value, torch.tensor(1 - 1 / 5))


def test_focal_tversky_is_the_power_of_tversky():
    logits, targets = draw_binary()
    tversky = losses.tversky_loss(logits, targets, reduction="none")
    for gamma in (1.0, 0.75, 2.0):
        focal = losses.focal_tversky_loss(logits, targets, gamma=gamma, reduction="none")
        torch.testing.assert_close(focal, tversky**gamma)


def test_two_classes_of_softmax_give_the_binary_loss_as_class_1():
    logits, targets = draw_binary()
    pair = losses.two_class_logits(logits.squeeze(1))
    both = losses.multiclass_dice_loss(pair, targets.squeeze(1), reduction="none")
    torch.testing.assert_close(both[:, 1], losses.dice_loss(logits, targets, reduction="none"))


@pytest.mark.parametrize("gamma", [0.25, 0.75, 1.0, 2.0])
def test_a_perfect_prediction_costs_0_and_has_gradient_0(gamma):
    for targets in (torch.tensor([[1, 0, 0, 1]]), EMPTY):
        logits = sure(targets).requires_grad_()
        value = losses.focal_tversky_loss(logits, targets, gamma=gamma)
        assert value == 0
        assert not gradient(value, logits).any()
    logits = sure(F.one_hot(EMPTY, 3).movedim(-1, 1)).requires_grad_()
    value = losses.multiclass_tversky_loss(logits, EMPTY, gamma=gamma)
    assert value == 0
    assert not gradient(value, logits).any()


def test_nearly_perfect_images_have_finite_gradients_for_gamma_below_1():
    for size in torch.arange(10, 110, 5.0):
        logits = torch.tensor([[1.0, -1.0, -1.0]]).mul(size).requires_grad_()
        value = losses.focal_tversky_loss(logits, torch.tensor([[1, 0, 0]]), gamma=0.1)
        assert gradient(value, logits).isfinite().all()


def test_an_image_without_foreground_costs_its_false_positives_and_pulls_them_down():
    logits = torch.zeros(1, 4).requires_grad_()
    value = losses.dice_loss(logits, EMPTY, smooth=1.0)
    torch.testing.assert_close(value, torch.tensor(2 / (2 + 2 * 1.0)))  # four pixels of 1/2
    assert (gradient(value, logits) > 0).all()


def test_rightly_rejected_background_does_not_count():
    logits, targets = torch.tensor([[3.0, -1.0, 0.5]]), torch.tensor([[1, 1, 0]])
    wide = torch.cat([logits, torch.full((1, 10_000), -SURE)], 1)
    wide_targets = torch.cat([targets, torch.zeros(1, 10_000, dtype=torch.long)], 1)
    torch.testing.assert_close(losses.dice_loss(wide, wide_targets), losses.dice_loss(logits, targets))


def test_alpha_prices_false_positives_and_beta_false_negatives():
    truth = torch.tensor([[1, 1, 1, 0, 0, 0]])
    one_more, one_less = sure(torch.tensor([[1, 1, 1, 1, 0, 0]])), sure(torch.tensor([[1, 1, 0, 0, 0, 0]]))
    settings = {"alpha": 0.25, "beta": 0.75, "smooth": 1e-9}
    torch.testing.assert_close(
        losses.tversky_loss(one_more, truth, **settings), torch.tensor(0.25 / (3 + 0.25))
    )
    torch.testing.assert_close(
        losses.tversky_loss(one_less, truth, **settings), torch.tensor(0.75 / (2 + 0.75))
    )


def test_pooling_takes_the_batch_as_one_image():
    logits, targets = draw_binary()
    for loss in (losses.dice_loss, losses.focal_tversky_loss):
        torch.testing.assert_close(
            loss(logits, targets, pooled=True), loss(logits.reshape(1, -1), targets.reshape(1, -1))
        )
    logits, targets = draw_classes()
    wide, wide_targets = torch.cat(list(logits), -1)[None], torch.cat(list(targets), -1)[None]
    for loss in (losses.multiclass_tversky_loss, losses.generalized_dice_loss):
        torch.testing.assert_close(loss(logits, targets, pooled=True), loss(wide, wide_targets))


def test_mean_leaves_wholly_ignored_images_out():
    logits, targets = draw_binary()
    targets[1] = 255
    kept = losses.dice_loss(logits[[0, 2]], targets[[0, 2]])
    torch.testing.assert_close(losses.dice_loss(logits, targets, ignore_index=255), kept)
    assert losses.dice_loss(logits, targets, ignore_index=255, reduction="none")[1] == 0


def test_class_weights_scale_their_class_and_the_mean_still_divides_by_all():
    logits, targets = draw_classes()
    items = losses.multiclass_dice_loss(logits, targets, reduction="none")
    weight = torch.tensor([0.0, 1.0, 2.0, 5.0])
    value = losses.multiclass_dice_loss(logits, targets, weight=weight)
    torch.testing.assert_close(value, (items * weight).sum() / items.numel())


def test_a_generalized_dice_error_costs_more_in_a_rare_class():
    targets = torch.tensor([[0] * 90 + [1] * 9 + [2]])
    right = F.one_hot(targets, 3).movedim(-1, 1).float()
    swapped = [right.clone() for _ in range(2)]
    swapped[0][:, :, 0] = torch.tensor([0.0, 1.0, 0.0])  # one pixel of class 0 goes to class 1
    swapped[1][:, :, 99] = torch.tensor([0.0, 1.0, 0.0])  # the only pixel of class 2 does
    frequent, rare = (losses.generalized_dice_loss(sure(each), targets) for each in swapped)
    # The weights are 1/90², 1/9² and 1. A pixel of class 0 found as 1, then one of class 2 found as 1:
    error, found = 1 / 8100 + 1 / 81, 89 / 8100 + 1 / 9 + 1
    torch.testing.assert_close(frequent, torch.tensor(error / (2 * (found + 1) + error)))
    error, found = 1 + 1 / 81, 1 / 90 + 1 / 9
    torch.testing.assert_close(rare, torch.tensor(error / (2 * (found + 1) + error)))
    assert rare > 50 * frequent


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"smooth": 0.0}, "Expected smooth to be a number above 0, got 0.0"),
        ({"alpha": -0.1}, "Expected alpha"),
        ({"beta": 1.5}, "Expected beta"),
        ({"gamma": -1.0}, "Expected gamma"),
    ],
)
def test_numbers_out_of_range_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        losses.focal_tversky_loss(torch.zeros(1, 4), EMPTY, **settings)
    with pytest.raises(ValueError, match=message):
        losses.FocalTverskyLoss(**settings)


def test_logits_without_an_axis_of_images_are_named():
    with pytest.raises(ValueError, match=r"Expected logits of shape \(N, \*\)"):
        losses.dice_loss(torch.tensor(1.0), torch.tensor(1))


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=8), st.floats(1e-3, 10))
def test_overlap_losses_lie_between_0_and_1(pixels, smooth):
    logits, targets = (torch.tensor([column]) for column in zip(*pixels, strict=True))
    for loss in (losses.dice_loss, losses.focal_tversky_loss):
        assert 0 <= loss(logits.double(), targets, smooth=smooth) <= 1
    pair = losses.two_class_logits(logits.double())
    for loss in (losses.multiclass_tversky_loss, losses.generalized_dice_loss):
        assert 0 <= loss(pair, targets.long(), smooth=smooth) <= 1


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)), min_size=1, max_size=8))
def test_prediction_and_truth_may_change_places_if_the_prices_do(pixels):
    first, second = (torch.tensor([column], dtype=torch.float64) for column in zip(*pixels, strict=True))
    one, other = (
        losses.tversky_loss(torch.logit(a), b, alpha=alpha, beta=1 - alpha)
        for a, b, alpha in ((first, second, 0.2), (second, first, 0.8))
    )
    torch.testing.assert_close(one, other)


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=2, max_size=8),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 3),
)
def test_a_better_pixel_never_raises_the_loss(pixels, alpha, beta, step):
    logits, targets = (torch.tensor([column]) for column in zip(*pixels, strict=True))
    logits = logits.double()
    better = logits.clone()
    better[0, 0] += step if targets[0, 0] else -step
    before, after = (losses.tversky_loss(each, targets, alpha=alpha, beta=beta) for each in (logits, better))
    assert after <= before + 1e-12
