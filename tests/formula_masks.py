"""Formulas of losses of masks, of regression and of gradients, in plain NumPy beside what computes them."""

import numpy as np
import torch
from formula_checks import binary, checks, multiclass, sigmoid, slope, softmax, tensor
from scipy.optimize import brentq

from imbalance_course import bilevel, losses
from imbalance_course.distance_maps import boundary_map, signed_distance

SMALL = np.array([[0, 0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0, 1], [0, 1, 1, 1, 0, 0, 0], [0, 1, 1, 1, 0, 0, 0]])


def soft_counts(p, y):
    """True positives, false positives, false negatives of one image."""
    return (p * y).sum(), (p * (1 - y)).sum(), ((1 - p) * y).sum()


def tversky(p, y, alpha, beta, smooth):
    tp, fp, fn = soft_counts(p, y)
    return (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)


def image_of_classes(random):
    """Logits (1, C, n), class numbers (1, n), softmax (n, C), one-hot classes (n, C)."""
    z, y, one_hot, _ = multiclass(random)
    y[:4] = np.arange(4)
    one_hot[:4] = np.eye(4)
    return tensor(z.T[None]), tensor(y[None]), softmax(z), one_hot


@checks("Dice loss")
def _(random):
    z, y, _ = binary(random, (1, 30))
    p, smooth = sigmoid(z), random.uniform(0.1, 2)
    overlap, size = (p * y).sum(), p.sum() + y.sum()
    dice = 2 * (overlap + smooth) / (size + 2 * smooth)

    def loss(free):
        return losses.dice_loss(free, tensor(y), smooth=smooth)

    yield 1 - dice, loss(tensor(z))
    yield (dice - 2 * y) / (size + 2 * smooth) * p * (1 - p), slope(loss, z)
    z, y, q, one_hot = image_of_classes(random)
    formula = [1 - tversky(*pair, 0.5, 0.5, smooth) for pair in zip(q.T, one_hot.T, strict=True)]
    yield formula, losses.multiclass_dice_loss(z, y, smooth=smooth, reduction="none")[0]


@checks("Tversky loss")
def _(random):
    z, y, _ = binary(random, (1, 30))
    alpha, beta, smooth = random.uniform(0.1, 1, 3)
    settings = {"alpha": alpha, "beta": beta, "smooth": smooth}
    index = tversky(sigmoid(z), y, **settings)
    yield 1 - index, losses.tversky_loss(tensor(z), tensor(y), **settings)
    many, truth = np.zeros((1, 20_000)), (np.arange(20_000) % 2)[None]  # one pixel alone moves nothing
    bar = alpha * tversky(sigmoid(many), truth, alpha, 1 - alpha, smooth)
    pushes = slope(lambda free: losses.tversky_loss(free, tensor(truth), alpha=alpha, beta=1 - alpha), many)[
        0
    ]
    yield bar, pushes[0] / (pushes[0] - pushes[1]), 1e-3  # the share at which both pushes cancel
    z, y, q, one_hot = image_of_classes(random)
    formula = [1 - tversky(*pair, **settings) for pair in zip(q.T, one_hot.T, strict=True)]
    yield formula, losses.multiclass_tversky_loss(z, y, reduction="none", **settings)[0]


@checks("Focal Tversky loss")
def _(random):
    z, y, _ = binary(random, (1, 30))
    alpha, beta, gamma = random.uniform(0.1, 1, 3)
    settings = {"alpha": alpha, "beta": beta, "gamma": gamma}
    formula = (1 - tversky(sigmoid(z), y, alpha, beta, 1)) ** gamma
    yield formula, losses.focal_tversky_loss(tensor(z), tensor(y), **settings)
    z, y, q, one_hot = image_of_classes(random)
    formula = [(1 - tversky(*pair, alpha, beta, 1)) ** gamma for pair in zip(q.T, one_hot.T, strict=True)]
    yield formula, losses.multiclass_tversky_loss(z, y, reduction="none", **settings)[0]


@checks("Generalized Dice loss (GDL)")
def _(random):
    z, y, q, one_hot = image_of_classes(random)
    sizes, smooth = one_hot.sum(axis=0), random.uniform(0.1, 2)
    weight = sizes.min() ** 2 / sizes**2
    tp, fp, fn = np.array([soft_counts(*pair) for pair in zip(q.T, one_hot.T, strict=True)]).T
    above = 2 * ((weight * tp).sum() + smooth)
    formula = 1 - above / (above + (weight * (fp + fn)).sum())
    yield formula, losses.generalized_dice_loss(z, y, smooth=smooth)


