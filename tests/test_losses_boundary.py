"""Losses with distances: what they are for known maps, and how they follow from the maps of a mask."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from peers import load_monai_boundary_loss

from imbalance_course import losses
from imbalance_course.distance_maps import boundary_map, signed_distance

SURE = 200.0  # a logit whose probability is 1 to the last digit
MASK = np.zeros((12, 12), dtype=bool)
MASK[3:8, 3:8] = True
TRUTH = torch.tensor(MASK)
PHI = torch.tensor(signed_distance(MASK))


def sure(found):
    return SURE * (2.0 * found - 1)


def gradient(loss, logits):
    return torch.autograd.grad(loss, logits)[0]


def draw_logits(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(MASK.shape, generator=generator).requires_grad_()


def test_a_map_of_zeros_gives_the_cross_entropy_and_one_of_ones_twice_that():
    logits = draw_logits()
    entropy = F.binary_cross_entropy_with_logits(logits, TRUTH.float())
    for value, factor in [(0.0, 1), (1.0, 2)]:
        distance_map = torch.full(MASK.shape, value)
        loss = losses.distance_map_loss(logits, TRUTH, distance_map=distance_map)
        torch.testing.assert_close(loss, factor * entropy)


def test_an_error_at_the_edge_of_an_object_costs_twice_one_in_its_middle():
    distance_map = torch.tensor(boundary_map(MASK))
    items = losses.distance_map_loss(
        torch.zeros(MASK.shape), TRUTH, distance_map=distance_map, reduction="none"
    )
    edge, ring, middle, background = items[3, 3], items[4, 4], items[5, 5], items[0, 0]
    torch.testing.assert_close(
        torch.stack([edge, ring, middle, background]) / math.log(2), torch.tensor([2, 1.5, 1, 1])
    )


def test_a_perfect_prediction_has_boundary_loss_0():
    assert losses.boundary_loss(sure(TRUTH), TRUTH, signed_distance=PHI) == 0


@given(
    arrays(bool, st.tuples(st.integers(1, 5), st.integers(1, 5))),
    st.integers(0, 10**6),
)
def test_the_boundary_loss_of_a_mask_and_its_own_map_is_at_least_0(mask, seed):
    logits = 5 * torch.randn(mask.shape, generator=torch.Generator().manual_seed(seed))
    items = losses.boundary_loss(
        logits, torch.tensor(mask), signed_distance=torch.tensor(signed_distance(mask)), reduction="none"
    )
    assert (items >= 0).all()


def test_a_wrong_pixel_costs_its_distance_from_the_boundary():
    for row, column, distance in [(3, 5, 0.5), (5, 5, 2.5), (2, 5, 0.5), (0, 5, 2.5), (5, 11, 3.5)]:
        found = TRUTH.clone()
        found[row, column] = ~found[row, column]
        loss = losses.boundary_loss(sure(found), TRUTH, signed_distance=PHI, reduction="sum")
        torch.testing.assert_close(loss, torch.tensor(distance))


def test_the_gradient_is_that_of_the_papers_code_and_the_value_lacks_its_constant():
    logits = draw_logits()
    ours = losses.boundary_loss(logits, TRUTH, signed_distance=PHI)
    papers = (PHI * logits.sigmoid()).mean()
    torch.testing.assert_close(gradient(ours, logits), gradient(papers, logits))
    torch.testing.assert_close(ours, papers - PHI[TRUTH].sum() / PHI.numel())


def test_monai_agrees_up_to_a_constant_on_its_own_map_and_is_negative_for_a_perfect_prediction():
    monai = load_monai_boundary_loss()(sigmoid=True)
    target = TRUTH[None, None].float()
    their_map = monai.compute_distance_map(target)[0, 0]
    logits = draw_logits()
    theirs = monai(logits[None, None], target)
    ours = losses.boundary_loss(logits, TRUTH, signed_distance=their_map)
    torch.testing.assert_close(theirs, ours + (their_map * TRUTH).mean())
    torch.testing.assert_close(gradient(theirs, logits), gradient(ours, logits))
    perfect = monai(sure(target), target)
    # In the square of 5 x 5 pixels, their map has -2 once, -1 at 8 pixels and 0 at 16.
    torch.testing.assert_close(perfect, torch.tensor(-10 / 144))


def test_the_outermost_pixels_of_an_object_are_pulled_up_here_and_not_in_monai():
    target = TRUTH[None, None].float()
    theirs, ours = draw_logits(), draw_logits()
    load_monai_boundary_loss()(sigmoid=True)(theirs[None, None], target).backward()
    losses.boundary_loss(ours, TRUTH, signed_distance=PHI).backward()
    assert (theirs.grad[3, 3:8] == 0).all()
    assert (ours.grad[3, 3:8] < 0).all()


def test_an_image_without_foreground_has_no_boundary_and_costs_nothing():
    empty, logits = torch.zeros(4, 4), torch.randn(4, 4).requires_grad_()
    phi = torch.tensor(signed_distance(empty.numpy()))
    value = losses.boundary_loss(logits, empty, signed_distance=phi)
    assert value == 0
    assert not gradient(value, logits).any()


LOSSES = [(losses.distance_map_loss, "distance_map"), (losses.boundary_loss, "signed_distance")]


@pytest.mark.parametrize(("loss", "name"), LOSSES)
def test_what_a_map_has_at_an_ignored_pixel_reaches_nothing(loss, name):
    logits, targets = draw_logits(), TRUTH.long()
    targets[0] = 255
    spoiled = PHI.clone()
    spoiled[0] = math.nan
    values = [loss(logits, targets, ignore_index=255, **{name: each}) for each in (PHI, spoiled)]
    torch.testing.assert_close(*values)
    assert gradient(values[1], logits).isfinite().all()


@pytest.mark.parametrize(("loss", "name"), LOSSES)
def test_no_gradient_flows_into_the_map(loss, name):
    distances = PHI.clone().requires_grad_()
    loss(draw_logits(), TRUTH, **{name: distances}).backward()
    assert distances.grad is None


@pytest.mark.parametrize(("loss", "name"), LOSSES)
def test_a_map_of_another_shape_is_named(loss, name):
    with pytest.raises(
        ValueError, match=rf"Expected {name} shaped like the logits, \(12, 12\), got \(144,\)"
    ):
        loss(draw_logits(), TRUTH, **{name: PHI.flatten()})


def test_a_boundary_term_gains_weight_beside_a_region_term_as_in_the_paper():
    combined = losses.CombinedLoss(
        [(losses.ramp(1.0, 0.0), losses.DiceLoss()), (losses.ramp(0.0, 1.0), losses.BoundaryLoss())]
    )
    logits = draw_logits()
    dice = losses.dice_loss(logits[None], TRUTH[None])
    boundary = losses.boundary_loss(logits[None], TRUTH[None], signed_distance=PHI[None])
    for progress in (0.0, 0.25, 1.0):
        combined.advance(progress)
        expected = (1 - progress) * dice + progress * boundary
        torch.testing.assert_close(combined(logits[None], TRUTH[None], signed_distance=PHI[None]), expected)
