"""Time and memory of the losses, as ratios to PyTorch's own loss in the same run.

    python benchmarks/losses.py              # all tables, about five minutes on two cores
    python benchmarks/losses.py --rounds 60  # steadier numbers on a busy machine

Every line is forward and backward together. ``time`` is the shortest round over the shortest round of the
first line; ``memory`` is the largest amount held during the call over the size of the logits (on the CPU).
Other libraries come with the extra ``peers``.
"""

import argparse
import importlib.util
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from rich.console import Console
from rich.table import Table
from timing import Work, copy_bandwidth, peak_extra_bytes, shortest_times
from torch import Tensor

from imbalance_course import losses
from imbalance_course.device import choose_device, describe_device
from imbalance_course.distance_maps import distance_maps
from imbalance_course.losses.ordering import for_each

Loss = Callable[[Tensor, Tensor], Tensor]
console = Console(width=100, highlight=False)

SORT = "sort of as many integers, alone"
BINARY_LIMITS = (
    "What limits them on a CPU: focal loss, the logarithm (log1p), half of the one-pass time, not memory; "
    "the hardest tenth, the border value and the positions beyond it, two fifths of the time. Selection and "
    "sort run in threads of their own, while torch's threads go on spinning for milliseconds after their "
    "work: GOMP_SPINCOUNT=100 frees that core. On a busy machine OMP_NUM_THREADS=1 gives steadier ratios."
)
LOVASZ_LIMIT = (
    "What limits Lovász on a CPU: the sort of one 64-bit integer a pixel, its error and its position. The "
    "position must come along, since every pixel gets the weight of its rank."
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--power", type=int, default=22, help="binary logits: 2 to this power")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of which the shortest counts")
    arguments = parser.parse_args()
    device = choose_device()
    console.print(f"{describe_device(device)}, torch {torch.__version__}")
    binary_table(arguments.power, arguments.rounds, device)
    multiclass_table(arguments.rounds, device)
    if device.type == "cuda":
        bandwidth_line(device, arguments.rounds)
    else:
        distance_map_line()


def binary_table(power: int, rounds: int, device: torch.device) -> None:
    """Focal loss and hard-example mining against binary cross-entropy."""
    torch.manual_seed(0)
    logits = (3 * torch.randn(4, 2 ** (power - 2), device=device)).requires_grad_()
    targets = (torch.rand(logits.shape, device=device) < 0.1).float()
    hard = targets.to(torch.uint8)
    focal = partial(losses.binary_focal_loss, gamma=2.0, alpha=0.25)
    one_pass = compiled(partial(losses.binary_focal_loss_and_gradient, gamma=2.0, alpha=0.25))
    mining = partial(losses.binary_bootstrapped_cross_entropy, fraction=0.1)
    work = {
        "torch binary_cross_entropy_with_logits": both(F.binary_cross_entropy_with_logits, logits, targets),
        "torch, compiled": both(compiled(F.binary_cross_entropy_with_logits), logits, targets),
        "binary_focal_loss": both(focal, logits, hard),
        "binary_focal_loss, compiled": both(compiled(focal), logits, hard),
        "binary_focal_loss, soft targets, compiled": both(compiled(focal), logits, targets),
        "binary_focal_loss_and_gradient, compiled": lambda: one_pass(logits, hard),
        "hardest tenth (bootstrapped)": both(mining, logits, hard),
        "hardest tenth, compiled": both(compiled(mining), logits, hard),
        "lovasz_hinge_loss": both(losses.lovasz_hinge_loss, logits, hard),
        SORT: sort_alone(*logits.shape),
        "dice_loss": both(losses.dice_loss, logits, hard),
    }
    for name, loss in peers("binary").items():
        work[name] = both(loss, logits, targets)
        if "focal" in name:
            work[f"{name}, compiled"] = both(compiled(loss), logits, targets)
    show(f"{logits.numel():,} binary logits, float32", work, logits, rounds)
    console.print(BINARY_LIMITS)


def multiclass_table(rounds: int, device: torch.device) -> None:
    """Softmax losses against cross-entropy."""
    torch.manual_seed(0)
    logits = (2 * torch.randn(4, 8, 256, 256, device=device)).requires_grad_()
    targets = torch.randint(8, (4, 256, 256), device=device)
    counts = torch.bincount(targets.flatten(), minlength=8)
    work = {
        "torch cross_entropy": both(F.cross_entropy, logits, targets),
        "focal_loss": both(losses.focal_loss, logits, targets),
        "focal_loss, compiled": both(compiled(losses.focal_loss), logits, targets),
        "ldam_loss": both(partial(losses.ldam_loss, class_counts=counts), logits, targets),
        "logit_adjusted_loss": both(
            partial(losses.logit_adjusted_loss, class_counts=counts), logits, targets
        ),
        "hardest tenth (bootstrapped)": both(
            partial(losses.bootstrapped_cross_entropy, fraction=0.1), logits, targets
        ),
        "multiclass_dice_loss": both(losses.multiclass_dice_loss, logits, targets),
        "generalized_dice_loss": both(losses.generalized_dice_loss, logits, targets),
        "lovasz_softmax_loss": both(losses.lovasz_softmax_loss, logits, targets),
        SORT: sort_alone(4 * 8, 256 * 256),
    }
    for name, loss in peers("multiclass").items():
        work[name] = both(loss, logits, targets)
    show("4 images of 256 x 256 pixels, 8 classes, float32", work, logits, rounds)
    console.print(LOVASZ_LIMIT)


