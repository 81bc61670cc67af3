"""Lovász losses: what they are at certain predictions, and value and gradient of the authors' algorithm."""

import pytest
import torch
import torch.nn.functional as F
from drawn_images import draw_binary, draw_classes
from hypothesis import given
from hypothesis import strategies as st
from peers import load_kornia, load_smp

from imbalance_course import losses
from imbalance_course.losses import jaccard

EMPTY = torch.zeros(1, 4, dtype=torch.long)


def intersection_over_union(found, truth):
    return (found & truth).sum() / (found | truth).sum()


def in_float32(logits, targets):
    """The authors' code mixes float32 into any other type, which fails."""
    return logits.detach().float().requires_grad_(), targets


def value_and_gradient(loss, logits):
    return loss.detach(), torch.autograd.grad(loss, logits)[0]


masks = st.lists(st.booleans(), min_size=6, max_size=6).map(lambda pixels: torch.tensor([pixels]))


@given(masks, masks.filter(torch.any))
def test_certain_classes_cost_one_minus_the_mean_intersection_over_union(found, truth):
    logits = 200 * F.one_hot(found.long(), 2).movedim(-1, 1).float()
    scores = [intersection_over_union(found == each, truth == each) for each in truth.unique()]
    value = losses.lovasz_softmax_loss(logits, truth.long())
    torch.testing.assert_close(value, 1 - torch.stack(scores).mean())


@given(masks, masks.filter(torch.any))
def test_logits_of_one_cost_twice_the_jaccard_loss_in_the_hinge_form(found, truth):
    value = losses.lovasz_hinge_loss(2.0 * found - 1, truth)
    torch.testing.assert_close(value, 2 * (1 - intersection_over_union(found, truth)))


def test_right_logits_beyond_one_cost_nothing():
    logits, targets = torch.tensor([[1.0, 5.0, -1.0, -9.0]]), torch.tensor([[1, 1, 0, 0]])
    value, slope = value_and_gradient(losses.lovasz_hinge_loss(logits.requires_grad_(), targets), logits)
    assert value == 0
    assert not slope.any()


def test_an_image_without_foreground_costs_its_largest_error():
    logits = torch.tensor([[-3.0, 0.5, 2.0, 0.0]], requires_grad=True)
    value, slope = value_and_gradient(losses.lovasz_hinge_loss(logits, torch.zeros(1, 4)), logits)
    assert value == 3
    assert slope.tolist() == [[0, 0, 1, 0]]


def test_an_absent_class_costs_its_largest_probability_among_all_and_nothing_among_present():
    logits, targets = draw_classes(present=3)
    largest = logits.softmax(1)[:, 3].amax((1, 2))
    present = losses.lovasz_softmax_loss(logits, targets, reduction="none")
    among_all = losses.lovasz_softmax_loss(logits, targets, classes="all", reduction="none")
    torch.testing.assert_close(among_all, (3 * present + largest) / 4)


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.booleans()), min_size=2, max_size=8),
    st.lists(st.floats(-3, 3), min_size=8, max_size=8),
    st.floats(0, 1),
)
def test_the_hinge_form_is_convex(pixels, others, share):
    first, targets = (torch.tensor([column]) for column in zip(*pixels, strict=True))
    second = torch.tensor([others[: len(pixels)]])

    def loss(logits):
        return losses.lovasz_hinge_loss(logits.double(), targets)

    between = loss(share * first.double() + (1 - share) * second)
    assert between <= share * loss(first) + (1 - share) * loss(second) + 1e-6


@given(st.integers(0, 1000))
def test_the_softmax_form_lies_between_0_and_1(seed):
    logits, targets = draw_classes(seed)
    for classes in ("present", "all"):
        assert 0 <= losses.lovasz_softmax_loss(9 * logits, targets, classes=classes) <= 1


