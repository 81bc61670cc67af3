"""Images a second of the training loop against a DataLoader that decodes and transforms with PIL.

    python benchmarks/training.py                             # minutes on two free cores
    python benchmarks/training.py --network vgg16 --size 160  # a GPU's worth of work

Every candidate trains the same network on the same drawn images with the same batch size, optimizer and
augmentation. The loop holds the images decoded on the device. The loader reads JPEG files with two workers;
once of the size that the network takes, which spares it the resizing, and once of a photograph's size. Its
PIL transform leaves corners black, which is cheaper than reflecting. Each loader feeds two loops: one with
the number format and the memory layout of the package, so that only the way of the images differs, and the
usual one of tutorials, float32 in PyTorch's default layout. Rounds interleave and the shortest counts; the
first two of each are not timed.
"""

import argparse
import dataclasses
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from rich.console import Console
from rich.table import Table
from timing import shortest_times
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from imbalance_course.augment import Augmentation, augment_batch, rescale
from imbalance_course.datasets import ImageSet, draw_animals
from imbalance_course.device import PRECISIONS, choose_device, choose_precision, describe_device
from imbalance_course.losses import BinaryCrossEntropy
from imbalance_course.models import make_network
from imbalance_course.sampling import index_stream
from imbalance_course.training import TrainingConfig, train
from imbalance_course.training.speed import matmul_rate, share_of_matmul_rate

WIDTHS = (16, 32, 64, 128, 128)  # of the small network in the laptop profile
PHOTOGRAPH = 320  # side of a file as a camera's might be, pixels
HELD_OUT = np.array([0, 1, -2, -1])  # two of each class: the loop looks at them after each epoch
console = Console(width=100, highlight=False)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", default="small", help="vgg16, small, resnet18, ...")
    parser.add_argument("--size", type=int, default=64, help="side of the network's images, pixels")
    parser.add_argument("--images", type=int, default=2560, help="images a round")
    parser.add_argument("--batch", type=int, default=128, help="images a step")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of which the shortest counts")
    parser.add_argument("--compile", choices=("auto", "on", "off"), default="auto")
    arguments = parser.parse_args()
    device = choose_device()
    config = TrainingConfig(
        images_total=arguments.images, images_per_epoch=arguments.images, batch_size=arguments.batch,
        learning_rate=1e-3, warmup_share=0.2, weight_decay=0.02, rotation_turns=0.05, flip_probability=0.5,
        precision=choose_precision("auto", device), compile=arguments.compile,
    )  # fmt: skip
    data = draw_animals(arguments.images // 2, arguments.images // 2, size=arguments.size)
    console.print(f"{describe_device(device)}, torch {torch.__version__}, {config.precision}")
    console.print(f"{arguments.network} at {arguments.size} pixels, batches of {arguments.batch}")
    with tempfile.TemporaryDirectory() as folder:
        loaders = {
            f"DataLoader, files of {side} pixels": make_loader(data, Path(folder), side, config)
            for side in (arguments.size, PHOTOGRAPH)
        }
        compare(arguments, config, data, loaders, device)


def compare(
    arguments: argparse.Namespace, config: TrainingConfig, data: ImageSet, loaders: dict, device: torch.device
) -> None:
    """Time the way of the images alone, then the training."""
    images, labels = torch.from_numpy(data.images).to(device), torch.from_numpy(data.labels).to(device)

    def fresh() -> nn.Module:
        network = make_network(arguments.network, arguments.size, widths=WIDTHS)
        return network.to(device, memory_format=torch.channels_last)

    network, loss = fresh(), BinaryCrossEntropy()
    everything = np.arange(len(data.labels))

    def run_loop() -> None:
        train(network, loss, images, labels, everything, everything[HELD_OUT], config, seed=0)

    ways: dict[str, Callable[[], object]] = {"the package": lambda: exhaust(batches_of(images, config))}
    ways |= {name: lambda loader=loader: exhaust(send(loader, device)) for name, loader in loaders.items()}
    show("data alone", shortest_times(ways, rounds=arguments.rounds), config)

    loops: dict[str, Callable[[], object]] = {"the package": run_loop}
    usual = dataclasses.replace(config, precision="float32")
    for words, settings, layout in (
        ("", config, torch.channels_last),
        (", the usual loop", usual, torch.contiguous_format),
    ):
        other = fresh().to(memory_format=layout)
        loops |= {
            name + words: lambda loader=loader, other=other, settings=settings, layout=layout: train_eagerly(
                other, loss, send(loader, device, layout), settings
            )
            for name, loader in loaders.items()
        }
    seconds = shortest_times(loops, rounds=arguments.rounds)
    show("training", seconds, config)

    rate = matmul_rate(device, PRECISIONS[config.precision])
    speed = config.images_seen / seconds["the package"]
    share = share_of_matmul_rate(speed, network, arguments.size, rate)
    console.print(f"matmul rate {rate / 1e12:.3g} TFLOP/s; the package's training uses {share:.0%} of it")


class Files(Dataset):
    """Image files, decoded, resized and transformed one by one with PIL."""

    def __init__(self, paths: list[Path], labels: np.ndarray, size: int, settings: Augmentation) -> None:
        self.paths, self.labels, self.size, self.settings = paths, labels, size, settings

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, position: int) -> tuple[Tensor, float]:
        with Image.open(self.paths[position]) as file:
            image = file.convert("RGB")
        if image.width != self.size:
            image = image.resize((self.size, self.size), Image.Resampling.BILINEAR)
        flip, turn = torch.rand(2).tolist()
        if flip < self.settings.flip_probability:
            image = ImageOps.mirror(image)
        degrees = 360 * self.settings.rotation_turns * (2 * turn - 1)
        image = image.rotate(degrees, Image.Resampling.BILINEAR)
        pixels = torch.from_numpy(np.array(image)).permute(2, 0, 1).float().div_(127.5).sub_(1)
        return pixels, float(self.labels[position])


