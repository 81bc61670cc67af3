"""Positions of the largest entries are right, whatever the rows."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course.losses.ordering import descending, largest


@given(rows=st.integers(0, 4), size=st.integers(0, 40), seed=st.integers(0, 999), data=st.data())
def test_the_largest_entries_are_those_of_a_full_sort(rows, size, seed, data):
    count = data.draw(st.integers(0, size))
    values = torch.randint(8, (rows, size), generator=torch.Generator().manual_seed(seed)).float()
    expected = values.sort(dim=1, descending=True).values
    index = largest(values, count)
    assert index.shape == (rows, count)
    assert all(len(set(row)) == count for row in index.tolist())
    assert values.gather(1, index).sort(dim=1, descending=True).values.equal(expected[:, :count])
    assert values.gather(1, descending(values)).equal(expected)


def test_nan_counts_as_large_and_never_changes_how_many_are_taken():
    values = torch.tensor([[0.5, float("nan"), 3.0], [float("nan"), 1.0, 0.5]])
    index = largest(values, 2)
    assert [sorted(row) for row in index.tolist()] == [[1, 2], [0, 1]]
    assert largest(torch.full((1, 3), float("nan")), 1).shape == (1, 1)


@pytest.mark.parametrize("operator", [lambda values: largest(values, 2), descending])
def test_the_operators_pass_the_checks_of_torch_and_compile_into_one_graph(operator):
    torch.compiler.reset()
    values = torch.tensor([[0.5, -1.0, 3.0], [2.0, float("-inf"), 1.0]])
    for name, arguments in (("largest", (values, 2)), ("descending", (values,))):
        checks = torch.library.opcheck(getattr(torch.ops.imbalance_course, name), arguments)
        assert set(checks.values()) == {"SUCCESS"}
    compiled = torch.compile(operator, fullgraph=True, backend="aot_eager")
    assert compiled(values).equal(operator(values))
