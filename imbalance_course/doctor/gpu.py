"""The GPU, its driver, and whether the installed torch can use them."""

import ctypes.util
import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

from imbalance_course.doctor.finding import Finding, fault, good, note

# CUDA's major version -> first branch of the driver that runs it: NVIDIA's release notes of the CUDA toolkit,
# "minor version compatibility".
DRIVER_NEEDED = {11: 450, 12: 525, 13: 580}
KERNEL_MODULE = Path("/proc/driver/nvidia/version")
PATIENCE_SECONDS = 30
HOW_TO_INSTALL = "https://pytorch.org/get-started/locally names the command for each"


def look() -> Iterator[Finding]:
    """The device that runs would use, and the number format."""
    import torch

    from imbalance_course.device import choose_device, choose_precision, describe_device

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what torch warns of here is explained below
        usable = torch.cuda.is_available()
    device = choose_device()
    if usable:
        yield _usable_gpu(describe_device(device))
    else:
        yield good("processor", describe_device(device), "runs of the profiles demo and laptop")
        yield _why_no_gpu(find_driver())
    precision = choose_precision("auto", device)
    yield good("number format", precision, "bfloat16 is about twice as fast where the hardware has it")


def find_driver() -> str | None:
    """Version of NVIDIA's driver; ``unknown`` where it does not answer; None where there is none."""
    program = shutil.which("nvidia-smi")
    if program:
        words = [program, "--query-gpu=driver_version", "--format=csv,noheader"]
        try:
            answer = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return "unknown"
        version = _version_in(answer.stdout) if answer.returncode == 0 else None
        if version:
            return version
    if KERNEL_MODULE.is_file():
        return _version_in(KERNEL_MODULE.read_text()) or "unknown"
    return "unknown" if program or ctypes.util.find_library("cuda") else None


def _version_in(text: str) -> str | None:
    found = re.search(r"\b\d{3,}\.\d+(?:\.\d+)?\b", text)
    return found[0] if found else None


def _usable_gpu(name: str) -> Finding:
    import torch

    major, minor = torch.cuda.get_device_capability()
    built_for = [int(digits) for digits in re.findall(r"_(\d+)", " ".join(torch.cuda.get_arch_list()))]
    if built_for and 10 * major + minor < min(built_for):
        return fault(
            "GPU",
            name,
            f"too old for torch {torch.__version__}: its compute capability is {major}.{minor}, and torch "
            f"is built for {min(built_for) / 10:.1f} and newer. Install an older torch "
            f"({HOW_TO_INSTALL}), or add `--device cpu`.",
        )
    return good("GPU", name, "every profile runs")


def _why_no_gpu(driver: str | None) -> Finding:
    """Why torch sees no GPU: there is none, torch is not made for it, or something hides it."""
    import torch

    if driver is None:
        return note("GPU", "none", "demo and laptop run; full would take days")
    found = f"driver {driver}, not used"
    if torch.version.cuda is None:
        return fault(
            "GPU",
            found,
            f"NVIDIA's driver is here, but torch {torch.__version__} is built for the CPU alone. Install one "
            f"built for CUDA: {HOW_TO_INSTALL}.",
        )
    if driver == "unknown":
        return fault(
            "GPU", found, "NVIDIA's driver is installed but does not answer. Restart, or install it again."
        )
    cuda = int(torch.version.cuda.split(".")[0])
    needed = DRIVER_NEEDED.get(cuda, 0)
    if int(driver.split(".")[0]) < needed:
        return fault(
            "GPU",
            found,
            f"torch {torch.__version__} is built for CUDA {torch.version.cuda}, which needs driver {needed} "
            f"or newer. Update the driver, or install a torch for an older CUDA: {HOW_TO_INSTALL}.",
        )
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None:
        return note(
            "GPU", found, f"CUDA_VISIBLE_DEVICES={hidden!r} lets torch see no GPU. `unset` it to use the GPU."
        )
    return fault(
        "GPU",
        found,
        "the driver fits torch, but torch sees no GPU. In a container, start it with access to the GPU "
        "(`--gpus all`); else see what `nvidia-smi` says.",
    )
