"""Runs spread over a Ray cluster: one job for each row and seed, on one GPU or on some CPU cores.

Only the process that started the runs writes records, each as soon as it arrives. A run whose worker dies is
given to another worker and goes on after its last whole epoch. One that fails is named, and the others go on.

What the machines of a cluster must share, under the same paths: the package, the data with the cache of
decoded images, and, for the checkpoints, the output folder. A worker that does not see the output folder
keeps its checkpoints in its own cache folder, so that only a worker of the same machine can go on with them;
its records arrive all the same.
"""

import logging
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from imbalance_course.datasets.locations import CACHE_VARIABLE, DATA_VARIABLE, cache_folder
from imbalance_course.device import choose_device
from imbalance_course.errors import CourseError
from imbalance_course.experiments.experiment import Experiment, Silence, Watch
from imbalance_course.experiments.running import Runner
from imbalance_course.records import Record, append_record, read_records

RETRIES = 3  # times a run is given to another worker after one died with it
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


@dataclass(frozen=True)
class Failure:
    """A run that left no record.

    Attributes:
        row: name of the row.
        seed: its seed.
        reason: what went wrong; with a traceback unless it is a user's mistake.
    """

    row: str
    seed: int
    reason: str

    def __str__(self) -> str:
        return f"{self.row}, seed {self.seed}, failed: {self.reason}"


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
    ray = _import_ray()
    if ray.is_initialized():
        raise CourseError("Expected a process that is not connected to Ray yet; call ray.shutdown() first.")
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address == "local":
        ray.init("local", include_dashboard=False, object_store_memory=RECORD_MEMORY, **quiet)
    else:
        _check_address(address)
        _join(ray, address, quiet)
    try:
        yield _share_out(ray.nodes(), cores, device)
    finally:
        ray.shutdown()


def run_on_cluster(
    cluster: Cluster,
    experiment: Experiment,
    *,
    profile: str,
    rows: list[str] | None = None,
    seeds: list[int] | None = None,
    output: Path | None = None,
    watch: Watch | None = None,
    tune: bool = False,
    retries: int = RETRIES,
    on_failure: Callable[[Failure], None] = lambda failure: None,
) -> tuple[list[Record], list[Failure]]:
    """Run rows and seeds that are not recorded yet, as many at once as the cluster can hold.

    Args:
        cluster: what each run gets; from :func:`connect`.
        experiment: what to run.
        profile: demo, laptop or full.
        rows: names of rows; None runs all rows of the profile.
        seeds: one run for each; None means seed 0.
        output: folder for ``records.jsonl`` and checkpoints; None keeps nothing on disk.
        watch: told what was decoded, skipped and finished.
        tune: train every candidate of a row and keep the one that the held-out part scores best.
        retries: how many workers may die with a run before it counts as failed.
        on_failure: told at once about a run that failed.

    Returns:
        The records of the asked runs, old and new, in the order asked, and the runs that failed.

    Raises:
        CourseError: unknown row or profile, missing data, a damaged record file.
    """
    watch = watch or Silence()
    config, names = experiment.config(profile), experiment.check_rows(profile, rows)
    asked = [(row, seed) for row in names for seed in seeds or [0]]
    file = output / "records.jsonl" if output else None
    known = {record.key[1:]: record for record in (read_records(file) if file else [])}
    found = {(row, seed): known[row, profile, seed] for row, seed in asked if (row, profile, seed) in known}
    for run in found:
        watch.skipped(*run)
    missing = [run for run in asked if run not in found]
    if not missing:
        return [found[run] for run in asked], []

    experiment.load(config, watch.decoded)  # decoded once, here; the workers read the cache
    checkpoints = output.resolve() / "checkpoints" if output else None
    if checkpoints:
        checkpoints.mkdir(parents=True, exist_ok=True)
    failures = []
    jobs = {run: (cluster, experiment, profile, *run, checkpoints, tune) for run in missing}
    for run, result in _results(jobs, cluster, retries):
        if isinstance(result, Failure):
            failures.append(result)
            on_failure(result)
            continue
        found[run], superfluous = result
        if file:
            append_record(file, found[run])
        for checkpoint in superfluous:
            checkpoint.unlink(missing_ok=True)
        watch.finished(found[run])
    return [found[run] for run in asked if run in found], failures


def _results(jobs: dict[tuple, tuple], cluster: Cluster, retries: int) -> Iterator[tuple]:
    """Runs with what they gave or why they failed, in the order in which they end."""
    ray = _import_ray()
    submit = ray.remote(num_cpus=cluster.cores, num_gpus=int(cluster.gpu), max_retries=retries)(_work).remote
    waiting = {submit(*job): run for run, job in jobs.items()}
    try:
        while waiting:
            (ended,), _ = ray.wait(list(waiting))
            run = waiting.pop(ended)
            try:
                result = ray.get(ended)
            except ray.exceptions.RayError as error:
                result = Failure(*run, _explain(ray, error, retries))
            yield run, result
    finally:
        for reference in waiting:  # Ctrl-C: nothing goes on behind the user's back
            ray.cancel(reference, force=True)


def _work(
    cluster: Cluster,
    experiment: Experiment,
    profile: str,
    row: str,
    seed: int,
    checkpoints: Path | None,
    tune: bool,
) -> tuple[Record, list[Path]]:
    """One run, with the checkpoints that its record makes superfluous."""
    torch.set_num_threads(cluster.cores)
    if cluster.gpu and not torch.cuda.is_available():
        raise CourseError(
            "Expected PyTorch to use the GPU that Ray gave it, but it sees none. Install PyTorch's build for "
            "GPUs on every machine, or add --device cpu."
        )
    device = choose_device("cuda" if cluster.gpu else "cpu")
    runner = Runner(experiment, experiment.config(profile), device, Silence())
    if checkpoints is None or checkpoints.is_dir():
        return runner.run(row, profile, seed, checkpoints=checkpoints, tune=tune), runner.checkpoints
    folder = cache_folder() / "checkpoints" / experiment.name
    record = runner.run(row, profile, seed, checkpoints=folder, tune=tune)
    runner.forget_checkpoints()  # no other machine can
    return record, []


def _import_ray():
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
        f"Expected a Ray cluster at {address}, found none ({str(error).splitlines()[0]}). Start one with "
        "`ray start --head` there, or use --ray local."
    )


def _share_out(nodes: list[dict], cores: int, device: str | None) -> Cluster:
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


def _explain(ray, error: Exception, retries: int) -> str:
    if not isinstance(error, ray.exceptions.RayTaskError):
        return f"its worker died {retries + 1} times ({type(error).__name__}). The same command tries again."
    return str(error.cause) if isinstance(error.cause, CourseError) else str(error)
