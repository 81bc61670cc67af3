"""What was special about the files of a folder: unreadable ones, odd kinds, sizes."""

from collections.abc import Sequence

import numpy as np

from imbalance_course.lab.checks import Finding, count, error, name_some, note, warning
from imbalance_course.lab.decoded import Decoded
from imbalance_course.lab.opening import Trait


def check_lost(files: Sequence[str], lost: np.ndarray, reasons: Sequence[str], *, what: str) -> list[Finding]:
    """Say which files cannot be read: left out, or an error where they are the most.

    Args:
        files: names of all files of this kind.
        lost: (m,) positions of those that cannot be read.
        reasons: (m,) why.
        what: ``image`` or ``mask``.
    """
    if not len(lost):
        return []
    shown = [f"{files[position]}: {reason}" for position, reason in zip(lost, reasons, strict=True)]
    if 2 * len(lost) > len(files):
        return [
            error(
                f"Expected {what}s that can be read, got {count(len(lost), what)} of {len(files):,} that "
                f"cannot ({name_some(shown)}). Fetch or save the files again."
            )
        ]
    return [
        warning(
            f"Left out {count(len(lost), what)} that cannot be read ({name_some(shown)}). Fetch or save the "
            "files again."
        )
    ]


def check_sizes(files: Sequence[str], decoded: Decoded) -> list[Finding]:
    """Say which masks are not as large as their images."""
    wrong = np.flatnonzero(decoded.other_size)
    if not len(wrong):
        return []
    shown = [f"{files[decoded.lost[number]]} has {decoded.reasons[number]}" for number in wrong]
    return [
        error(
            f"Expected masks as large as their images, found {count(len(wrong), 'pair')} that differ "
            f"({name_some(shown)}). Draw the masks on these very images, and do not resize one alone."
        )
    ]


def describe_kinds(files: Sequence[str], decoded: Decoded) -> list[Finding]:
    """Say what was done about files with several pictures, notes of cameras, see-through or deep pixels.

    Args:
        files: names of the images that were read.
        decoded: the images.
    """

    def named(trait: Trait) -> str | None:
        those = [files[number] for number in np.flatnonzero(decoded.traits & trait)]
        return f"{count(len(those), 'image')} ({name_some(those)})" if those else None

    findings = []
    if several := named(Trait.SEVERAL):
        findings.append(warning(f"Read only the first picture of files that hold several: {several}."))
    if turned := named(Trait.TURNED):
        findings.append(
            note(f"Turned as the camera noted: {turned}.")
            if decoded.masks is None
            else warning(
                f"Turned as the camera noted: {turned}. See whether the masks fit the turned images."
            )
        )
    if see_through := named(Trait.SEE_THROUGH):
        findings.append(note(f"Laid see-through pixels on black: {see_through}."))
    if deep := named(Trait.DEEP):
        findings.append(
            note(
                f"Cut numbers of up to {decoded.depth} bits to 8, by the brightest pixel of the folder: "
                f"{deep}."
            )
        )
    return findings


def describe_sizes(decoded: Decoded, size: int) -> list[Finding]:
    """Say how the images were brought to one size."""
    if not len(decoded.shapes) or (decoded.shapes == size).all():
        return []
    pixels = decoded.shapes.prod(axis=1)
    (low, high) = (decoded.shapes[number] for number in (pixels.argmin(), pixels.argmax()))
    from_sizes = f"{low[1]} x {low[0]}" + ("" if (low == high).all() else f" to {high[1]} x {high[0]}")
    if decoded.masks is None:
        return [note(f"Squeezed images of {from_sizes} pixels to {size} x {size}.")]
    return [
        note(
            f"Cut images of {from_sizes} pixels to {count(len(decoded.images), 'tile')} of {size} x {size}; "
            "what is filled up counts nowhere."
        )
    ]
