"""Runs spread over a Ray cluster: one job for each row and seed, on one GPU or on some CPU cores.

Only the process that started the runs writes records, each as soon as it arrives. A run whose worker dies is
given to another worker and goes on after its last whole epoch. One that fails is named, and the others go on.

What the machines of a cluster must share, under the same paths: the package, the data with the cache of
decoded images, and, for the checkpoints, the output folder. A worker that does not see the output folder
keeps its checkpoints in its own cache folder, so that only a worker of the same machine can go on with them;
its records arrive all the same.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.text import Text

from imbalance_course.datasets.locations import cache_folder
from imbalance_course.device import choose_device
from imbalance_course.errors import CourseError
from imbalance_course.experiments.experiment import Experiment, Silence, Watch
from imbalance_course.experiments.ray_cluster import Cluster, import_ray
from imbalance_course.experiments.running import Runner, forget_checkpoints
from imbalance_course.records import Record, append_record, read_records

RETRIES = 3  # times a run is given to another worker after one died with it


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
    """Run rows and seeds that are not recorded yet or failed, as many at once as the cluster can hold.

    Args:
        cluster: what each run gets; from :func:`imbalance_course.experiments.ray_cluster.connect`.
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
    recorded = read_records(file) if file else []
    known = {record.key[1:]: record for record in recorded if not record.failure}
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
    with closing(_results(jobs, cluster, retries)) as results:
        for run, result in results:
            if isinstance(result, Failure):
                failures.append(result)
                on_failure(result)
                continue
            found[run] = result
            if file:
                append_record(file, result)
            if file and not result.failure:
                forget_checkpoints(checkpoints, result)
            watch.finished(found[run])
    return [found[run] for run in asked if run in found], failures


def _results(jobs: dict[tuple, tuple], cluster: Cluster, retries: int) -> Iterator[tuple]:
    """Runs with what they gave or why they failed, in the order in which they end."""
    ray = import_ray()
    needs = {"num_cpus": cluster.cores, "num_gpus": int(cluster.gpu)}
    submit = ray.remote(max_retries=retries, **needs)(run_on_worker).remote
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


def run_on_worker(
    cluster: Cluster,
    experiment: Experiment,
    profile: str,
    row: str,
    seed: int,
    checkpoints: Path | None,
    tune: bool,
) -> Record:
    """One run on the machine where a worker is.

    Args:
        cluster: what the run gets.
        experiment: what to run.
        profile: demo, laptop or full.
        row: name of the row.
        seed: its seed.
        checkpoints: folder for checkpoints where this machine has it, else one in the cache folder is used;
            None keeps none.
        tune: whether to choose among the row's candidates.

    Returns:
        The record.

    Raises:
        CourseError: missing data, no GPU that PyTorch can use, or what the experiment refuses.
    """
    torch.set_num_threads(cluster.cores)
    if cluster.gpu and not torch.cuda.is_available():
        raise CourseError(
            "Expected PyTorch to use the GPU that Ray gave it, but it sees none. Install PyTorch's build for "
            "GPUs on every machine, or add --device cpu."
        )
    device = choose_device("cuda" if cluster.gpu else "cpu")
    runner = Runner(experiment, experiment.config(profile), device, Silence())
    if checkpoints is None or checkpoints.is_dir():
        return runner.run(row, profile, seed, checkpoints=checkpoints, tune=tune)
    folder = cache_folder() / "checkpoints" / experiment.name
    record = runner.run(row, profile, seed, checkpoints=folder, tune=tune)
    if not record.failure:
        forget_checkpoints(folder, record)  # no other machine can
    return record


def _explain(ray, error: Exception, retries: int) -> str:
    errors = ray.exceptions
    if isinstance(error, errors.WorkerCrashedError | errors.NodeDiedError | errors.OutOfMemoryError):
        return f"every worker that took it died, {retries + 1} in all. The same command tries again."
    return Text.from_ansi(str(error.cause if isinstance(error, CourseError) else error)).plain
