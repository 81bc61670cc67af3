"""The hypergradient: closed forms of quadratics, the bound of the series, finite differences, memory."""

import weakref

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from imbalance_course.bilevel import hessian_vector_product, largest_eigenvalue, neumann_hypergradient
from imbalance_course.losses import vs_loss


class Quadratic:
    """L = w'Aw/2 - w'Ba has its minimum at w = A^-1 B a; U = |w - t|^2 / 2 + c'a is judged there."""

    def __init__(self, eigenvalues, seed=0, parameters=2):
        random = np.random.default_rng(seed)
        size = len(eigenvalues)
        turn, _ = np.linalg.qr(random.normal(size=(size, size)))
        self.matrix = turn @ np.diag(eigenvalues) @ turn.T
        self.mixing, self.target = random.normal(size=(size, parameters)), random.normal(size=size)
        self.direct, alpha = random.normal(size=parameters), random.normal(size=parameters)
        self.minimum = np.linalg.solve(self.matrix, self.mixing @ alpha)
        self.slope = self.minimum - self.target
        self.w, self.alpha = (torch.tensor(value, requires_grad=True) for value in (self.minimum, alpha))

    @property
    def exact(self):
        return self.mixing.T @ np.linalg.solve(self.matrix, self.slope) + self.direct

    def lower(self):
        matrix, mixing = torch.tensor(self.matrix), torch.tensor(self.mixing)
        return self.w @ matrix @ self.w / 2 - self.w @ mixing @ self.alpha

    def upper(self):
        return (self.w - torch.tensor(self.target)).square().sum() / 2 + torch.tensor(
            self.direct
        ) @ self.alpha

    def hypergradient(self, terms, step_size):
        (found,) = neumann_hypergradient(
            [self.lower], [self.upper], [self.w], [self.alpha], terms=terms, step_size=step_size
        )
        return found.numpy()


def test_many_terms_give_the_closed_form_of_a_quadratic():
    problem = Quadratic([0.5, 1.0, 4.0])
    np.testing.assert_allclose(problem.hypergradient(200, 0.25), problem.exact, rtol=1e-10)


def test_one_term_takes_the_step_for_the_inverse():
    problem = Quadratic([0.5, 1.0, 4.0])
    np.testing.assert_allclose(
        problem.hypergradient(1, 0.25), problem.mixing.T @ (0.25 * problem.slope) + problem.direct
    )


@given(
    eigenvalues=st.lists(st.floats(0.05, 5), min_size=1, max_size=5),
    terms=st.integers(1, 12),
    share=st.floats(0.05, 1.9),
    seed=st.integers(0, 99),
)
def test_the_error_of_a_short_series_stays_below_the_geometric_bound(eigenvalues, terms, share, seed):
    problem = Quadratic(eigenvalues, seed)
    step_size = share / max(eigenvalues)
    rate = max(abs(1 - step_size * value) for value in eigenvalues)
    bound = rate**terms * np.linalg.norm(problem.mixing, 2)
    bound *= np.linalg.norm(np.linalg.solve(problem.matrix, problem.slope))
    error = np.linalg.norm(problem.hypergradient(terms, step_size) - problem.exact)
    assert error <= bound + 1e-9 * (1 + np.linalg.norm(problem.exact))


@pytest.mark.parametrize("share, worse", [(1.9, False), (2.1, True)])
def test_a_step_above_two_over_the_largest_eigenvalue_diverges(share, worse):
    problem = Quadratic([0.5, 1.0, 4.0])
    errors = [
        np.linalg.norm(problem.hypergradient(terms, share / 4) - problem.exact) for terms in (40, 60, 80, 100)
    ]
    assert [later > earlier for earlier, later in zip(errors[:-1], errors[1:], strict=True)] == [worse] * 3


def test_the_released_step_of_one_diverges_once_an_eigenvalue_passes_two():
    tame, wild = Quadratic([0.5, 1.5]), Quadratic([0.5, 2.5])
    assert np.linalg.norm(tame.hypergradient(60, 1.0) - tame.exact) < 1e-6
    assert np.linalg.norm(wild.hypergradient(60, 1.0) - wild.exact) > 1e6


