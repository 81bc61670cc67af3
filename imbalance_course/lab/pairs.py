"""Images and masks that belong together by their names."""

import re
from collections import defaultdict
from collections.abc import Iterable

from imbalance_course.datasets.archives import Item
from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning
from imbalance_course.lab.walking import Inventory

IMAGE_FOLDERS = frozenset(("images", "image"))
MASK_FOLDERS = frozenset(("masks", "mask", "labels"))
MASK_NAME = re.compile(r"(.+)_mask", re.IGNORECASE)


def find_pairs(inventory: Inventory) -> tuple[list[Item], list[Finding]] | None:
    """Images with their masks, or None where a folder holds none by its names.

    Args:
        inventory: what lies in the folder; either ``images/`` and ``masks/`` with equal names below, the
            ending aside, or ``NAME_mask.png`` beside ``NAME.png``.

    Returns:
        Items whose files are image and mask, and what does not fit.
    """
    images = [name for name in inventory.folders if name.casefold() in IMAGE_FOLDERS]
    masks = [name for name in inventory.folders if name.casefold() in MASK_FOLDERS]
    if len(images) == len(masks) == 1:
        return _pair(
            _below(inventory.images, images[0]),
            {MASK_NAME.sub(r"\1", key): names for key, names in _below(inventory.images, masks[0]).items()},
            f"Read as images in {images[0]} with masks in {masks[0]}",
        )
    images_beside, masks_beside = _beside(inventory.images)
    pairs = len(images_beside.keys() & masks_beside.keys())
    if pairs and 4 * pairs >= len(inventory.images):
        return _pair(images_beside, masks_beside, "Read as images with masks beside them")
    return None


def _below(names: Iterable[str], folder: str) -> dict[str, list[str]]:
    """Images of a folder by their name without the folder and without the ending."""
    keyed = defaultdict(list)
    for name in names:
        top, _, rest = name.partition("/")
        if top == folder:
            keyed[_stem(rest)].append(name)
    return keyed


def _beside(names: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Images, and masks by the name of their image."""
    images, masks = defaultdict(list), defaultdict(list)
    for name in names:
        match = MASK_NAME.fullmatch(_stem(name))
        if match:
            masks[match[1]].append(name)
        else:
            images[_stem(name)].append(name)
    return images, masks


def _pair(
    images: dict[str, list[str]], masks: dict[str, list[str]], title: str
) -> tuple[list[Item], list[Finding]]:
    both = sorted(images.keys() & masks.keys())
    findings = [note(f"{title}: {count(len(both), 'pair')}.")]
    several = [
        name for key in both for names in (images[key], masks[key]) if len(names) > 1 for name in names
    ]
    if several:
        findings.append(
            error(
                "Expected one image and one mask of a name, found several that differ in the ending alone "
                f"({name_some(several)}). Keep one of each."
            )
        )
    items = [Item(images[key][0], (images[key][0], masks[key][0]), "") for key in both]
    return items, findings + _describe_lonely(images, masks)


def _describe_lonely(images: dict[str, list[str]], masks: dict[str, list[str]]) -> list[Finding]:
    """Images without mask and masks without image: left out, or an error where they are the most."""
    findings = []
    for own, other, what, mend in (
        (images, masks, "image without mask", "Add masks, all 0 where there is nothing to find."),
        (masks, images, "mask without image", "Give image and mask the same name."),
    ):
        lonely = sorted(own[key][0] for key in own.keys() - other.keys())
        if not lonely:
            continue
        noun, rest = what.split(" ", 1)
        found = f"{count(len(lonely), noun)} {rest} ({name_some(lonely)})"
        if 2 * len(lonely) > len(own):
            findings.append(error(f"Expected images and masks of equal names, found {found}. {mend}"))
        else:
            findings.append(warning(f"Left out {found}. {mend}"))
    return findings


def _stem(name: str) -> str:
    """A path without its ending; a dot inside a folder's name is none."""
    folder, slash, file = name.rpartition("/")
    return folder + slash + (file.rpartition(".")[0] or file)
