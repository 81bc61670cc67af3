"""The sentences of the report that depend on the folder and on what was chosen."""

from collections.abc import Mapping

import numpy as np

from imbalance_course.lab.choosing import Candidate
from imbalance_course.lab.folders import LabFolder
from imbalance_course.lab.learning import positive_class
from imbalance_course.lab.scoring import probability_of
from imbalance_course.metrics import Interval, mean_interval


def score_name(folder: LabFolder, cost_ratio: float | None) -> str:
    """What methods are compared by."""
    if cost_ratio is not None:
        return "saved share of the cost"
    names = folder.data.class_names
    if len(names) == 2:
        return f"F1 of “{names[positive_class(folder.data)]}”"
    return (
        "mean F1 of the classes" if folder.kind == "classes" else "mean F1 of the classes but the background"
    )


def explain_score(folder: LabFolder, cost_ratio: float | None) -> str:
    """What that score is, in plain sentences."""
    names, items = folder.data.class_names, "images" if folder.kind == "classes" else "pixels"
    if cost_ratio is not None:
        return (
            f"A missed “{names[positive_class(folder.data)]}” costs as much as {cost_ratio:g} false alarms. "
            "The saved share of the cost is 1 when no mistake is made and 0 when the predictions cost as "
            "much as calling everything alike; below 0 is worse than not looking at all."
        )
    f1 = (
        f"F1 is one number for two questions: how many of the {items} of a class were found (recall), and "
        "how many of those called so are right (precision). It is 1 when all are found and nothing else, "
        "0 when none is found."
    )
    if len(names) == 2:
        return f1
    left = "" if folder.kind == "classes" else " The background is left out: any network finds it."
    return (
        f"{f1} The mean takes every class alike, however rare. A class without {items} in a part is left "
        f"out of that part's mean.{left}"
    )


def decision_text(folder: LabFolder, candidate: Candidate) -> str:
    """How to decide, as a clause: the median of the decisions, and their range over the splits."""
    values = sorted(candidate.decisions.values())
    middle = float(np.median(values))
    if len(folder.data.class_names) > 2:
        if not candidate.moved or middle == 0:
            return "the most probable class"
        return f"the largest logit after taking off {middle:g} × log(share of the class in training)"
    name = folder.data.class_names[positive_class(folder.data)]
    item = "an image" if folder.kind == "classes" else "a pixel"
    low, high = probability_of(values[0]), probability_of(values[-1])
    around = f" ({low:.3g} to {high:.3g} over the splits)" if low < high else ""
    return f"call {item} “{name}” when its probability is at least {probability_of(middle):.3g}{around}"


def way_text(folder: LabFolder, candidate: Candidate) -> str:
    """The same in a few words, behind the name of a method."""
    if len(folder.data.class_names) == 2:
        return "threshold moved" if candidate.moved else "probability 1/2"
    return "decision moved" if candidate.moved else "most probable class"


def explain_moving(folder: LabFolder) -> str:
    """What moving the decision means, in a sentence."""
    if len(folder.data.class_names) == 2:
        return "“Threshold moved” means: the held-out part chose the probability from which on to say yes."
    return (
        "“Decision moved” means: the held-out part chose whether to take 0, 0.5 or 1 × log(share of the "
        "class in training) off each logit before the largest is taken, which helps rare classes."
    )


def explain_temperature(temperature: float) -> str:
    """What a fitted temperature says of the network.

    Example:
        >>> explain_temperature(0.5)
        'Below 1 it says that the network was not sure enough.'
    """
    if temperature > 1:
        return "Above 1 it says that the network was too sure."
    return "Below 1 it says that the network was not sure enough."


def spread(values: Mapping[int, float], cost_ratio: float | None) -> Interval:
    """Mean over the splits with its 95 % interval, cut at 1 and for F1 at 0, beyond which no score is."""
    found = mean_interval(list(values.values()))
    least = 0.0 if cost_ratio is None else -np.inf
    return Interval(
        found.mean, float(np.maximum(least, found.low)), float(np.minimum(1, found.high)), found.n
    )
