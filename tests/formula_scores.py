"""Formulas of metrics and of calibration, in plain NumPy beside the package."""

import numpy as np
from formula_checks import binary, checks, logit, sigmoid, slope, softmax, tensor
from scipy import stats
from sklearn.metrics import auc, precision_recall_curve, roc_curve

from imbalance_course import losses, metrics
from imbalance_course.metrics.confusion import class_dice, class_overlap, confusion_matrix
from imbalance_course.metrics.masks import boundary_f1, match_objects, width_error
from imbalance_course.posthoc import adjust_logits


def scored(random, size=60):
    """Labels, both present, and scores with ties, higher for positives."""
    y = np.arange(size) % 3 == 0
    return y.astype(int), np.round(sigmoid(random.normal(size=size) + y), 1)


def table(random):
    """TN, FP, FN, TP, the package's counts of the same, and share of positives, recall, false alarm rate."""
    tn, fp, fn, tp = (int(count) for count in random.integers(1, 90, 4))
    found = metrics.Counts(tp=tp, fp=fp, fn=fn, tn=tn)
    return tn, fp, fn, tp, found, (tp + fn) / (tn + fp + fn + tp), tp / (tp + fn), fp / (fp + tn)


def matrix(random):
    """Class numbers, answers and their table, by counting."""
    y, answer = random.integers(0, 3, (2, 80))
    return y, answer, np.array([[((y == c) & (answer == k)).sum() for k in range(3)] for c in range(3)])


@checks("Confusion matrix")
def _(random):
    y, answer, counted = matrix(random)
    yield counted, confusion_matrix(y, answer, classes=3)
    y, p = scored(random)
    called = p >= 0.5
    found = metrics.confusion_counts(y, p)
    counted = [((y == c) & (called == k)).sum() for c in (0, 1) for k in (0, 1)]
    yield counted, [found.tn, found.fp, found.fn, found.tp]
    thresholds, counts = metrics.counts_by_threshold(y, p)
    yield [((p >= threshold) & (y == 1)).sum() for threshold in thresholds], counts.tp


@checks("Accuracy")
def _(random):
    tn, fp, fn, tp, found, share, recall, alarms = table(random)
    yield (tp + tn) / (tn + fp + fn + tp), found.accuracy
    yield share * recall + (1 - share) * (1 - alarms), found.accuracy
    yield share, found.prevalence


@checks("Recall")
def _(random):
    _, _, fn, tp, found, *_ = table(random)
    yield tp / (tp + fn), found.recall


@checks("Specificity")
def _(random):
    tn, fp, _, _, found, _, _, alarms = table(random)
    yield tn / (tn + fp), found.specificity
    yield 1 - alarms, found.specificity


@checks("Precision")
def _(random):
    _, fp, _, tp, found, share, recall, alarms = table(random)
    yield tp / (tp + fp), found.precision
    yield share * recall / (share * recall + (1 - share) * alarms), found.precision
    there = random.uniform(0.01, 0.99)
    moved = sigmoid(logit(found.precision) + logit(there) - logit(share))
    yield moved, found.at_prevalence(there).precision


@checks("F1 score")
def _(random):
    _, fp, fn, tp, found, share, recall, alarms = table(random)
    precision = tp / (tp + fp)
    yield 2 * precision * recall / (precision + recall), found.f1
    yield 2 * tp / (2 * tp + fp + fn), found.f1
    yield 2 * share * recall / (share * (1 + recall) + (1 - share) * alarms), found.f1
    yield 2 * recall / (1 + recall + alarms), found.at_prevalence(0.5).f1


@checks("Balanced accuracy")
def _(random):
    tn, fp, fn, tp, found, _, recall, alarms = table(random)
    yield (recall + 1 - alarms) / 2, found.balanced_accuracy
    both = np.array([[tn, fp], [fn, tp]])
    yield (np.diag(both) / both.sum(axis=1)).mean(), found.balanced_accuracy


