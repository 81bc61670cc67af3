"""Scores of several classes from one table: rows are the truth, columns the prediction."""

import numpy as np


def confusion_matrix(
    truth: np.ndarray, prediction: np.ndarray, *, classes: int, ignore: int | None = None
) -> np.ndarray:
    """Count the items of every pair of true and predicted class.

    Args:
        truth: class numbers, any shape.
        prediction: same shape.
        classes: number of classes.
        ignore: items with this true class are left out.

    Returns:
        (classes, classes) int64.

    Raises:
        ValueError: shapes differ, or a class number is out of range.

    Example:
        >>> confusion_matrix(np.array([0, 1, 1, 255]), np.array([0, 0, 1, 1]), classes=2, ignore=255)
        array([[1, 0],
               [1, 1]])
    """
    truth, prediction = np.asarray(truth), np.asarray(prediction)
    if truth.shape != prediction.shape:
        raise ValueError(f"Expected two arrays of one shape, got {truth.shape} and {prediction.shape}.")
    kept = np.ones(truth.shape, dtype=bool) if ignore is None else truth != ignore
    truth, prediction = truth[kept].astype(np.int64), prediction[kept].astype(np.int64)
    for name, numbers in (("true", truth), ("predicted", prediction)):
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < classes:
            raise ValueError(
                f"Expected {name} classes from 0 to {classes - 1}, got {numbers.min()} to {numbers.max()}."
            )
    return np.bincount(truth * classes + prediction, minlength=classes**2).reshape(classes, classes)


def class_overlap(matrix: np.ndarray) -> np.ndarray:
    r"""Overlap over union of every class.

    .. math:: J_c = \frac{M_{cc}}{\sum_k M_{ck} + \sum_k M_{kc} - M_{cc}}

    Args:
        matrix: (K, K), what :func:`confusion_matrix` gives; :math:`M`.

    Returns:
        (K,) from 0 to 1; NaN for a class that is neither in the truth nor in the prediction. Averages should
        leave it out: counting it as 0, as some code does, lowers the mean for what is not there.

    Example:
        >>> class_overlap(np.array([[8, 2, 0], [0, 0, 0], [0, 0, 0]]))
        array([0.8, 0. , nan])
    """
    hits = np.diag(matrix).astype(float)
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - hits
    return np.divide(hits, union, out=np.full(len(hits), np.nan), where=union > 0)


def class_dice(matrix: np.ndarray) -> np.ndarray:
    r"""Dice score of every class, which is its F1.

    .. math:: D_c = \frac{2 M_{cc}}{\sum_k M_{ck} + \sum_k M_{kc}}

    Args:
        matrix: (K, K), what :func:`confusion_matrix` gives; :math:`M`.

    Returns:
        (K,) from 0 to 1; NaN for a class that is neither in the truth nor in the prediction.

    Example:
        >>> class_dice(np.array([[8, 2], [0, 0]])).round(3)
        array([0.889, 0.   ])
    """
    overlap = class_overlap(matrix)
    return 2 * overlap / (1 + overlap)
