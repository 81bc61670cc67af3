"""A look at the machine: what is here, what is wrong, and how to mend it."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from imbalance_course.doctor.finding import STATES, Finding, fault

__all__ = ["STATES", "Finding", "examine"]


def examine(output: Path) -> list[Finding]:
    """All findings: faults first, then notes, then what is good.

    Args:
        output: the folder that runs would write their records to.
    """
    arguments: dict[str, tuple[Any, ...]] = {
        "machine": (),
        "software": (),
        "gpu": (),
        "places": (output,),
        "data": (),
        "caches": (),
        "leftovers": (output,),
        "profiles": (),
    }
    findings = [finding for name, given in arguments.items() for finding in _look(name, *given)]
    return sorted(findings, key=lambda finding: STATES.index(finding.state))


def _look(name: str, *arguments: Any) -> Iterator[Finding]:
    """Findings of one module; what stops it, a package that does not load or a disk, is one itself."""
    try:
        yield from import_module(f"{__name__}.{name}").look(*arguments)
    except (ImportError, OSError) as error:
        yield fault(name, "not looked at", f"{type(error).__name__}: {error}. Mend this first.")
