"""What a look at the machine brings up."""

from dataclasses import dataclass
from functools import partial

STATES = ("fault", "note", "good")


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        state: ``good``, ``note`` (worth knowing, stops no demo run) or ``fault`` (to be mended).
        what: what was looked at.
        found: what is there.
        meaning: what it means and, unless all is well, how to mend it.
    """

    state: str
    what: str
    found: str
    meaning: str


good = partial(Finding, "good")
note = partial(Finding, "note")
fault = partial(Finding, "fault")
