"""Stratified and grouped splits as index arrays, and the check that refuses a leak."""

import numpy as np

from imbalance_course.errors import CourseError


def split_by_counts(labels, counts, *, seed, groups=None) -> tuple[np.ndarray, np.ndarray]:
    """Draw a fixed number of items of each class; whole groups stay on one side.

    Groups are visited in a seeded random order. A group is taken when every class in it still has room,
    so the result has exactly ``counts`` items whenever single-item groups remain to fill the gaps.

    Args:
        labels: (N,) integer class of every item.
        counts: mapping class -> number of items to draw.
        seed: integer; the same seed draws the same items.
        groups: (N,) hashable group of every item; None makes every item its own group.

    Returns:
        Two sorted index arrays: the drawn items and the rest.

    Raises:
        CourseError: a class has too few items, or groups are too large to reach a count exactly.

    Example:
        >>> drawn, rest = split_by_counts([0, 0, 0, 1, 1], {0: 1, 1: 1}, seed=0)
        >>> len(drawn), len(rest)
        (2, 3)
    """
    labels = np.asarray(labels)
    room = {int(name): int(count) for name, count in counts.items()}
    for name, count in room.items():
        available = int((labels == name).sum())
        if available < count:
            raise CourseError(f"Expected at least {count} items of class {name}, got {available}.")
    members = _members_by_group(labels, groups)
    drawn: list[int] = []
    for position in np.random.default_rng(seed).permutation(len(members)):
        items = members[position]
        names, sizes = np.unique(labels[items], return_counts=True)
        if all(room.get(int(name), 0) >= size for name, size in zip(names, sizes, strict=True)):
            drawn.extend(items)
            for name, size in zip(names, sizes, strict=True):
                room[int(name)] -= int(size)
    missing = {name: count for name, count in room.items() if count}
    if missing:
        raise CourseError(
            f"Expected groups small enough to draw the counts exactly; still missing {missing}. "
            "Ask for other counts or use smaller groups."
        )
    chosen = np.sort(np.asarray(drawn, dtype=np.int64))
    return chosen, np.setdiff1d(np.arange(len(labels)), chosen)


def stratified_split(labels, fraction, *, seed, groups=None) -> tuple[np.ndarray, np.ndarray]:
    """Hold out the same fraction of every class; whole groups stay on one side.

    Args:
        labels: (N,) integer class of every item.
        fraction: share of each class to hold out, between 0 and 1; each class gives at least one item.
        seed: integer.
        groups: (N,) hashable group of every item, or None.

    Returns:
        Two sorted index arrays: the held-out items and the rest.

    Raises:
        CourseError: the fraction is outside (0, 1) or would take a whole class.

    Example:
        >>> held_out, fit = stratified_split([0] * 8 + [1] * 4, 0.25, seed=0)
        >>> held_out.size, fit.size
        (3, 9)
    """
    if not 0 < fraction < 1:
        raise CourseError(f"Expected a held-out fraction between 0 and 1, got {fraction}.")
    names, sizes = np.unique(labels, return_counts=True)
    counts = {int(name): max(1, round(fraction * size)) for name, size in zip(names, sizes, strict=True)}
    for name, size in zip(names, sizes, strict=True):
        if counts[int(name)] >= size:
            raise CourseError(
                f"Expected class {name} to keep items after holding out {counts[int(name)]}, "
                f"got {size} in all."
            )
    return split_by_counts(labels, counts, seed=seed, groups=groups)


def deal_folds(labels, folds, *, seed, groups=None) -> np.ndarray:
    """Deal whole groups into folds of nearly equal numbers of groups of each class.

    The groups of a class are shuffled and dealt out in turn, like cards; the next class goes on where the
    last one stopped. What is equal is the number of groups, because a patient, not an image, is the unit
    that results spread over. A group with items of several classes counts for its most frequent one.

    Args:
        labels: (N,) integer class of every item.
        folds: number of folds, at least 2.
        seed: integer; the same seed deals the same folds.
        groups: (N,) hashable group of every item; None makes every item its own group.

    Returns:
        (N,) fold of every item, 0 to ``folds`` - 1.

    Raises:
        CourseError: fewer than two folds, or a class with fewer groups than folds.

    Example:
        >>> deal_folds([0, 0, 0, 0, 1, 1], 2, seed=0, groups=["a", "a", "b", "b", "c", "d"]).size
        6
    """
    if folds < 2:
        raise CourseError(f"Expected at least two folds, got {folds}.")
    labels = np.asarray(labels)
    members = _members_by_group(labels, groups)
    classes = np.array([np.bincount(labels[items]).argmax() for items in members])
    random = np.random.default_rng(seed)
    order = np.concatenate(
        [random.permutation(np.flatnonzero(classes == name)) for name in np.unique(classes)]
    )
    few = [str(name) for name in np.unique(classes) if (classes == name).sum() < folds]
    if few:
        raise CourseError(
            f"Expected at least {folds} groups of every class, one for each fold; "
            f"class {', '.join(few)} has fewer. Use fewer folds."
        )
    fold_of_item = np.empty(len(labels), dtype=np.int64)
    for turn, position in enumerate(order):
        fold_of_item[members[position]] = turn % folds
    return fold_of_item


def check_no_leak(groups, **parts) -> None:
    """Refuse a split in which two parts share an item or a group.

    Args:
        groups: (N,) text or number, the group of every item.
        parts: two or more named index arrays, for example ``training=..., test=...``, or masks of length N.

    Raises:
        CourseError: naming the two parts and up to three of the shared groups; or an item without a group, or
            a position that is none.

    Example:
        >>> check_no_leak(["a", "a", "b"], training=[0, 1], test=[2])
    """
    groups = np.asarray(groups)
    if groups.ndim != 1:
        raise CourseError(f"Expected one group for each item, got an array of shape {groups.shape}.")
    names = groups.tolist()
    unknown = sum(name is None or name != name for name in names)  # NaN equals nothing, not even itself
    if unknown:
        raise CourseError(
            f"Expected a group for each item, got none for {unknown}. An item that stands for itself needs a "
            "group of its own."
        )
    seen: dict[object, str] = {}
    for part, items in parts.items():
        own = {names[item] for item in _positions(items, len(names), part)}
        shared = sorted(str(group) for group in own if group in seen)
        if shared:
            other = seen[next(group for group in own if group in seen)]
            raise CourseError(
                f"Expected no group on both sides of a split, got {len(shared)} shared by {other!r} and "
                f"{part!r} (for example {', '.join(shared[:3])}). Split by group, not by item."
            )
        seen.update(dict.fromkeys(own, part))


def _positions(items, count: int, part: str) -> list[int]:
    """Positions of a part, which may come as a mask."""
    items = np.asarray(items)
    if items.dtype == bool and items.shape == (count,):
        return np.flatnonzero(items).tolist()
    if items.size and (items.dtype.kind not in "iu" or items.min() < 0 or items.max() >= count):
        raise CourseError(f"Expected positions from 0 to {count - 1} in {part!r}, got others.")
    return items.astype(np.int64).ravel().tolist()


def _members_by_group(labels, groups) -> list[np.ndarray]:
    if groups is None:
        return [np.array([item]) for item in range(len(labels))]
    groups = np.asarray(groups)
    if groups.shape != labels.shape:
        raise CourseError(f"Expected one group for each of the {len(labels)} labels, got {len(groups)}.")
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.r_[True, groups[order][1:] != groups[order][:-1]])
    return np.split(order, starts[1:])
