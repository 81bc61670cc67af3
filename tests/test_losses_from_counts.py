"""What the losses that read class counts claim: limits, closed forms, and effects on the boundary."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course import losses
from imbalance_course.posthoc import adjust_logits, reuse_background
from imbalance_course.weights import effective_number, inverse_frequency, vector_scaling

COUNTS = (900, 90, 10)


def draw_items(classes=3, *, seed=0, items=50):
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(items, classes, dtype=torch.float64, generator=generator)
    return logits, torch.randint(classes, (items,), generator=generator)


@pytest.mark.parametrize(
    "loss",
    [
        lambda x, t: losses.class_balanced_loss(x, t, class_counts=COUNTS, beta=0.0),
        lambda x, t: losses.ldam_loss(x, t, class_counts=COUNTS, max_margin=0.0, scale=1.0),
        lambda x, t: losses.logit_adjusted_loss(x, t, class_counts=COUNTS, tau=0.0),
        lambda x, t: losses.logit_adjusted_loss(x, t, class_counts=(7, 7, 7), tau=2.0),
        lambda x, t: losses.vs_loss(x, t, scale=(1.0, 1.0, 1.0), shift=(0.0, 0.0, 0.0)),
        lambda x, t: losses.bootstrapped_cross_entropy(x, t, fraction=1.0),
    ],
    ids=["class-balanced", "ldam", "adjusted-tau-0", "adjusted-equal-counts", "vs", "bootstrap-all"],
)
def test_in_the_limit_it_is_cross_entropy(loss):
    logits, targets = draw_items()
    torch.testing.assert_close(loss(logits, targets), F.cross_entropy(logits, targets))


def test_class_balanced_weights_reach_from_equal_to_inverse_frequency():
    logits, targets = draw_items()
    inverse = inverse_frequency(COUNTS)
    expected = losses.focal_loss(logits, targets, gamma=2.0, weight=3 * inverse / inverse.sum())
    found = losses.class_balanced_loss(logits, targets, class_counts=COUNTS, beta=1.0, gamma=2.0)
    torch.testing.assert_close(found, expected)


@given(beta=st.floats(0, 1), counts=st.lists(st.integers(1, 10**5), min_size=2, max_size=5))
def test_the_class_balanced_loss_uses_the_weights_of_the_effective_number(beta, counts):
    logits, targets = draw_items(len(counts))
    found = losses.class_balanced_loss(logits, targets, class_counts=counts, beta=beta)
    expected = losses.cross_entropy(logits, targets, weight=effective_number(counts, beta=beta))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-8)


def test_the_vs_loss_with_offsets_of_the_log_shares_is_the_logit_adjusted_loss():
    logits, targets = draw_items()
    scale, shift = vector_scaling(COUNTS, gamma=0.0, tau=1.5)
    torch.testing.assert_close(
        losses.vs_loss(logits, targets, scale=scale, shift=shift),
        losses.logit_adjusted_loss(logits, targets, class_counts=COUNTS, tau=1.5),
    )


def test_with_factors_of_one_the_vs_losses_of_one_and_of_two_logits_agree():
    torch.manual_seed(0)
    logits, targets = torch.randn(50, dtype=torch.float64), torch.randint(0, 2, (50,))
    settings = {"scale": (1.0, 1.0), "shift": (-0.1, -2.3), "weight": (0.5, 4.0)}
    torch.testing.assert_close(
        losses.binary_vs_loss(logits, targets, **settings),
        losses.vs_loss(losses.two_class_logits(logits), targets, **settings),
    )


@pytest.mark.parametrize("kind", ["one logit", "two logits"])
def test_factors_move_the_boundary_of_one_logit_and_not_that_of_two(kind):
    """Two separable items, one a class; descent from zero goes to margins that differ by the factor."""
    x = torch.tensor([[-1.0, 1.0], [1.0, 1.0]], dtype=torch.float64)  # the second feature is the offset
    labels, scale, shift = torch.tensor([0, 1]), (1.0, 0.5), (0.0, 0.0)
    theta = torch.zeros(2, 1 if kind == "one logit" else 2, dtype=torch.float64, requires_grad=True)
    for step in range(1, 6001):
        logits = x @ theta
        if kind == "one logit":
            loss = losses.binary_vs_loss(logits.squeeze(1), labels, scale=scale, shift=shift)
        else:
            loss = losses.vs_loss(logits, labels, scale=scale, shift=shift)
        (gradient,) = torch.autograd.grad(loss, theta)
        with torch.no_grad():
            theta -= 0.05 * gradient / gradient.norm() / step**0.5
    weights = theta.detach() if kind == "one logit" else theta.detach()[:, 1:] - theta.detach()[:, :1]
    slope, offset = weights[:, 0].tolist()
    # In the limit 0.5 (a + b) = a - b: the boundary -b / a comes to lie at -1/3, towards the negatives.
    low, high = (-0.34, -0.12) if kind == "one logit" else (-0.01, 0.01)
    assert low < -offset / slope < high


def test_adjusting_after_training_undoes_what_the_loss_adds():
    logits, targets = draw_items()
    plain = losses.cross_entropy(logits, targets)
    adjusted = adjust_logits(logits, class_counts=COUNTS, tau=1.5)
    torch.testing.assert_close(
        losses.logit_adjusted_loss(adjusted, targets, class_counts=COUNTS, tau=1.5), plain
    )


def test_adjusted_beliefs_are_those_of_bayes_rule_with_equal_shares():
    shares = torch.tensor([0.9, 0.1], dtype=torch.float64)
    likelihood = torch.tensor([[0.2, 0.8]], dtype=torch.float64)  # p(image | class)
    posterior = likelihood * shares / (likelihood * shares).sum()
    expected = likelihood / likelihood.sum()
    adjusted = adjust_logits(posterior.log(), class_counts=(900, 100))
    torch.testing.assert_close(adjusted.softmax(1), expected)
    binary = adjust_logits((posterior[:, 1] / posterior[:, 0]).log(), class_counts=(900, 100))
    torch.testing.assert_close(binary.sigmoid(), expected[:, 1])


def test_the_best_constant_of_the_logit_adjusted_loss_treats_classes_as_equal():
    logits = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    targets = torch.tensor([0] * 9 + [1])
    value = losses.logit_adjusted_loss(logits.expand(10, 2), targets, class_counts=(9, 1))
    (gradient,) = torch.autograd.grad(value, logits)
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), rtol=0, atol=1e-15)


def test_ldam_asks_the_rarest_class_for_the_largest_margin():
    # The loss is the same for every class once each logit leads by the margin of its class.
    margins = [0.5 * (10 / count) ** 0.25 for count in COUNTS]
    values = [
        losses.ldam_loss(
            torch.eye(3, dtype=torch.float64)[[c]] * margins[c], torch.tensor([c]), class_counts=COUNTS
        ).item()
        for c in range(3)
    ]
    assert values == pytest.approx([math.log(3)] * 3)


def test_two_class_logits_carry_the_belief_of_the_one_logit():
    logits, targets = draw_items(1)[0][:, 0], draw_items(2)[1]
    pairs = losses.two_class_logits(logits)
    torch.testing.assert_close(pairs.softmax(1)[:, 1], logits.sigmoid())
    torch.testing.assert_close(
        losses.cross_entropy(pairs, targets), losses.binary_cross_entropy(logits, targets)
    )
    images = torch.zeros(2, 4, 5)
    assert losses.two_class_logits(images).shape == (2, 2, 4, 5)


def test_only_the_hardest_items_get_a_gradient():
    logits = torch.tensor([[3.0, 0.0, -2.0, 1.0]], requires_grad=True)
    losses.binary_bootstrapped_cross_entropy(logits, torch.ones(1, 4), k=2).backward()
    assert logits.grad.ne(0).tolist() == [[False, True, True, False]]


def test_pooled_bootstrapping_takes_the_hardest_of_the_batch_and_not_of_each_image():
    logits = torch.tensor([[-5.0, -4.0], [5.0, 4.0]])
    targets = torch.ones(2, 2)
    pooled = losses.binary_bootstrapped_cross_entropy(logits, targets, k=2, pooled=True, reduction="none")
    single = losses.binary_bootstrapped_cross_entropy(logits, targets, k=1, reduction="none")
    assert pooled.ne(0).tolist() == [[True, True], [False, False]]
    assert single.ne(0).tolist() == [[True, False], [False, True]]


def test_a_fraction_counts_the_kept_items_of_each_image():
    logits = torch.tensor([[-1.0, -2.0, -3.0, -4.0], [-1.0, -2.0, -3.0, -4.0]])
    targets = torch.tensor([[1, 1, 1, 1], [1, 1, 255, 255]])
    items = losses.binary_bootstrapped_cross_entropy(
        logits, targets, fraction=0.5, ignore_index=255, reduction="none"
    )
    assert items.ne(0).tolist() == [[False, False, True, True], [False, True, False, False]]


@given(fraction=st.sampled_from([0.1, 0.2, 0.3, 0.6, 0.7]), tens=st.integers(1, 40))
def test_a_whole_share_is_not_rounded_up_by_a_rounding_error(fraction, tens):
    logits = torch.linspace(-3, 3, 10 * tens)[None]
    for marked in (None, 255):
        items = losses.binary_bootstrapped_cross_entropy(
            logits, torch.ones_like(logits), fraction=fraction, ignore_index=marked, reduction="none"
        )
        assert items.ne(0).sum() == round(fraction * 10) * tens


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda x, t: losses.logit_adjusted_loss(x, t, class_counts=(1, 2)),
            "Expected 3 class counts, one a class, got 2",
        ),
        (
            lambda x, t: losses.ldam_loss(x, t, class_counts=(5, 0, 1)),
            r"Expected class counts above 0, got \[5, 0, 1\]; leave empty classes out",
        ),
        (lambda x, t: losses.LDAMLoss(class_counts=(5, -1)), "Expected class counts above 0"),
        (
            lambda x, t: losses.class_balanced_loss(x, t, class_counts=COUNTS, beta=1.5),
            "Expected beta .* 1.5",
        ),
        (lambda x, t: losses.ldam_loss(x, t, class_counts=COUNTS, scale=0.0), "Expected scale .* above 0"),
        (lambda x, t: losses.ldam_loss(x, t, class_counts=COUNTS, max_margin=-1.0), "Expected max_margin"),
        (lambda x, t: losses.logit_adjusted_loss(x, t, class_counts=COUNTS, tau=math.inf), "Expected tau"),
        (lambda x, t: losses.vs_loss(x, t, scale=(1.0,), shift=(0.0,) * 3), "Expected 3 factors"),
        (lambda x, t: losses.vs_loss(x, t, scale=(1.0,) * 3, shift=(0.0,)), "Expected 3 offsets"),
        (lambda x, t: losses.bootstrapped_cross_entropy(x, t), "Expected exactly one of k and fraction"),
        (lambda x, t: losses.bootstrapped_cross_entropy(x, t, k=1, fraction=0.5), "exactly one of k and"),
        (lambda x, t: losses.bootstrapped_cross_entropy(x, t, k=0), "Expected k to be a whole number"),
        (lambda x, t: losses.bootstrapped_cross_entropy(x, t, fraction=1.5), "Expected fraction .* up to 1"),
        (
            lambda x, t: losses.class_balanced_loss(x[0], t[:1], class_counts=COUNTS),
            "Expected logits of shape",
        ),
        (lambda x, t: adjust_logits(x, class_counts=(1, 2)), "Expected 3 class counts"),
        (lambda x, t: reuse_background(t, x), r"Expected probabilities shaped like the labels, \(50,\)"),
        (lambda x, t: reuse_background(t, x[:, 0], threshold=2), "Expected a threshold between 0 and 1"),
    ],
)
def test_arguments_out_of_range_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(*draw_items())


def test_background_of_the_binary_network_overrides_and_nothing_else_changes():
    labels = torch.tensor([[2, 0, 1], [4, 3, 2]])
    probability = torch.tensor([[0.9, 0.9, 0.5], [0.51, 0.1, 1.0]])
    assert reuse_background(labels, probability).tolist() == [[2, 0, 0], [4, 0, 2]]
    assert reuse_background(labels, probability, background=9, threshold=0.0).tolist() == labels.tolist()
