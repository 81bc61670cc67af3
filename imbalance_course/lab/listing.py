"""Which images there are and what is known of each, before a pixel is read."""

from dataclasses import dataclass, replace
from posixpath import basename, splitext

from imbalance_course.datasets.archives import Item
from imbalance_course.lab.checks import Finding


@dataclass(frozen=True)
class Listing:
    """The images of a folder.

    Attributes:
        kind: ``classes`` or ``masks``.
        items: the images; the files of an item are its image and, for masks, its mask.
        grouped: whether the learner gave groups.
        findings: what was decided and what is wrong.
    """

    kind: str
    items: tuple[Item, ...]
    grouped: bool
    findings: tuple[Finding, ...]


def name_groups(listing: Listing) -> Listing:
    """Give every image its own group where the learner gave none: the shortest name that tells all apart."""
    if listing.grouped:
        return listing
    paths = [item.name for item in listing.items]
    for shorten in (lambda path: splitext(basename(path))[0], lambda path: splitext(path)[0], str):
        names = [shorten(path) for path in paths]
        if len(set(names)) == len(names):
            break
    items = tuple(replace(item, group=name) for item, name in zip(listing.items, names, strict=True))
    return replace(listing, items=items)
