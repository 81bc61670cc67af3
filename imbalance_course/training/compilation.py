"""Whether a step is translated by ``torch.compile``: only where that repays its time."""

from collections.abc import Callable
from typing import Any

import torch

from imbalance_course.errors import CourseError
from imbalance_course.training.config import TrainingConfig

# Translation takes about a minute; a translated step saves some milliseconds of launches and memory traffic.
STEPS_THAT_REPAY = 10_000


def translate(step: Callable[..., Any], config: TrainingConfig, device: torch.device) -> tuple[Callable, str]:
    """The step, translated where the setting asks for it or where it pays, and words on what was done.

    On a CPU ``auto`` leaves the step alone: translating takes a minute and brought no speed there, and
    a translated step rounds differently, while records of runs on a CPU hold to the last bit.

    Args:
        step: (pixels, targets) to the loss.
        config: its ``compile`` is on, off or auto.
        device: where the step runs.

    Raises:
        CourseError: translation is asked for and there is no working compiler.
    """
    if config.compile == "off":
        return step, "off"
    if config.compile == "auto":
        if device.type != "cuda":
            return step, "off: on a CPU"
        if config.steps < STEPS_THAT_REPAY:
            return step, f"off: {config.steps} steps do not repay it"
    trouble = _try_compiler(device)
    if trouble and config.compile == "on":
        raise CourseError(
            f"Expected a working compiler for torch.compile, got: {trouble}; set compile to off."
        )
    if trouble:
        return step, f"off: {trouble}"
    return torch.compile(step, dynamic=False), "on"


def _try_compiler(device: torch.device) -> str:
    """Translate one addition; the first line of what goes wrong, or nothing."""
    try:
        torch.compile(lambda x: x + 1)(torch.zeros(2, device=device))
    except RuntimeError as error:
        return str(error).strip().splitlines()[0]
    return ""
