"""Whether hours of runs leave memory and open files as they were: demo runs in one process, again and again.

    python benchmarks/soak.py --minutes 120
    python benchmarks/soak.py --minutes 10 --experiments tof,voids

Every run trains, scores, writes its record and deletes its checkpoints, as `run EXPERIMENT --profile demo`
does. After each the memory, the open files and the threads of the process are written down. Free pages that
the allocator keeps for later are given back first: they are no leak. The first quarter of the time warms
caches up; then the median of the second quarter is compared with that of the last.
"""

import argparse
import ctypes
import gc
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import torch
from rich.console import Console
from rich.table import Table

from imbalance_course.device import describe_device
from imbalance_course.experiments import EXPERIMENTS, find_experiment, run_experiment

MEASURED = {"memory_mb": "memory, MB", "open_files": "open files", "threads": "threads"}
MOST_GROWTH = {"memory_mb": 50.0, "open_files": 0.0, "threads": 0.0}  # second to last quarter
console = Console(width=100, highlight=False)


def main() -> None:
    """Run, print the table, and end with 1 where something grew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=120, help="how long to go on")
    parser.add_argument("--rounds", type=int, default=1_000_000, help="rounds through all rows, at most")
    parser.add_argument("--experiments", default=",".join(EXPERIMENTS), help="which, with commas")
    parser.add_argument("--samples", type=Path, help="JSON lines, one after each run")
    arguments = parser.parse_args()
    names = arguments.experiments.split(",")
    samples = []
    for sample in soak(names, minutes=arguments.minutes, rounds=arguments.rounds):
        samples.append(sample)
        if arguments.samples:
            with arguments.samples.open("a", encoding="utf-8") as file:
                file.write(json.dumps(sample) + "\n")
    console.print(f"{len(samples)} runs in {samples[-1]['seconds'] / 60:.0f} minutes on", end=" ")
    console.print(f"{describe_device(torch.device('cpu'))}, torch {torch.__version__}")
    sys.exit(not show(samples))


def soak(names: list[str], *, minutes: float, rounds: int) -> Iterator[dict]:
    """What the process holds after each run."""
    process, started = psutil.Process(), time.monotonic()
    for round_, name in itertools.product(range(rounds), names):
        experiment = find_experiment(name)
        with tempfile.TemporaryDirectory() as folder:
            for row in experiment.check_rows("demo", None):
                run_experiment(experiment, profile="demo", rows=[row], seeds=[round_], output=Path(folder))
                seconds = time.monotonic() - started
                yield {"seconds": round(seconds, 1), "run": f"{name} {row}", **_held(process)}
                if seconds > 60 * minutes:
                    return


def growth(samples: list[dict]) -> dict[str, tuple[float, float]]:
    """Medians of the second and of the last quarter of the time, for everything measured.

    Args:
        samples: what :func:`soak` yields, in order.

    Raises:
        ValueError: a quarter has no sample.
    """
    end = samples[-1]["seconds"]

    def median(what: str, start: float, stop: float) -> float:
        values = [s[what] for s in samples if start * end < s["seconds"] <= stop * end]
        if not values:
            raise ValueError(f"Expected runs in every quarter of {end:.0f} s; give it more --minutes.")
        return statistics.median(values)

    return {what: (median(what, 0.25, 0.5), median(what, 0.75, 1)) for what in MEASURED}


def show(samples: list[dict]) -> bool:
    """Print the comparison; True where nothing grew by more than it may."""
    table = Table()
    for heading in ("", "second quarter", "last quarter", "most", "may grow by", ""):
        table.add_column(heading, justify="right")
    flat = True
    for what, (early, late) in growth(samples).items():
        within = late - early <= MOST_GROWTH[what]
        flat = flat and within
        numbers = (early, late, max(s[what] for s in samples), MOST_GROWTH[what])
        table.add_row(MEASURED[what], *(f"{n:.0f}" for n in numbers), "flat" if within else "GROWS")
    console.print(table)
    return flat


def _held(process: psutil.Process) -> dict[str, float]:
    gc.collect()
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), "malloc_trim", int)(0)  # musl has none
    return {
        "memory_mb": round(process.memory_info().rss / 1e6, 1),
        "open_files": process.num_fds(),
        "threads": process.num_threads(),
    }


if __name__ == "__main__":
    main()
