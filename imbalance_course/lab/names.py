"""What the names of files and classes give away before a pixel is read."""

import re
from collections import Counter, defaultdict
from posixpath import basename, splitext

from imbalance_course.lab.checks import Finding, count, error, name_some, warning
from imbalance_course.lab.listing import Listing

LONG = 6  # letters of a common beginning that is no accident
LAST_NUMBER = re.compile(r"[-_. ]*\(?\d+\)?$")


def check_names(listing: Listing) -> list[Finding]:
    """Too few classes, classes that differ in capitals alone, and names that look like groups."""
    findings = []
    if listing.kind == "classes" and listing.items:
        findings += _check_classes(listing)
    if not listing.grouped:
        findings += _suggest_groups(listing)
    return findings


def _check_classes(listing: Listing) -> list[Finding]:
    names = sorted({item.label for item in listing.items})
    findings = []
    if len(names) == 1:
        below = sorted({item.name.split("/")[1] for item in listing.items if item.name.count("/") > 1})
        hint = f" If its folders are the classes ({name_some(below)}), give {names[0]}." if below else ""
        findings.append(
            error(
                f"Expected at least two classes, found only {names[0]} "
                f"({count(len(listing.items), 'image')}). Add images of what it is told apart from.{hint}"
            )
        )
    capitals = defaultdict(list)
    for name in names:
        capitals[name.casefold()].append(name)
    alike = [" and ".join(spelled) for spelled in capitals.values() if len(spelled) > 1]
    if alike:
        findings.append(
            warning(f"Classes that differ in capitals alone count as different: {name_some(alike)}.")
        )
    return findings


def _suggest_groups(listing: Listing) -> list[Finding]:
    """A warning where the names of a class fall into bunches: several photographs of one case, perhaps."""
    stems = defaultdict(list)
    for item in listing.items:
        stems[item.label].append(LAST_NUMBER.sub("", splitext(basename(item.name))[0]))
    bunches: dict[str, int] = {}
    for own in stems.values():
        sizes = Counter(own)
        several = {stem: size for stem, size in sizes.items() if size > 1 and len(stem) >= LONG}
        if len(several) > 1 and 2 * sum(several.values()) >= len(own):
            bunches |= several
    if not bunches:
        return []
    largest = sorted(bunches, key=lambda stem: (-bunches[stem], stem))
    shown = name_some([f"{stem} {bunches[stem]} files" for stem in largest])
    return [
        warning(
            f"File names begin alike in {len(bunches):,} bunches ({shown}). If each is one patient, slide or "
            "scene, write that into groups.csv with the columns file and group; else the test part holds "
            "copies of what was trained on, and every score is too good."
        )
    ]