@checks("Matthews correlation coefficient (MCC)")
def _(random):
    tn, fp, fn, tp, found, _, recall, alarms = table(random)
    below = np.sqrt(float((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))
    yield (tp * tn - fp * fn) / below, found.mcc
    yield (recall - alarms) * (tp / (tp + fp) + tn / (tn + fn) - 1), found.mcc**2
    truth, answer = np.repeat([0, 0, 1, 1], [tn, fp, fn, tp]), np.repeat([0, 1, 0, 1], [tn, fp, fn, tp])
    yield np.corrcoef(truth, answer)[0, 1], found.mcc


@checks("ROC AUC")
def _(random):
    y, p = scored(random)
    above = p[y == 1][:, None] - p[y == 0]
    formula = (above > 0).mean() + (above == 0).mean() / 2
    yield formula, metrics.roc_auc(y, p)
    alarms, recall, _ = roc_curve(y, p)
    yield formula, auc(alarms, recall)


@checks("Average precision (AP)")
def _(random):
    y, p = scored(random)
    formula = before = 0.0
    for threshold in sorted(set(p), reverse=True):
        called = p >= threshold
        recall = (called & (y == 1)).sum() / y.sum()
        formula += (recall - before) * y[called].mean()
        before = recall
    yield formula, metrics.average_precision(y, p)
    precision, recall, _ = precision_recall_curve(y, p)
    yield formula, -(np.diff(recall) * precision[:-1]).sum()


@checks("Jaccard index (IoU)")
def _(random):
    _, fp, fn, tp, found, *_ = table(random)
    yield tp / (tp + fp + fn), found.iou
    yield found.f1 / (2 - found.f1), found.iou
    y, answer, m = matrix(random)
    yield np.diag(m) / (m.sum(axis=1) + m.sum(axis=0) - np.diag(m)), class_overlap(m)
    yield ((y == 1) & (answer == 1)).sum() / ((y == 1) | (answer == 1)).sum(), class_overlap(m)[1]


@checks("Dice coefficient")
def _(random):
    _, fp, fn, tp, found, *_ = table(random)
    yield 2 * tp / (2 * tp + fp + fn), found.f1
    yield 2 * found.iou / (1 + found.iou), found.f1
    y, answer, m = matrix(random)
    formula = [
        2 * ((y == c) & (answer == c)).sum() / ((y == c).sum() + (answer == c).sum()) for c in range(3)
    ]
    yield formula, class_dice(m)


def masks(random):
    """Two masks of two rectangles, the second moved by some pixels."""
    truth = np.zeros((24, 24), dtype=int)
    truth[3:9, 3:10] = truth[14:20, 4:12] = 1
    return truth, np.roll(truth, random.integers(-2, 3, 2), axis=(0, 1))


def edge(mask):
    """Pixels of a mask, away from the border of the image, with one of four neighbors outside it."""
    steps = ((0, 1), (0, -1), (1, 0), (-1, 0))
    return [
        (i, j)
        for i, j in np.argwhere(mask).tolist()
        if not all(mask[i + down, j + right] for down, right in steps)
    ]


def nearest(place, places):
    return min(np.hypot(place[0] - i, place[1] - j) for i, j in places)


@checks("Boundary F1")
def _(random):
    truth, answer = masks(random)
    true, found = edge(truth), edge(answer)
    precision = np.mean([nearest(place, true) <= 1 for place in found])
    recall = np.mean([nearest(place, found) <= 1 for place in true])
    yield 2 * precision * recall / (precision + recall), boundary_f1(truth, answer, tolerance=1)


@checks("Width error")
def _(random):
    truth, answer = masks(random)
    answer[3:9, 3:13] = 1
    true = edge(truth)
    away = [nearest(place, true) * (-1 if truth[place] else 1) for place in edge(answer)]
    yield 2 * np.mean(away), width_error(truth, answer)


@checks("Object matching")
def _(random):
    truth, answer = masks(random)
    answer[21:23, 15:22] = 1  # an object of no one
    pairs = 0
    for rows in (slice(0, 12), slice(12, 24)):  # a true object each
        overlap = (truth[rows, :13] & answer[rows, :13]).sum()
        pairs += overlap / (truth[rows, :13] | answer[rows, :13]).sum() > 0.5
    found = match_objects(truth, answer)
    yield (pairs / 3, pairs / 2), (found.precision, found.recall)


@checks("Expected calibration error (ECE)")
def _(random):
    y, p = scored(random)
    p = np.clip(p + random.uniform(-0.04, 0.04, p.size), 0.001, 0.999)
    group = np.ceil(p * 15)
    members = [group == g for g in sorted(set(group))]
    formula = sum(m.sum() / p.size * abs(y[m].mean() - p[m].mean()) for m in members)
    yield formula, metrics.expected_calibration_error(y, p)
    curve = metrics.reliability_curve(y, p)
    yield [p[m].mean() for m in members], curve.mean_probability
    yield [y[m].mean() for m in members], curve.positive_share


@checks("Brier score")
def _(random):
    y, p = scored(random)
    yield sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(y), metrics.brier_score(y, p)


@checks("Prior correction")
def _(random):
    here, there, x = random.uniform(0.05, 0.95), random.uniform(0.05, 0.95), random.normal(size=9)

    def true_probability(share):  # Bayes' rule with normal densities around 0 and 2
        positive, negative = share * stats.norm.pdf(x, loc=2), (1 - share) * stats.norm.pdf(x)
        return positive / (positive + negative)

    formula = sigmoid(logit(true_probability(here)) + logit(there) - logit(here))
    yield formula, true_probability(there)


@checks("Logit adjustment")
def _(random):
    z, counts = random.normal(size=(9, 3)), random.integers(5, 2000, 3)
    shares = counts / counts.sum()
    adjusted = adjust_logits(tensor(z), class_counts=counts).numpy()
    yield z - np.log(shares), adjusted
    without = softmax(z) / shares  # Bayes' rule: every probability divided by its share
    yield without / without.sum(axis=1, keepdims=True), softmax(adjusted)
    found = adjust_logits(tensor(z[:, 0]), class_counts=counts[:2])
    yield z[:, 0] - np.log(shares[1] / shares[0]), found


@checks("Correction of class weights")
def _(random):
    (w0, w1), eta = random.uniform(0.2, 9, 2), random.uniform(0.01, 0.99, 20)
    aim = logit(eta) + np.log(w1 / w0)

    def loss(free):
        return losses.binary_cross_entropy(free, tensor(eta), weight=(w0, w1), reduction="none")

    yield np.zeros(20), slope(loss, aim)
    p = sigmoid(aim)
    yield w0 * p / (w1 * (1 - p) + w0 * p), eta
    yield p >= 0.5, eta >= w0 / (w0 + w1)


@checks("Correction of focal scores")
def _(random):
    z, gamma = binary(random)[0], random.uniform(0, 4)
    p = sigmoid(z)

    def pull(belief):
        return (1 - belief) ** gamma * (1 - belief - gamma * belief * np.log(belief))

    eta = pull(1 - p) / (pull(p) + pull(1 - p))
    found = slope(lambda free: losses.binary_focal_loss(free, tensor(eta), gamma=gamma, reduction="none"), z)
    yield np.zeros(30), found
