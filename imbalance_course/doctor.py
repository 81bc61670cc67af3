"""A look at the machine: what is here, and what would run where."""

import importlib.metadata
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from imbalance_course.datasets.locations import DATA_VARIABLE, cache_folder, data_folder, find_packs, is_found
from imbalance_course.datasets.registry import DATA_SETS, find_data_set
from imbalance_course.device import choose_device, choose_precision, describe_device

PACKAGES = (
    "torch",
    "numpy",
    "pillow",
    "scikit-learn",
    "matplotlib",
    "ipywidgets",
    "jupyter-book",
    "imgaug",
    "nbval",
)
BYTES_NEEDED = 3e9  # Cat-Dog decoded at 160 px takes 1.9 GB


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    what: str
    found: str
    meaning: str


def examine() -> list[Finding]:
    """All findings, machine first."""
    return [*_machine(), *_packages(), *_data(), *_profiles()]


def _machine() -> Iterator[Finding]:
    device = choose_device()
    yield Finding("Python", platform.python_version(), "3.11 or newer is needed")
    yield Finding(
        "device",
        describe_device(device),
        "a GPU" if device.type == "cuda" else "no GPU: demo and laptop run, full would take days",
    )
    precision = choose_precision("auto", device)
    yield Finding("number format", precision, "bfloat16 is about twice as fast where the hardware has it")
    folder = next(parent for parent in (cache_folder(), *cache_folder().parents) if parent.is_dir())
    free = shutil.disk_usage(folder).free
    enough = (
        "enough"
        if free > BYTES_NEEDED
        else f"too little: decoding at 160 px needs {BYTES_NEEDED / 1e9:.0f} GB"
    )
    yield Finding("free disk", f"{free / 1e9:.1f} GB", enough)


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, importlib.metadata.version(name), "installed")
        except importlib.metadata.PackageNotFoundError:
            yield Finding(
                name,
                "missing",
                "needed for the chapters"
                if name not in ("torch", "numpy", "pillow")
                else "needed for every run",
            )


def _data() -> Iterator[Finding]:
    yield Finding("data folder", str(data_folder()), f"moved by {DATA_VARIABLE}")
    for name, data_set in DATA_SETS.items():
        if is_found(data_set):
            how = "packs" if find_packs(data_set) else "the publisher's archive"
            yield Finding(f"data {name}", "found", f"{how}: {data_set.title}")
        else:
            packs = ", ".join(data_set.packs)
            yield Finding(f"data {name}", "missing", f"{packs}; or `data download {name}`")


def _profiles() -> Iterator[Finding]:
    found = is_found(find_data_set("catdog"))
    yield Finding("run catdog --profile demo", "runs", "drawn images, seconds")
    yield Finding(
        "run catdog --profile laptop",
        "runs" if found else "needs the packs",
        "real images at 64 px, minutes a run on a CPU",
    )
    gpu = torch.cuda.is_available()
    yield Finding(
        "run catdog --profile full",
        "runs" if found and gpu else "needs the packs and a GPU",
        "VGG16 at 160 px",
    )
