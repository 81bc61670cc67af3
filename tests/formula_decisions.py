"""Formulas of thresholds, splits and comparisons, in plain NumPy beside what computes them."""

from itertools import product

import numpy as np
from formula_checks import checks, logit, sigmoid, tensor
from scipy import stats
from scipy.integrate import dblquad, quad
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from imbalance_course import metrics
from imbalance_course.errors import CourseError
from imbalance_course.posthoc import reuse_background
from imbalance_course.sampling import oversample, undersample
from imbalance_course.splits import check_no_leak, stratified_split


def costs(random):
    """Costs of a miss and of a false alarm, and two shares of positives."""
    return (*random.uniform(0.5, 20, 2), *random.uniform(0.02, 0.6, 2))


def least_cost(miss, false_alarm, share):
    """Place of the least mean cost, for measurements around 0 among negatives and 2 among positives."""

    def cost(t):
        return share * miss * stats.norm.cdf(t - 2) + (1 - share) * false_alarm * stats.norm.sf(t)

    return minimize_scalar(cost, bounds=(-9, 11), method="bounded", options={"xatol": 1e-9}).x


@checks("Threshold from costs")
def _(random):
    miss, false_alarm, share, _ = costs(random)
    formula = false_alarm / (false_alarm + miss)
    yield formula, metrics.cost_threshold(miss, false_alarm)
    score = sigmoid(logit(share) + 2 * least_cost(miss, false_alarm, share) - 2)
    yield formula, score, 1e-4


@checks("Bayes minimum under prior shift")
def _(random):
    miss, false_alarm, here, there = costs(random)
    odds = false_alarm / miss * here / (1 - here) * (1 - there) / there
    options = {"training_prevalence": here, "prevalence": there}
    formula = odds / (1 + odds)
    yield formula, metrics.cost_threshold(miss, false_alarm, **options)
    score = sigmoid(logit(here) + 2 * least_cost(miss, false_alarm, there) - 2)  # a score of the training
    yield formula, score, 1e-4


@checks("Best threshold on held-out data")
def _(random):
    y = (np.arange(60) % 4 == 0).astype(int)
    p, there = np.round(sigmoid(random.normal(size=60) + y), 2), random.uniform(0.1, 0.9)

    def f1(threshold):
        recall, alarms = (p[y == 1] >= threshold).mean(), (p[y == 0] >= threshold).mean()
        return 2 * there * recall / (there * (1 + recall) + (1 - there) * alarms)

    yield max(f1(threshold) for threshold in p), f1(metrics.choose_threshold(y, p, prevalence=there))


@checks("Background reuse")
def _(random):
    y, label = random.integers(0, 3, (2, 400))
    label = np.where(random.uniform(size=400) < 0.5, y, label)
    p = random.uniform(size=400)
    found = reuse_background(tensor(label), tensor(p)).numpy()
    yield np.where(p <= 0.5, 0, label), found

    def overlap(answer, c):
        return ((y == c) & (answer == c)).sum() / ((y == c) | (answer == c)).sum()

    for c in (1, 2):
        overridden = (label == c) & (p <= 0.5)
        right, wrong = (overridden & (y == c)).sum(), (overridden & (y != c)).sum()
        yield right / wrong < overlap(label, c), overlap(found, c) > overlap(label, c)


@checks("Correction after resampling")
def _(random):
    # One feature with two values: the model can say the share of positives at each of them.
    x, y = random.integers(0, 2, 3000), (np.arange(3000) % 10 == 0).astype(int)
    shares = np.array([y[x == value].mean() for value in (0, 1)])
    whole_copies = oversample(y, np.arange(3000), seed=0), 1e-3  # nine of each positive
    random_part = undersample(y, np.arange(3000), seed=0), 0.2
    for rows, tolerance in (whole_copies, random_part):
        ratio = np.log((y[rows].sum() / y.sum()) / ((1 - y[rows]).sum() / (1 - y).sum()))
        model = LogisticRegression(C=np.inf).fit(x[rows, None], y[rows])
        yield shares, sigmoid(model.decision_function([[0], [1]]) - ratio), tolerance


@checks("SMOTE")
def _(random):
    kappa, variance, mean = random.uniform(0, 1), random.uniform(0.5, 4), random.normal()

    def of_given(part):  # variance of a sum of two numbers from their table of covariances
        factors, table = np.array([1 - part, part]), variance * np.array([[1, kappa], [kappa, 1]])
        return factors @ table @ factors

    yield (2 + kappa) / 3 * variance, quad(of_given, 0, 1)[0]
    yield mean, quad(lambda part: (1 - part) * mean + part * mean, 0, 1)[0]


