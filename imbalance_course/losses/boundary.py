"""Losses that know the distance of every pixel from the boundary of the objects.

The maps come from :mod:`imbalance_course.distance_maps`, computed once for a data set.
"""

import torch
from torch import Tensor

from imbalance_course.losses.binary import prepare_binary
from imbalance_course.losses.common import LossModule, Reduction, check_settings, reduce
from imbalance_course.losses.entropy import binary_cross_entropy


def distance_map_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    distance_map: Tensor,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Binary cross-entropy whose weight rises to 2 at the boundary of the objects.

    .. math::
        L = -(1 + \varphi) \left(t \log p + (1 - t) \log(1 - p)\right), \qquad p = \sigma(x)

    With a map of zeros it is the binary cross-entropy. Usual maps come from
    :func:`imbalance_course.distance_maps.boundary_map`: 1 on the edge of an object, 0 in its middle and on
    the background. Such a map weighs foreground more than background, the rim of it most.

    Args:
        logits: any shape, floating-point and finite; :math:`x`.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        distance_map: same shape, usually from 0 to 1; :math:`\varphi`. No gradient flows into it.
        ignore_index: pixels with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of pixels that are not ignored, not by the sum of their
            weights (no pixel left gives 0); ``sum``; ``none`` gives one loss a pixel, 0 where ignored.

    Returns:
        The loss: one number, or one a pixel. float32 for half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Agarwal et al., Engineering Applications of Artificial Intelligence 126, 2023, 106747, the distance
        map loss of DefectSegNet. Its published map differs from the text, see
        :mod:`imbalance_course.distance_maps`.

    Example:
        >>> import torch
        >>> logits, targets = torch.zeros(3), torch.tensor([0, 1, 1])
        >>> distance_map_loss(logits, targets, distance_map=torch.tensor([0.0, 1.0, 0.0]), reduction="none")
        tensor([0.6931, 1.3863, 0.6931])
    """
    check_settings(reduction=reduction)
    entropy = binary_cross_entropy(logits, targets, ignore_index=ignore_index, reduction="none")
    kept = None if ignore_index is None else targets != ignore_index
    return reduce((1 + _prepare_map(distance_map, entropy, kept, "distance_map")) * entropy, kept, reduction)


def boundary_loss(
    logits: Tensor,
    targets: Tensor,
    *,
    signed_distance: Tensor,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
) -> Tensor:
    r"""Distance between the predicted and the true boundary: wrong pixels cost how far they lie from it.

    .. math::
        L = \phi\, (p - t), \qquad p = \sigma(x)

    with the signed distance :math:`\phi` below 0 inside the objects and above 0 outside, from
    :func:`imbalance_course.distance_maps.signed_distance`. Far false positives cost most. An image without
    foreground has no boundary, a map of zeros, and so costs nothing: use the loss beside one of regions, as
    the paper does, with a growing weight (``CombinedLoss`` and ``ramp``).

    Args:
        logits: any shape, floating-point and finite; :math:`x`, or the difference of two classes' logits.
        targets: same shape, 0 or 1, or a probability between; :math:`t`.
        signed_distance: same shape, in pixels (or any unit: the loss has the same); :math:`\phi`. No gradient
            flows into it.
        ignore_index: pixels with this target count nowhere; None keeps all.
        reduction: ``mean`` divides by the number of pixels that are not ignored (no pixel left gives 0);
            ``sum``; ``none`` gives one loss a pixel, 0 where ignored.

    Returns:
        The loss, at least 0 for hard targets and their own map: one number, or one a pixel. float32 for
        half-precision logits, else the logits' type.

    Raises:
        ValueError: shapes differ, an unknown reduction.
        TypeError: the logits are not floating-point numbers.

    Reference:
        Kervadec et al., Boundary loss for highly unbalanced segmentation, MIDL 2019, equation 5. The paper's
        code and MONAI 1.6 leave out the constant :math:`-\phi t`: their gradient is the same, but their
        value is negative for a good prediction.

    Example:
        >>> import torch
        >>> logits, targets = torch.tensor([0.0, 9.0, -9.0]), torch.tensor([0, 1, 1])
        >>> boundary_loss(logits, targets, signed_distance=torch.tensor([0.5, -0.5, -1.5]), reduction="none")
        tensor([2.5000e-01, 6.1697e-05, 1.4998e+00])
    """
    check_settings(reduction=reduction)
    logits, targets, kept = prepare_binary(logits, targets, ignore_index)
    # p - t, from small numbers where p is close to t.
    error = (1 - targets) * torch.sigmoid(logits) - targets * torch.sigmoid(-logits)
    return reduce(_prepare_map(signed_distance, error, kept, "signed_distance") * error, kept, reduction)


def _prepare_map(distances: Tensor, values: Tensor, kept: Tensor | None, name: str) -> Tensor:
    """The map in the type of the values, 0 where ignored; ValueError where the shapes differ."""
    if distances.shape != values.shape:
        raise ValueError(
            f"Expected {name} shaped like the logits, {tuple(values.shape)}, got {tuple(distances.shape)}."
        )
    distances = distances.detach().to(values.dtype)
    return distances if kept is None else distances.masked_fill(~kept, 0)


class DistanceMapLoss(LossModule):
    """Module of :func:`distance_map_loss`; the map is given with every call.

    Example:
        >>> DistanceMapLoss()
        DistanceMapLoss(ignore_index=None, reduction='mean')
    """

    def __init__(self, *, ignore_index: int | None = None, reduction: Reduction = "mean") -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor, *, distance_map: Tensor) -> Tensor:
        """The loss of logits, targets and a map of one shape."""
        return distance_map_loss(logits, targets, distance_map=distance_map, **self.settings())


class BoundaryLoss(LossModule):
    """Module of :func:`boundary_loss`; the map is given with every call.

    Example:
        >>> BoundaryLoss()
        BoundaryLoss(ignore_index=None, reduction='mean')
    """

    def __init__(self, *, ignore_index: int | None = None, reduction: Reduction = "mean") -> None:
        super().__init__(ignore_index=ignore_index, reduction=reduction)

    def forward(self, logits: Tensor, targets: Tensor, *, signed_distance: Tensor) -> Tensor:
        """The loss of logits, targets and a map of one shape."""
        return boundary_loss(logits, targets, signed_distance=signed_distance, **self.settings())
