"""The option `--ray` of the `run` command: the same runs, spread over a Ray cluster."""

from pathlib import Path

from imbalance_course.cli_console import console
from imbalance_course.cli_records import print_table


def run_on_ray(experiments, output: Path, *, address: str, cores: int, device: str | None, **plan) -> bool:
    """Run experiments one after the other, the runs of each side by side.

    Args:
        experiments: what to run.
        output: folder with a folder for each experiment.
        address: ``local``, ``auto`` or ``HOST:PORT``.
        cores: CPU cores of a run.
        device: ``cpu``, ``cuda`` or None.
        plan: profile, rows, seeds and tune, as :func:`run_on_cluster` takes them.

    Returns:
        Whether every run came to its end and has a record.

    Raises:
        CourseError: no Ray, no cluster, or what the experiments refuse.
    """
    from imbalance_course.experiments.ray_cluster import connect
    from imbalance_course.experiments.scaling import run_on_cluster
    from imbalance_course.progress import RunBar

    complete = True
    with connect(address, cores=cores, device=device) as cluster:
        for experiment in experiments:
            _say(f"{experiment.title}, profile {plan['profile']}, on {cluster.title}")
            with RunBar(console) as watch:
                records, failures = run_on_cluster(
                    cluster, experiment, output=output / experiment.name, watch=watch, on_failure=_say, **plan
                )
            if records:
                print_table(records)
            complete = complete and not failures and not any(record.failure for record in records)
    return complete


def _say(line: object) -> None:
    console.print(str(line), soft_wrap=True, markup=False)
