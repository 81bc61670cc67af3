"""The numbers of the figure of bilevel problems, in a real browser, against the package and NumPy."""

import numpy as np
import pytest
from browser import compute

from imbalance_course import widgets

torch = pytest.importorskip("torch")

OTHER = {
    "hessian": [[0.9, -0.3], [-0.3, 0.5]],
    "mixed": [[0.7, -0.2], [0.4, 1.1]],
    "slope": [0.3, -0.8],
}


def by_package(figure, terms, step):
    """The package's series for a quadratic with the figure's derivatives."""
    from imbalance_course.bilevel import neumann_hypergradient

    hessian, mixed, slope = (
        torch.tensor(figure.data[name], dtype=torch.float64) for name in ("hessian", "mixed", "slope")
    )
    w, parameters = (torch.zeros(2, dtype=torch.float64, requires_grad=True) for _ in range(2))
    (found,) = neumann_hypergradient(
        [lambda: w @ hessian @ w / 2 + w @ mixed @ parameters], [lambda: slope @ w], [w], [parameters],
        terms=terms, step_size=step / torch.linalg.eigvalsh(hessian)[-1].item(),
    )  # fmt: skip
    return found.tolist()


@pytest.mark.parametrize("data", [{}, OTHER], ids=["default", "other"])
@pytest.mark.parametrize(("step", "terms"), [(0.1, 1), (1, 5), (1.9, 40), (2.3, 12)])
def test_the_estimates_are_those_of_the_package(page, data, step, terms):
    figure = widgets.NeumannSeries(**data, step=step, terms=terms)
    result = compute(page, figure)
    assert result["now"] == pytest.approx(by_package(figure, terms, step), rel=1e-9, abs=1e-12)
    assert result["estimates"][0] == pytest.approx(by_package(figure, 1, step), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("data", [{}, OTHER], ids=["default", "other"])
def test_the_exact_slope_error_length_and_angle_are_those_of_numpy(page, data):
    figure = widgets.NeumannSeries(**data, step=0.8, terms=3)
    result = compute(page, figure)
    hessian, mixed, slope = (np.array(figure.data[name]) for name in ("hessian", "mixed", "slope"))
    exact, now = -mixed.T @ np.linalg.solve(hessian, slope), np.array(result["now"])
    length = np.linalg.norm(exact)
    assert result["exact"] == pytest.approx(exact)
    assert result["error"] == pytest.approx(np.linalg.norm(now - exact) / length)
    assert result["share"] == pytest.approx(np.linalg.norm(now) / length)
    angle = np.degrees(np.arccos(now @ exact / np.linalg.norm(now) / length))
    assert result["degrees"] == pytest.approx(angle)
    curvatures = np.linalg.eigvalsh(hessian)
    assert result["rate"] == pytest.approx(np.abs(1 - 0.8 * curvatures / curvatures[-1]).max())


@pytest.mark.parametrize(("step", "falls"), [(0.5, True), (1.9, True), (2.1, False)])
def test_the_error_falls_until_the_step_reaches_two(page, step, falls):
    errors = compute(page, widgets.NeumannSeries(step=step))["errors"]
    assert len(errors) == 40 and (errors[-1] < errors[9]) == falls


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hessian": [[1.0]]}, "two weights and two parameters"),
        ({"slope": [1.0, 2.0, 3.0]}, "two weights and two parameters"),
        ({"hessian": [[1.0, 0.5], [0.0, 1.0]]}, "symmetric"),
        ({"hessian": [[1.0, 2.0], [2.0, 1.0]]}, "eigenvalues above 0"),
        ({"slope": [0.0, 0.0]}, "not zero"),
    ],
)
def test_what_is_no_minimum_is_refused_in_words(change, words):
    with pytest.raises(ValueError, match=words):
        widgets.NeumannSeries(**change)
