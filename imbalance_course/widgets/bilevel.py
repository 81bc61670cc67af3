"""The figure of bilevel problems: how a short series stands in for an inverse second derivative."""

from collections.abc import Sequence

import numpy as np

from imbalance_course.errors import CourseError
from imbalance_course.widgets.base import Figure, Slider

# A quadratic whose larger curvature is nine times the smaller one.
HESSIAN = ((1.0, 0.8), (0.8, 1.0))
MIXED = ((1.0, 0.0), (0.0, 1.0))
SLOPE = (-1.0, -0.4)


class NeumannSeries(Figure):
    """The hypergradient of a quadratic with two weights and two parameters, by a truncated Neumann series.

    Args:
        hessian: (2, 2) second derivative of the lower loss in the weights, symmetric, positive definite.
        mixed: (2, 2) its derivative in the weights (rows) and the parameters (columns).
        slope: (2,) derivative of the upper loss in the weights.

    Sliders: ``step`` (of the series, in units of one over the largest eigenvalue) and ``terms``.

    Raises:
        ValueError: if the shapes do not fit, the second derivative is not symmetric and positive definite, or
            the hypergradient is zero.

    Example:
        >>> NeumannSeries(step=1.5)
        NeumannSeries(step=1.5, terms=5.0)
    """

    script = "neumann_series.js"
    step = Slider(1, 0.1, 2.3, "Step size × largest curvature", step=0.05)
    terms = Slider(5, 1, 40, "Terms of the series", step=1, digits=0)

    def __init__(
        self,
        hessian: Sequence[Sequence[float]] = HESSIAN,
        mixed: Sequence[Sequence[float]] = MIXED,
        slope: Sequence[float] = SLOPE,
        **values: float,
    ):
        hessian, mixed, slope = (np.asarray(value, dtype=float) for value in (hessian, mixed, slope))
        if hessian.shape != (2, 2) or mixed.shape != (2, 2) or slope.shape != (2,):
            raise CourseError(
                "Expected two weights and two parameters, got shapes "
                f"{hessian.shape}, {mixed.shape} and {slope.shape}."
            )
        if not np.allclose(hessian, hessian.T) or np.linalg.eigvalsh(hessian)[0] <= 0:
            raise CourseError(
                "Expected a symmetric second derivative with eigenvalues above 0, "
                f"got {hessian.tolist()}; a minimum has no other."
            )
        if not np.any(mixed.T @ np.linalg.solve(hessian, slope)):
            raise CourseError("Expected a hypergradient that is not zero; change the slope.")
        data = {"hessian": hessian.tolist(), "mixed": mixed.tolist(), "slope": slope.tolist()}
        super().__init__(data, **values)
        self.title = "A series in place of an inverse"
