"""What single losses claim, checked against torch, closed forms and the numbers of the lecture."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from imbalance_course import losses
from imbalance_course.weights import inverse_frequency

LOGIT = st.floats(-60, 60)
GAMMA = st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0])


def tensor(*values, grad=False):
    return torch.tensor(values, dtype=torch.float64, requires_grad=grad)


def draw_pixels(classes, *, seed=0):
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(2, classes, 4, 5, dtype=torch.float64, generator=generator)
    return logits, torch.randint(classes, (2, 4, 5), generator=generator)


def test_binary_cross_entropy_equals_that_of_torch():
    logits, targets = draw_pixels(1)[0], torch.rand(2, 1, 4, 5, dtype=torch.float64)
    torch.testing.assert_close(
        losses.binary_cross_entropy(logits, targets), F.binary_cross_entropy_with_logits(logits, targets)
    )


def test_the_weight_of_the_positives_equals_pos_weight_of_torch():
    logits, targets = tensor(-3, -1, 0, 2, 5), tensor(1, 0, 1, 0, 1)
    torch.testing.assert_close(
        losses.binary_cross_entropy(logits, targets, weight=(1.0, 7.0)),
        F.binary_cross_entropy_with_logits(logits, targets, pos_weight=tensor(7)),
    )


def test_cross_entropy_equals_that_of_torch_for_images():
    logits, targets = draw_pixels(4)
    torch.testing.assert_close(losses.cross_entropy(logits, targets), F.cross_entropy(logits, targets))
    soft = F.softmax(draw_pixels(4, seed=1)[0], dim=1)
    torch.testing.assert_close(
        losses.cross_entropy(logits, soft, reduction="none", weight=(1.0, 2.0, 3.0, 4.0)),
        F.cross_entropy(logits, soft, reduction="none", weight=tensor(1, 2, 3, 4)),
    )


def test_the_weighted_mean_divides_by_items_where_torch_divides_by_weights():
    logits, targets = draw_pixels(3)
    weight = tensor(1, 5, 10)
    ours = losses.cross_entropy(logits, targets, weight=weight)
    theirs = F.cross_entropy(logits, targets, weight=weight)
    torch.testing.assert_close(ours * targets.numel(), theirs * weight[targets].sum())


def test_ignored_pixels_count_as_in_torch():
    logits, targets = draw_pixels(3)
    targets[:, 0] = 255
    torch.testing.assert_close(
        losses.cross_entropy(logits, targets, ignore_index=255),
        F.cross_entropy(logits, targets, ignore_index=255),
    )


def test_a_negative_ignore_index_never_matches_a_class_of_unsigned_labels():
    logits, targets = draw_pixels(3)
    expected = losses.cross_entropy(logits, targets)
    assert losses.cross_entropy(logits, targets.to(torch.uint8), ignore_index=-255) == expected
    flat = logits[:, 0]
    expected = losses.binary_cross_entropy(flat, targets > 0)
    assert losses.binary_cross_entropy(flat, (targets > 0).to(torch.uint8), ignore_index=-255) == expected


def test_the_gradient_of_binary_cross_entropy_is_belief_minus_truth():
    logits, targets = tensor(-4, -1, 0, 3, grad=True), tensor(1, 0, 1, 0)
    losses.binary_cross_entropy(logits, targets, reduction="sum").backward()
    torch.testing.assert_close(logits.grad, (logits.sigmoid() - targets).detach())


def test_balanced_cross_entropy_with_one_half_is_half_of_the_plain_one():
    logits, targets = tensor(-4, -1, 0, 3), tensor(1, 0, 1, 0)
    torch.testing.assert_close(
        2 * losses.balanced_binary_cross_entropy(logits, targets, alpha=0.5),
        losses.binary_cross_entropy(logits, targets),
    )


def test_inverse_frequency_gives_both_classes_one_part_of_the_loss():
    targets = torch.cat([torch.zeros(11_000), torch.ones(1_000)]).double()
    weight = inverse_frequency([11_000, 1_000])
    items = losses.binary_cross_entropy(torch.zeros_like(targets), targets, weight=weight, reduction="none")
    torch.testing.assert_close(items[:11_000].sum(), items[11_000:].sum())
    torch.testing.assert_close(items.mean(), torch.tensor(math.log(2), dtype=torch.float64))


def test_easy_negatives_outweigh_hard_positives_43_to_1_under_cross_entropy():
    easy, hard = tensor(math.log(1 / 9)), tensor(math.log(1 / 9))
    total_easy = 100_000 * losses.binary_cross_entropy(easy, tensor(0)).item()
    total_hard = 100 * losses.binary_cross_entropy(hard, tensor(1)).item()
    # The lecture rounds the two losses to 0.1 and 2.3.
    assert round(total_easy / 100_000, 1) == 0.1
    assert round(total_hard / 100, 1) == 2.3
    assert round(100_000 * 0.1 / (100 * 2.3)) == 43
    assert total_easy / total_hard == pytest.approx(1000 * math.log(0.9) / math.log(0.1))


def test_focal_loss_turns_that_ratio_around():
    easy, hard = tensor(math.log(1 / 9)), tensor(math.log(1 / 9))
    total_easy = 100_000 * losses.binary_focal_loss(easy, tensor(0), gamma=2).item()
    total_hard = 100 * losses.binary_focal_loss(hard, tensor(1), gamma=2).item()
    assert total_easy < total_hard
    assert total_easy / total_hard == pytest.approx(1000 * math.log(0.9) / math.log(0.1) * (0.1 / 0.9) ** 2)


@given(logit=LOGIT, target=st.floats(0, 1), gamma=GAMMA)
def test_focal_loss_never_exceeds_cross_entropy(logit, target, gamma):
    focal = losses.binary_focal_loss(tensor(logit), tensor(target), gamma=gamma)
    assert 0 <= focal <= losses.binary_cross_entropy(tensor(logit), tensor(target)) * (1 + 1e-12)


@given(logit=LOGIT, target=st.floats(0, 1), gamma=GAMMA, alpha=st.floats(0, 1))
def test_swapping_the_classes_and_their_weights_changes_nothing(logit, target, gamma, alpha):
    one = losses.binary_focal_loss(tensor(logit), tensor(target), gamma=gamma, alpha=alpha)
    other = losses.binary_focal_loss(tensor(-logit), 1 - tensor(target), gamma=gamma, alpha=1 - alpha)
    torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12)


@given(logit=LOGIT, target=st.integers(0, 1), gamma=GAMMA)
def test_two_classes_of_softmax_are_the_binary_loss_of_their_difference(logit, target, gamma):
    binary = losses.binary_focal_loss(tensor(logit), tensor(target), gamma=gamma)
    softmax = losses.focal_loss(tensor(0, logit).view(1, 2), torch.tensor([target]), gamma=gamma)
    torch.testing.assert_close(softmax, binary, rtol=1e-9, atol=1e-14)


@given(
    logits=st.lists(LOGIT, min_size=3, max_size=3),
    shift=st.floats(-1000, 1000),
    target=st.integers(0, 2),
    gamma=GAMMA,
)
def test_a_constant_added_to_all_logits_changes_no_softmax_loss(logits, shift, target, gamma):
    logits, target = tensor(*logits).view(1, 3), torch.tensor([target])
    for loss in (losses.cross_entropy, lambda *pair: losses.focal_loss(*pair, gamma=gamma)):
        torch.testing.assert_close(loss(logits + shift, target), loss(logits, target), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_float32_logits_far_from_zero_keep_their_digits(gamma):
    near = torch.tensor([[0.0, 1.0, 2.0], [3.0, 0.0, 0.0]])
    targets = torch.tensor([1, 0])
    for target in (targets, F.one_hot(targets, 3)):
        expected = losses.focal_loss(near.double(), target, gamma=gamma, reduction="none")
        found = losses.focal_loss(near + 10_000, target, gamma=gamma, reduction="none")
        torch.testing.assert_close(found.double(), expected, rtol=2e-6, atol=0)


@given(logits=st.lists(LOGIT, min_size=4, max_size=4), gamma=GAMMA, seed=st.integers(0, 99))
def test_renaming_the_classes_changes_no_loss(logits, gamma, seed):
    logits = tensor(*logits).view(1, 4)
    generator = torch.Generator().manual_seed(seed)
    soft = torch.rand(1, 4, dtype=torch.float64, generator=generator)
    weight = torch.rand(4, dtype=torch.float64, generator=generator)
    order = torch.randperm(4, generator=generator)
    torch.testing.assert_close(
        losses.focal_loss(logits[:, order], soft[:, order], gamma=gamma, weight=weight[order]),
        losses.focal_loss(logits, soft, gamma=gamma, weight=weight),
        rtol=1e-9,
        atol=1e-12,
    )


@settings(max_examples=200)
@given(logit=st.floats(-15, 15, width=32), target=st.integers(0, 1), gamma=GAMMA)
def test_float32_keeps_its_digits_where_the_belief_is_almost_certain(logit, target, gamma):
    exact = losses.binary_focal_loss(tensor(logit), tensor(target), gamma=gamma)
    logits, targets = torch.tensor([logit]), torch.tensor([target])
    pair = torch.cat([torch.zeros(1), logits]).view(1, 2)
    for found in (
        losses.binary_focal_loss(logits, targets, gamma=gamma),
        losses.focal_loss(pair, targets, gamma=gamma),
        losses.focal_loss(pair, F.one_hot(targets, 2), gamma=gamma),
    ):
        assert found.item() == pytest.approx(exact.item(), rel=5e-6)


def test_the_power_form_has_nan_gradients_where_ours_are_zero():
    logits, targets = torch.tensor([200.0], requires_grad=True), torch.tensor([1.0])
    p = logits.sigmoid()
    (power_form,) = torch.autograd.grad(-((1 - p) ** 0.5) * p.log(), logits)
    assert power_form.isnan()
    (gradient,) = torch.autograd.grad(losses.binary_focal_loss(logits, targets, gamma=0.5), logits)
    assert gradient == 0


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_a_single_class_is_always_right(gamma, dtype, soft):
    logits = torch.tensor([[1e4], [-1e4], [0.0]], dtype=dtype, requires_grad=True)
    targets = torch.ones(3, 1) if soft else torch.zeros(3, dtype=torch.long)
    for value in (losses.focal_loss(logits, targets, gamma=gamma), losses.cross_entropy(logits, targets)):
        (gradient,) = torch.autograd.grad(value, logits)
        assert value == 0
        assert not gradient.any()


def test_soft_targets_cannot_be_ignored():
    logits, _ = draw_pixels(3)
    for loss in (losses.cross_entropy, losses.focal_loss):
        with pytest.raises(
            ValueError, match="Expected ignore_index=None with probabilities as targets, got 255"
        ):
            loss(logits, logits.softmax(1), ignore_index=255)


def test_class_numbers_must_be_integers():
    logits, targets = draw_pixels(3)
    with pytest.raises(
        TypeError, match=r"Expected class numbers of an integer type, got torch\.float32; use"
    ):
        losses.cross_entropy(logits, targets.float())


def test_logits_need_an_axis_of_classes():
    with pytest.raises(ValueError, match=r"Expected logits of shape \(N, C, \*\) .*, got \(4,\)"):
        losses.cross_entropy(torch.zeros(4), torch.zeros(4, dtype=torch.long))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda x, t: losses.binary_cross_entropy(x, t, weight=(1.0,)),
            "Expected 2 weights, one a class, got 1",
        ),
        (
            lambda x, t: losses.BinaryCrossEntropy(weight=(1.0, 2.0, 3.0)),
            "Expected 2 weights, one a class, got 3",
        ),
        (
            lambda x, t: losses.focal_loss(x, t, weight=(1.0, 2.0)),
            "Expected logits of shape",
        ),
        (lambda x, t: losses.focal_loss(x[None], t[:1], weight=(1.0, 2.0)), "Expected 3 weights"),
        (
            lambda x, t: losses.balanced_binary_cross_entropy(x, t, alpha=1.5),
            "Expected alpha.*between 0 and 1, got 1.5",
        ),
        (lambda x, t: losses.binary_focal_loss(x, t, alpha=-0.1), "Expected alpha"),
        (lambda x, t: losses.BinaryFocalLoss(alpha=2), "Expected alpha"),
        (lambda x, t: losses.binary_focal_loss(x, t, gamma=-1), "Expected gamma .* at least 0, got -1"),
        (lambda x, t: losses.focal_loss(x[None], t[:1], gamma=math.nan), "Expected gamma"),
        (lambda x, t: losses.FocalLoss(gamma=math.inf), "Expected gamma"),
    ],
)
def test_arguments_out_of_range_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(torch.zeros(3), torch.zeros(3, dtype=torch.long))
