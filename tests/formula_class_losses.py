"""Formulas of losses of a class and of weights, in plain NumPy beside the package."""

import numpy as np
import torch
from formula_checks import at_class, binary, checks, logit, multiclass, sigmoid, slope, softmax, tensor
from scipy.optimize import minimize_scalar

from imbalance_course import losses, weights


@checks("Softmax")
def _(random):
    z, *_ = multiclass(random)
    yield softmax(z), torch.softmax(tensor(z), dim=1)
    one = z[:, 0]
    yield sigmoid(one), torch.softmax(losses.two_class_logits(tensor(one)), dim=1)[:, 1]
    yield one, logit(sigmoid(one))
    yield sigmoid(one) * (1 - sigmoid(one)), slope(torch.sigmoid, one)


@checks("Binary cross-entropy (BCE)")
def _(random):
    z, y, p_t = binary(random)
    p = sigmoid(z)

    def loss(free):
        return losses.binary_cross_entropy(free, tensor(y), reduction="none")

    yield -(y * np.log(p) + (1 - y) * np.log(1 - p)), loss(tensor(z))
    yield -np.log(p_t), loss(tensor(z))
    yield p - y, slope(loss, z)


@checks("Cross-entropy (CE)")
def _(random):
    z, y, one_hot, _ = multiclass(random)

    def loss(free):
        return losses.cross_entropy(free, tensor(y), reduction="none")

    yield -np.log(at_class(softmax(z), y)), loss(tensor(z))
    yield softmax(z) - one_hot, slope(loss, z)


@checks("Entropy")
def _(random):
    labels = tensor((np.arange(200) < random.integers(5, 100)).astype(float))
    share = float(labels.mean())
    best = minimize_scalar(lambda b: float(losses.binary_cross_entropy(labels * 0 + b, labels)), tol=1e-10)
    yield -share * np.log(share) - (1 - share) * np.log(1 - share), best.fun
    yield logit(share), best.x, 1e-4


@checks("Weighted cross-entropy (WCE)")
def _(random):
    z, y, _ = binary(random)
    p, (w0, w1) = sigmoid(z), random.uniform(0.1, 9, 2)

    def loss(free):
        return losses.binary_cross_entropy(free, tensor(y), weight=(w0, w1), reduction="none")

    yield -(w1 * y * np.log(p) + w0 * (1 - y) * np.log(1 - p)), loss(tensor(z))
    yield np.where(y == 1, w1, w0) * (p - y), slope(loss, z)
    z, y, _, w = multiclass(random)
    found = losses.cross_entropy(tensor(z), tensor(y), weight=w, reduction="none")
    yield -w[y] * np.log(at_class(softmax(z), y)), found


@checks("Balanced cross-entropy")
def _(random):
    z, y, p_t = binary(random)
    alpha = random.uniform()
    found = losses.balanced_binary_cross_entropy(tensor(z), tensor(y), alpha=alpha, reduction="none")
    yield -np.where(y == 1, alpha, 1 - alpha) * np.log(p_t), found


@checks("Focal loss (FL)")
def _(random):
    z, y, p_t = binary(random)
    alpha, gamma = random.uniform(), random.uniform(0, 4)
    found = losses.binary_focal_loss(tensor(z), tensor(y), gamma=gamma, alpha=alpha, reduction="none")
    yield -np.where(y == 1, alpha, 1 - alpha) * (1 - p_t) ** gamma * np.log(p_t), found
    z, y, _, w = multiclass(random)
    q = at_class(softmax(z), y)
    found = losses.focal_loss(tensor(z), tensor(y), gamma=gamma, weight=w, reduction="none")
    yield -w[y] * (1 - q) ** gamma * np.log(q), found


def pull(p, gamma):
    return (1 - p) ** gamma * (1 - p - gamma * p * np.log(p))


@checks("Gradient of the focal loss")
def _(random):
    z, y, p_t = binary(random)
    alpha, gamma = random.uniform(), random.uniform(0, 4)
    formula = -(2 * y - 1) * np.where(y == 1, alpha, 1 - alpha) * pull(p_t, gamma)
    options = {"gamma": gamma, "alpha": alpha, "reduction": "sum"}
    yield formula, losses.binary_focal_loss_and_gradient(tensor(z), tensor(y), **options)[1]
    yield formula, slope(lambda free: losses.binary_focal_loss(free, tensor(y), **options), z)


@checks("Class-balanced loss (CB loss)")
def _(random):
    z, y, _, counts = multiclass(random)
    beta, gamma, q = random.uniform(0.9, 0.999), random.uniform(0, 3), at_class(softmax(z), y)
    w = (1 - beta) / (1 - beta**counts)
    w = len(w) * w / w.sum()
    options = {"class_counts": counts, "beta": beta, "gamma": gamma, "reduction": "none"}
    yield -w[y] * (1 - q) ** gamma * np.log(q), losses.class_balanced_loss(tensor(z), tensor(y), **options)


@checks("Logit-adjusted loss")
def _(random):
    z, y, one_hot, counts = multiclass(random)
    shares = counts / counts.sum()
    found = losses.logit_adjusted_loss(tensor(z), tensor(y), class_counts=counts, reduction="none")
    yield -np.log(at_class(softmax(z + np.log(shares)), y)), found
    others = shares / shares[y][:, None] * np.exp(z - at_class(z, y)[:, None]) * (1 - one_hot)
    yield np.log(1 + others.sum(axis=1)), found


