"""Images that a CSV file lists, and groups from a file of their own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from imbalance_course.datasets.archives import Item
from imbalance_course.datasets.tables import Table, find_odd_cells
from imbalance_course.errors import CourseError
from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning
from imbalance_course.lab.listing import Listing
from imbalance_course.lab.tables import FileNames, read_table
from imbalance_course.lab.walking import Inventory

LABELS, GROUPS, CLASSES = "labels.csv", "groups.csv", "classes.csv"


def find_table(inventory: Inventory, findings: list[Finding]) -> Table | None:
    """The CSV file that lists the images; one of another purpose is passed over with a note."""
    tables = [name for name in inventory.others if "/" not in name and name.casefold().endswith(".csv")]
    listing = [name for name in tables if name.casefold() not in (GROUPS, CLASSES)]
    named = [name for name in listing if name.casefold() == LABELS]
    if named:
        table = read_table(inventory.root / named[0])
        table.require("file", "mask" if "mask" in table.columns else "label")
        return table
    if len(listing) != 1:
        if listing:
            findings.append(
                note(f"{name_some(listing)} were not read. If one lists the images, name it {LABELS}.")
            )
        return None
    try:
        table = read_table(inventory.root / listing[0])
        table.require("file", "mask" if "mask" in table.columns else "label")
    except CourseError as problem:
        if not inventory.folders:
            raise
        findings.append(note(f"{listing[0]} was not read as a list of the images: {problem}"))
        return None
    return table


def list_table(inventory: Inventory, table: Table) -> Listing:
    """The images that a CSV file lists, each with its class or mask and, where there is one, its group."""
    kind = "masks" if "mask" in table.columns else "classes"
    wanted = ("file", "mask") if kind == "masks" else ("file", "label")
    findings = _check_cells(table, (*wanted, "group") if "group" in table.columns else wanted)
    known = FileNames(inventory.images)
    found = {
        column: [known.find(name) if name else None for name in table.columns[column]]
        for column in wanted
        if column != "label"
    }
    findings += [
        finding for column in found for finding in _check_files(inventory, table, column, found[column])
    ]
    groups = table.columns.get("group", [""] * len(table))
    answers = found.get("mask") or table.columns["label"]
    items = {
        file: Item(file, (file, answer), group) if kind == "masks" else Item(file, (file,), group, answer)
        for file, answer, group in zip(found["file"], answers, groups, strict=True)
        if file and answer
    }
    used = {name for item in items.values() for name in item.files}
    spare = [name for name in inventory.images if name not in used]
    if spare and items:
        findings.append(
            note(f"Left out {count(len(spare), 'image')} not listed in {table.name} ({name_some(spare)}).")
        )
    findings.append(note(f"Read as {kind} from {table.name}: {count(len(items), 'image')}."))
    return Listing(
        kind, tuple(items[name] for name in sorted(items)), "group" in table.columns, tuple(findings)
    )


def add_groups(inventory: Inventory, listing: Listing) -> Listing:
    """Groups from ``groups.csv``, where it lies at the top."""
    names = [name for name in inventory.others if name.casefold() == GROUPS]
    if not names or not listing.items:
        return listing
    if listing.grouped:
        unread = warning(f"{names[0]} was not read, because the images have a column of groups already.")
        return replace(listing, findings=(*listing.findings, unread))
    try:
        table = read_table(inventory.root / names[0])
        table.require("file", "group")
    except CourseError as problem:
        return replace(listing, findings=(*listing.findings, error(str(problem))))
    findings = _check_cells(table, ("file", "group"))
    known = FileNames(item.name for item in listing.items)
    found = [known.find(name) if name else None for name in table.columns["file"]]
    findings += _check_files(inventory, table, "file", found)
    groups = {file: group for file, group in zip(found, table.columns["group"], strict=True) if file}
    lacking = [item.name for item in listing.items if item.name not in groups]
    if lacking:
        findings.append(
            error(
                f"Expected a group for every image in {table.name}, found none for "
                f"{count(len(lacking), 'image')} ({name_some(lacking)}). Add a row for each."
            )
        )
    items = tuple(replace(item, group=groups.get(item.name, item.name)) for item in listing.items)
    return Listing(listing.kind, items, True, (*listing.findings, *findings))


def _check_cells(table: Table, columns: Sequence[str]) -> list[Finding]:
    findings = []
    for column in columns:
        for kind, lines in find_odd_cells(table, column).items():
            findings.append(
                error(
                    f"Expected a {column} in every row of {table.name}, found {kind} in "
                    f"{count(len(lines), 'row')} (line {name_some([str(line) for line in lines])}). Fill "
                    "them in, or delete the rows."
                )
            )
    if "group" in columns:
        findings += _check_capitals(table)
    return findings


def _check_capitals(table: Table) -> list[Finding]:
    """A warning where one patient or place may have been spelled in two ways."""
    first: dict[str, str] = {}
    pairs = {
        (first.setdefault(" ".join(group.casefold().split()), group), group)
        for group in table.columns["group"]
    }
    alike = [" and ".join(pair) for pair in sorted(pairs) if pair[0] != pair[1]]
    if not alike:
        return []
    return [
        warning(
            f"Groups of {table.name} that differ in capitals or spaces alone count as different: "
            f"{name_some(alike)}. If they are one, spell them alike; else the test part knows them."
        )
    ]


def _check_files(
    inventory: Inventory, table: Table, column: str, found: Sequence[str | None]
) -> list[Finding]:
    """Files that a column names but that are not there, and those it names twice."""
    findings = []
    unknown = [
        f"{name} in line {line}"
        for name, file, line in zip(table.columns[column], found, table.lines, strict=True)
        if name and file is None
    ]
    if unknown:
        findings.append(
            error(
                f"Expected the files of {table.name} in {inventory.root}, found no image for "
                f"{count(len(unknown), 'row')} ({name_some(unknown)}). Write paths as they are "
                "below that folder, or delete the rows."
            )
        )
    twice = [file for file, number in Counter(file for file in found if file).items() if number > 1]
    if twice:
        findings.append(
            error(
                f"Expected every file once in {table.name}, found {count(len(twice), column)} in several "
                f"rows ({name_some(twice)}). Keep one row of each."
            )
        )
    return findings


def read_classes(inventory: Inventory) -> tuple[Table | None, list[Finding]]:
    """What the numbers of masks mean, from ``classes.csv``, where it lies at the top."""
    names = [name for name in inventory.others if name.casefold() == CLASSES]
    try:
        return (read_table(inventory.root / names[0]) if names else None), []
    except CourseError as problem:
        return None, [error(str(problem))]
