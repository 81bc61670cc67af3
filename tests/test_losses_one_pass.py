"""The focal loss with its gradient in one pass equals the loss under automatic differentiation."""

import pytest
import torch
from functorch.compile import make_boxed_func, min_cut_rematerialization_partition
from torch._dynamo.backends.common import aot_autograd

from imbalance_course.losses import binary_focal_loss, binary_focal_loss_and_gradient
from imbalance_course.losses.one_pass import with_gradient

IGNORED = 255
SETTINGS = pytest.mark.parametrize(
    "settings",
    [{"gamma": gamma} for gamma in (0.0, 0.5, 1.0, 2.0, 2.5, 5.0)] + [{"gamma": 2.0, "alpha": 0.25}],
    ids=str,
)


def draw_items(dtype, soft):
    generator = torch.Generator().manual_seed(0)
    logits = 5 * torch.randn(4, 9, generator=generator)
    logits[0, :5] = torch.tensor([0.0, 50.0, -50.0, 1e4, -1e4])
    targets = torch.randint(2, (4, 9), generator=generator)
    soft_targets = torch.rand(4, 9, generator=generator)
    return logits.to(dtype).requires_grad_(), soft_targets if soft else targets


@SETTINGS
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [(torch.float64, 1e-10), (torch.float32, 4e-6), (torch.bfloat16, 1e-2), (torch.float16, 2e-3)],
)
def test_loss_and_gradient_equal_those_of_automatic_differentiation(
    settings, soft, reduction, dtype, tolerance
):
    logits, targets = draw_items(dtype, soft)
    targets[1, :3] = IGNORED
    settings = {**settings, "ignore_index": IGNORED, "reduction": reduction}
    exact = logits.detach().double().requires_grad_()
    expected = binary_focal_loss(exact, targets, **settings)
    expected.backward()
    loss, gradient = binary_focal_loss_and_gradient(logits, targets, **settings)
    assert gradient.dtype == dtype
    torch.testing.assert_close(loss.double(), expected.detach(), rtol=4e-6, atol=0)
    torch.testing.assert_close(gradient.double(), exact.grad, rtol=tolerance, atol=tolerance / 100)
    assert not gradient[1, :3].any()


def test_nothing_to_count_gives_zero_and_an_empty_batch_too():
    logits = torch.zeros(3)
    loss, gradient = binary_focal_loss_and_gradient(logits, torch.full((3,), IGNORED), ignore_index=IGNORED)
    assert loss == 0
    assert not gradient.any()
    assert binary_focal_loss_and_gradient(logits[:0], logits[:0])[0] == 0


@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_it_compiles_into_one_graph(soft):
    torch.compiler.reset()
    logits, targets = draw_items(torch.float32, soft)
    compiled = torch.compile(binary_focal_loss_and_gradient, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(logits, targets), binary_focal_loss_and_gradient(logits, targets))


@pytest.mark.parametrize("settings", [{"gamma": 2.0, "alpha": 0.25}, {"gamma": 0.5}, {"gamma": 0.0}], ids=str)
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_compiled_loss_has_the_derivative_of_the_plain_one(settings, soft, reduction):
    torch.compiler.reset()
    settings = {**settings, "ignore_index": IGNORED, "reduction": reduction}
    compiled = torch.compile(binary_focal_loss, fullgraph=True, backend="aot_eager")
    for dtype, tolerance in ((torch.float64, 1e-10), (torch.float16, 2e-3)):
        logits, targets = draw_items(dtype, soft)
        targets[1, :3] = IGNORED
        found, expected = (loss(logits, targets, **settings) for loss in (compiled, binary_focal_loss))
        torch.testing.assert_close(found, expected, rtol=4e-6, atol=4e-6)
        scale = torch.rand_like(expected)
        found, expected = (torch.autograd.grad(loss, logits, scale)[0] for loss in (found, expected))
        torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance / 100)


def test_the_compiled_loss_is_differentiated_with_respect_to_targets_that_ask_for_it():
    torch.compiler.reset()
    logits, targets = draw_items(torch.float64, soft=True)
    targets = targets.double().requires_grad_()
    compiled = torch.compile(binary_focal_loss, fullgraph=True, backend="aot_eager")
    slopes = [
        torch.autograd.grad(loss(logits, targets), (logits, targets))
        for loss in (compiled, binary_focal_loss)
    ]
    torch.testing.assert_close(*slopes)


@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_the_compiled_backward_pass_computes_no_exponential_again(soft):
    torch.compiler.reset()
    operators = {}

    def note(name):
        def compiler(module, inputs):
            operators[name] = {str(node.target) for node in module.graph.nodes}
            return make_boxed_func(module.forward)

        return compiler

    backend = aot_autograd(
        fw_compiler=note("forward"),
        bw_compiler=note("backward"),
        partition_fn=min_cut_rematerialization_partition,
    )
    logits, targets = draw_items(torch.float32, soft)
    targets = targets if soft else targets.to(torch.uint8)
    torch.compile(binary_focal_loss, fullgraph=True, backend=backend)(logits, targets).backward()
    assert {"aten.exp.default", "aten.log1p.default"} <= operators["forward"]
    assert not {"aten.exp.default", "aten.log1p.default", "aten.sigmoid.default"} & operators["backward"]


def test_a_loss_with_a_gradient_is_a_sound_operator_for_the_compiler():
    logits = torch.zeros(2, 3, requires_grad=True)
    checks = torch.library.opcheck(with_gradient, (torch.tensor(2.0), torch.arange(6.0).view(2, 3), logits))
    assert set(checks.values()) == {"SUCCESS"}


def test_one_loss_an_item_has_no_one_gradient():
    with pytest.raises(ValueError, match="Expected reduction 'mean' or 'sum', got 'none'"):
        binary_focal_loss_and_gradient(torch.zeros(2), torch.zeros(2), reduction="none")
