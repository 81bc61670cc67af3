"""Time of an augmented batch, from bytes to numbers on the device: imgaug against the batched transform.

    python benchmarks/augmentation.py                          # a minute on one free core
    python benchmarks/augmentation.py --record speeds.json     # keep the numbers as well

Both draw from the same ranges. imgaug works through the images one by one on the CPU; its result is then sent
to the device and brought to [-1, 1] there. The batched transform starts from bytes on the device. Rounds
interleave and the shortest counts; the first two of each are not timed.
"""

import argparse
import datetime
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from timing import shortest_times

from imbalance_course.augment import Augmentation, augment_batch, imgaug_pipeline, rescale
from imbalance_course.datasets import draw_animals
from imbalance_course.device import choose_device, describe_device
from imbalance_course.records import append_speed

MOVES = Augmentation(0.05, 0.5, scale=(0.8, 1.2), shear_degrees=10, shift=0.1)
EVERYTHING = Augmentation(
    0.05, 0.5, scale=(0.8, 1.2), shear_degrees=10, shift=0.1, hue_turns=0.05, saturation=0.3, contrast=0.3,
    brightness=0.1, blur_pixels=1.0, noise=0.05,
)  # fmt: skip
SETTINGS = {"moves pixels": MOVES, "and color, blur, noise": EVERYTHING}
console = Console(width=100, highlight=False)


def main() -> None:
    """Print the table, and keep it where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[32, 64, 160], help="sides, pixels")
    parser.add_argument("--batch", type=int, default=64, help="images a batch")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of which the shortest counts")
    parser.add_argument("--record", type=Path, help="JSON file to add the numbers to")
    parser.add_argument("--note", default="", help="words to keep with the numbers")
    arguments = parser.parse_args()
    device = choose_device()
    lines = [
        {"size": size, "settings": name, **times(size, settings, arguments, device)}
        for size in arguments.sizes
        for name, settings in SETTINGS.items()
    ]
    console.print(f"{describe_device(device)}, torch {torch.__version__}, batches of {arguments.batch}")
    show(lines)
    if arguments.record:
        facts = {
            "date": datetime.date.today().isoformat(),
            "device": describe_device(device),
            "torch": torch.__version__,
            "batch": arguments.batch,
            "rounds": arguments.rounds,
            "note": arguments.note,
        }
        append_speed(arguments.record, {**facts, "lines": lines})


def times(
    size: int, settings: Augmentation, arguments: argparse.Namespace, device: torch.device
) -> dict[str, float]:
    """Milliseconds of a batch, by imgaug and by the batched transform."""
    images = draw_animals(arguments.batch, 0, size=size).images
    on_device = torch.from_numpy(images).to(device)
    pipeline, generator = imgaug_pipeline(settings, seed=0), torch.Generator(device).manual_seed(0)

    def by_imgaug() -> torch.Tensor:
        return rescale(torch.from_numpy(np.stack(pipeline(images=images))).to(device))

    def batched() -> torch.Tensor:
        return augment_batch(rescale(on_device), settings, generator)

    seconds = shortest_times({"imgaug": by_imgaug, "batched": batched}, rounds=arguments.rounds)
    return {f"{name}_ms": round(1000 * value, 3) for name, value in seconds.items()}


def show(lines: list[dict]) -> None:
    """Print milliseconds a batch and the ratio."""
    table = Table()
    for heading in ("side", "what changes", "imgaug (ms)", "batched (ms)", "imgaug / batched"):
        table.add_column(heading, justify="left" if heading.startswith("what") else "right")
    for line in lines:
        ratio = line["imgaug_ms"] / line["batched_ms"]
        numbers = (f"{line['imgaug_ms']:.1f}", f"{line['batched_ms']:.1f}", f"{ratio:.2f}")
        table.add_row(str(line["size"]), line["settings"], *numbers)
    console.print(table)


if __name__ == "__main__":
    main()