def test_the_largest_eigenvalue_is_found_whatever_its_sign():
    for eigenvalues in ([0.5, 1.0, 4.0], [0.5, 1.0, -4.0]):
        problem = Quadratic(eigenvalues)
        assert largest_eigenvalue([problem.lower], [problem.w], iterations=60) == pytest.approx(4.0)


def test_the_largest_eigenvalue_is_never_overestimated():
    problem = Quadratic([3.6, 3.8, 4.0])
    estimates = [largest_eigenvalue([problem.lower], [problem.w], iterations=number) for number in (1, 3, 10)]
    assert estimates == sorted(estimates) and estimates[-1] <= 4.0 + 1e-12


def test_a_loss_without_curvature_has_the_eigenvalue_zero():
    w = torch.ones(3, requires_grad=True)
    assert largest_eigenvalue([lambda: w.sum()], [w]) == 0


def test_hessian_vector_products_agree_with_the_whole_matrix():
    w = torch.randn(4, dtype=torch.float64, requires_grad=True)

    def loss(values):
        return (values**3).sum() + values.prod()

    vector = torch.randn(4, dtype=torch.float64)
    (found,) = hessian_vector_product([lambda: loss(w)], [w], [vector])
    torch.testing.assert_close(found, torch.autograd.functional.hessian(loss, w.detach()) @ vector)


class Logistic:
    """Two classes, 1:9, weights fitted with a VS loss and a ridge; the upper loss is of balanced data."""

    def __init__(self):
        random = np.random.default_rng(0)
        sides = [random.normal(shift, size=(count, 2)) for shift, count in ((-0.5, 54), (0.8, 6))]
        labels = torch.tensor([0] * 54 + [1] * 6)
        inputs = torch.tensor(np.concatenate(sides))
        order = torch.from_numpy(random.permutation(60))
        self.inputs, self.labels = inputs[order], labels[order]
        self.others = torch.tensor(
            np.concatenate([random.normal(-0.5, size=(8, 2)), random.normal(0.8, size=(8, 2))])
        )
        self.other_labels = torch.tensor([0] * 8 + [1] * 8)

    def lower(self, w, bias, delta, shift, chosen=slice(None)):
        logits = self.inputs[chosen] @ w + bias
        value = vs_loss(logits, self.labels[chosen], scale=delta.sigmoid(), shift=shift)
        return value + 0.05 * (w.square().sum() + bias.square().sum())

    def upper(self, w, bias, delta, shift):
        return vs_loss(self.others @ w + bias, self.other_labels, scale=(1.0, 1.0), shift=(0.0, 0.0))

    def solve(self, delta, shift):
        """Newton's method; the ridge keeps the second derivative positive definite."""

        def loss(flat):
            return self.lower(flat[:4].view(2, 2), flat[4:], delta, shift)

        flat = torch.zeros(6, dtype=torch.float64)
        for _ in range(12):
            slope = torch.autograd.functional.jacobian(loss, flat)
            flat = flat - torch.linalg.solve(torch.autograd.functional.hessian(loss, flat), slope)
        return flat[:4].view(2, 2).clone().requires_grad_(), flat[4:].clone().requires_grad_()

    def upper_after_solving(self, delta, shift):
        w, bias = self.solve(delta, shift)
        return self.upper(w, bias, delta, shift).item()


@pytest.fixture(scope="module")
def logistic():
    return Logistic()


@pytest.fixture(scope="module")
def parameters():
    return [
        torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in ([1.0, 0.4], [-0.1, -1.5])
    ]


