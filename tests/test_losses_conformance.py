"""What every loss must do with items, classes and reductions, run over the one list of cases."""

import math
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from loss_case import CLASSES, SHAPE, draw, draw_soft, one_hot
from loss_cases import CASES

from imbalance_course import losses
from imbalance_course.losses.common import LossModule

IGNORED = 255
FOR_EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
FOR_SOFT_CASES = pytest.mark.parametrize("case", [case for case in CASES if case.soft], ids=str)
FOR_MIXTURES = pytest.mark.parametrize(
    "case", [case for case in CASES if case.soft and case.mixture], ids=str
)
FOR_IMAGE_SUMS = pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.over not in ("batch", "pooled") and not case.settings.get("pooled")],
    ids=str,
)


@pytest.fixture(autouse=True)
def python_numbers_are_float64():
    """Slow references make tensors from lists: keep all digits."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def count_items(case, items):
    """What ``mean`` divides by."""
    return int((items != 0).sum()) if case.over == "hardest" else items.numel()


def test_the_list_holds_every_public_loss():
    public = {vars(losses)[name] for name in losses.__all__}
    functions = {each for each in public if getattr(each, "__name__", "").endswith(("_loss", "_entropy"))}
    modules = {each for each in public if isinstance(each, type) and issubclass(each, LossModule)}
    assert functions == {case.function for case in CASES}
    assert modules == {case.module for case in CASES}


def test_every_public_name_is_on_the_page_of_the_losses():
    page = (Path(__file__).parent.parent / "book" / "api_losses.md").read_text()
    assert set(losses.__all__) == set(
        re.findall(r"auto(?:function|class):: imbalance_course\.losses\.(\w+)", page)
    )


@FOR_EVERY_CASE
def test_hard_targets_give_the_value_of_a_slow_loop(case):
    logits, targets = draw(case)
    found = case.call(logits, targets, reduction="none")
    torch.testing.assert_close(found, case.slow(logits, targets), rtol=1e-10, atol=1e-12)


@FOR_SOFT_CASES
def test_soft_targets_give_the_value_of_a_slow_loop(case):
    logits, targets = draw_soft(case)
    found = case.call(logits, targets, reduction="none")
    torch.testing.assert_close(found, case.slow(logits, targets), rtol=1e-10, atol=1e-12)


@FOR_EVERY_CASE
@settings(max_examples=15)
@given(shape=st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple), seed=st.integers(0, 10**6))
def test_any_shape_and_values_give_those_of_a_slow_loop(case, shape, seed):
    logits, targets = draw(case, seed=seed, shape=shape)
    found = case.call(logits, targets, reduction="none")
    torch.testing.assert_close(found, case.slow(logits, targets), rtol=1e-9, atol=1e-11)


@FOR_SOFT_CASES
def test_one_hot_soft_targets_equal_hard_targets(case):
    logits, targets = draw(case)
    hard_loss, soft_loss = (case.call(logits, each) for each in (targets, one_hot(case, targets)))
    torch.testing.assert_close(hard_loss, soft_loss, rtol=1e-13, atol=1e-13)


@FOR_MIXTURES
def test_a_soft_target_costs_the_mixture_of_the_hard_ones(case):
    logits, soft = draw_soft(case)
    shares = soft.unbind(1) if case.kind == "multiclass" else (1 - soft, soft)
    shape = shares[0].shape
    expected = sum(
        share * case.function(
            logits,
            torch.full(shape, number),
            **case.extras(soft),
            **{**case.settings, "reduction": "none"},
        )
        for number, share in enumerate(shares)
    )  # fmt: skip
    torch.testing.assert_close(case.call(logits, soft, reduction="none"), expected)


@FOR_EVERY_CASE
def test_sum_and_mean_follow_from_the_items(case):
    logits, targets = draw(case)
    items, total, mean = (
        case.call(logits, targets, reduction=reduction) for reduction in ("none", "sum", "mean")
    )
    if case.over in ("items", "hardest", "batch"):
        assert items.shape == targets.shape
    torch.testing.assert_close(total, items.sum())
    torch.testing.assert_close(mean, items.sum() / count_items(case, items))


@FOR_EVERY_CASE
@pytest.mark.parametrize("axis", [0, 1], ids=["images", "pixels"])
def test_ignoring_equals_deleting(case, axis):
    logits, targets = draw(case)
    away = torch.tensor([1, 3])
    stay = torch.tensor([row for row in range(SHAPE[axis]) if row not in (1, 3)])
    marked = targets.index_fill(axis, away, IGNORED)
    axis_of_logits = axis if axis == 0 else -1
    for reduction in ("mean", "sum"):
        ignored = case.call(logits, marked, ignore_index=IGNORED, reduction=reduction)
        deleted = case.call(
            logits.index_select(axis_of_logits, stay), targets.index_select(axis, stay), reduction=reduction
        )
        torch.testing.assert_close(ignored, deleted)
    if case.over in ("items", "hardest", "batch"):
        items = case.call(logits, marked, ignore_index=IGNORED, reduction="none")
        assert items.shape == targets.shape
        assert not items.index_select(axis, away).any()


@FOR_EVERY_CASE
def test_what_stands_at_an_ignored_item_reaches_neither_value_nor_gradient(case):
    logits, targets = draw(case)
    spoiled = logits.detach().clone()
    spoiled[1] = math.nan
    spoiled[3] = math.inf
    spoiled[..., 0] = -math.inf
    spoiled.requires_grad_()
    targets[[1, 3]] = IGNORED
    targets[:, 0] = IGNORED
    value = case.call(spoiled, targets, ignore_index=IGNORED)
    value.backward()
    torch.testing.assert_close(value, case.call(logits, targets, ignore_index=IGNORED))
    assert spoiled.grad.isfinite().all()
    assert not spoiled.grad[[1, 3]].any()
    assert not spoiled.grad[..., 0].any()


@FOR_EVERY_CASE
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_batch_without_kept_items_has_loss_zero_and_gradient_zero(case, reduction):
    logits, targets = draw(case)
    value = case.call(logits, torch.full_like(targets, IGNORED), ignore_index=IGNORED, reduction=reduction)
    value.backward()
    assert value == 0
    assert not logits.grad.any()


@FOR_EVERY_CASE
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_an_empty_batch_has_loss_zero(case, reduction):
    logits, targets = draw(case)
    value = case.call(logits[:0], targets[:0], reduction=reduction)
    value.backward()
    assert value == 0


@FOR_EVERY_CASE
@pytest.mark.parametrize("shape", [SHAPE, (1, 1)], ids=["batch", "single"])
def test_a_batch_of_one_class_alone_is_finite_and_so_is_its_gradient(case, shape):
    for only in range(case.hard_targets):
        logits, targets = draw(case, shape=shape)
        value = case.call(logits, torch.full_like(targets, only))
        value.backward()
        assert value.isfinite()
        assert logits.grad.isfinite().all()


@FOR_EVERY_CASE
def test_the_order_of_images_and_pixels_does_not_matter(case):
    logits, targets = draw(case)
    images, pixels = torch.tensor([2, 0, 3, 1]), torch.tensor([4, 2, 0, 1, 3])
    torch.testing.assert_close(
        case.call(logits[images][..., pixels], targets[images][..., pixels]), case.call(logits, targets)
    )


@FOR_IMAGE_SUMS
def test_the_sum_of_a_batch_is_the_sum_of_its_parts(case):
    logits, targets = draw(case)
    parts = [
        case.call(logits[part], targets[part], reduction="sum") for part in (slice(0, 1), slice(1, None))
    ]
    torch.testing.assert_close(case.call(logits, targets, reduction="sum"), sum(parts))


@FOR_EVERY_CASE
def test_a_right_answer_costs_less_than_a_wrong_one(case):
    if case.kind == "multiclass":
        confident, right = 4 * torch.eye(CLASSES)[None], torch.arange(CLASSES)[None]
    else:
        confident, right = torch.tensor([[4.0, -4.0]]), torch.tensor([[1, 0]])
        confident = right.double() if case.kind == "regression" else confident
    values = [case.call(confident, targets) for targets in (right, right.roll(1, -1))]
    assert values[0] < values[1]


@FOR_EVERY_CASE
def test_wrong_arguments_are_named(case):
    logits, targets = draw(case)
    with pytest.raises(ValueError, match="Expected reduction to be .* got 'average'"):
        case.call(logits, targets, reduction="average")
    with pytest.raises(ValueError, match="Expected reduction"):
        case.build(reduction="average")
    with pytest.raises(ValueError, match=r"Expected targets .*\(4, .*, got \(4, 4\)"):
        case.call(logits, targets[:, :4])
    with pytest.raises(TypeError, match=r"of a floating-point type, got torch\.int64"):
        case.call(logits.long(), targets)


@FOR_EVERY_CASE
def test_the_documentation_has_every_part(case):
    for part in (".. math::", "Args:", "Returns:", "Raises:", "Reference:", "Example:", ">>> "):
        assert part in case.function.__doc__, part
    assert case.function.__name__ in case.module.__doc__
