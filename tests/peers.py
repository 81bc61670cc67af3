"""Other libraries' losses, for tests that compare; a test is skipped where the library is not installed."""

from importlib import import_module
from importlib.util import find_spec

import pytest
import torch

OPERATORS_OF_TORCHVISION = ("nms", "qnms")


def load_kornia():
    """The losses of kornia."""
    return pytest.importorskip("kornia.losses")


def load_monai():
    """The losses of MONAI."""
    return pytest.importorskip("monai.losses")


def load_monai_boundary_loss():
    """MONAI's boundary loss, which versions before 1.6.1 do not have."""
    kind = getattr(load_monai(), "BoundaryLoss", None)
    if kind is None:
        pytest.skip("MONAI before 1.6.1 has no boundary loss")
    return kind


def load_smp():
    """The losses of segmentation-models-pytorch.

    It imports torchvision, whose import fails beside a torch that it was not built for, such as a CPU build,
    for lack of two operators. No loss uses them, so empty ones do.
    """
    if find_spec("segmentation_models_pytorch") is None:
        pytest.skip("segmentation-models-pytorch is not installed")
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in OPERATORS_OF_TORCHVISION:
            torch.library.define(f"torchvision::{name}", "(Tensor boxes) -> Tensor")
    return import_module("segmentation_models_pytorch.losses")