def bandwidth_line(device: torch.device, rounds: int, power: int = 28) -> None:
    """Share of the measured copy bandwidth that the compiled focal loss reaches."""
    logits = torch.randn(2**power, device=device, requires_grad=True)
    targets = torch.randint(2, logits.shape, device=device, dtype=torch.uint8)
    focal = compiled(partial(losses.binary_focal_loss, gamma=2.0, alpha=0.25))
    seconds = shortest_times({"focal": both(focal, logits, targets)}, rounds=rounds)["focal"]
    # Forward reads logits and targets; backward reads them again and writes the gradient.
    moved = logits.numel() * (4 + 1 + 4 + 1 + 4)
    share = moved / seconds / copy_bandwidth(device, rounds)
    console.print(f"compiled binary_focal_loss at 2^{power} logits: {share:.0%} of the copy bandwidth")


def distance_map_line(count: int = 136, size: int = 512) -> None:
    """Time of the distance maps of a data set as large as that of the helium voids."""
    rows, columns = np.mgrid[:size, :size]
    random = np.random.default_rng(0)
    masks = np.zeros((count, size, size), dtype=bool)
    for mask in masks:
        for row, column, radius in random.integers((0, 0, 8), (size, size, 40), (25, 3)):
            mask |= (rows - row) ** 2 + (columns - column) ** 2 < radius**2
    seconds = shortest_times({"maps": lambda: distance_maps(masks)}, rounds=1)["maps"]
    console.print(f"distance maps of {count} masks of {size} x {size} pixels: {seconds:.1f} s")


def sort_alone(rows: int, pixels: int) -> Work:
    """Sort of every row, in as many threads as the Lovász losses use: less they cannot take on a CPU."""
    keys = np.random.default_rng(0).integers(2**62, size=(rows, pixels))
    return lambda: for_each(np.sort, keys)


def both(loss: Loss, logits: Tensor, targets: Tensor) -> Work:
    """Forward and backward of one call."""
    return lambda: torch.autograd.grad(loss(logits, targets), logits)


def compiled(loss: Callable) -> Callable:
    """The loss as one compiled graph."""
    return torch.compile(loss, fullgraph=True)


def show(title: str, work: Mapping[str, Work], logits: Tensor, rounds: int) -> None:
    """Measure and print one table."""
    times = shortest_times(work, rounds=rounds)
    first = next(iter(times.values()))
    table = Table("loss", "ms", "time", "memory", title=title)
    for name, seconds in times.items():
        memory = peak_extra_bytes(work[name]) / (logits.numel() * logits.element_size())
        table.add_row(name, f"{seconds * 1e3:.1f}", f"{seconds / first:.2f}", f"{memory:.1f}")
    console.print(table)


def peers(kind: str) -> dict[str, Loss]:
    """The same losses of other libraries, where they are installed."""
    found: dict[str, Loss] = {}
    if importlib.util.find_spec("kornia"):
        found |= kornia_losses(kind)
    found |= monai_losses(kind)
    if importlib.util.find_spec("segmentation_models_pytorch"):
        found |= smp_losses(kind)
    return found


def kornia_losses(kind: str) -> dict[str, Loss]:
    """Losses of kornia."""
    import kornia.losses as kornia

    if kind == "multiclass":
        return {
            "kornia focal": partial(kornia.focal_loss, alpha=None, gamma=2.0, reduction="mean"),
            "kornia Lovász": kornia.lovasz_softmax_loss,
        }
    return {
        "kornia focal": partial(kornia.binary_focal_loss_with_logits, alpha=0.25, gamma=2.0, reduction="mean")
    }


def monai_losses(kind: str) -> dict[str, Loss]:
    """Losses of MONAI."""
    import monai.losses as monai

    if kind == "multiclass":
        loss = monai.FocalLoss(to_onehot_y=True, use_softmax=True, gamma=2.0)
        return {"MONAI focal": lambda logits, targets: loss(logits, targets.unsqueeze(1))}
    return {"MONAI focal": monai.FocalLoss(gamma=2.0)}


def smp_losses(kind: str) -> dict[str, Loss]:
    """Losses of segmentation-models-pytorch."""
    sys.path.append(str(Path(__file__).parent.parent / "tests"))
    from peers import load_smp

    smp = load_smp()
    if kind == "multiclass":
        return {
            "smp focal (one against the rest)": smp.FocalLoss("multiclass"),
            "smp Lovász": smp.LovaszLoss("multiclass", per_image=True),
        }
    return {"smp focal": smp.FocalLoss("binary", alpha=0.25)}


if __name__ == "__main__":
    main()
