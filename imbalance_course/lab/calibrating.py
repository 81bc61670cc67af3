"""One factor on the logits that makes probabilities come true, fitted on the held-out part."""

import numpy as np
from scipy.optimize import minimize_scalar

from imbalance_course.lab.predictions import ImagePredictions, Predictions

RANGE = (-3.0, 3.0)  # logarithm of the temperature


def fit_temperature(held_out: Predictions) -> float | None:
    r"""The temperature under which the held-out labels are most likely.

    .. math:: \hat T = \arg\min_T - \sum_i \log \operatorname{softmax}(x_i / T)_{y_i}

    It changes no decision: a threshold moves along with the probabilities.

    Args:
        held_out: what a network says of the held-out part.

    Returns:
        Above 1 where the network was too sure; None for masks of more than two classes, whose logits are not
        kept, and for a part of one class.

    Reference:
        Guo et al., On calibration of modern neural networks, ICML 2017, section 4.2.
    """
    if held_out.classes > 2 and not isinstance(held_out, ImagePredictions):
        return None
    if (held_out.items > 0).sum() < 2:
        return None
    found = minimize_scalar(lambda power: _surprise(held_out, np.exp(power)), bounds=RANGE, method="bounded")
    return float(np.exp(found.x))


def _surprise(held_out: Predictions, temperature: float) -> float:
    """Mean of minus the logarithm of the probability of what is true."""
    if isinstance(held_out, ImagePredictions):
        logits = held_out.logits / temperature
        true = np.take_along_axis(logits, held_out.labels[:, None], axis=1)[:, 0]
        return float((np.logaddexp.reduce(logits, axis=1) - true).mean())
    scored = held_out.against_rest(held_out.positive)
    margins = np.where(scored.labels == 1, 1, -1) * scored.scores / temperature
    return float((scored.weights * np.logaddexp(0, -margins)).sum() / scored.weights.sum())
