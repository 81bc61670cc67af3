"""Whether every number of a run is finite, and, where one is not, the step and the images it came from."""

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from torch import Tensor

from imbalance_course.errors import NotFiniteError


class EpochWatch:
    """Loss and largest norm of a gradient of every step of an epoch.

    They stay on the device until the epoch is over, so that the loop never waits for them.

    Args:
        steps: steps of the epoch.
        device: where the loop computes.

    Example:
        >>> watch, weight = EpochWatch(2, torch.device("cpu")), torch.ones(1, requires_grad=True)
        >>> for step, factor in enumerate((1.0, 3.0)):
        ...     weight.grad = torch.full((1,), factor)
        ...     watch.note(step, factor * weight.sum(), [weight])
        >>> watch.mean_loss(0, np.arange(4))
        2.0
    """

    def __init__(self, steps: int, device: torch.device) -> None:
        self.losses = torch.zeros(steps, dtype=torch.float64, device=device)
        self.gradients = torch.zeros(steps, dtype=torch.float64, device=device)

    def note(self, step: int, loss: Tensor, parameters: Iterable[Tensor]) -> None:
        """Keep what a step gave, once its gradients are there; nothing waits for the device.

        Args:
            step: number of the step in the epoch, from 0.
            loss: its loss, one number.
            parameters: what is trained.
        """
        self.losses[step] = loss.detach()
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        self.gradients[step] = torch.stack(torch._foreach_norm(gradients)).max()

    def mean_loss(self, epoch: int, order: np.ndarray) -> float:
        """Mean loss of the epoch, once all its steps are noted.

        Args:
            epoch: number of the epoch, from 0.
            order: positions of the images in the order of the steps.

        Raises:
            NotFiniteError: a loss or a gradient is NaN or infinite; the message names the first step with
                such a number and the images of its batch.
        """
        losses, gradients = self.losses.cpu().numpy(), self.gradients.cpu().numpy()
        bad = np.flatnonzero(~np.isfinite(losses) | ~np.isfinite(gradients))
        if len(bad):
            step, batch = bad[0], len(order) // len(losses)
            lost = not np.isfinite(losses[step])
            what, value = ("training loss", losses[step]) if lost else ("gradient", gradients[step])
            raise NotFiniteError(
                f"Expected a finite {what}, got {value} in epoch {epoch + 1}, step {step + 1} of "
                f"{len(losses)}, images {name_images(order[step * batch :][:batch])}. Lower the learning "
                "rate or the weights, or look at these images."
            )
        return float(np.cumsum(losses)[-1]) / len(losses)  # one after the other, as the steps came


def check_outputs(logits: Tensor, positions: np.ndarray, when: str = "") -> Tensor:
    """Outputs of a network, handed back if all are finite.

    Args:
        logits: (n, ...) outputs.
        positions: (n,) images that they belong to.
        when: where they came up, for the message, with a space before.

    Raises:
        NotFiniteError: one is NaN or infinite; the message names the images.
    """
    broken = ~torch.isfinite(logits).reshape(len(logits), -1).all(dim=1).cpu().numpy()
    if broken.any():
        raise NotFiniteError(
            f"Expected finite outputs of the network{when}, got NaN or infinity for images "
            f"{name_images(np.asarray(positions)[broken])}. Lower the learning rate or the weights."
        )
    return logits


def name_images(positions: Sequence[int] | np.ndarray) -> str:
    """Positions of images in their data set, as text.

    Example:
        >>> name_images([7, 3])
        '7, 3'
    """
    return ", ".join(str(int(position)) for position in positions)
