"""Search of a loss: while a network trains, the factors and offsets of its VS loss follow a hypergradient.

The search is an ordinary training whose loss moves whenever an epoch begins, so order of the images,
transforms, number format, checkpoints and resume are those of the training loop.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from imbalance_course.augment import Augmentation, rescale
from imbalance_course.bilevel import largest_eigenvalue, neumann_hypergradient
from imbalance_course.errors import CourseError
from imbalance_course.losses import cross_entropy, vs_loss
from imbalance_course.sampling import balanced_stream, index_stream
from imbalance_course.training import TrainingConfig, TrainingResult, classification, step_size, train
from imbalance_course.writing import written_beside

Batch = tuple[Tensor, Tensor]


@dataclass(frozen=True, kw_only=True)
class SearchSettings(TrainingConfig):
    """What a search leaves to choose; the configuration of an experiment inherits it."""

    upper_share: float = 0.2  # share of the training images that judges the loss
    search_images: int  # training images seen in the search
    search_interval: int  # steps of the network between two steps of the loss
    search_warmup_share: float  # share of the search before the first step of the loss
    upper_batches: int  # batches of either part for one hypergradient
    upper_batch_size: int  # images in each of them
    upper_learning_rate: float  # peak step size of Delta and l; it falls as the network's does
    upper_momentum: float = 0.0  # share of the last step that is repeated
    neumann_terms: int = 5  # terms of the series for the inverse second derivative
    neumann_step: float = 1.0  # its step, in units of one over the largest eigenvalue; below 2
    power_iterations: int = 3  # products with the second derivative to estimate that eigenvalue
    initial_delta: float = 1.0  # Delta of all classes at the start; the factor is its sigmoid
    initial_tau: float = 0.0  # l at the start, in units of the logarithms of the class shares

    def of_search(self) -> Self:
        """The settings with the budget of the search; an epoch ends where the loss may move."""
        return dataclasses.replace(
            self,
            images_total=self.search_images,
            images_per_epoch=self.search_interval * self.batch_size,
        )


@dataclass(frozen=True)
class SearchParts:
    """Positions of the search: ``lower`` trains the network, ``upper`` judges the loss."""

    lower: np.ndarray
    upper: np.ndarray


class SearchedLoss(nn.Module):
    r"""VS loss that moves its factors and offsets against the hypergradient of a balanced cross-entropy.

    .. math::
        L = \operatorname{CE}(\sigma(\Delta) \odot x + l,\; y), \qquad
        v \leftarrow \mu v + \frac{dU}{d(\Delta, l)}, \qquad (\Delta, l) \leftarrow (\Delta, l) - \beta v

    The step size :math:`\beta` falls along with the network's. U is the cross-entropy of batches that hold
    the classes in equal numbers. The hypergradient is that of the network as it predicts, with fixed batch
    statistics.

    Args:
        network: what is trained; one logit a class.
        images: (N, H, W, 3) uint8 on the device.
        labels: (N,) on the device.
        parts: what trains the network and what judges the loss.
        settings: of the search; its budget is the training's.
        seed: order of the batches and their transforms.

    Reference:
        Li et al., AutoBalance: optimized loss functions for imbalanced data, NeurIPS 2021,
        arXiv:2201.01212; factors, offsets, starting values and the series of the authors' code.
    """

    def __init__(
        self,
        network: nn.Module,
        images: Tensor,
        labels: Tensor,
        parts: SearchParts,
        settings: SearchSettings,
        *,
        seed: int,
    ) -> None:
        super().__init__()
        self.network = (network,)  # in a tuple, since its weights are none of this module's
        self.images, self.labels, self.parts = images, labels, parts
        self.settings, self.seed = settings, seed
        self.first_move = math.ceil(settings.search_warmup_share * settings.epochs)
        counts = np.bincount(labels.cpu().numpy()[parts.lower])
        self.log_shares = torch.from_numpy(np.log(counts / counts.sum())).to(images.device)
        self.delta = torch.full_like(self.log_shares, settings.initial_delta)
        self.shift = settings.initial_tau * self.log_shares
        self.velocity = torch.zeros(2, len(counts), dtype=torch.float64, device=images.device)
        self.path: list[dict[str, Any]] = []
        self.file: Path | None = None

    def keep_in(self, file: Path) -> None:
        """Write every step to a file beside the network's checkpoint; first take the steps it holds."""
        self.file = file
        for step in json.loads(file.read_text()) if file.is_file() else []:
            self._move(step)

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The loss of logits (N, C) and class numbers (N,)."""
        return vs_loss(logits, targets, scale=self.delta.sigmoid(), shift=self.shift)

    def advance(self, progress: float) -> None:
        """Make the step that belongs to this share of the training, unless it was read from the file."""
        number = round(progress * self.settings.epochs) - self.first_move
        if number >= 0 and number == len(self.path):
            self._move(self._measure(number))
            self._write()

    def _measure(self, number: int) -> dict[str, Any]:
        settings = self.settings
        delta, shift = self.delta.clone().requires_grad_(), self.shift.clone().requires_grad_()

        def trained_by(pixels: Tensor, labels: Tensor) -> Tensor:
            return vs_loss(self._predict(pixels), labels, scale=delta.sigmoid(), shift=shift)

        def judged_by(pixels: Tensor, labels: Tensor) -> Tensor:
            return cross_entropy(self._predict(pixels), labels)

        lower = [partial(trained_by, *batch) for batch in self._lower_batches(number)]
        upper = [partial(judged_by, *batch) for batch in self._upper_batches(number)]
        weights = list(self.network[0].eval().parameters())
        eigenvalue = largest_eigenvalue(lower, weights, iterations=settings.power_iterations, seed=self.seed)
        if not 0 < eigenvalue < math.inf:
            raise CourseError(
                f"Expected a loss that is curved, got {eigenvalue} as its curvature in step "
                f"{number + 1} of the search. Lower the learning rate."
            )
        hypergradient = neumann_hypergradient(
            lower, upper, weights, [delta, shift],
            terms=settings.neumann_terms, step_size=settings.neumann_step / eigenvalue,
        )  # fmt: skip
        with torch.no_grad():
            upper_loss = torch.stack([batch() for batch in upper]).mean().item()
        step = (self.first_move + number) * settings.steps_per_epoch
        falling = step_size(settings, step) / settings.learning_rate
        return {
            "images": step * settings.batch_size,
            "step_size": settings.upper_learning_rate * falling,
            "upper_loss": upper_loss,
            "largest_eigenvalue": eigenvalue,
            "hypergradient": [part.tolist() for part in hypergradient],
        }

    def _predict(self, pixels: Tensor) -> Tensor:
        """Logits in the format of the weights, products in that of the training."""
        half = self.settings.precision == "bfloat16"
        with torch.autocast(pixels.device.type, dtype=torch.bfloat16, enabled=half):
            return self.network[0](pixels).to(pixels.dtype)

    def _move(self, step: dict[str, Any]) -> None:
        slope = torch.tensor(step["hypergradient"], dtype=torch.float64).to(self.velocity)
        self.velocity = self.settings.upper_momentum * self.velocity + slope
        self.delta, self.shift = torch.stack([self.delta, self.shift]) - step["step_size"] * self.velocity
        self.path.append(step | {"delta": self.delta.tolist(), "shift": self.shift.tolist()})

    def _write(self) -> None:
        if self.file is None:
            return
        with written_beside(self.file) as file:
            file.write(json.dumps(self.path).encode())

    def _lower_batches(self, number: int) -> Iterator[Batch]:
        """As the network is trained: class shares as they are, transformed."""
        moves = Augmentation(self.settings.rotation_turns, self.settings.flip_probability)
        transform = classification(moves).transform
        generator = torch.Generator(self.images.device).manual_seed(self.seed * 10_000 + number)
        for pixels, labels in self._read(number, partial(index_stream, self.parts.lower)):
            yield transform(pixels, labels, generator)

    def _upper_batches(self, number: int) -> Iterator[Batch]:
        """As the network is judged: the classes in equal numbers, untransformed."""
        labels = self.labels.cpu().numpy()
        yield from self._read(number, partial(balanced_stream, labels, self.parts.upper))

    def _read(self, number: int, stream: Callable[..., np.ndarray]) -> Iterator[Batch]:
        size, batches = self.settings.upper_batch_size, self.settings.upper_batches
        first = number * size * batches
        order = torch.from_numpy(stream(first, first + size * batches, seed=self.seed))
        dtype = next(self.network[0].parameters()).dtype
        for chosen in order.to(self.images.device).split(size):
            yield rescale(self.images[chosen], dtype), self.labels[chosen]


def search_loss(
    network: nn.Module,
    images: Tensor,
    labels: Tensor,
    parts: SearchParts,
    settings: SearchSettings,
    *,
    seed: int,
    checkpoint: Path | None = None,
    on_images: Callable[[int], None] = lambda seen: None,
) -> tuple[SearchedLoss, TrainingResult]:
    """Train a network and its loss together.

    Args:
        network: with fresh weights, on the device; one logit a class.
        images: (N, H, W, 3) uint8 on the device.
        labels: (N,) on the device.
        parts: what trains the network and what judges the loss.
        settings: of the search.
        seed: order of the images and augmentation.
        checkpoint: the network's file to resume from; the steps of the loss lie beside it, as JSON. A search
            that is finished is read from the two.
        on_images: called with the number of images seen so far.

    Returns:
        The loss as it was found, with its path, and the history of the network.

    Raises:
        CourseError: a loss or a hypergradient stopped being finite.
    """
    settings = settings.of_search()
    loss = SearchedLoss(network, images, labels, parts, settings, seed=seed)
    if checkpoint is not None:
        steps = checkpoint.with_suffix(".json")
        if not checkpoint.is_file():  # steps of a loss without the network they were made with
            steps.unlink(missing_ok=True)
        loss.keep_in(steps)
    result = train(
        network, loss, images, labels, parts.lower, parts.upper, settings,
        seed=seed, checkpoint=checkpoint, on_images=on_images,
    )  # fmt: skip
    return loss, result
