"""Class weights against the printed values of the sources and against what they promise."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course import weights

SIX = [
    weights.equal,
    weights.inverse_share,
    weights.rising_exponential,
    weights.falling_exponential,
    weights.foreground_normalized,
    weights.foreground_only,
]
EVERY = pytest.mark.parametrize("function", [weights.inverse_frequency, *SIX])
SHARES = st.lists(st.floats(0.001, 1e6), min_size=2, max_size=8)
# Share of the pixels of the CoNIC images in %, six kinds of nuclei and the background.
CONIC = [0.126, 10.308, 1.855, 0.551, 0.103, 3.081, 83.975]


@pytest.mark.parametrize(
    ("counts", "printed"),
    [([11_000, 1_000], [0.545, 6.0]), ([11_000, 500], [0.523, 11.5]), ([2_480, 5_429], [1.595, 0.728])],
    ids=["lecture, imbalanced 1", "lecture, imbalanced 2", "BreakHis"],
)
def test_inverse_frequency_gives_the_weights_printed_in_the_sources(counts, printed):
    assert weights.inverse_frequency(counts).round(3).tolist() == printed


@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=9))
def test_inverse_frequency_gives_every_class_the_same_total_and_keeps_the_mean_weight_at_one(counts):
    totals = weights.inverse_frequency(counts) * counts
    assert totals == pytest.approx(totals[0])
    assert totals.sum() == pytest.approx(sum(counts))


def test_foreground_normalized_gives_the_printed_weights_of_conic():
    printed = [0.2189, 0.0389, 0.1633, 0.2037, 0.2198, 0.1326, 0.0228]
    assert weights.foreground_normalized(CONIC, background=-1).round(4).tolist() == printed


def test_foreground_only_drops_the_background_and_keeps_the_ratios_of_the_rest():
    kept = weights.foreground_normalized(CONIC, background=6)[:-1]
    found = weights.foreground_only(CONIC, background=6)
    assert found[-1] == 0
    assert found[:-1] == pytest.approx(kept / kept.sum())


@pytest.mark.parametrize("function", SIX)
def test_each_function_gives_its_formula_in_a_slow_loop(function):
    total = sum(CONIC)
    foreground = total - CONIC[-1]
    formula = {
        "equal": lambda p: 1.0,
        "inverse_share": lambda p: 1 / (len(CONIC) * p),
        "rising_exponential": lambda p: math.exp(math.e * p),
        "falling_exponential": lambda p: math.exp(-math.e * p),
        "foreground_normalized": lambda p: math.exp(-math.e * p * total / foreground),
        "foreground_only": lambda p: math.exp(-math.e * p * total / foreground),
    }[function.__name__]
    raw = [formula(share / total) for share in CONIC]
    arguments = {}
    if function.__name__.startswith("foreground"):
        arguments = {"background": -1}
        raw[-1] = math.exp(-math.e * CONIC[-1] / total) if function is weights.foreground_normalized else 0.0
    assert function(CONIC, **arguments) == pytest.approx([value / sum(raw) for value in raw])


@pytest.mark.parametrize("function", SIX)
@given(shares=SHARES)
def test_weights_are_not_negative_and_have_sum_one(function, shares):
    found = function(shares)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)


@EVERY
@given(shares=SHARES, factor=st.floats(0.01, 100))
def test_only_the_ratios_of_the_counts_matter(function, shares, factor):
    assert function(np.multiply(shares, factor)) == pytest.approx(function(shares))


@given(shares=SHARES)
def test_a_rarer_class_weighs_more_except_under_the_rising_exponential(shares):
    order = np.argsort(shares, kind="stable")
    for function in (weights.inverse_frequency, weights.inverse_share, weights.falling_exponential):
        assert (np.diff(function(shares)[order]) <= 0).all()
    assert (np.diff(weights.rising_exponential(shares)[order]) >= 0).all()


@EVERY
@pytest.mark.parametrize("convert", [list, tuple, np.array, lambda counts: np.array(counts, dtype=np.int32)])
def test_lists_tuples_and_arrays_give_one_result(function, convert):
    found = function(convert([5, 20, 75]))
    assert isinstance(found, np.ndarray)
    assert found.tolist() == function([5.0, 20.0, 75.0]).tolist()


@EVERY
@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([10, 0, 5], "above 0 for every class, got 0 for class 1; leave a class without items out"),
        ([10, 5, -3], "above 0 for every class, got -3 for class 2"),
        ([math.nan, 5], "finite count above 0 for every class, got nan for class 0"),
        ([5, math.inf], "got inf for class 1"),
        ([10], "at least two classes, got shape"),
        ([], "at least two classes, got shape"),
        ([[1, 2], [3, 4]], "got shape"),
        (7, "got shape"),
    ],
)
def test_counts_that_cannot_be_weighed_are_named(function, counts, message):
    with pytest.raises(ValueError, match=message):
        function(counts)


@pytest.mark.parametrize("function", [weights.foreground_normalized, weights.foreground_only])
@pytest.mark.parametrize("background", [3, -4])
def test_a_background_outside_the_classes_is_named(function, background):
    with pytest.raises(ValueError, match=f"position of the background among 3 classes, got {background}"):
        function([1, 2, 3], background=background)


def test_weights_and_metrics_import_neither_torch_nor_scipy_nor_scikit_learn():
    code = (
        "import sys, imbalance_course.weights, imbalance_course.metrics; "
        "print({'torch', 'scipy', 'sklearn', 'matplotlib'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"


@given(counts=st.lists(st.integers(1, 400), min_size=2, max_size=5), beta=st.floats(0, 1))
def test_the_effective_number_is_a_geometric_series(counts, beta):
    series = np.array([sum(beta**power for power in range(count)) for count in counts])
    expected = len(counts) * (1 / series) / (1 / series).sum()
    found = weights.effective_number(counts, beta=beta)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.sum() == pytest.approx(len(counts))


def test_factors_and_offsets_of_vector_scaling_grow_with_the_count():
    scale, shift = weights.vector_scaling([100, 400, 1600], gamma=0.5, tau=2.0)
    np.testing.assert_allclose(scale, [0.25, 0.5, 1.0])
    np.testing.assert_allclose(np.exp(shift / 2), np.array([100, 400, 1600]) / 2100)


def test_parameters_out_of_range_are_named():
    with pytest.raises(ValueError, match="Expected beta between 0 and 1, got 1.5"):
        weights.effective_number([1, 2], beta=1.5)
    with pytest.raises(ValueError, match="Expected gamma of at least 0, got -1"):
        weights.vector_scaling([1, 2], gamma=-1)
