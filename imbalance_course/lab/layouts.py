"""The ways to say what is on an image: a folder for each class, a CSV file, or a mask beside it."""

from collections import defaultdict
from dataclasses import replace

from imbalance_course.datasets.archives import Item
from imbalance_course.errors import CourseError
from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning
from imbalance_course.lab.listed import LABELS, add_groups, find_table, list_table
from imbalance_course.lab.listing import Listing, name_groups
from imbalance_course.lab.pairs import find_pairs
from imbalance_course.lab.walking import Inventory

# Names of folders that are parts of a split, not classes.
PARTS = frozenset(("train", "training", "test", "testing", "val", "valid", "validation", "eval", "dev"))


def recognize(inventory: Inventory) -> Listing:
    """Find out how a folder says what is on its images.

    The first of these that is there counts: a CSV file with columns file and label or mask; folders
    ``images`` and ``masks`` or files ``NAME_mask.png``; a folder for each class.

    Raises:
        CourseError: none of them; the message says what was looked for and found.
    """
    findings: list[Finding] = []
    table = find_table(inventory, findings)
    if table is not None:
        listing = list_table(inventory, table)
    else:
        paired = find_pairs(inventory)
        if paired is not None:
            listing = Listing("masks", tuple(paired[0]), False, tuple(paired[1]))
        else:
            listing = _from_folders(inventory)
    listing = replace(listing, findings=(*findings, *listing.findings))
    return name_groups(add_groups(inventory, listing))


def _from_folders(inventory: Inventory) -> Listing:
    members: dict[str, list[str]] = defaultdict(list)
    for name in inventory.images:
        top, _, rest = name.partition("/")
        members[top if rest else ""].append(name)
    loose = members.pop("", [])
    if not members:
        raise CourseError(
            f"Expected in {inventory.root} a folder of images for each class, or {LABELS} with the columns "
            "file and label, or the folders images and masks with files of equal names, or NAME_mask.png "
            f"beside NAME.png; found {inventory.describe()}. Save images of other kinds as PNG."
        )
    if all(name.casefold() in PARTS for name in members):
        raise CourseError(
            f"Expected a folder for each class in {inventory.root}, found parts of a split "
            f"({name_some(sorted(members))}). Give the folder that holds the classes, such as "
            f"{inventory.root / min(members)}; it is split here, by group."
        )
    findings = []
    empty = [name for name in inventory.folders if name not in members]
    if empty:
        findings.append(
            error(
                f"Expected images in every folder of a class, found none in {name_some(empty)}. Put images "
                "there, or move what is no class out."
            )
        )
    if loose:
        findings.append(
            warning(
                f"Left out {count(len(loose), 'image')} beside the folders of the classes "
                f"({name_some(loose)}). Move them into the folder of their class."
            )
        )
    if inventory.others:
        findings.append(note(f"Found in all {inventory.describe()}."))
    sizes = ", ".join(f"{name} {len(members[name]):,}" for name in sorted(members)[:20])
    findings.append(note(f"Read as a folder for each class: {sizes}."))
    items = [Item(file, (file,), "", name) for name in sorted(members) for file in members[name]]
    return Listing("classes", tuple(items), False, tuple(findings))
