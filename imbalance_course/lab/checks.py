"""What is found wrong, doubtful or worth knowing of a folder, in sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imbalance_course.errors import CourseError

NAMED = 5  # files that a sentence names before it only counts


@dataclass(frozen=True)
class Finding:
    """One thing that a learner should know of a folder.

    Attributes:
        level: ``error`` stops, ``warning`` may spoil the result, ``note`` says what was decided.
        what: one sentence with names, counts and how to mend it.
    """

    level: str
    what: str


def error(what: str) -> Finding:
    """A finding that stops."""
    return Finding("error", what)


def warning(what: str) -> Finding:
    """A finding that may spoil the result."""
    return Finding("warning", what)


def note(what: str) -> Finding:
    """A finding that says what was decided."""
    return Finding("note", what)


def refuse_errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Stop with every error at once, or hand back what does not stop.

    Raises:
        CourseError: there are errors; the message has one a line.

    Example:
        >>> refuse_errors([note("Read as classes.")])
        (Finding(level='note', what='Read as classes.'),)
    """
    findings = tuple(findings)
    errors = [finding.what for finding in findings if finding.level == "error"]
    if len(errors) > 1:
        errors = [f"Found {len(errors)} errors:", *(f"- {what}" for what in errors)]
    if errors:
        raise CourseError("\n".join(errors))
    return findings


def name_some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are.

    Example:
        >>> name_some(["a", "b"])
        'a, b'
        >>> name_some("abcdefg")
        'a, b, c, d, e and 2 more'
    """
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def count(number: int, thing: str) -> str:
    """A number with its noun.

    Example:
        >>> count(1, "image"), count(1200, "class")
        ('1 image', '1,200 classes')
    """
    plural = thing + ("es" if thing.endswith("s") else "s")
    return f"{number:,} {thing if number == 1 else plural}"


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them stops."""
    return any(finding.level == "error" for finding in findings)
