"""Whether every class has images and groups enough to train on, to choose with and to test."""

import math
from collections.abc import Sequence

import numpy as np

from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning

FEWEST_IMAGES = 8  # of a class; fewer cannot be trained on and tested
FEWEST_GROUPS = 3  # of a class: one each for training, held-out part and test
ENOUGH = 100  # images or groups of a class from which nothing is said of the interval
SUPPOSED = 0.8  # recall that the interval is told for
MUCH, TOO_MUCH = 0.5, 0.9  # share of the items in a single group


def recall_interval(tested: int, recall: float = SUPPOSED) -> tuple[float, float]:
    r"""Ends of the 95 % interval that a recall will have.

    .. math::
        \frac{1}{1 + z^2 / m} \Big( r + \frac{z^2}{2m} \pm
        z \sqrt{\frac{r (1 - r)}{m} + \frac{z^2}{4 m^2}} \Big), \qquad z = 1.96

    Args:
        tested: images of the class in the test, :math:`m \geq 1`; groups where images come in groups.
        recall: measured recall, :math:`r`.

    Reference:
        Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
        Statistical Association 22, 1927.

    Example:
        >>> [round(end, 2) for end in recall_interval(25)]
        [0.61, 0.91]
    """
    z = 1.96
    middle = recall + z**2 / (2 * tested)
    reach = z * math.sqrt(recall * (1 - recall) / tested + z**2 / (4 * tested**2))
    return (middle - reach) / (1 + z**2 / tested), (middle + reach) / (1 + z**2 / tested)


def check_balance(
    images: np.ndarray, classes: np.ndarray, groups: np.ndarray, names: Sequence[str], *, kind: str
) -> list[Finding]:
    """Say which classes are too few to split, and what to expect of those that are few.

    Args:
        images: (P,) image and
        classes: (P,) class of every pair of an image and a class that is on it.
        groups: (n,) group of each image.
        names: name of class 0, class 1, ...; of masks the background is not looked at.
        kind: ``classes`` or ``masks``.
    """
    number = np.unique(groups, return_inverse=True)[1].reshape(-1)
    pairs = np.unique(number[images] * len(names) + classes)
    in_groups = np.bincount(pairs % len(names), minlength=len(names))
    in_images = np.bincount(classes, minlength=len(names))
    looked_at = range(1 if kind == "masks" else 0, len(names))

    def describe(name: int) -> str:
        own = count(int(in_images[name]), "image")
        return (
            own if in_groups[name] == in_images[name] else f"{own} in {count(int(in_groups[name]), 'group')}"
        )

    fewest_images = FEWEST_IMAGES if kind == "classes" else FEWEST_GROUPS
    lacking = [
        name for name in looked_at if in_images[name] < fewest_images or in_groups[name] < FEWEST_GROUPS
    ]
    findings = []
    if lacking:
        shown = name_some([f"{names[name]} has {describe(name)}" for name in lacking])
        findings.append(
            error(
                f"Expected at least {fewest_images} images in {FEWEST_GROUPS} groups of every class, for "
                f"training, choosing and testing; {shown}. Add images, or leave the class out."
            )
        )
    few = [name for name in looked_at if name not in lacking and in_groups[name] < ENOUGH]
    if few:
        findings.append(
            _describe_few([names[name] for name in few], list(map(describe, few)), in_groups[few])
        )
    return findings


def _describe_few(names: Sequence[str], sizes: Sequence[str], groups: np.ndarray) -> Finding:
    shown = []
    for name, size, own in zip(names, sizes, groups, strict=True):
        tested = max(1, round(own / 4))
        low, high = recall_interval(tested)
        unit = "group" if "group" in size else "image"
        shown.append(f"{name} ({size}, about {count(tested, unit)} to test) {low:.0%} to {high:.0%}")
    return warning(
        f"Few images: where a recall of {SUPPOSED:.0%} is measured, the 95 % interval will be "
        f"{name_some(shown)}. Only more images, of other groups, make it narrower."
    )


def check_groups(groups: np.ndarray) -> list[Finding]:
    """Say where too few groups are there, or one holds nearly everything.

    Args:
        groups: (N,) group of each item.
    """
    names, sizes = np.unique(groups, return_counts=True)
    largest = int(sizes.argmax()) if len(sizes) else 0
    if len(names) < FEWEST_GROUPS:
        return [
            error(
                f"Expected at least {FEWEST_GROUPS} groups, one each for training, choosing and testing, "
                f"found {len(names)} ({name_some(names.tolist())}). Add images of other groups."
            )
        ]
    share = sizes[largest] / sizes.sum()
    if share < MUCH:
        return []
    found = f"group {names[largest]} holds {share:.0%} of all ({sizes[largest]:,} of {sizes.sum():,})"
    if share >= TOO_MUCH:
        return [
            error(
                f"Expected groups that can be dealt out, but {found}. What is left is too little for the "
                "other parts: divide the group if its images are independent, or add others."
            )
        ]
    return [
        warning(f"The {found}: whatever part it falls to, scores speak of it more than of any other group.")
    ]


def check_shares(pixels: np.ndarray, names: Sequence[str], tiles: int) -> list[Finding]:
    """Say what share of the pixels each class of masks has, and whether they look inverted.

    Args:
        pixels: (K,) pixels of each class, the background first.
        names: (K,) their names.
        tiles: number of tiles.
    """
    findings = []
    if tiles < FEWEST_IMAGES:
        findings.append(
            error(
                f"Expected at least {FEWEST_IMAGES} tiles for training, choosing and testing, got {tiles}. "
                "Add images, or choose a smaller image size."
            )
        )
    if not pixels.sum():
        return findings
    shares = pixels / pixels.sum()
    shown = ", ".join(f"{name} {share:.2%}" for name, share in zip(names, shares, strict=True))
    findings.append(note(f"Of the pixels that count: {shown}."))
    if len(names) == 2 and shares[0] < MUCH:
        findings.append(
            warning(
                f"The background covers only {shares[0]:.0%} of the pixels. If it was drawn white, "
                "invert the masks."
            )
        )
    return findings
