"""Images that are there twice: the same pixels under two names, and pictures that look nearly alike."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from imbalance_course.duplicates import fingerprints, link_fingerprints
from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning

COMPARED = 25_000  # images at most that are compared with one another, some seconds on two cores
NEAR = 0.005  # one minus the correlation of two small copies


def join_copies(digests: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Join the groups that share an image, so that no copy of it can cross a split.

    Args:
        digests: (n, 16) uint8, equal for equal images.
        groups: (n,) text.

    Returns:
        (n,) text; joined groups have the first of their names.

    Example:
        >>> digests = np.array([[1], [2], [1]], dtype=np.uint8)
        >>> join_copies(digests, np.array(["a", "b", "c"])).tolist()
        ['a', 'b', 'a']
    """
    names, group = np.unique(groups, return_inverse=True)
    image = number_images(digests)
    nodes = len(names) + len(digests)
    graph = coo_array((np.ones(len(group)), (group, len(names) + image)), shape=(nodes, nodes))
    joined = connected_components(graph, directed=False)[1][: len(names)]
    _, first, number = np.unique(joined, return_index=True, return_inverse=True)
    return names[first[number]][group]


def number_images(digests: np.ndarray) -> np.ndarray:
    """(n,) a number for each image, the same for the same pixels."""
    digests = np.ascontiguousarray(digests)
    whole = digests.view(f"V{digests.shape[1]}").ravel()
    return np.unique(whole, return_inverse=True)[1].reshape(-1)


def check_copies(
    files: Sequence[str], digests: np.ndarray, answers: Sequence[object], *, kind: str
) -> list[Finding]:
    """Say which images have the same pixels, and refuse those with two classes.

    Args:
        files: names of the n images.
        digests: (n, 16) uint8, equal for equal images.
        answers: class or mask of each, comparable.
        kind: ``classes`` or ``masks``.
    """
    image = number_images(digests)
    order = np.argsort(image, kind="stable")
    sets = np.split(order, np.flatnonzero(np.diff(image[order])) + 1)
    sets = [members for members in sets if len(members) > 1]
    torn = [members for members in sets if len({answers[member] for member in members}) > 1]
    agreed = [members for members in sets if len({answers[member] for member in members}) == 1]
    findings = []
    if torn and kind == "classes":
        findings.append(
            error(
                f"Expected one class for an image, found {count(len(torn), 'image')} with the same pixels in "
                f"several ({_name_sets(files, torn)}). Which class is right? Delete the other files."
            )
        )
    elif torn:
        findings.append(
            warning(
                f"{count(len(torn), 'image')} are there several times with different masks "
                f"({_name_sets(files, torn)}). Keep the mask that is right."
            )
        )
    if agreed:
        findings.append(
            warning(
                f"{count(len(agreed), 'image')} are there several times with the same pixels "
                f"({_name_sets(files, agreed)}). All copies of one were put into one group, so that none is "
                "trained on and tested; delete them to count the image once."
            )
        )
    return findings


def find_near_copies(files: Sequence[str], thumbs: np.ndarray, groups: np.ndarray) -> list[Finding]:
    """Note images that look nearly alike though their groups differ; of very many, some are compared.

    Args:
        files: names of the n images.
        thumbs: (n, 8, 8, 3) uint8, small copies.
        groups: (n,) group of each, with copies joined.
    """
    if not len(files):
        return []
    chosen = np.unique(np.linspace(0, len(files) - 1, min(len(files), COMPARED)).astype(np.int64))
    alike = link_fingerprints(fingerprints(thumbs[chosen]).astype(np.float32), distance=NEAR)
    order = np.argsort(alike, kind="stable")
    sets = [chosen[members] for members in np.split(order, np.flatnonzero(np.diff(alike[order])) + 1)]
    sets = [members for members in sets if len(set(groups[members])) > 1]
    if not sets:
        return []
    compared = (
        "" if len(chosen) == len(files) else f" among {len(chosen):,} of {len(files):,} images compared"
    )
    return [
        note(
            f"{count(len(sets), 'set')} of images look nearly alike across groups{compared} "
            f"({_name_sets(files, sets)}). If they show the same thing, give them one group in groups.csv."
        )
    ]


def _name_sets(files: Sequence[str], sets: Sequence[np.ndarray]) -> str:
    return name_some([" = ".join(files[member] for member in members[:3]) for members in sets])