def test_the_hypergradient_agrees_with_solving_the_lower_problem_again(logistic, parameters):
    w, bias = logistic.solve(*(value.detach() for value in parameters))
    lower, upper = (
        (lambda: logistic.lower(w, bias, *parameters)),
        (lambda: logistic.upper(w, bias, *parameters)),
    )
    step_size = 1 / largest_eigenvalue([lower], [w, bias], iterations=50)
    found = neumann_hypergradient([lower], [upper], [w, bias], parameters, terms=400, step_size=step_size)
    for number, by_formula in enumerate(found):
        for place in range(2):
            moved = []
            for change in (1e-4, -1e-4):
                values = [value.detach().clone() for value in parameters]
                values[number][place] += change
                moved.append(logistic.upper_after_solving(*values))
            assert by_formula[place].item() == pytest.approx((moved[0] - moved[1]) / 2e-4, abs=1e-8)


def test_batches_of_one_size_add_up_to_the_whole(logistic, parameters):
    w, bias = logistic.solve(*(value.detach() for value in parameters))
    whole = [lambda: logistic.lower(w, bias, *parameters)]
    parts = [
        lambda start=start: logistic.lower(w, bias, *parameters, slice(start, start + 20))
        for start in (0, 20, 40)
    ]
    upper = [lambda: logistic.upper(w, bias, *parameters)]
    for one, three in zip(
        *(
            neumann_hypergradient(lower, upper, [w, bias], parameters, terms=5, step_size=0.5)
            for lower in (whole, parts)
        ),
        strict=True,
    ):
        torch.testing.assert_close(one, three)


def test_the_graph_of_one_batch_is_gone_before_the_next_is_read():
    w, alpha = (torch.tensor(value, requires_grad=True) for value in (1.0, 2.0))
    seen, alive = [], []

    def batch():
        alive.append(sum(graph() is not None for graph in seen))
        between = w * alpha
        seen.append(weakref.ref(between))
        return between**2 + w**2

    neumann_hypergradient([batch] * 4, [batch] * 4, [w], [alpha], terms=3, step_size=0.1)
    assert len(alive) == 4 + 2 * 4 + 4 and max(alive) == 0


def test_the_offset_of_a_rare_class_pays_on_balanced_data(logistic):
    start = [torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)]
    delta, shift = (value.requires_grad_() for value in start)
    w, bias = logistic.solve(delta.detach(), shift.detach())
    found = neumann_hypergradient(
        [lambda: logistic.lower(w, bias, delta, shift)],
        [lambda: logistic.upper(w, bias, delta, shift)],
        [w, bias], [delta, shift], terms=5, step_size=1.0,
    )  # fmt: skip
    assert found[1][1] > 0 > found[1][0]  # descending lowers the rare class's offset in the training loss
    assert found[1].sum().item() == pytest.approx(0, abs=1e-12)  # a shift of all offsets changes nothing


def test_gradients_that_wait_in_the_tensors_are_left_alone():
    problem = Quadratic([1.0, 2.0])
    problem.w.grad = torch.full_like(problem.w, 7.0)
    problem.hypergradient(3, 0.5)
    assert problem.w.grad.tolist() == [7.0, 7.0] and problem.alpha.grad is None


@pytest.mark.parametrize(
    "change, words",
    [
        ({"terms": 0}, "at least one term .*, got 0"),
        ({"step_size": 0.0}, "a step size above 0, got 0.0"),
        ({"step_size": float("nan")}, "a step size above 0, got nan"),
        ({"lower_loss": []}, "at least one batch"),
        ({"upper_loss": []}, "at least one batch"),
    ],
)
def test_what_cannot_work_is_refused_in_words(change, words):
    problem = Quadratic([1.0])
    arguments = {
        "lower_loss": [problem.lower],
        "upper_loss": [problem.upper],
        "weights": [problem.w],
        "parameters": [problem.alpha],
        "step_size": 0.5,
    }
    with pytest.raises(ValueError, match=words):
        neumann_hypergradient(**arguments | change)


def test_no_power_iteration_is_refused():
    problem = Quadratic([1.0])
    with pytest.raises(ValueError, match="at least one power iteration, got 0"):
        largest_eigenvalue([problem.lower], [problem.w], iterations=0)
