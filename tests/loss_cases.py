"""Every loss with its arguments and its slow reference: a new loss adds its entries here and is tested."""

import math

from loss_case import Case
from loss_cases_segmentation import segmentation_cases
from loss_references import (
    slow_acb_mse,
    slow_binary,
    slow_binary_vs,
    slow_bootstrap,
    slow_class_balanced,
    slow_ldam,
    slow_softmax,
)

from imbalance_course import losses

GAMMAS = (0.0, 0.5, 1.0, 2.0, 5.0)
WEIGHT = (0.5, 1.0, 4.0)
COUNTS = (900, 90, 10)


def _entropy_and_focal():
    bce, balanced, focal = (
        (losses.binary_cross_entropy, losses.BinaryCrossEntropy, "binary"),
        (losses.balanced_binary_cross_entropy, losses.BalancedBinaryCrossEntropy, "binary"),
        (losses.binary_focal_loss, losses.BinaryFocalLoss, "binary"),
    )
    yield Case(*bce, slow_binary())
    yield Case(*bce, slow_binary(negative=0.5, positive=6), {"weight": (0.5, 6.0)})
    yield Case(*balanced, slow_binary(negative=0.25, positive=0.75), {"alpha": 0.75})
    for gamma in GAMMAS:
        yield Case(*focal, slow_binary(gamma=gamma), {"gamma": gamma})
    yield Case(*focal, slow_binary(gamma=2, negative=0.75, positive=0.25), {"gamma": 2.0, "alpha": 0.25})
    entropy = (losses.cross_entropy, losses.CrossEntropy, "multiclass")
    focal = (losses.focal_loss, losses.FocalLoss, "multiclass")
    yield Case(*entropy, slow_softmax())
    yield Case(*entropy, slow_softmax(weight=WEIGHT), {"weight": WEIGHT})
    for gamma in GAMMAS:
        yield Case(*focal, slow_softmax(gamma=gamma), {"gamma": gamma})
    yield Case(*focal, slow_softmax(gamma=2, weight=WEIGHT), {"gamma": 2.0, "weight": WEIGHT})


def _from_counts():
    balanced = (losses.class_balanced_loss, losses.ClassBalancedLoss, "multiclass")
    for beta, gamma in [(0.0, 0.0), (0.9, 0.5), (0.99, 2.0)]:
        settings = {"class_counts": COUNTS, "beta": beta, "gamma": gamma}
        yield Case(*balanced, slow_class_balanced(COUNTS, beta, gamma), settings)
    ldam = (losses.ldam_loss, losses.LDAMLoss, "multiclass")
    for scale, weight in [(1.0, None), (30.0, None), (4.0, WEIGHT)]:
        settings = {"class_counts": COUNTS, "max_margin": 0.5, "scale": scale, "weight": weight}
        yield Case(*ldam, slow_ldam(COUNTS, 0.5, scale, weight or (1.0, 1.0, 1.0)), settings)
    adjusted = (losses.logit_adjusted_loss, losses.LogitAdjustedLoss, "multiclass")
    for tau in (0.0, 1.5):
        prior = [count / 1000 for count in COUNTS]
        shift = [tau * math.log(share) for share in prior]
        settings = {"class_counts": COUNTS, "tau": tau}
        yield Case(*adjusted, slow_softmax(shift=shift), settings)
    vs = (losses.vs_loss, losses.VSLoss, "multiclass")
    scale, shift = (1.0, 0.7, 0.4), (0.0, -1.0, -2.0)
    yield Case(*vs, slow_softmax(scale=scale, shift=shift), {"scale": scale, "shift": shift})
    yield Case(
        *vs,
        slow_softmax(scale=scale, shift=shift, weight=WEIGHT),
        {"scale": scale, "shift": shift, "weight": WEIGHT},
    )
    binary_vs = (losses.binary_vs_loss, losses.BinaryVSLoss, "binary")
    for weight in (None, (0.5, 6.0)):
        settings = {"scale": (1.0, 0.4), "shift": (-0.1, -2.3), "weight": weight}
        reference = slow_binary_vs(settings["scale"], settings["shift"], weight or (1.0, 1.0))
        yield Case(*binary_vs, reference, settings)


def _bootstrapped():
    binary = (losses.binary_bootstrapped_cross_entropy, losses.BinaryBootstrappedCrossEntropy, "binary")
    softmax = (losses.bootstrapped_cross_entropy, losses.BootstrappedCrossEntropy, "multiclass")
    for settings in [{"k": 2}, {"fraction": 0.5}, {"k": 7, "pooled": True}]:
        for kind, items, weighted in [
            (binary, slow_binary(), slow_binary(negative=0.5, positive=6)),
            (softmax, slow_softmax(), slow_softmax(weight=WEIGHT)),
        ]:
            weight = (0.5, 6.0) if kind is binary else WEIGHT
            for reference, extra in [(items, {}), (weighted, {"weight": weight})]:
                yield Case(
                    *kind,
                    slow_bootstrap(reference, **settings),
                    {**settings, **extra},
                    over="hardest",
                    smooth=False,
                    mixture=False,
                )


def _regression():
    acb = (losses.acb_mse_loss, losses.ACBMSELoss, "regression")
    yield Case(*acb, slow_acb_mse((1.0, 1.0)), over="batch", soft=False)
    settings = {"hit_weight": 3.0, "miss_weight": 0.5}
    yield Case(*acb, slow_acb_mse((0.5, 3.0)), settings, over="batch", soft=False)
    yield Case(
        losses.multiclass_acb_mse_loss,
        losses.MulticlassACBMSELoss,
        "regression",
        slow_acb_mse(WEIGHT),
        {"weight": WEIGHT},
        over="batch",
        soft=False,
        extras=lambda targets: {"classes": (targets != 0).long() * 2},  # class 1 is empty
    )


CASES = [
    *_entropy_and_focal(),
    *_from_counts(),
    *_bootstrapped(),
    *_regression(),
    *segmentation_cases(),
]
