"""What every module twin must do: equal its function, carry its weights, compile into one graph."""

import numpy as np
import pytest
import torch
from loss_case import draw, draw_soft
from loss_cases import CASES

from imbalance_course import losses

IGNORED = 255
FOR_EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=str)
FOR_SOFT_CASES = pytest.mark.parametrize("case", [case for case in CASES if case.soft], ids=str)


def arrays(case):
    """Names of the settings that hold one number a class."""
    return {name for name, value in case.settings.items() if isinstance(value, tuple)}


@FOR_EVERY_CASE
def test_the_module_twin_equals_the_function(case):
    logits, targets = draw(case)
    targets[0, 0] = IGNORED
    arguments = {"ignore_index": IGNORED, "reduction": "sum"}
    found = case.build(**arguments)(logits, targets, **case.extras(targets))
    torch.testing.assert_close(found, case.call(logits, targets, **arguments), rtol=1e-6, atol=1e-9)


@FOR_EVERY_CASE
def test_the_module_shows_its_arguments_and_rebuilds_from_them(case):
    module = case.build()
    rebuilt = eval(repr(module), vars(losses))
    logits, targets = draw(case)
    extras = case.extras(targets)
    torch.testing.assert_close(rebuilt(logits, targets, **extras), module(logits, targets, **extras))


@FOR_EVERY_CASE
def test_arrays_move_and_save_with_the_module(case):
    module = case.build()
    assert set(module.state_dict()) == arrays(case)
    for buffer in module.to("meta").buffers():
        assert buffer.is_meta
    if arrays(case):
        other = case.build(**{name: [1.0] * len(case.settings[name]) for name in arrays(case)})
        other.load_state_dict(case.build().state_dict())
        for name in arrays(case):
            torch.testing.assert_close(getattr(other, name), torch.tensor(case.settings[name]).float())


@pytest.mark.parametrize("case", [case for case in CASES if arrays(case)], ids=str)
@pytest.mark.parametrize("convert", [list, np.array, torch.tensor, lambda pair: tuple(map(np.float64, pair))])
def test_arrays_may_be_a_list_an_array_or_a_tensor(case, convert):
    logits, targets = draw(case)
    extras = case.extras(targets)
    settings = {name: convert(case.settings[name]) for name in arrays(case)}
    expected = case.call(logits, targets)
    torch.testing.assert_close(case.call(logits, targets, **settings), expected, rtol=1e-6, atol=1e-9)
    module = case.build(**settings)
    torch.testing.assert_close(module(logits, targets, **extras), expected, rtol=1e-6, atol=1e-9)


@FOR_EVERY_CASE
def test_the_whole_loss_compiles_into_one_graph_with_equal_value_and_gradient(case):
    torch.compiler.reset()
    logits, targets = draw(case, dtype=torch.float32)
    targets[0, 0] = IGNORED
    extras = case.extras(targets)
    module = case.build(ignore_index=IGNORED)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    results = [
        (value, *torch.autograd.grad(value, logits))
        for value in (module(logits, targets, **extras), compiled(logits, targets, **extras))
    ]
    torch.testing.assert_close(*results)


@FOR_SOFT_CASES
def test_soft_targets_compile_into_one_graph(case):
    torch.compiler.reset()
    logits, targets = draw_soft(case)
    compiled = torch.compile(case.build(), fullgraph=True, backend="aot_eager")
    found = compiled(logits, targets, **case.extras(targets))
    torch.testing.assert_close(found, case.call(logits, targets), rtol=1e-6, atol=1e-9)
