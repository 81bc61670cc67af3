"""Overlap losses of other libraries: the same numbers where definitions agree, the stated ones where not."""

import pytest
import torch
from drawn_images import draw_binary, draw_classes
from peers import load_kornia, load_monai, load_smp

from imbalance_course import losses


def test_the_sums_of_monai_agree_when_its_smoothing_is_set_to_ours():
    monai = load_monai()
    logits, targets = draw_binary()
    dice = monai.DiceLoss(sigmoid=True, smooth_nr=2.0, smooth_dr=2.0, reduction="none")
    torch.testing.assert_close(
        dice(logits, targets).flatten(), losses.dice_loss(logits, targets, reduction="none")
    )
    tversky = monai.TverskyLoss(sigmoid=True, alpha=0.3, beta=0.7, smooth_nr=1.0, smooth_dr=1.0)
    torch.testing.assert_close(tversky(logits, targets), losses.tversky_loss(logits, targets))


def test_the_classes_of_monai_agree_when_its_smoothing_is_set_to_ours():
    monai = load_monai()
    logits, targets = draw_classes()
    options = {"softmax": True, "to_onehot_y": True, "reduction": "none"}
    for batch in (False, True):
        dice = monai.DiceLoss(smooth_nr=2.0, smooth_dr=2.0, batch=batch, **options)(logits, targets[:, None])
        ours = losses.multiclass_dice_loss(logits, targets, pooled=batch, reduction="none")
        torch.testing.assert_close(dice.flatten(), ours.flatten())
    generalized = monai.GeneralizedDiceLoss(smooth_nr=0.0, smooth_dr=0.0, **options)
    # A class number that no image has: its weight is the largest of the others.
    logits, targets = draw_classes(classes=4, present=3)
    ours = losses.generalized_dice_loss(logits, targets, smooth=1e-12, reduction="none")
    torch.testing.assert_close(generalized(logits, targets[:, None]).flatten(), ours)


def test_kornia_agrees_where_every_class_is_in_every_image():
    kornia = load_kornia()
    logits, targets = draw_classes()
    torch.testing.assert_close(
        kornia.dice_loss(logits, targets, average="macro"),
        losses.multiclass_dice_loss(logits, targets, smooth=1e-9),
    )
    torch.testing.assert_close(
        kornia.tversky_loss(logits, targets, alpha=0.3, beta=0.7),
        losses.multiclass_tversky_loss(logits, targets, smooth=1e-9),
    )


@pytest.mark.parametrize("smooth", [0.5, 1.0])
def test_smp_agrees_on_a_pooled_batch_with_every_class(smooth):
    smp = load_smp()
    logits, targets = draw_classes()
    settings = {"smooth": smooth, "pooled": True}
    torch.testing.assert_close(
        smp.DiceLoss("multiclass", smooth=smooth)(logits, targets),
        losses.multiclass_dice_loss(logits, targets, **settings),
    )
    logits, targets = draw_binary()
    torch.testing.assert_close(
        smp.TverskyLoss("binary", alpha=0.3, beta=0.7, gamma=0.75, smooth=smooth)(logits, targets),
        losses.focal_tversky_loss(logits, targets, **settings),
    )


@pytest.fixture
def absent_class():
    """A right prediction of two classes, but for ten pixels that are half given to an absent one."""
    targets = torch.zeros(1, 10, 10, dtype=torch.long)
    targets[:, :5] = 1
    found = torch.full((1, 3, 10, 10), 1e-6).scatter(1, targets[:, None], 1.0)
    found[:, 1:, 0] = 0.5
    return found.log().requires_grad_(), targets


def slope_at_class_2(loss, logits):
    """Sum of the gradient at the logits of class 2; above 0, descent lowers them."""
    return torch.autograd.grad(loss, logits, retain_graph=True)[0][:, 2].sum()


