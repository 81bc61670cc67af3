"""A Ray cluster: found or started, and shared out among runs."""

import logging
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imbalance_course.datasets.locations import CACHE_VARIABLE, DATA_VARIABLE
from imbalance_course.errors import CourseError

CONNECTION_SECONDS = 10  # wait for the first machine of a cluster to answer
RECORD_MEMORY = 80 * 2**20  # bytes; Ray's least, and much for records


@dataclass(frozen=True)
class Cluster:
    """What each run gets of the Ray cluster that this process is connected to.

    Attributes:
        cores: CPU cores of a run.
        gpu: whether each run has a GPU of its own.
        at_once: how many runs the machines can hold.
    """

    cores: int
    gpu: bool
    at_once: int

    @property
    def title(self) -> str:
        """One line for people.

        Example:
            >>> Cluster(cores=2, gpu=True, at_once=8).title
            'Ray, up to 8 runs at once, each on 1 GPU and 2 CPU cores'
        """
        runs = f"{self.at_once} run" + "s" * (self.at_once > 1)
        cores = f"{self.cores} CPU core" + "s" * (self.cores > 1)
        return f"Ray, up to {runs} at once, each on {'1 GPU and ' * self.gpu}{cores}"


@contextmanager
def connect(address: str, *, cores: int = 1, device: str | None = None) -> Iterator[Cluster]:
    """Connect to a Ray cluster, or start one on this machine that ends with the block.

    Args:
        address: ``local`` starts one, ``auto`` finds the one that runs on this machine, ``HOST:PORT`` is the
            first machine of another.
        cores: CPU cores of a run, at least 1; PyTorch uses as many threads.
        device: ``cpu`` or ``cuda``; None means GPUs where the cluster has some.

    Yields:
        What each run gets.

    Raises:
        CourseError: Ray is not installed, there is no cluster at the address, or no machine of it is large
            enough for a run.
    """
    if device not in (None, "cpu", "cuda"):
        raise CourseError(f"Expected --device cpu or cuda with --ray, got {device!r}.")
    ray = import_ray()
    if ray.is_initialized():
        raise CourseError("Expected a process that is not connected to Ray yet; call ray.shutdown() first.")
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        ray.init("local", include_dashboard=False, object_store_memory=RECORD_MEMORY, **quiet)
    else:
        _check_address(address)
        _join(ray, address, quiet)
    try:
        yield share_out(ray.nodes(), cores, device)
    finally:
        ray.shutdown()


def share_out(nodes: list[dict], cores: int, device: str | None = None) -> Cluster:
    """How many runs a cluster holds: one for each GPU where it has some, else one for so many cores.

    Args:
        nodes: machines as ``ray.nodes()`` lists them.
        cores: CPU cores of a run, at least 1.
        device: ``cpu`` or ``cuda``; None means GPUs where the cluster has some.

    Returns:
        What each run gets.

    Raises:
        CourseError: no machine is large enough for a run.

    Example:
        >>> share_out([{"Alive": True, "Resources": {"CPU": 9.0}}], cores=2).at_once
        4
    """
    machines = [node["Resources"] for node in nodes if node["Alive"]]
    gpu = device == "cuda" or (device is None and any(machine.get("GPU", 0) >= 1 for machine in machines))
    fitting = [int(machine.get("CPU", 0) // cores) for machine in machines]
    if gpu:
        fitting = [
            min(runs, int(machine.get("GPU", 0))) for runs, machine in zip(fitting, machines, strict=True)
        ]
    if not sum(fitting):
        wanted = "1 GPU and " * gpu + f"{cores} CPU core" + "s" * (cores > 1)
        raise CourseError(f"Expected a machine with {wanted} in the Ray cluster, found none.")
    return Cluster(cores, gpu, sum(fitting))


def import_ray():
    """Ray, which only these modules use and only when asked to.

    Raises:
        CourseError: it is not installed.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # before the import: Ray reports nothing to anybody
    try:
        import ray
    except ImportError as error:
        raise CourseError(
            f"Expected the package ray, which spreads runs, got {error}. Install it with `pip install ray`, "
            "or leave --ray out."
        ) from error
    return ray


def _check_address(address: str) -> None:
    """Ray itself would go on trying for minutes."""
    if address == "auto":
        return
    match = re.fullmatch(r"([^:/\s]+):(\d+)", address)
    if not match or int(match[2]) > 65535:
        raise CourseError(f"Expected --ray local, auto or HOST:PORT, got {address!r}.")
    try:
        socket.create_connection((match[1], int(match[2])), timeout=CONNECTION_SECONDS).close()
    except OSError as error:
        raise _not_found(address, error) from error


def _join(ray, address: str, quiet: dict) -> None:
    """Join a cluster; its workers look for data where this process does."""
    names = [name for name in (DATA_VARIABLE, CACHE_VARIABLE) if os.environ.get(name)]
    variables = {name: str(Path(os.environ[name]).expanduser().resolve()) for name in names}
    try:
        ray.init(address, runtime_env={"env_vars": variables}, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise _not_found(address, error) from error


def _not_found(address: str, error: Exception) -> CourseError:
    return CourseError(
        f"Expected a Ray cluster at {address}, found none ({str(error).partition('. ')[0]}). Start one with "
        "`ray start --head` there, or use --ray local. If it asks for a token, set RAY_AUTH_MODE=token."
    )
