"""How near a training run comes to what the device can do: its operations against the matmul rate."""

import copy
import time

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

MATRIX_SIDE = {"cpu": 2048, "cuda": 8192}  # large enough that launching and reading cost little


def training_flops(network: nn.Module, image_size: int) -> float:
    r"""Floating-point operations that one image costs in a training step, forward and backward.

    .. math:: 3 F - F_1

    with F those of a forward pass and F_1 those of its first layer: every layer is passed once forward, once
    back for the gradient of its weights and once for that of its input, which the first layer does not need.
    Convolutions and matrix products count, a multiplication and an addition as two; the rest is small.

    Args:
        network: maps (N, 3, image_size, image_size) to logits; neither run nor changed.
        image_size: side of the square input in pixels.

    Returns:
        Operations an image.

    Example:
        >>> training_flops(nn.Sequential(nn.Flatten(), nn.Linear(12, 5)), image_size=2)  # 2 passes of 2*12*5
        240.0
    """
    images = 2  # batch normalization needs more than one
    # On the device "meta" tensors have shapes only, so counting takes no time and no memory.
    network = copy.deepcopy(network).to("meta").train()
    dtype = next(network.parameters()).dtype
    with FlopCounterMode(display=False) as counter:
        network(torch.empty(images, 3, image_size, image_size, device="meta", dtype=dtype))
    first = next(name for name, layer in network.named_modules() if isinstance(layer, nn.Conv2d | nn.Linear))
    counts = counter.get_flop_counts()
    whole, entry = (sum(counts[key].values()) for key in ("Global", f"{type(network).__name__}.{first}"))
    return (3 * whole - entry) / images


def matmul_rate(device: torch.device, dtype: torch.dtype = torch.bfloat16, *, rounds: int = 10) -> float:
    """Floating-point operations a second that the device reaches in one large matrix product.

    Args:
        device: where to measure.
        dtype: number format of the factors.
        rounds: products to time; the fastest counts.

    Returns:
        Operations a second; divide by 1e12 for TFLOP/s.
    """
    side = MATRIX_SIDE.get(device.type, 2048)
    left, right = torch.randn(2, side, side, device=device).to(dtype)  # zeros would cost less power
    seconds = []
    for _ in range(rounds + 2):  # the first two warm up
        _wait(device)
        started = time.perf_counter()
        left @ right
        _wait(device)
        seconds.append(time.perf_counter() - started)
    return 2 * side**3 / min(seconds[2:])


def share_of_matmul_rate(
    images_per_second: float, network: nn.Module, image_size: int, matmul_rate: float
) -> float:
    """Share of the device's matmul rate that a training run used, 0 to 1.

    Args:
        images_per_second: speed of the run.
        network: the network it trained.
        image_size: side of the square input in pixels.
        matmul_rate: operations a second, from :func:`matmul_rate`.
    """
    return images_per_second * training_flops(network, image_size) / matmul_rate


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