@checks("Positives in a random split")
def _(random):
    rows, test = 200, int(random.integers(10, 190))
    positives = int(random.integers(1, 199))
    share, known = positives / rows, stats.hypergeom(rows, positives, test)
    yield test * share, known.mean()
    yield test * share * (1 - share) * (rows - test) / (rows - 1), known.var()
    labels = (np.arange(rows) < positives).astype(int)
    held_out, _ = stratified_split(labels, 0.25, seed=0)
    yield max(1, round(0.25 * positives)), labels[held_out].sum()


@checks("Leak of a split by image")
def _(random):
    known, strangers = random.integers(1, 200, 2)
    right = random.integers(0, strangers)
    new, image = right / strangers, (known + right) / (known + strangers)
    share = known / (known + strangers)
    yield share + (1 - share) * new, image
    yield share, (image - new) / (1 - new)
    try:
        check_no_leak(["a", "a", "b"], train=[0], test=[1, 2])
    except CourseError as refused:
        yield True, "a" in str(refused)
    else:
        yield "refused", "accepted"


@checks("Interval over seeds")
def _(random):
    runs = random.normal(size=int(random.integers(2, 9)))
    n = len(runs)
    reach = stats.t.ppf(0.975, n - 1) * np.sqrt(((runs - runs.mean()) ** 2).sum() / (n - 1)) / np.sqrt(n)
    found = metrics.mean_interval(runs)
    yield (runs.mean() - reach, runs.mean(), runs.mean() + reach), (found.low, found.mean, found.high)


@checks("Bootstrap over patients")
def _(random):
    patients = random.integers(1, 20, (3, 4))

    def recall(counts):
        return counts[..., 0] / (counts[..., 0] + counts[..., 2])

    # All 27 draws of three patients: the middle 95 % leaves out less than one of them on either side.
    every = [recall(patients[list(draw)].sum(axis=0)) for draw in product(range(3), repeat=3)]
    found = metrics.cluster_interval(patients, recall)
    yield (min(every), recall(patients.sum(axis=0)), max(every)), (found.low, found.mean, found.high)


@checks("Standard error of a gain")
def _(random):
    only_new, only_plain = random.uniform(0, 0.4, 2)
    gain, disagreement = only_new - only_plain, only_new + only_plain
    formula = np.sqrt((disagreement - gain**2) / 80)
    yield formula, metrics.paired_error(gain, disagreement, 80)
    outcomes = stats.rv_discrete(values=([1, -1, 0], [only_new, only_plain, 1 - disagreement]))
    yield formula, outcomes.std() / np.sqrt(80)
    recall = random.uniform()
    yield np.sqrt(recall * (1 - recall) / 80), stats.binom(80, recall).std() / 80


@checks("Power of a comparison")
def _(random):
    gain, error = random.uniform(-0.2, 0.2), random.uniform(0.01, 0.1)
    reach = stats.norm.ppf(0.975)
    formula = stats.norm.cdf(abs(gain) / error - reach) + stats.norm.cdf(-abs(gain) / error - reach)
    yield formula, metrics.chance_to_tell(gain, error)
    measured = stats.norm(gain, error)
    yield formula, measured.sf(reach * error) + measured.cdf(-reach * error)


@checks("Positives needed")
def _(random):
    gain, disagreement = random.uniform(0.01, 0.1), random.uniform(0.1, 0.4)
    factor = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2
    formula = factor * (disagreement - gain**2) / gain**2
    yield np.ceil(formula), metrics.positives_needed(gain, disagreement)
    yield 7.85, factor, 1e-3
    chance = metrics.chance_to_tell(gain, metrics.paired_error(gain, disagreement, formula))
    yield 0.8, chance, 1e-3


@checks("Luck of the winner")
def _(random):
    spread = random.uniform(0.1, 3)

    def part(second, first):
        return max(first, second) * stats.norm.pdf(first) * stats.norm.pdf(second)

    # Each of the two is the larger one in half of the cases.
    mean = 2 * dblquad(part, -9, 9, -9, lambda first: first, epsabs=1e-9)[0]
    yield spread / np.sqrt(np.pi), spread * mean
    yield 0.56, 1 / np.sqrt(np.pi), 0.01
