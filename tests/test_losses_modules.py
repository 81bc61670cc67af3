"""What every module twin must do: equal its function, carry its weights, compile into one graph."""

import numpy as np
import pytest
import torch
from loss_cases import CASES, draw, draw_soft

from imbalance_course import losses

IGNORED = 255
FOR_EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
MULTICLASS = pytest.mark.parametrize("case", [case for case in CASES if not case.binary], ids=str)


@FOR_EVERY_CASE
def test_the_module_twin_equals_the_function(case):
    logits, targets = draw(case)
    targets[0, 0] = IGNORED
    arguments = {**case.settings, "ignore_index": IGNORED, "reduction": "sum"}
    assert case.module(**arguments)(logits, targets) == case.function(logits, targets, **arguments)


@FOR_EVERY_CASE
def test_the_module_shows_its_arguments_and_rebuilds_from_them(case):
    module = case.module(**case.settings)
    rebuilt = eval(repr(module), vars(losses))
    logits, targets = draw(case)
    assert rebuilt(logits, targets) == module(logits, targets)


@FOR_EVERY_CASE
def test_weights_move_and_save_with_the_module(case):
    module = case.module(**case.settings)
    assert set(module.state_dict()) == {"weight"} & set(case.settings)
    for buffer in module.to("meta").buffers():
        assert buffer.is_meta
    if "weight" in case.settings:
        other = case.module(weight=[1.0] * len(case.settings["weight"]))
        other.load_state_dict(case.module(**case.settings).state_dict())
        assert other.weight.tolist() == list(case.settings["weight"])


@pytest.mark.parametrize("case", [case for case in CASES if "weight" in case.settings], ids=str)
@pytest.mark.parametrize("convert", [list, np.array, torch.tensor, lambda pair: tuple(map(np.float64, pair))])
def test_weights_may_be_a_list_an_array_or_a_tensor(case, convert):
    logits, targets = draw(case)
    settings = {**case.settings, "weight": convert(case.settings["weight"])}
    expected = case.function(logits, targets, **case.settings)
    torch.testing.assert_close(case.function(logits, targets, **settings), expected)
    torch.testing.assert_close(case.module(**settings)(logits, targets), expected)


@FOR_EVERY_CASE
def test_the_whole_loss_compiles_into_one_graph_with_equal_value_and_gradient(case):
    torch.compiler.reset()
    logits, targets = draw(case, dtype=torch.float32)
    targets[0, 0] = IGNORED
    module = case.module(**case.settings, ignore_index=IGNORED)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    results = [
        (value, *torch.autograd.grad(value, logits))
        for value in (module(logits, targets), compiled(logits, targets))
    ]
    torch.testing.assert_close(*results)


@MULTICLASS
def test_soft_targets_compile_into_one_graph(case):
    torch.compiler.reset()
    logits, targets = draw_soft(case)
    compiled = torch.compile(case.module(**case.settings), fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(logits, targets), case.function(logits, targets, **case.settings))
