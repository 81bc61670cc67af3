"""What lies in a folder: images, other files, and links that lead out of it."""

import os
import posixpath
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from imbalance_course.errors import CourseError
from imbalance_course.lab.checks import Finding, count, error, name_some, warning

# fmt: off
IMAGE_ENDINGS = frozenset((
    ".bmp", ".gif", ".jfif", ".jp2", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff",
    ".webp",
))
# fmt: on
SYSTEM_FILES = frozenset(("thumbs.db", "desktop.ini", "__macosx"))  # left by file managers

# What cannot be looked at: how bad it is, and the sentence.
PROBLEMS = {
    "outside": (
        error,
        "Expected files that lie in the folder itself, found {number} to places outside ({names}). Copy what "
        "they lead to into the folder (`cp -rL FOLDER COPY` copies all), or delete them.",
    ),
    "closed folder": (
        error,
        "Expected folders that may be opened, found {number} ({names}). Change the permissions, or move them "
        "away.",
    ),
    "name in other bytes": (
        error,
        "Expected file names in UTF-8, found {number} ({names}). Rename the files.",
    ),
    "broken": (
        warning,
        "Left out {number} to files that do not exist ({names}). Put the files back, or delete the links.",
    ),
    "pipe or device": (
        warning,
        "Left out {number} ({names}): no files. Move them away.",
    ),
    "inside": (
        warning,
        "Left out {number} to folders that are read anyway ({names}): no image may count twice. Delete the "
        "links.",
    ),
}
LINKS = frozenset(("outside", "broken", "inside"))


@dataclass(frozen=True)
class Inventory:
    """Everything in a folder but hidden files.

    Attributes:
        root: the folder.
        images: paths of files that are named like images, relative to the folder, sorted.
        others: paths of all other files, likewise.
        folders: names of the folders directly in it, sorted.
        findings: what could not be looked at.
    """

    root: Path
    images: tuple[str, ...]
    others: tuple[str, ...]
    folders: tuple[str, ...]
    findings: tuple[Finding, ...]

    def describe(self) -> str:
        """What was found, in words."""
        loose = sum("/" not in name for name in self.images)
        endings = Counter(_ending(name) or "without ending" for name in self.others)
        parts = [f"{count(len(self.images), 'image')} ({loose:,} of them directly in it)"]
        if self.folders:
            parts.append(f"the {'folder' if len(self.folders) == 1 else 'folders'} {name_some(self.folders)}")
        if endings:
            named = [f"{number:,} {ending}" for ending, number in endings.most_common()]
            parts.append(f"other files ({name_some(named)})")
        return ", ".join(parts)


def walk(path: str | Path) -> Inventory:
    """List a folder with all folders below it; links to folders are not followed.

    Raises:
        CourseError: there is no such folder, it has no files, or it cannot be opened.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise CourseError(
            f"Expected a folder of images at {root}, found nothing there. Check the spelling; paths start at "
            f"{Path.cwd()}."
        )
    if not root.is_dir():
        raise CourseError(
            f"Expected a folder of images at {root}, got a file. Unpack it if it is an archive, and give the "
            "folder."
        )
    root = root.resolve()
    files, folders, problems = _list_files(root)
    findings = tuple(_describe_problem(kind, names) for kind, names in sorted(problems.items()))
    if not files and not findings:
        raise CourseError(f"Expected a folder of images at {root}, found no file in it.")
    images = tuple(name for name in files if _ending(name) in IMAGE_ENDINGS)
    others = tuple(name for name in files if _ending(name) not in IMAGE_ENDINGS)
    return Inventory(root, images, others, folders, findings)


def _list_files(root: Path) -> tuple[list[str], tuple[str, ...], dict[str, list[str]]]:
    """Sorted names of all files, of the folders at the top, and of what is a problem, by its kind."""
    files: list[str] = []
    problems: dict[str, list[str]] = defaultdict(list)
    waiting = [""]
    top: tuple[str, ...] = ()
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError:
            problems["closed folder"].append(folder or ".")
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name.casefold() in SYSTEM_FILES:
                continue
            name = f"{folder}/{entry.name}" if folder else entry.name
            problem = _problem_of(entry, root)
            if problem:
                problems[problem].append(name.encode("utf-8", "replace").decode("utf-8"))
            elif entry.is_dir():
                waiting.append(name)
            elif entry.is_file():
                files.append(name)
            else:
                problems["pipe or device"].append(name)
        if not folder:
            top = tuple(sorted(waiting))
    return sorted(files), top, problems


def _problem_of(entry: os.DirEntry, root: Path) -> str | None:
    try:
        entry.name.encode("utf-8")
    except UnicodeEncodeError:
        return "name in other bytes"
    if not entry.is_symlink():
        return None
    target = Path(os.path.realpath(entry.path))
    if not target.exists():
        return "broken"
    if not target.is_relative_to(root):
        return "outside"
    return "inside" if target.is_dir() else None


def _describe_problem(kind: str, names: list[str]) -> Finding:
    make, sentence = PROBLEMS[kind]
    number = count(len(names), "link" if kind in LINKS else kind)
    return make(sentence.format(number=number, names=name_some(sorted(names))))


def _ending(name: str) -> str:
    return posixpath.splitext(name)[1].lower()
