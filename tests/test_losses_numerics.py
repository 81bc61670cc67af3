"""What every loss must do with numbers: derivatives, extreme logits, half precision, types of targets."""

import itertools

import pytest
import torch
from loss_case import CLASSES, draw, draw_soft
from loss_cases import CASES
from torch import nn

HALF_TYPES = [torch.float16, torch.bfloat16]
TOLERANCE = {torch.float16: 2e-3, torch.bfloat16: 2e-2, torch.float32: 4e-6, torch.float64: 1e-12}
EXTREMES = [-1e4, -50.0, 0.0, 50.0, 1e4]

FOR_EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
CASES_WITH_TARGETS = [
    pytest.param(case, soft, id=f"{case}-{'soft' if soft else 'hard'}")
    for case in CASES
    for soft in ([False, True] if case.soft else [False])
]
FOR_EVERY_KIND_OF_TARGET = pytest.mark.parametrize(("case", "soft"), CASES_WITH_TARGETS)


def extreme_items(case, soft):
    """One image of every combination of extreme logits and targets."""
    if case.kind == "multiclass":
        rows = list(itertools.product(*[EXTREMES] * CLASSES, range(CLASSES)))
        logits = torch.tensor([row[:CLASSES] for row in rows]).T[None]
        targets = torch.tensor([row[CLASSES] for row in rows])[None]
        return logits, torch.full_like(logits, 1 / CLASSES) if soft else targets
    pairs = list(itertools.product(EXTREMES, [0.0, 0.5, 1.0] if soft else [0, 1]))
    return torch.tensor([[pair[0] for pair in pairs]]), torch.tensor([[pair[1] for pair in pairs]])


@FOR_EVERY_CASE
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_every_number_format_gives_the_value_of_a_slow_loop(case, dtype):
    logits, targets = draw(case, dtype=dtype)
    found = case.call(logits, targets, reduction="none")
    # Half precision is computed in float32, and the reference starts from the rounded logits too.
    tolerance = TOLERANCE[found.dtype]
    torch.testing.assert_close(found.double(), case.slow(logits, targets), rtol=tolerance, atol=tolerance)


@FOR_EVERY_KIND_OF_TARGET
def test_derivatives_match_finite_differences(case, soft):
    logits, targets = (draw_soft if soft else draw)(case)

    def loss(values):
        return case.call(values, targets)

    assert torch.autograd.gradcheck(loss, logits)
    assert not case.smooth or torch.autograd.gradgradcheck(loss, logits)


@FOR_EVERY_KIND_OF_TARGET
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("autocast", [False, True], ids=["plain", "autocast"])
def test_extreme_logits_give_finite_values_and_gradients(case, soft, dtype, autocast):
    logits, targets = extreme_items(case, soft)
    logits = logits.to(dtype).requires_grad_()
    # The slope of a squared error grows with the error: a sum of it passes the largest float16.
    reduction = "mean" if case.kind == "regression" else "sum"
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        value = case.call(logits, targets, reduction=reduction)
    value.backward()
    assert value.isfinite()
    assert logits.grad.isfinite().all()


@FOR_EVERY_CASE
@pytest.mark.parametrize("dtype", HALF_TYPES)
def test_half_precision_is_computed_and_returned_in_float32(case, dtype):
    logits, targets = draw(case, dtype=dtype)
    value = case.call(logits, targets)
    value.backward()
    assert value.dtype == torch.float32
    assert logits.grad.dtype == dtype
    full = logits.detach().double().requires_grad_()
    case.call(full, targets).backward()
    torch.testing.assert_close(
        logits.grad.double(), full.grad, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype] / 100
    )


@FOR_EVERY_CASE
def test_a_sum_beyond_the_largest_float16_stays_finite(case):
    shape = (1, CLASSES, 2**17) if case.kind == "multiclass" else (1, 2**17)
    logits = torch.full(shape, -6.0, dtype=torch.float16)
    targets = torch.ones(1, 2**17, dtype=torch.long)
    assert case.call(logits, targets, reduction="sum").isfinite()


@FOR_EVERY_CASE
def test_autocast_gives_the_loss_of_the_same_logits_in_float32(case):
    channels = CLASSES if case.kind == "multiclass" else 1
    torch.manual_seed(0)
    network = nn.Linear(7, channels)
    features = torch.randn(2, 3, 7)
    targets = torch.tensor([[0, 1, 0], [1, 1, 0]])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(features)
        logits = logits.movedim(-1, 1) if case.kind == "multiclass" else logits.squeeze(-1)
        value = case.build()(logits, targets, **case.extras(targets))
    value.backward()
    assert logits.dtype == torch.bfloat16
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, case.call(logits.float(), targets))
    assert network.weight.grad.isfinite().all()


@FOR_EVERY_CASE
def test_every_type_of_hard_target_gives_one_value(case):
    logits, targets = draw(case)
    types = [torch.uint8, torch.int32, torch.int64]
    types += [torch.bool, torch.float16, torch.float32] if case.kind != "multiclass" else []
    values = [case.call(logits, targets.to(dtype)) for dtype in types]
    assert all(value == values[0] for value in values)