def make_loader(data: ImageSet, folder: Path, side: int, config: TrainingConfig) -> DataLoader:
    """Write the images as JPEG files of one size, and a loader of two workers that reads them."""
    started = time.perf_counter()
    paths = [folder / f"{side}-{number}.jpg" for number in range(len(data.images))]
    for path, image in zip(paths, data.images, strict=True):
        Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC).save(path, quality=90)
    console.print(f"wrote {len(paths)} files of {side} pixels in {time.perf_counter() - started:.0f} s")
    files = Files(paths, data.labels, data.images.shape[1], settings_of(config))
    return DataLoader(
        files, batch_size=config.batch_size, shuffle=True, drop_last=True, num_workers=2,
        persistent_workers=True, pin_memory=torch.cuda.is_available(),
    )  # fmt: skip


def settings_of(config: TrainingConfig) -> Augmentation:
    """The augmentation of all candidates."""
    return Augmentation(config.rotation_turns, config.flip_probability)


def batches_of(images: Tensor, config: TrainingConfig) -> Iterator[Tensor]:
    """The batches of an epoch as the training loop makes them."""
    generator = torch.Generator(images.device).manual_seed(0)
    order = torch.as_tensor(index_stream(np.arange(len(images)), 0, config.images_seen, seed=0))
    for chosen in order.to(images.device).split(config.batch_size):
        yield augment_batch(rescale(images.index_select(0, chosen)), settings_of(config), generator)


def send(
    loader: DataLoader, device: torch.device, layout: torch.memory_format = torch.channels_last
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of a loader on the device."""
    for pixels, labels in loader:
        yield (
            pixels.to(device, non_blocking=True, memory_format=layout),
            labels.to(device, torch.float32, non_blocking=True),
        )


def exhaust(batches: Iterator) -> None:
    """Make every batch and use none."""
    for _ in batches:
        pass


def train_eagerly(network: nn.Module, loss: nn.Module, batches: Iterator, config: TrainingConfig) -> None:
    """A loop over a loader, as a tutorial writes it."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=config.learning_rate)
    network.train()
    for pixels, labels in batches:
        with torch.autocast(pixels.device.type, dtype=torch.bfloat16, enabled=config.precision == "bfloat16"):
            logits = network(pixels).squeeze(1)
        optimizer.zero_grad(set_to_none=True)
        loss(logits.float(), labels).backward()
        optimizer.step()


def show(title: str, seconds: dict[str, float], config: TrainingConfig) -> None:
    """Print images a second of every candidate, and how many times as fast the package is."""
    table = Table(title=title, title_justify="left")
    table.add_column("images from")
    table.add_column("images/s", justify="right")
    table.add_column("the package is faster by", justify="right")
    for name, value in seconds.items():
        ratio = value / seconds["the package"]
        table.add_row(name, f"{config.images_seen / value:,.0f}", f"{ratio:.2f}x")
    console.print(table)


if __name__ == "__main__":
    main()
