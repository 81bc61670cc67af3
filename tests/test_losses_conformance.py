"""What every loss must do, run over the one list of cases."""

import itertools
import math

import pytest
import torch
from loss_cases import CASES, CLASSES, draw, draw_soft, slow_items
from torch import nn

from imbalance_course import losses

IGNORED = 255
HALF_TYPES = [torch.float16, torch.bfloat16]
TOLERANCE = {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float32: 2e-6, torch.float64: 1e-12}

FOR_EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(autouse=True)
def python_numbers_are_float64():
    """Slow references make tensors from lists: keep all digits."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def test_the_list_holds_every_public_loss():
    public = {getattr(losses, name) for name in losses.__all__}
    assert public == {case.function for case in CASES} | {case.module for case in CASES}


@FOR_EVERY_CASE
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_hard_targets_give_the_value_of_a_slow_loop(case, dtype):
    logits, targets = draw(case, dtype=dtype)
    expected = slow_items(case, logits.detach().double(), targets)
    found = case.function(logits, targets, reduction="none", **case.settings)
    # Half precision is computed in float32, and the reference starts from the rounded logits too.
    tolerance = TOLERANCE[found.dtype]
    torch.testing.assert_close(found.double(), expected, rtol=tolerance, atol=tolerance)


@FOR_EVERY_CASE
def test_soft_targets_give_the_value_of_a_slow_loop(case):
    logits, targets = draw_soft(case)
    found = case.function(logits, targets, reduction="none", **case.settings)
    torch.testing.assert_close(found, slow_items(case, logits.detach(), targets), rtol=1e-12, atol=1e-12)


@FOR_EVERY_CASE
def test_one_hot_soft_targets_equal_hard_targets(case):
    logits, targets = draw(case)
    soft = targets.double()
    if not case.binary:
        soft = torch.nn.functional.one_hot(targets, CLASSES).movedim(-1, 1).double()
    hard_loss, soft_loss = (case.function(logits, each, **case.settings) for each in (targets, soft))
    torch.testing.assert_close(hard_loss, soft_loss, rtol=1e-13, atol=1e-13)


@FOR_EVERY_CASE
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_first_and_second_derivatives_match_finite_differences(case, soft):
    logits, targets = (draw_soft if soft else draw)(case)

    def loss(values):
        return case.function(values, targets, **case.settings)

    assert torch.autograd.gradcheck(loss, logits)
    assert torch.autograd.gradgradcheck(loss, logits)


@FOR_EVERY_CASE
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_extreme_logits_give_finite_values_and_gradients(case, dtype, soft):
    extremes = [-1e4, -50.0, 0.0, 50.0, 1e4]
    if case.binary:
        pairs = list(itertools.product(extremes, [0.0, 0.5, 1.0] if soft else [0, 1]))
        logits = torch.tensor([logit for logit, _ in pairs])
        targets = torch.tensor([target for _, target in pairs])
    else:
        rows = [
            (*row, target) for row in itertools.product(extremes, repeat=CLASSES) for target in range(CLASSES)
        ]
        logits = torch.tensor([row[:CLASSES] for row in rows])
        targets = torch.tensor([row[CLASSES] for row in rows])
        if soft:
            targets = torch.full_like(logits, 1 / CLASSES)
    logits = logits.to(dtype).requires_grad_()
    value = case.function(logits, targets, reduction="sum", **case.settings)
    value.backward()
    assert value.isfinite()
    assert logits.grad.isfinite().all()


@FOR_EVERY_CASE
def test_sum_and_mean_follow_from_the_items(case):
    logits, targets = draw(case)
    items, total, mean = (
        case.function(logits, targets, reduction=reduction, **case.settings)
        for reduction in ("none", "sum", "mean")
    )
    assert items.shape == targets.shape
    torch.testing.assert_close(total, items.sum())
    torch.testing.assert_close(mean, items.sum() / targets.numel())


@FOR_EVERY_CASE
def test_ignoring_items_equals_deleting_them(case):
    logits, targets = draw(case)
    rows = torch.tensor([0, 2])
    marked = targets.clone()
    marked[[1, 3]] = IGNORED
    for reduction in ("mean", "sum"):
        ignored = case.function(logits, marked, ignore_index=IGNORED, reduction=reduction, **case.settings)
        deleted = case.function(logits[rows], targets[rows], reduction=reduction, **case.settings)
        torch.testing.assert_close(ignored, deleted)
    items = case.function(logits, marked, ignore_index=IGNORED, reduction="none", **case.settings)
    assert items.shape == targets.shape
    assert not items[[1, 3]].any()


@FOR_EVERY_CASE
def test_what_stands_at_an_ignored_item_reaches_neither_value_nor_gradient(case):
    logits, targets = draw(case)
    spoiled = logits.detach().clone()
    spoiled[1] = math.nan
    spoiled[3] = math.inf
    spoiled.requires_grad_()
    targets[[1, 3]] = IGNORED
    value = case.function(spoiled, targets, ignore_index=IGNORED, **case.settings)
    value.backward()
    torch.testing.assert_close(value, case.function(logits, targets, ignore_index=IGNORED, **case.settings))
    assert spoiled.grad.isfinite().all()
    assert not spoiled.grad[[1, 3]].any()


@FOR_EVERY_CASE
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_without_kept_items_has_loss_zero_and_gradient_zero(case, reduction):
    logits, targets = draw(case)
    value = case.function(
        logits, torch.full_like(targets, IGNORED), ignore_index=IGNORED, reduction=reduction, **case.settings
    )
    value.backward()
    assert value == 0
    assert not logits.grad.any()


@FOR_EVERY_CASE
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_an_empty_batch_has_loss_zero(case, reduction):
    logits, targets = draw(case)
    value = case.function(logits[:0], targets[:0], reduction=reduction, **case.settings)
    value.backward()
    assert value == 0


@FOR_EVERY_CASE
def test_a_batch_of_one_class_alone_is_finite(case):
    logits, targets = draw(case)
    for only in range(2 if case.binary else CLASSES):
        assert case.function(logits, torch.full_like(targets, only), **case.settings).isfinite()


@FOR_EVERY_CASE
def test_the_order_of_the_items_does_not_matter(case):
    logits, targets = draw(case)
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(
        case.function(logits[order], targets[order], **case.settings),
        case.function(logits, targets, **case.settings),
    )


@FOR_EVERY_CASE
def test_a_right_answer_costs_less_than_a_wrong_one(case):
    confident = torch.tensor([4.0, -4.0]) if case.binary else 4 * torch.eye(CLASSES)
    right = torch.tensor([1, 0]) if case.binary else torch.arange(CLASSES)
    wrong = right.flip(0) if case.binary else right.roll(1)
    values = [case.function(confident, targets, **case.settings) for targets in (right, wrong)]
    assert values[0] < values[1]


@FOR_EVERY_CASE
@pytest.mark.parametrize("dtype", HALF_TYPES)
def test_half_precision_is_computed_and_returned_in_float32(case, dtype):
    logits, targets = draw(case, dtype=dtype)
    value = case.function(logits, targets, **case.settings)
    value.backward()
    assert value.dtype == torch.float32
    assert logits.grad.dtype == dtype
    full = logits.detach().double().requires_grad_()
    case.function(full, targets, **case.settings).backward()
    torch.testing.assert_close(
        logits.grad.double(), full.grad, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype] / 100
    )


@FOR_EVERY_CASE
def test_a_sum_beyond_the_largest_float16_stays_finite(case):
    logits = torch.full((2**17,) if case.binary else (2**17, CLASSES), -6.0, dtype=torch.float16)
    targets = torch.ones(2**17, dtype=torch.long)
    assert case.function(logits, targets, reduction="sum", **case.settings).isfinite()


@FOR_EVERY_CASE
def test_autocast_gives_the_loss_of_the_same_logits_in_float32(case):
    channels = 1 if case.binary else CLASSES
    network = nn.Linear(7, channels, dtype=torch.float32)
    features = torch.randn(6, 7, dtype=torch.float32, generator=torch.Generator().manual_seed(1))
    targets = torch.tensor([0, 1, 0, 1, 1, 0])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(features)
        logits = logits.squeeze(1) if case.binary else logits
        value = case.module(**case.settings)(logits, targets)
    value.backward()
    assert logits.dtype == torch.bfloat16
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, case.function(logits.float(), targets, **case.settings))
    assert network.weight.grad.isfinite().all()


@FOR_EVERY_CASE
def test_every_type_of_hard_target_gives_one_value(case):
    logits, targets = draw(case)
    types = [torch.uint8, torch.int32, torch.int64]
    types += [torch.bool, torch.float16, torch.float32] if case.binary else []
    values = [case.function(logits, targets.to(dtype), **case.settings) for dtype in types]
    assert all(value == values[0] for value in values)


@FOR_EVERY_CASE
def test_wrong_arguments_are_named(case):
    logits, targets = draw(case)
    with pytest.raises(ValueError, match="Expected reduction to be .* got 'average'"):
        case.function(logits, targets, **case.settings, reduction="average")
    with pytest.raises(ValueError, match="Expected reduction"):
        case.module(**case.settings, reduction="average")
    with pytest.raises(ValueError, match=r"Expected targets .*\(4, .*, got \(4, 4\)"):
        case.function(logits, targets[:, :4], **case.settings)
    with pytest.raises(TypeError, match=r"Expected logits of a floating-point type, got torch\.int64"):
        case.function(logits.long(), targets, **case.settings)


@FOR_EVERY_CASE
def test_the_documentation_has_every_part(case):
    for part in (".. math::", "Args:", "Returns:", "Raises:", "Reference:", "Example:", ">>> "):
        assert part in case.function.__doc__, part
    assert case.function.__name__ in case.module.__doc__
