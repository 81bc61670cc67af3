r"""Bilevel problems: how the minimum of one loss, and a second loss there, move with a parameter.

The weights :math:`w` minimize a lower loss :math:`L(w, \alpha)`; an upper loss :math:`U(w, \alpha)` judges
them. AutoBalance takes class factors and offsets of a loss for :math:`\alpha` and a balanced loss on other
data for :math:`U`. Every loss comes as a list of functions, one for each batch, and its value is their mean.
A batch is read, differentiated and dropped before the next: memory holds the graph of one batch at a time.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Batches = Sequence[Callable[[], Tensor]]


def neumann_hypergradient(
    lower_loss: Batches,
    upper_loss: Batches,
    weights: Sequence[Tensor],
    parameters: Sequence[Tensor],
    *,
    terms: int = 5,
    step_size: float,
) -> list[Tensor]:
    r"""Derivative of the upper loss at the lower loss's minimum with respect to the lower loss's parameters.

    .. math::
        \frac{dU}{d\alpha} = \frac{\partial U}{\partial \alpha}
        - \frac{\partial^2 L}{\partial \alpha\, \partial w}\, H^{-1} \frac{\partial U}{\partial w}, \qquad
        H = \frac{\partial^2 L}{\partial w^2}, \qquad
        H^{-1} v \approx \eta \sum_{j=0}^{J-1} (I - \eta H)^j\, v

    Where :math:`H` is positive definite and :math:`\eta` times its largest eigenvalue is below 2, the sum
    converges; what is missing shrinks like :math:`\rho^J` with :math:`\rho = \max_i |1 - \eta \lambda_i|`.
    With a larger step it grows without bound. A network's :math:`H` has eigenvalues near and below zero:
    there the sum is an inverse damped by its few terms, and the result a direction more than a length. A step
    of one over :func:`largest_eigenvalue` is safe.

    Args:
        lower_loss: functions without arguments, one a batch, that read weights and parameters and give one
            number that can be differentiated twice; :math:`L` is their mean.
        upper_loss: the same for :math:`U`.
        weights: tensors of any shape that require gradients, at the minimum of the lower loss; :math:`w`.
        parameters: tensors of any shape that require gradients; :math:`\alpha`.
        terms: terms of the sum, at least 1; :math:`J`. Each but the first costs one product with :math:`H`.
        step_size: factor of the sum, above 0, in units of one over an eigenvalue of :math:`H`; :math:`\eta`.

    Returns:
        One tensor for each of ``parameters``, of its shape. No ``.grad`` is touched.

    Raises:
        ValueError: no batch, no term, or a step that is not a finite number above 0.

    Reference:
        Lorraine et al., Optimizing millions of hyperparameters by implicit differentiation, AISTATS 2020,
        algorithms 2 and 3; Li et al., AutoBalance: optimized loss functions for imbalanced data, NeurIPS
        2021, arXiv:2201.01212, whose code takes a step of 1.

    Example:
        The minimum of :math:`(w - \alpha)^2` is :math:`w = \alpha`, where :math:`w^2` has the slope
        :math:`2 \alpha`.

        >>> w, alpha = torch.tensor(3.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
        >>> lower, upper = [lambda: (w - alpha) ** 2], [lambda: w**2]
        >>> neumann_hypergradient(lower, upper, [w], [alpha], terms=20, step_size=0.3)
        [tensor(6.0000)]
    """
    if terms < 1:
        raise ValueError(f"Expected at least one term of the Neumann series, got {terms}.")
    if not 0 < step_size < math.inf:
        raise ValueError(f"Expected a step size above 0, got {step_size}.")
    weights, parameters = list(weights), list(parameters)
    gradient = _mean_gradient(upper_loss, weights + parameters)
    term, direct = gradient[: len(weights)], gradient[len(weights) :]
    total = term
    for _ in range(terms - 1):
        product = hessian_vector_product(lower_loss, weights, term)
        term = [old - step_size * change for old, change in zip(term, product, strict=True)]
        total = [old + new for old, new in zip(total, term, strict=True)]
    solution = [step_size * value for value in total]
    mixed = _differentiate_slope(lower_loss, weights, solution, parameters)
    return [first - second for first, second in zip(direct, mixed, strict=True)]


def hessian_vector_product(
    loss: Batches, weights: Sequence[Tensor], vector: Sequence[Tensor]
) -> list[Tensor]:
    r"""Second derivative of a loss times a vector, without the matrix.

    .. math::
        H v = \nabla_w \left( v^\top \nabla_w L \right)

    Args:
        loss: functions without arguments, one a batch; the loss is their mean.
        weights: tensors that require gradients.
        vector: one tensor for each of ``weights``, of its shape.

    Returns:
        One tensor for each of ``weights``, of its shape.

    Raises:
        ValueError: no batch.

    Reference:
        Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 1994.

    Example:
        >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> hessian_vector_product([lambda: (w**3).sum()], [w], [torch.tensor([1.0, 1.0])])
        [tensor([ 6., 12.])]
    """
    return _differentiate_slope(loss, weights, vector, weights)


def largest_eigenvalue(
    loss: Batches, weights: Sequence[Tensor], *, iterations: int = 20, seed: int = 0
) -> float:
    r"""Largest absolute eigenvalue of a loss's second derivative, by power iteration.

    .. math::
        v \leftarrow \frac{H v}{\lVert H v \rVert}, \qquad |\lambda|_{\max} \approx \lVert H v \rVert

    The estimate comes from below and is the better the further the largest eigenvalue is from the next.

    Args:
        loss: functions without arguments, one a batch; the loss is their mean.
        weights: tensors that require gradients.
        iterations: products with :math:`H`, at least 1.
        seed: draws the first vector, on the CPU: the same one whatever the device.

    Returns:
        The estimate, at least 0; 0 where the second derivative vanishes.

    Raises:
        ValueError: no batch or no iteration.

    Example:
        >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
        >>> round(largest_eigenvalue([lambda: w[0] ** 2 + 3 * w[1] ** 2], [w]), 4)
        6.0
    """
    if iterations < 1:
        raise ValueError(f"Expected at least one power iteration, got {iterations}.")
    generator = torch.Generator().manual_seed(seed)
    vector = [torch.randn(w.shape, generator=generator, dtype=torch.float64).to(w) for w in weights]
    length = _norm(vector)
    for _ in range(iterations):
        vector = hessian_vector_product(loss, weights, [part / length for part in vector])
        length = _norm(vector)
        if length == 0:
            break
    return length


def _mean_gradient(loss: Batches, tensors: Sequence[Tensor]) -> list[Tensor]:
    """First derivative of the mean over the batches; zero for a tensor that the loss does not read."""
    return _mean_over(loss, lambda value: _gradient(value, tensors), tensors)


def _differentiate_slope(
    loss: Batches, weights: Sequence[Tensor], vector: Sequence[Tensor], tensors: Sequence[Tensor]
) -> list[Tensor]:
    """Derivative with respect to ``tensors`` of the slope of the loss along a vector of the weights."""

    def of_batch(value: Tensor) -> Sequence[Tensor]:
        slopes = _gradient(value, weights, create_graph=True)
        return _gradient(sum((a * b).sum() for a, b in zip(slopes, vector, strict=True)), tensors)

    return _mean_over(loss, of_batch, tensors)


def _mean_over(
    loss: Batches, of_batch: Callable[[Tensor], Sequence[Tensor]], tensors: Sequence[Tensor]
) -> list[Tensor]:
    if not loss:
        raise ValueError("Expected at least one batch, got none.")
    total = [torch.zeros_like(tensor) for tensor in tensors]
    for batch in loss:
        for part, change in zip(total, of_batch(batch()), strict=True):
            part += change / len(loss)
    return total


def _gradient(value: Tensor, tensors: Sequence[Tensor], *, create_graph: bool = False) -> Sequence[Tensor]:
    """Zeros for a tensor without influence, also where no tensor has any."""
    if not value.requires_grad:
        return [torch.zeros_like(tensor) for tensor in tensors]
    return torch.autograd.grad(
        value, tensors, create_graph=create_graph, allow_unused=True, materialize_grads=True
    )


def _norm(vector: Sequence[Tensor]) -> float:
    return float(torch.stack([part.double().square().sum() for part in vector]).sum().sqrt())
