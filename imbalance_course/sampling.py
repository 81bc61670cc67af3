"""Imbalance profiles, under- and oversampling, all as seeded index arrays into one data set.

Nothing here copies an image: a sample is a list of positions, and drawing twice lists a position twice.
"""

import numpy as np

from imbalance_course.errors import CourseError


def draw_profile(labels, counts, *, seed, pool=None) -> np.ndarray:
    """Draw a training set with the given number of items of each class, without repetition.

    Draws with the same seed are nested: the 500 cats of a small profile are among the 1 000 of a larger one.
    Two rows that differ only in the profile therefore differ only in the items left out.

    Args:
        labels: (N,) integer class of every item of the data set.
        counts: mapping class -> number of items.
        seed: integer.
        pool: positions that may be drawn; None means all.

    Returns:
        Sorted index array into ``labels``.

    Raises:
        CourseError: a class has fewer items in the pool than asked for.

    Example:
        >>> draw_profile([0, 0, 0, 1, 1, 1], {0: 3, 1: 1}, seed=0).size
        4
    """
    labels = np.asarray(labels)
    pool = np.arange(len(labels)) if pool is None else np.asarray(pool)
    drawn = []
    for name, count in sorted(counts.items()):
        members = pool[labels[pool] == name]
        if len(members) < count:
            raise CourseError(
                f"Expected at least {count} items of class {name} to draw from, got {len(members)}."
            )
        drawn.append(np.random.default_rng([seed, name]).permutation(members)[:count])
    return np.sort(np.concatenate(drawn))


def undersample(labels, indices, *, seed) -> np.ndarray:
    """Keep as many items of every class as the rarest class has.

    Args:
        labels: (N,) integer class of every item of the data set.
        indices: positions of the training set.
        seed: integer.

    Returns:
        Sorted index array, a subset of ``indices``.

    Example:
        >>> undersample([0, 0, 0, 1], [0, 1, 2, 3], seed=0).size
        2
    """
    indices = np.asarray(indices)
    names, sizes = np.unique(np.asarray(labels)[indices], return_counts=True)
    return draw_profile(labels, {int(name): int(sizes.min()) for name in names}, seed=seed, pool=indices)


def oversample(labels, indices, *, seed) -> np.ndarray:
    """Repeat items of the smaller classes until every class is as large as the largest.

    Every item is used ``floor(n_max / n_c)`` times, and a random part of the class once more. Drawing with
    replacement would lose items by chance; this loses none.

    Args:
        labels: (N,) integer class of every item of the data set.
        indices: positions of the training set.
        seed: integer.

    Returns:
        Sorted index array in which positions repeat.

    Example:
        >>> oversample([0, 0, 0, 1], [0, 1, 2, 3], seed=0)
        array([0, 1, 2, 3, 3, 3])
    """
    indices = np.asarray(indices)
    present = np.asarray(labels)[indices]
    names, sizes = np.unique(present, return_counts=True)
    drawn = []
    for name, size in zip(names, sizes, strict=True):
        members = indices[present == name]
        whole, part = divmod(int(sizes.max()), int(size))
        extra = np.random.default_rng([seed, int(name)]).permutation(members)[:part]
        drawn += [np.repeat(members, whole), extra]
    return np.sort(np.concatenate(drawn))


def index_stream(indices, start, stop, *, seed) -> np.ndarray:
    """Positions ``start`` to ``stop`` of an endless stream that shuffles ``indices`` anew in every pass.

    The stream depends on nothing but its arguments. A run that was interrupted continues it at any position
    without having stored the state of a random generator.

    Args:
        indices: (n,) positions of the training set.
        start: first position in the stream, in items.
        stop: position after the last, in items.
        seed: integer, or a list of integers.

    Returns:
        Index array of length ``stop - start``.

    Example:
        >>> stream = index_stream([7, 8, 9], 0, 6, seed=0)
        >>> sorted(stream[:3].tolist()), sorted(stream[3:].tolist())
        ([7, 8, 9], [7, 8, 9])
    """
    indices = np.asarray(indices)
    if not len(indices):
        raise CourseError("Expected at least one training item, got none.")
    first, last = start // len(indices), -(-stop // len(indices))
    passes = [np.random.default_rng([seed, number]).permutation(indices) for number in range(first, last)]
    offset = first * len(indices)
    return np.concatenate(passes)[start - offset : stop - offset] if passes else indices[:0]


def balanced_stream(labels, indices, start, stop, *, seed) -> np.ndarray:
    """Positions of an endless stream that takes the classes in turn, each from a stream of its own.

    A batch of whole turns holds every class equally often; :func:`oversample` gives that on average only.
    Like :func:`index_stream` it can be continued at any position.

    Args:
        labels: (N,) integer class of every item of the data set.
        indices: (n,) positions of the training set.
        start: first position in the stream, in items.
        stop: position after the last, in items.
        seed: integer.

    Returns:
        Index array of length ``stop - start``.

    Example:
        >>> np.bincount(np.array([0, 0, 0, 1])[balanced_stream([0, 0, 0, 1], [0, 1, 2, 3], 0, 8, seed=0)])
        array([4, 4])
    """
    indices = np.asarray(indices)
    if not len(indices):
        raise CourseError("Expected at least one training item, got none.")
    present = np.asarray(labels)[indices]
    names = np.unique(present)
    out = np.empty(stop - start, dtype=np.int64)
    for turn, name in enumerate(names):
        own = slice((turn - start) % len(names), None, len(names))  # places of this class in the output
        first = -(-(start - turn) // len(names))
        out[own] = index_stream(
            indices[present == name], first, first + len(out[own]), seed=[seed, int(name)]
        )
    return out
