"""Focal losses of other libraries: the same numbers where definitions agree, the stated ones where not."""

import pytest
import torch
import torch.nn.functional as F
from drawn_images import draw_classes
from peers import load_kornia, load_monai, load_smp

from imbalance_course import losses


@pytest.fixture
def binary():
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(4, 1, 5, 5, generator=generator)
    return logits, torch.randint(2, logits.shape, generator=generator).float()


def test_hard_binary_targets_cost_the_same_in_three_libraries(binary):
    logits, targets = binary
    ours = losses.binary_focal_loss(logits, targets, gamma=2.0, alpha=0.25)
    kornia = load_kornia().binary_focal_loss_with_logits(
        logits, targets, alpha=0.25, gamma=2.0, reduction="mean"
    )
    torch.testing.assert_close(kornia, ours)
    torch.testing.assert_close(load_monai().FocalLoss(gamma=2.0, alpha=0.25)(logits, targets), ours)
    torch.testing.assert_close(load_smp().FocalLoss("binary", alpha=0.25)(logits, targets), ours)


def test_a_soft_target_costs_the_mixture_here_and_in_kornia_and_less_elsewhere(binary):
    logits, targets = binary[0], torch.full_like(binary[0], 0.5)
    ours = losses.binary_focal_loss(logits, targets, gamma=2.0)
    kornia = load_kornia().binary_focal_loss_with_logits(
        logits, targets, alpha=0.5, gamma=2.0, reduction="mean"
    )
    torch.testing.assert_close(2 * kornia, ours)
    for theirs in (load_monai().FocalLoss(gamma=2.0), load_smp().FocalLoss("binary")):
        assert theirs(logits, targets) < 0.9 * ours


def test_focal_loss_of_classes_is_divided_by_items_here_and_also_by_classes_in_two_libraries():
    logits, targets = draw_classes()
    ours = losses.focal_loss(logits, targets, gamma=2.0)
    kornia = load_kornia().focal_loss(logits, targets, alpha=None, gamma=2.0, reduction="mean")
    torch.testing.assert_close(kornia * logits.shape[1], ours)
    monai = load_monai().FocalLoss(to_onehot_y=True, use_softmax=True, gamma=2.0)(logits, targets[:, None])
    torch.testing.assert_close(monai.double() * logits.shape[1], ours)


def test_focal_loss_of_classes_is_one_sigmoid_a_class_in_smp():
    logits, targets = draw_classes()
    theirs = load_smp().FocalLoss("multiclass")(logits, targets)
    one_hot = F.one_hot(targets, logits.shape[1]).movedim(-1, 1)
    one_against_the_rest = losses.binary_focal_loss(logits, one_hot, gamma=2.0)
    torch.testing.assert_close(theirs, one_against_the_rest)
    assert not torch.isclose(theirs, losses.focal_loss(logits, targets, gamma=2.0), rtol=0.1)


def test_one_alpha_weighs_the_first_class_differently_in_two_libraries():
    logits, targets = draw_classes()
    classes = logits.shape[1]
    weight = [0.25, *[0.75] * (classes - 1)]
    ours = losses.focal_loss(logits, targets, gamma=2.0, weight=weight) / classes
    kornia = load_kornia().focal_loss(logits, targets, alpha=0.75, gamma=2.0, reduction="mean")
    torch.testing.assert_close(kornia, ours)
    options = {"to_onehot_y": True, "use_softmax": True, "include_background": True}
    monai = load_monai().FocalLoss(alpha=0.75, gamma=2.0, **options)(logits, targets[:, None])
    torch.testing.assert_close(monai.double(), ours)


@pytest.mark.parametrize("library", ["MONAI", "smp"])
def test_almost_certain_logits_keep_their_digits_here_and_lose_them_elsewhere(library):
    logits, targets = torch.full((1, 1, 1, 1), -15.0), torch.zeros(1, 1, 1, 1)
    exact = losses.binary_focal_loss(logits.double(), targets, gamma=2.0)
    ours = losses.binary_focal_loss(logits, targets, gamma=2.0)
    theirs = {
        "MONAI": load_monai().FocalLoss(gamma=2.0), "smp": load_smp().FocalLoss("binary")
    }[library](logits, targets)  # fmt: skip
    assert abs(ours / exact - 1) < 5e-6
    assert abs(theirs / exact - 1) > 0.5