@pytest.mark.parametrize("pooled", [False, True])
def test_the_authors_algorithm_gives_the_same_value_and_gradient_for_one_logit(pooled):
    theirs = load_smp().LovaszLoss("binary", per_image=not pooled, ignore_index=255)
    logits, targets = in_float32(*draw_binary())
    targets[0, 0, 0] = 255
    results = [
        value_and_gradient(loss, logits)
        for loss in (
            losses.lovasz_hinge_loss(logits, targets, pooled=pooled, ignore_index=255),
            theirs(logits.squeeze(1), targets.squeeze(1)),
        )
    ]
    torch.testing.assert_close(*results, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("pooled", [False, True])
def test_the_authors_algorithm_gives_the_same_value_and_gradient_for_classes(pooled):
    theirs = load_smp().LovaszLoss("multiclass", per_image=not pooled, ignore_index=255)
    logits, targets = in_float32(*draw_classes(present=3))  # class 3 is absent
    targets[0, 0] = 255
    results = [
        value_and_gradient(loss, logits)
        for loss in (
            losses.lovasz_softmax_loss(logits, targets, pooled=pooled, ignore_index=255),
            theirs(logits, targets),
        )
    ]
    torch.testing.assert_close(*results, rtol=1e-5, atol=1e-7)


def test_kornia_agrees_with_all_classes_and_with_one_logit():
    kornia = load_kornia()
    logits, targets = draw_classes(present=3)
    torch.testing.assert_close(
        kornia.lovasz_softmax_loss(logits, targets),
        losses.lovasz_softmax_loss(logits, targets, classes="all"),
    )
    logits, targets = draw_binary()
    torch.testing.assert_close(
        kornia.lovasz_hinge_loss(logits, targets.squeeze(1)), losses.lovasz_hinge_loss(logits, targets)
    )


def test_the_three_ways_to_sort_give_the_same_weights():
    """float32 errors are sorted packed with their positions, float64 ones by position, on a GPU by torch."""
    generator = torch.Generator().manual_seed(0)
    errors = torch.rand(3, 1000, generator=generator) * torch.tensor([[1.0], [1e4], [1e-30]])
    truth = torch.rand(3, 1000, generator=generator) < torch.tensor([[0.5], [0.01], [0.0]])
    packed = jaccard.jaccard_weights(errors, truth)
    torch.testing.assert_close(packed, jaccard.jaccard_weights(errors.double(), truth).float())
    torch.testing.assert_close(packed, jaccard._by_torch(errors, truth))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_weights_are_a_sound_operator_for_the_compiler(dtype):
    errors = torch.rand(4, 3, dtype=dtype).T  # rows that do not lie together in memory
    for rows in (errors, errors[:0]):
        checks = torch.library.opcheck(jaccard.jaccard_weights, (rows, rows > 0.5))
        assert set(checks.values()) == {"SUCCESS"}


def test_weights_of_large_images_keep_their_digits_where_differences_of_indices_lose_them():
    """A weight of a million pixels is about 1e-6, and float32 tells indices apart in steps of 6e-8."""
    generator = torch.Generator().manual_seed(0)
    pixels = 2**20
    targets = (torch.rand(1, pixels, generator=generator) < 0.3).long()
    margins = (torch.randperm(pixels, generator=generator).float() / pixels)[None]  # exact in float32
    logits = torch.where(targets > 0, margins, -margins)

    def slope(loss, dtype):
        values = logits.to(dtype).requires_grad_()
        return torch.autograd.grad(loss(values), values)[0].double()

    def ours(values):
        return losses.lovasz_hinge_loss(values, targets)

    def theirs(values):
        return load_kornia().lovasz_hinge_loss(values.view(1, 1, 1024, 1024), targets.view(1, 1024, 1024))

    exact = slope(ours, torch.float64)
    torch.testing.assert_close(slope(theirs, torch.float64), exact, rtol=1e-6, atol=1e-12)
    error, their_error = (
        ((slope(loss, torch.float32) - exact) / exact)[exact != 0].abs().median() for loss in (ours, theirs)
    )
    assert error < 1e-7
    assert their_error > 0.02


def test_probabilities_as_targets_and_unknown_classes_are_named():
    logits = torch.zeros(1, 3, 4)
    with pytest.raises(ValueError, match=r"class numbers, got probabilities .* targets\.argmax"):
        losses.lovasz_softmax_loss(logits, logits.softmax(1))
    for make in (
        losses.LovaszSoftmaxLoss,
        lambda classes: losses.lovasz_softmax_loss(logits, EMPTY, classes=classes),
    ):
        with pytest.raises(ValueError, match="'present' or 'all', got 'some'"):
            make(classes="some")
