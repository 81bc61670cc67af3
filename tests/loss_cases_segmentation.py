"""The segmentation losses with their arguments and slow references, for the list of all losses."""

from collections.abc import Iterator

import torch
from loss_case import Case
from loss_references_segmentation import (
    slow_boundary,
    slow_distance_map,
    slow_generalized_dice,
    slow_lovasz_hinge,
    slow_lovasz_softmax,
    slow_multiclass_tversky,
    slow_tversky,
)

from imbalance_course import losses

WEIGHT = (0.5, 1.0, 4.0)


def segmentation_cases() -> Iterator[Case]:
    """Every loss of regions, orders and distances, with telling arguments."""
    yield from _overlap()
    yield from _multiclass_overlap()
    yield from _lovasz()
    yield from _distances()


def _overlap() -> Iterator[Case]:
    dice = (losses.dice_loss, losses.DiceLoss)
    tversky = (losses.tversky_loss, losses.TverskyLoss)
    focal = (losses.focal_tversky_loss, losses.FocalTverskyLoss)
    paper = {"alpha": 0.3, "beta": 0.7}
    for names, defaults, settings in [
        (dice, {}, {}),
        (dice, {}, {"smooth": 1e-3, "pooled": True}),
        (tversky, paper, {}),
        (tversky, {}, {"alpha": 1.0, "beta": 1.0, "smooth": 0.5}),
        (tversky, paper, {"pooled": True}),
        (focal, paper | {"gamma": 0.75}, {}),
        (focal, paper, {"gamma": 2.0, "pooled": True}),
    ]:
        yield _of_images(names, "binary", slow_tversky, defaults, settings)


def _multiclass_overlap() -> Iterator[Case]:
    dice = (losses.multiclass_dice_loss, losses.MulticlassDiceLoss)
    tversky = (losses.multiclass_tversky_loss, losses.MulticlassTverskyLoss)
    paper = {"alpha": 0.3, "beta": 0.7}
    for names, defaults, settings in [
        (dice, {}, {}),
        (dice, {}, {"smooth": 1e-3, "weight": WEIGHT}),
        (dice, {}, {"pooled": True, "weight": WEIGHT}),
        (tversky, paper, {}),
        (tversky, {}, {"alpha": 0.1, "beta": 0.9, "gamma": 0.75, "weight": WEIGHT}),
        (tversky, paper, {"gamma": 2.0, "pooled": True}),
    ]:
        yield _of_images(names, "multiclass", slow_multiclass_tversky, defaults, settings)
    generalized = (losses.generalized_dice_loss, losses.GeneralizedDiceLoss)
    for settings in [{}, {"smooth": 1e-3}, {"pooled": True}]:
        yield _of_images(generalized, "multiclass", slow_generalized_dice, {}, settings)


def _lovasz() -> Iterator[Case]:
    hinge = (losses.lovasz_hinge_loss, losses.LovaszHingeLoss)
    softmax = (losses.lovasz_softmax_loss, losses.LovaszSoftmaxLoss)
    sorted_pixels = {"smooth": False, "soft": False}
    for settings in [{}, {"pooled": True}]:
        yield _of_images(hinge, "binary", slow_lovasz_hinge, {}, settings, **sorted_pixels)
    for settings in [{}, {"classes": "all"}, {"pooled": True}]:
        yield _of_images(softmax, "multiclass", slow_lovasz_softmax, {}, settings, **sorted_pixels)


def _distances() -> Iterator[Case]:
    yield Case(
        losses.distance_map_loss,
        losses.DistanceMapLoss,
        "binary",
        slow_distance_map,
        extras=lambda targets: {"distance_map": torch.cos(3 * targets.double()) ** 2},
    )
    yield Case(
        losses.boundary_loss,
        losses.BoundaryLoss,
        "binary",
        slow_boundary,
        extras=lambda targets: {"signed_distance": 1.5 - 4 * targets.double()},
    )


def _of_images(names, kind, reference, defaults, settings, **properties) -> Case:
    """A case whose losses are of images; the reference takes the same arguments as the function."""
    return Case(
        *names,
        kind,
        reference(**{**defaults, **settings}),
        settings,
        over="pooled" if settings.get("pooled") else "images",
        mixture=False,
        **properties,
    )
