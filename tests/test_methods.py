"""Each remedy changes what its name says, and nothing else."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from imbalance_course.experiments.methods import METHODS, MethodSettings
from imbalance_course.weights import effective_number

COUNTS = np.array([900, 100])
SETTINGS = MethodSettings()
LOGITS = torch.linspace(-3, 3, 12, dtype=torch.float64)
TARGETS = torch.tensor([0.0, 1.0, 0.0] * 4, dtype=torch.float64)


def loss_of(name, logits=LOGITS, targets=TARGETS, settings=SETTINGS):
    return METHODS[name].make_loss(COUNTS, settings).double()(logits, targets)


def cross_entropy(logits=LOGITS, weight=(1.0, 1.0)):
    weight = torch.where(TARGETS == 1, weight[1], weight[0])
    return F.binary_cross_entropy_with_logits(logits, TARGETS, weight=weight)


def test_methods_that_change_the_sample_or_the_prediction_keep_the_plain_loss():
    for name in ("plain", "undersampled", "oversampled", "logit-adjusted-posthoc", "balanced-batches"):
        assert float(loss_of(name)) == pytest.approx(float(cross_entropy()))


def test_the_weighted_loss_weighs_by_inverse_frequency():
    assert float(loss_of("weighted")) == pytest.approx(float(cross_entropy(weight=(10 / 18, 5.0))))


def test_the_class_balanced_loss_weighs_by_the_effective_number():
    weight = effective_number(COUNTS, beta=0.9999)
    assert float(loss_of("class-balanced")) == pytest.approx(float(cross_entropy(weight=tuple(weight))))


def test_the_logit_adjusted_loss_adds_the_log_odds_of_the_training_set():
    assert float(loss_of("logit-adjusted")) == pytest.approx(float(cross_entropy(LOGITS + np.log(1 / 9))))


def test_adjusting_after_training_takes_the_log_odds_off_and_keeps_the_order():
    adjusted = METHODS["logit-adjusted-posthoc"].finish(LOGITS, COUNTS, SETTINGS)
    assert torch.allclose(adjusted, LOGITS + np.log(9))


def test_only_adjustment_and_cosines_change_logits_after_training():
    for name, method in METHODS.items():
        untouched = torch.equal(method.finish(LOGITS, COUNTS, SETTINGS), LOGITS)
        assert untouched == (name not in ("logit-adjusted-posthoc", "ldam-drw"))


def test_the_vs_loss_shrinks_the_margin_of_the_rare_class_and_shifts_it():
    margins = torch.where(TARGETS == 1, (1 / 9) ** 0.15 * LOGITS + np.log(1 / 9), -LOGITS - np.log(1 / 9))
    expected = F.softplus(-margins).mean()
    assert float(loss_of("vs")) == pytest.approx(float(expected), rel=1e-6)


def test_ldam_weighs_the_classes_in_the_last_part_alone():
    loss = METHODS["ldam-drw"].make_loss(COUNTS, SETTINGS)
    loss.advance(0.79)
    assert loss.loss.weight.tolist() == [1.0, 1.0]
    loss.advance(0.8)
    assert loss.loss.weight.numpy() == pytest.approx(effective_number(COUNTS), rel=1e-6)


def test_balanced_batches_hold_both_classes_in_equal_numbers():
    labels = np.repeat([0, 1], COUNTS)
    order = METHODS["balanced-batches"].order(labels)
    drawn = order(np.arange(1000), 0, 400, seed=0).reshape(-1, 20)
    assert (labels[drawn].sum(axis=1) == 10).all()
    plain = METHODS["plain"].order(labels)(np.arange(1000), 0, 1000, seed=0)
    assert labels[plain].sum() == 100


@pytest.mark.parametrize("name", METHODS)
def test_the_gradient_points_towards_the_truth(name):
    method = METHODS[name]
    shape = (12,) if method.classes == 1 else (12, 2)
    logits = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    targets = TARGETS if method.classes == 1 else TARGETS.long()
    loss = method.make_loss(COUNTS, SETTINGS).double()
    getattr(loss, "advance", lambda progress: None)(1.0)
    loss(logits, targets).backward()
    pull = -logits.grad if method.classes == 1 else logits.grad[:, 0] - logits.grad[:, 1]
    assert (pull.sign() == 2 * TARGETS - 1).all()


def test_methods_that_can_be_tuned_have_the_same_number_of_candidates():
    numbers = {len(method.candidates) for method in METHODS.values()} - {0}
    assert len(numbers) == 1
    fields = vars(SETTINGS)
    for method in METHODS.values():
        for candidate in method.candidates:
            assert set(candidate) <= set(fields)
        defaults = [c for c in method.candidates if all(fields[k] == v for k, v in c.items())]
        assert len(defaults) == bool(method.candidates)