@checks("LDAM loss")
def _(random):
    z, y, one_hot, counts = multiclass(random)
    x, w, s, largest = np.cos(z), random.uniform(0.5, 5, 4), random.uniform(1, 30), random.uniform(0, 0.5)
    margins = largest * (counts.min() / counts) ** 0.25
    formula = -w[y] * np.log(at_class(softmax(s * (x - margins * one_hot)), y))
    options = {"class_counts": counts, "max_margin": largest, "scale": s, "weight": w, "reduction": "none"}
    yield formula, losses.ldam_loss(tensor(x), tensor(y), **options)


@checks("Vector-scaling loss (VS)")
def _(random):
    z, y, one_hot, _ = multiclass(random)
    w, factors, offsets = random.uniform(0.5, 5, 4), random.uniform(0.2, 1, 4), random.normal(size=4)
    q = softmax(factors * z + offsets)

    def loss(free):
        options = {"scale": factors, "shift": offsets, "weight": w, "reduction": "none"}
        return losses.vs_loss(free, tensor(y), **options)

    yield -w[y] * np.log(at_class(q, y)), loss(tensor(z))
    yield w[y][:, None] * factors * (q - one_hot), slope(loss, z)


@checks("Binary vector-scaling loss")
def _(random):
    z, y, _ = binary(random)
    w, factors, offsets = random.uniform(0.5, 5, 2), random.uniform(0.2, 1, 2), random.normal(size=2)
    exponent = offsets[1 - y] - offsets[y] - factors[y] * (2 * y - 1) * z
    options = {"scale": factors, "shift": offsets, "weight": w, "reduction": "none"}
    yield w[y] * np.log(1 + np.exp(exponent)), losses.binary_vs_loss(tensor(z), tensor(y), **options)


@checks("Hard-example mining (OHEM)")
def _(random):
    z, y, p_t = binary(random, size=(1, 30))
    n = int(random.integers(1, 30))
    formula = np.sort(-np.log(p_t[0]))[-n:].mean()
    yield formula, losses.binary_bootstrapped_cross_entropy(tensor(z), tensor(y), k=n)
    bracket = [t + np.maximum(0, -np.log(p_t[0]) - t).sum() / n for t in -np.log(p_t[0])]
    yield formula, min(bracket)  # convex and straight between the losses: the minimum is at one of them
    z, y, *_ = multiclass(random)
    found = losses.bootstrapped_cross_entropy(tensor(z.T[None]), tensor(y[None]), k=n)
    yield np.sort(-np.log(at_class(softmax(z), y)))[-n:].mean(), found


@checks("Inverse-frequency weights")
def _(random):
    counts = random.integers(5, 2000, 4)
    yield counts.sum() / (4 * counts), weights.inverse_frequency(counts)
    shares = counts / counts.sum()
    yield (1 / shares) / (1 / shares).sum(), weights.inverse_share(counts)
    yield np.full(4, 1 / 4), weights.equal(counts)


@checks("Effective number of samples")
def _(random):
    counts, prototypes = random.integers(5, 60, 3), int(random.integers(2, 40))
    beta = 1 - 1 / prototypes
    numbers = (1 - beta**counts) / (1 - beta)
    yield numbers, [sum(beta**power for power in range(count)) for count in counts]
    yield 3 / numbers / (1 / numbers).sum(), weights.effective_number(counts, beta=beta)
    drawn = random.integers(0, prototypes, size=(5000, counts[0]))
    yield numbers[0], np.mean([len(set(row)) for row in drawn.tolist()]), 0.02


@checks("Exponential weights")
def _(random):
    shares = random.dirichlet(np.ones(4))
    for sign, function in ((-1, weights.falling_exponential), (1, weights.rising_exponential)):
        raw = np.exp(sign * np.e * shares)
        yield raw / raw.sum(), function(shares)


@checks("Foreground-normalized weights")
def _(random):
    shares = random.dirichlet(np.ones(4))
    b = int(random.integers(4))
    raw = np.exp(-np.e * shares / (1 - shares[b]))
    raw[b] = np.exp(-np.e * shares[b])
    yield raw / raw.sum(), weights.foreground_normalized(shares, background=b)
    raw[b] = 0
    yield raw / raw.sum(), weights.foreground_only(shares, background=b)


@checks("Logit factors and offsets")
def _(random):
    counts, gamma = random.integers(5, 2000, 4), random.uniform()
    factors, offsets = weights.vector_scaling(counts, gamma=gamma)
    yield (counts / counts.max()) ** gamma, factors
    yield np.log(counts / counts.sum()), offsets


@checks("Deferred re-weighting (DRW)")
def _(random):
    z, y, _, w = multiclass(random)
    plain = -np.log(at_class(softmax(z), y))
    loss = losses.DeferredReweighting(losses.CrossEntropy(reduction="none"), weight=w)
    for over in (0.0, 0.79, 0.8, 1.0):
        loss.advance(over)
        yield plain if over < 0.8 else w[y] * plain, loss(tensor(z), tensor(y))
