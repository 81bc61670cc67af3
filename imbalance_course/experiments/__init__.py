"""Experiments: one recipe for each results table, and the runner that records them."""

from imbalance_course.errors import CourseError
from imbalance_course.experiments import autobalance, breakhis, catdog, nuclei, tof, voids
from imbalance_course.experiments.experiment import Experiment
from imbalance_course.experiments.reproducing import Reproduction, rerun
from imbalance_course.experiments.running import run_experiment

EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment
    for experiment in (
        catdog.EXPERIMENT,
        autobalance.EXPERIMENT,
        breakhis.EXPERIMENT,
        voids.EXPERIMENT,
        nuclei.DSB2018,
        nuclei.MONUSAC,
        tof.EXPERIMENT,
    )
}


def find_experiment(name: str) -> Experiment:
    """The experiment of that name.

    Raises:
        CourseError: there is none; the message lists the names.

    Example:
        >>> find_experiment("catdog").name
        'catdog'
    """
    if name not in EXPERIMENTS:
        raise CourseError(f"Expected an experiment among {', '.join(EXPERIMENTS)}, got {name!r}.")
    return EXPERIMENTS[name]


__all__ = ["EXPERIMENTS", "Experiment", "Reproduction", "find_experiment", "rerun", "run_experiment"]
