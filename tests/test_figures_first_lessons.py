"""The numbers of the figures of the first lessons, in a real browser, against Python."""

import numpy as np
import pytest
from browser import compute
from figures import LABELS, MAKE, SCORES
from scipy.stats import norm

from imbalance_course import widgets
from imbalance_course.metrics import Counts, confusion_counts, counts_by_threshold


@pytest.mark.parametrize(
    ("positives", "recall", "rate"), [(200, 0.5, 0.001), (10, 0, 0), (100_000, 1, 0.2), (470, 0.37, 0)]
)
def test_accuracy_paradox_has_the_scores_of_the_metrics(page, positives, recall, rate):
    result = compute(page, widgets.AccuracyParadox(positives=positives, recall=recall, false_alarm_rate=rate))
    counts = Counts(**result["counts"])
    assert counts.tp + counts.fn == positives and counts.fp + counts.tn == 100_000
    assert counts.tp == pytest.approx(recall * positives, abs=0.5)
    assert result["scores"] == pytest.approx({name: getattr(counts, name) for name in result["scores"]})
    assert result["doing_nothing"] == Counts(tp=0, fp=0, fn=positives, tn=100_000).accuracy


@pytest.mark.parametrize(("slope", "offset"), [(1, -1), (4, -9), (0, 0), (15, -40), (-3, 10)])
def test_sigmoid_fit_has_the_loss_of_the_package(page, slope, offset):
    torch = pytest.importorskip("torch")
    from imbalance_course.losses import binary_cross_entropy

    figure = widgets.SigmoidFit(slope=slope, offset=offset)
    result = compute(page, figure)
    lengths, labels = (torch.tensor(figure.data[key], dtype=torch.float64) for key in ("lengths", "labels"))
    logits = slope * lengths + offset
    assert result["loss"] == pytest.approx(binary_cross_entropy(logits, labels).item(), rel=1e-12)
    beliefs = torch.where(labels == 1, torch.sigmoid(logits), torch.sigmoid(-logits))
    assert result["beliefs"] == pytest.approx(beliefs.tolist(), rel=1e-12)
    assert result["likelihood"] == pytest.approx(beliefs.prod().item(), rel=1e-9)


@pytest.mark.parametrize(("weight", "prior"), [(1, 0.1), (9, 0.1), (0.01, 0.5), (100, 0.001), (0.3, 0.02)])
def test_weighted_threshold_has_the_tails_of_the_normal_distribution(page, weight, prior):
    result = compute(page, widgets.WeightedThreshold(weight=weight, prior=prior))
    # The score at which the posterior probability is p*, by bisection on Bayes' rule.
    low, high = -30.0, 30.0
    for _ in range(200):
        middle = (low + high) / 2
        ratio = prior * norm.pdf(middle - 2) / ((1 - prior) * norm.pdf(middle))
        low, high = (middle, high) if ratio / (1 + ratio) < 1 / (1 + weight) else (low, middle)
    assert result["threshold"] == pytest.approx(1 / (1 + weight))
    assert result["moved"]["score"] == pytest.approx(low, abs=1e-9)
    assert result["moved"]["recall"] == pytest.approx(norm.sf(low - 2), rel=1e-6, abs=1e-12)
    assert result["moved"]["false_alarm_rate"] == pytest.approx(norm.sf(low), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("weight", [0.1, 1, 9, 50])
def test_the_moved_threshold_has_the_least_weighted_error(page, weight):
    result = compute(page, widgets.WeightedThreshold(weight=weight))
    assert result["moved"]["cost"] <= min(point["cost"] for point in result["curve"]) + 1e-12


@pytest.mark.parametrize("gamma", [0, 0.5, 2, 5])
def test_focal_curves_are_loss_and_autograd_gradient_of_the_package(page, gamma):
    torch = pytest.importorskip("torch")
    from imbalance_course.losses import binary_focal_loss

    result = compute(page, widgets.FocalCurves(gamma=gamma))
    logits = torch.logit(torch.tensor(result["probabilities"], dtype=torch.float64)).requires_grad_()
    losses = binary_focal_loss(logits, torch.ones_like(logits), gamma=gamma, reduction="none")
    losses.sum().backward()
    assert result["losses"] == pytest.approx(losses.tolist(), rel=1e-9)
    assert result["gradients"] == pytest.approx((-logits.grad).tolist(), rel=1e-9, abs=1e-12)


def test_without_focusing_the_easy_examples_weigh_46_times_the_hard_ones(page):
    result = compute(page, widgets.FocalCurves(gamma=0))
    assert result["ratio"] == pytest.approx(1000 * np.log(0.9) / np.log(0.1))
    assert round(result["ratio"], 1) == 45.8


@pytest.mark.parametrize(("gamma", "alpha"), [(0, 0.5), (2, 0.25), (2, 0), (2, 1)])
def test_alpha_weighs_hard_positives_against_easy_negatives(page, gamma, alpha):
    plain = compute(page, widgets.FocalCurves(gamma=gamma))
    result = compute(page, widgets.FocalCurves(gamma=gamma, alpha=alpha, balanced=True))
    assert result["hard"] == pytest.approx(alpha * plain["hard"])
    assert result["easy"] == pytest.approx((1 - alpha) * plain["easy"])


@pytest.mark.parametrize("threshold", [0, 0.001, 0.29, 0.5, 0.57, 0.999, 1])
def test_threshold_explorer_counts_exactly(page, threshold):
    now = compute(page, MAKE["ThresholdExplorer"](threshold=threshold))["now"]
    counts = confusion_counts(LABELS, SCORES, threshold)
    assert Counts(**{name: now[name] for name in ("tp", "fp", "fn", "tn")}) == counts
    for name in ("precision", "recall", "f1"):
        assert now[name] == pytest.approx(getattr(counts, name))


def test_threshold_explorer_draws_every_decision_rule(page):
    curve = compute(page, MAKE["ThresholdExplorer"]())["curve"]
    _, counts = counts_by_threshold(LABELS, SCORES)
    assert [point["tp"] for point in curve] == counts.tp[1:].tolist()
    assert [point["fp"] for point in curve] == counts.fp[1:].tolist()