def test_an_absent_class_costs_its_false_positives_here_and_nothing_in_smp(absent_class):
    logits, targets = absent_class
    items = losses.multiclass_dice_loss(logits, targets, reduction="none")[0]
    torch.testing.assert_close(items[2], torch.tensor(5 / (5 + 2 * 1.0)), rtol=1e-4, atol=0)
    theirs = load_smp().DiceLoss("multiclass")(logits, targets)
    without_third = losses.multiclass_dice_loss(logits, targets, smooth=1e-9, reduction="none")[0, :2]
    torch.testing.assert_close(theirs, without_third.sum() / 3)


def test_an_absent_class_is_left_out_of_the_mean_in_kornia(absent_class):
    logits, targets = absent_class
    present = losses.multiclass_dice_loss(logits, targets, smooth=1e-9, reduction="none")[0, :2]
    kornia = load_kornia()
    torch.testing.assert_close(kornia.dice_loss(logits, targets, average="macro"), present.mean())
    tversky = kornia.tversky_loss(logits, targets, alpha=0.5, beta=0.5)
    torch.testing.assert_close(tversky, present.mean())


def test_an_absent_class_costs_1_and_has_hardly_a_gradient_in_monai(absent_class):
    logits, targets = absent_class
    theirs = load_monai().DiceLoss(softmax=True, to_onehot_y=True, reduction="none")(logits, targets[:, None])
    ours = losses.multiclass_dice_loss(logits, targets, reduction="none")
    assert theirs[0, 2] > 0.99999
    assert slope_at_class_2(theirs[0, 2], logits) < 1e-4 * slope_at_class_2(ours[0, 2], logits)


def test_a_binary_batch_without_foreground_teaches_smp_nothing():
    logits, targets = torch.zeros(1, 1, 4, 4, requires_grad=True), torch.zeros(1, 1, 4, 4)
    theirs, ours = load_smp().DiceLoss("binary")(logits, targets), losses.dice_loss(logits, targets)
    assert theirs == 0
    assert not torch.autograd.grad(theirs, logits)[0].any()
    torch.testing.assert_close(ours, torch.tensor(8 / (8 + 2 * 1.0)))
    assert (torch.autograd.grad(ours, logits)[0] > 0).all()


def test_a_wholly_ignored_image_costs_1_in_kornia_and_does_not_count_here():
    logits, targets = draw_classes()
    targets[1] = -100
    theirs = load_kornia().tversky_loss(logits, targets, alpha=0.3, beta=0.7)
    ours = losses.multiclass_tversky_loss(logits, targets, smooth=1e-9, ignore_index=-100)
    torch.testing.assert_close(theirs, (2 * ours + 1) / 3)


def test_the_power_is_taken_of_every_class_here_and_of_their_mean_in_smp():
    logits, targets = draw_classes()
    items = losses.multiclass_tversky_loss(logits, targets, pooled=True, reduction="none")
    theirs = load_smp().TverskyLoss("multiclass", alpha=0.3, beta=0.7, gamma=0.75, smooth=1.0)
    torch.testing.assert_close(theirs(logits, targets), items.mean() ** 0.75)
    ours = losses.multiclass_tversky_loss(logits, targets, gamma=0.75, pooled=True)
    torch.testing.assert_close(ours, (items**0.75).mean())


def test_a_soft_target_met_exactly_costs_something_here_and_in_monai_and_nothing_in_smp():
    logits, targets = torch.zeros(1, 1, 2, 2), torch.full((1, 1, 2, 2), 0.5)
    torch.testing.assert_close(losses.dice_loss(logits, targets, smooth=1e-9), torch.tensor(0.5))
    monai = load_monai().DiceLoss(sigmoid=True)(logits, targets)
    torch.testing.assert_close(monai, torch.tensor(0.5), rtol=1e-4, atol=0)
    assert load_smp().DiceLoss("binary")(logits, targets) == 0


def test_half_precision_is_not_a_number_in_two_libraries_at_512_by_512_pixels():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(1, 1, 512, 512, generator=generator).half()
    targets = (torch.rand(logits.shape, generator=generator) < 0.3).long()
    torch.testing.assert_close(losses.dice_loss(logits, targets), losses.dice_loss(logits.float(), targets))
    assert load_smp().DiceLoss("binary")(logits, targets).isnan()
    assert load_monai().DiceLoss(sigmoid=True)(logits, targets).isnan()
