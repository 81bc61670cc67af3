"""The installed packages beside what the course asks for, and beside what the book was made with."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

import imbalance_course
from imbalance_course.doctor.finding import Finding, fault, good, note

NAME = "imbalance-course"
PINS = Path(imbalance_course.__file__).parent.parent / "constraints.txt"  # only in a checkout
EXTRAS = {"book": "the lessons and the site", "download": "`data download`", "test": "`make test`"}
SHOWN = 3  # of many packages that differ


def look() -> Iterator[Finding]:
    """What the package needs, what its extras need, and how far all of it is from the tested set."""
    try:
        wanted = [Requirement(line) for line in requires(NAME) or []]
    except PackageNotFoundError:
        yield note(
            "packages",
            "not compared",
            f"{NAME} runs from its folder without being installed: `pip install -e .` there",
        )
        return
    core = [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    yield from _wrong_versions(core)
    for extra, purpose in EXTRAS.items():
        added = [one for one in wanted if one not in core and one.marker.evaluate({"extra": extra})]
        yield from _look_at_extra(extra, purpose, added)
    yield from _look_at_pins()


def installed(name: str) -> str | None:
    """Version of a package, None where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _wrong_versions(requirements: list[Requirement]) -> Iterator[Finding]:
    """What stops the package itself, or one line when nothing does."""
    wrong = [one for one in requirements if not _fits(one)]
    for one in wrong:
        there = installed(one.name)
        why = f"{one.specifier} is needed" if there else "needed for every run"
        yield fault(one.name, there or "missing", f"{why}: `pip install '{one.name}{one.specifier}'`")
    if not wrong:
        found = f"all {len(requirements)} as needed"
        yield good("packages", found, ", ".join(f"{one.name} {installed(one.name)}" for one in requirements))


def _look_at_extra(extra: str, purpose: str, requirements: list[Requirement]) -> Iterator[Finding]:
    """Packages of an extra: missing ones are a choice, wrong ones a fault."""
    requirements = [one for one in requirements if one.name != NAME]
    missing = [one.name for one in requirements if installed(one.name) is None]
    for one in requirements:
        if one.name not in missing and not _fits(one):
            yield fault(
                one.name,
                installed(one.name),
                f"{purpose}: {one.specifier} is needed: `pip install '{one.name}{one.specifier}'`",
            )
    if missing:
        yield note(
            f"packages [{extra}]",
            f"{len(missing)} of {len(requirements)} missing",
            f"needed for {purpose}: {_some(missing)}. `pip install '{NAME}[{extra}]'`",
        )
    else:
        yield good(f"packages [{extra}]", f"all {len(requirements)} there", f"needed for {purpose}")


def _look_at_pins() -> Iterator[Finding]:
    """How far the installed set is from the one that the book was executed with."""
    if not PINS.is_file():
        return
    pins = [line.split("==") for line in PINS.read_text().split() if "==" in line]
    differing = [
        f"{name} {there} instead of {pin}"
        for name, pin in pins
        if (there := installed(name)) and there.split("+")[0] != pin
    ]
    if differing:
        yield note(
            "tested versions",
            f"{len(differing)} differ",
            f"numbers may differ from the book's: {_some(differing)}. "
            "`pip install -c constraints.txt -e '.[book,test]'` installs the tested ones",
        )
    else:
        yield good(
            "tested versions", "as in constraints.txt", "what is installed is what the book was made with"
        )


def _fits(requirement: Requirement) -> bool:
    there = installed(requirement.name)
    return there is not None and requirement.specifier.contains(there, prereleases=True)


def _some(words: list[str]) -> str:
    more = len(words) - SHOWN
    return ", ".join(words[:SHOWN]) + (f" and {more} more" if more > 0 else "")
