"""The losses that the experiments on voids compare, two of them with the slips of the published code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor, nn

from imbalance_course.datasets.locations import cache_folder
from imbalance_course.distance_maps import CORNERS_TOUCH, distance_maps
from imbalance_course.losses import (
    BinaryCrossEntropy,
    BinaryFocalLoss,
    BoundaryLoss,
    CombinedLoss,
    DiceLoss,
    DistanceMapLoss,
    LovaszHingeLoss,
    TverskyLoss,
    ramp,
)
from imbalance_course.weights import inverse_frequency

MapKind = Literal["object", "signed", "published"]


@dataclass(frozen=True)
class MaskLoss:
    """A loss of one logit a pixel.

    Attributes:
        title: one line for people.
        make: (training pixels of background and object) -> loss module.
        map_kind: the map that the loss takes beside the mask; None for none.
        map_name: what the loss calls that map.
    """

    title: str
    make: Callable[[np.ndarray], nn.Module]
    map_kind: MapKind | None = None
    map_name: str = ""

    def module(self, pixel_counts: np.ndarray) -> nn.Module:
        """The loss of logits and of the targets that :meth:`targets` makes."""
        loss = self.make(pixel_counts)
        return loss if self.map_kind is None else OfMaskAndMap(loss, self.map_name)

    def targets(self, masks: np.ndarray) -> Tensor:
        """(N, H, W) masks, or (N, H, W, 2) masks and maps in float16."""
        masks = np.asarray(masks)
        if self.map_kind is None:
            return torch.from_numpy(masks.copy())
        if self.map_kind == "published":
            maps = np.stack([published_map(mask) for mask in masks])
        else:
            maps = distance_maps(masks, kind=self.map_kind, cache=cache_folder())
        return torch.from_numpy(np.stack([masks, maps], axis=-1, dtype=np.float16, casting="same_kind"))


class OfMaskAndMap(nn.Module):
    """A loss that takes a map, for targets that hold mask and map.

    Example:
        >>> loss = OfMaskAndMap(DistanceMapLoss(), "distance_map")
        >>> loss(torch.zeros(1, 1, 1), torch.tensor([[[[1.0, 1.0]]]]))  # twice log 2
        tensor(1.3863)
    """

    def __init__(self, loss: nn.Module, map_name: str) -> None:
        super().__init__()
        self.loss, self.map_name = loss, map_name

    def advance(self, progress: float) -> None:
        """Hand on which share of the training is over."""
        self.loss.advance(progress)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, H, W) and targets (N, H, W, 2)."""
        return self.loss(logits, targets[..., 0], **{self.map_name: targets[..., 1]})


def published_map(mask: np.ndarray) -> np.ndarray:
    r"""The map of the distance map loss as the code published with the study computes it.

    A loop turns the depths :math:`d` of one object after the other into :math:`1 - d / d_{\max}`, and clips
    the *whole* map to 1 each time. So after the first object every depth that still waits is 1 and becomes
    :math:`1 - 1 / 1 = 0`: about nine of ten void pixels get 0, and the loss is nearly the plain
    cross-entropy. The loop also ends one object early: the last object stays at 1, and a lone one keeps its
    depth in pixels.

    Args:
        mask: (H, W); what is not 0 is object. Objects that touch at a corner are one.

    Returns:
        (H, W) float32, from 0 to 1; depths in pixels where the image has a single object.

    Reference:
        Code of Sawant, published with Agarwal et al., Engineering Applications of Artificial Intelligence
        126, 2023, 106747; the article describes :func:`imbalance_course.distance_maps.boundary_map`.

    Example:
        >>> published_map(np.array([[0, 1, 1, 1, 0, 1, 0, 1, 0]]))  # three objects
        array([[0. , 0.5, 0. , 0.5, 0. , 0. , 0. , 1. , 0. ]], dtype=float32)
    """
    objects, count = ndimage.label(np.asarray(mask) != 0, CORNERS_TOUCH)
    depth = ndimage.distance_transform_edt(objects > 0).astype(np.float32)
    if count < 2:
        return depth
    first = objects == 1
    falling = np.where(first, 1 - depth / depth[first].max(), 0)
    return np.where(objects == count, 1, falling).astype(np.float32)


def _published_weights(counts: np.ndarray) -> nn.Module:
    """The weight multiplies the target, so that background pixels weigh nothing."""
    return BinaryCrossEntropy(weight=(0.0, float(inverse_frequency(counts)[1])))


def _boundary_on_schedule(counts: np.ndarray) -> nn.Module:
    return CombinedLoss([(ramp(1.0, 0.5), DiceLoss()), (ramp(0.0, 0.5), BoundaryLoss())])


LOSSES = {
    "bce": MaskLoss("BCE", lambda counts: BinaryCrossEntropy()),
    "weighted": MaskLoss(
        "weighted BCE", lambda counts: BinaryCrossEntropy(weight=tuple(inverse_frequency(counts)))
    ),
    "weighted-published": MaskLoss("weighted BCE as published", _published_weights),
    "distance": MaskLoss(
        "distance map loss", lambda counts: DistanceMapLoss(), map_kind="object", map_name="distance_map"
    ),
    "distance-published": MaskLoss(
        "distance map loss as published",
        lambda counts: DistanceMapLoss(),
        map_kind="published",
        map_name="distance_map",
    ),
    "dice": MaskLoss("Dice", lambda counts: DiceLoss()),
    "tversky": MaskLoss("Tversky", lambda counts: TverskyLoss()),
    "focal": MaskLoss("focal", lambda counts: BinaryFocalLoss()),
    "lovasz": MaskLoss("Lovász hinge", lambda counts: LovaszHingeLoss()),
    "boundary": MaskLoss(
        "Dice, then boundary", _boundary_on_schedule, map_kind="signed", map_name="signed_distance"
    ),
}