def lovasz(errors, truth):
    """The extension by its definition: growing sets of the pixels with the largest errors."""
    order, true = np.argsort(-errors), set(np.flatnonzero(truth))
    values = [len(set(order[:i])) / max(len(true | set(order[:i])), 1) for i in range(len(order) + 1)]
    return (errors[order] * np.diff(values)).sum()


@checks("Lovász hinge loss")
def _(random):
    z, y, _ = binary(random)
    formula = lovasz(np.maximum(0, 1 - (2 * y - 1) * z), y)
    yield formula, losses.lovasz_hinge_loss(tensor(z[None]), tensor(y[None]))


@checks("Lovász-softmax loss")
def _(random):
    z, y, q, one_hot = image_of_classes(random)
    pairs = list(zip(np.abs(one_hot - q).T, one_hot.T, strict=True))
    yield np.mean([lovasz(*pair) for pair in pairs]), losses.lovasz_softmax_loss(z, y)
    y[y == 3] = 0  # an absent class has no part in the mean
    one_hot = np.eye(4)[y[0]]
    pairs = list(zip(np.abs(one_hot - q).T[:3], one_hot.T[:3], strict=True))
    yield np.mean([lovasz(*pair) for pair in pairs]), losses.lovasz_softmax_loss(z, y)


def distances(mask, value):
    """Distance of every pixel to the nearest pixel with a value."""
    goal = np.argwhere(mask == value)
    return np.array([[np.sqrt(((goal - place) ** 2).sum(1).min()) for place in row] for row in grid(mask)])


def grid(mask):
    return np.moveaxis(np.indices(mask.shape), 0, -1)


@checks("Distance map loss")
def _(random):
    z, _, _ = binary(random, SMALL.shape)
    depth = distances(SMALL, 0)
    large = np.arange(7) < 5  # the columns of the large object; the other one is a single pixel
    formula = np.where(large, 1 - (depth - 1) / (depth[:, large].max() - 1), 1) * SMALL
    yield formula, boundary_map(SMALL)
    plain = losses.binary_cross_entropy(tensor(z), tensor(SMALL), reduction="none").numpy()
    options = {"distance_map": tensor(formula), "reduction": "none"}
    yield (1 + formula) * plain, losses.distance_map_loss(tensor(z), tensor(SMALL), **options)


@checks("Boundary loss")
def _(random):
    z, _, _ = binary(random, SMALL.shape)
    formula = np.where(SMALL == 1, 0.5 - distances(SMALL, 0), distances(SMALL, 1) - 0.5)
    yield formula.astype(np.float32), signed_distance(SMALL)
    options = {"signed_distance": tensor(formula), "reduction": "none"}
    yield formula * (sigmoid(z) - SMALL), losses.boundary_loss(tensor(z), tensor(SMALL), **options)


@checks("Combined loss")
def _(random):
    z, y, _ = binary(random)
    start, end, over = random.uniform(size=3)
    terms = losses.BinaryCrossEntropy(), losses.BinaryFocalLoss()
    found = losses.CombinedLoss([(losses.ramp(start, end), terms[0]), (2.0, terms[1])])
    found.advance(over)
    first, second = (float(term(tensor(z), tensor(y))) for term in terms)
    yield (start + over * (end - start)) * first + 2 * second, found(tensor(z), tensor(y))


@checks("Widening of a blurred edge")
def _(random):
    half_width, blur, beta = random.uniform(5, 20), random.uniform(0.2, 2), random.uniform(1, 20)

    def push(x):
        share = tensor([sigmoid((half_width - x) / blur)])
        return slope(lambda z: losses.binary_cross_entropy(z, share, weight=(1, beta)), np.zeros(1))[0]

    edge = brentq(push, half_width - 9 * blur, half_width + 9 * blur)
    yield 2 * blur * np.log(beta), 2 * (edge - half_width)


@checks("Mean squared error (MSE)")
def _(random):
    y, guess = random.normal(size=(2, 31))
    yield sum((a - b) ** 2 for a, b in zip(y, guess, strict=True)) / 31, np.square(y - guess).mean()
    best = [np.square(y - value).sum() for value in (y.mean() - 1e-3, y.mean(), y.mean() + 1e-3)]
    yield min(best), best[1]
    best = [np.abs(y - value).sum() for value in y]
    yield np.median(y), y[np.argmin(best)]


@checks("ACB-MSE")
def _(random):
    y, guess, (a, b) = random.integers(0, 3, 40).astype(float), random.normal(size=40), random.uniform(size=2)
    hit = y != 0
    formula = a / hit.sum() * ((y - guess)[hit] ** 2).sum() + b / (~hit).sum() * (guess[~hit] ** 2).sum()
    yield formula, losses.acb_mse_loss(tensor(guess), tensor(y), hit_weight=a, miss_weight=b)
    w, kind = random.uniform(size=3), random.integers(0, 3, 40)
    formula = sum(w[c] / (kind == c).sum() * ((y - guess)[kind == c] ** 2).sum() for c in range(3))
    yield formula, losses.multiclass_acb_mse_loss(tensor(guess), tensor(y), classes=tensor(kind), weight=w)


@checks("Best value under ACB-MSE")
def _(random):
    y, (a, b) = np.zeros(60), random.uniform(0.5, 2, 2)
    y[:5], y[50:] = random.uniform(1, 3, 5), 2.0
    alike, share, mean = slice(0, 20), 5 / 20, y[:5].mean()
    w = a * (y == 0).sum() / (b * (y != 0).sum())
    best = w * share / (w * share + 1 - share) * mean
    guess = y.copy()
    guess[alike] = best
    options = {"hit_weight": a, "miss_weight": b}
    push = slope(lambda free: losses.acb_mse_loss(free, tensor(y), **options), guess)[alike].sum()
    yield 0.0, push
    s = best / mean
    yield share, s / (s + w * (1 - s))


def quadratic(random, size=3):
    """A symmetric matrix with positive eigenvalues."""
    root = random.normal(size=(size, size))
    return root @ root.T + np.eye(size)


@checks("Hypergradient")
def _(random):
    matrix, goal, slope_of_g, rate = quadratic(random), *random.normal(size=(2, 3)), random.uniform(0.5, 2, 3)

    def minimum(penalty):
        return np.linalg.solve(matrix + np.diag(penalty), goal)

    hessian, mixed = matrix + np.diag(rate), np.diag(minimum(rate))
    formula = rate - mixed.T @ np.linalg.solve(hessian, slope_of_g)  # g = slope theta + rate^2 / 2
    theta, free = tensor(minimum(rate)).requires_grad_(), tensor(rate.copy()).requires_grad_()
    lower = [lambda: theta @ tensor(matrix) @ theta / 2 - tensor(goal) @ theta + (free * theta**2).sum() / 2]
    upper = [lambda: tensor(slope_of_g) @ theta + (free**2).sum() / 2]
    step = 1 / np.linalg.eigvalsh(hessian)[-1]
    found = bilevel.neumann_hypergradient(lower, upper, [theta], [free], terms=2000, step_size=step)
    yield formula, found[0]


@checks("Neumann series")
def _(random):
    matrix, vector, terms = quadratic(random), random.normal(size=3), int(random.integers(1, 30))
    curvatures = np.linalg.eigvalsh(matrix)
    step = 2 / (curvatures[0] + curvatures[-1])
    one_step = np.eye(3) - step * matrix
    formula = step * sum(np.linalg.matrix_power(one_step, j) @ vector for j in range(terms))
    theta, free = torch.zeros(3, dtype=torch.float64).requires_grad_(), tensor(np.zeros(3)).requires_grad_()
    lower = [lambda: theta @ tensor(matrix) @ theta / 2 - free @ theta]
    upper = [lambda: tensor(vector) @ theta]
    yield (
        formula,
        bilevel.neumann_hypergradient(lower, upper, [theta], [free], terms=terms, step_size=step)[0],
    )
    yield np.abs(1 - step * curvatures).max(), np.linalg.norm(one_step, 2)


@checks("Hessian–vector product")
def _(random):
    matrix, start, vector = quadratic(random), *random.normal(size=(2, 3))
    theta = tensor(start).requires_grad_()
    loss = [lambda: theta @ tensor(matrix) @ theta / 2 + (theta**3).sum()]
    formula = (matrix + np.diag(6 * start)) @ vector
    yield formula, bilevel.hessian_vector_product(loss, [theta], [tensor(vector)])[0]
    even = [lambda: theta @ tensor(matrix) @ theta / 2]
    yield np.linalg.eigvalsh(matrix)[-1], bilevel.largest_eigenvalue(even, [theta], iterations=3000)


@checks("Grad-CAM")
def _(random):
    maps, worth, offset = random.uniform(size=(4, 9)), random.normal(size=4), random.normal()
    slopes = slope(lambda free: offset + tensor(worth) @ free.mean(dim=1), maps)
    alpha = slopes.mean(axis=1)
    yield alpha, worth / 9
    yield (alpha @ maps).sum(), worth @ maps.mean(axis=1)  # the logit without its offset
