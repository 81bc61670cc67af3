"""The data sets: missing, whole, damaged, or other bytes than expected."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from imbalance_course.datasets.archives import DAMAGE, is_tar
from imbalance_course.datasets.catalog import OPENERS
from imbalance_course.datasets.locations import DATA_VARIABLE, data_folder, is_found
from imbalance_course.datasets.registry import DATA_SETS, DataSet
from imbalance_course.datasets.sources import Source
from imbalance_course.doctor.finding import Finding, fault, good, note
from imbalance_course.errors import CourseError
from imbalance_course.records import recorded_runs

LIST_OF_CHECKSUMS = "SHA256SUMS"  # as the program sha256sum writes it; used where it lies beside the packs


def look() -> Iterator[Finding]:
    """The data folder and each data set; files are read, images are not decoded."""
    yield _data_folder()
    listed = _listed_checksums(data_folder() / LIST_OF_CHECKSUMS)
    for data_set in DATA_SETS.values():
        yield _look_at(data_set, listed)


def _data_folder() -> Finding:
    folder = data_folder()
    if not folder.is_dir() and os.environ.get(DATA_VARIABLE):
        return note(
            "data folder",
            str(folder),
            f"no such folder: mend {DATA_VARIABLE}, or let `data download` make it",
        )
    return good("data folder", str(folder), f"moved by {DATA_VARIABLE}")


def _listed_checksums(file: Path) -> dict[str, str]:
    """File name -> sha256, or nothing without a list."""
    if not file.is_file():
        return {}
    lines = (line.split(maxsplit=1) for line in file.read_text(errors="replace").splitlines() if line.strip())
    return {words[1].lstrip("*"): words[0] for words in lines if len(words) == 2}


def _look_at(data_set: DataSet, listed: dict[str, str]) -> Finding:
    what = f"data {data_set.name}"
    if not is_found(data_set):
        missing = [name for name in data_set.packs if not (data_folder() / name).is_file()]
        return note(
            what,
            "missing",
            f"put {', '.join(missing)} into the data folder, or run "
            f"`imbalance-course data download {data_set.name}`",
        )
    try:
        source = OPENERS[data_set.name]()
        _read_through(source)
    except CourseError as error:
        return fault(what, "damaged", str(error))
    return _compare_checksums(what, source, listed)


def _read_through(source: Source) -> None:
    """Check the archives' tables of contents, and of packs every byte."""
    if not any(is_tar(path) for path in source.paths):  # listing a large tar file means to unpack it
        _ = source.items
    for path in source.paths if source.packed else ():
        try:
            with zipfile.ZipFile(path) as archive:
                broken = archive.testzip()
        except DAMAGE as error:
            broken = str(error)
        if broken:
            raise CourseError(f"Expected {path} to be whole, got a damaged {broken}. Fetch it again.")


def _compare_checksums(what: str, source: Source, listed: dict[str, str]) -> Finding:
    changed = [
        path.name
        for path, checksum in zip(source.paths, source.checksums, strict=True)
        if listed.get(path.name, checksum) != checksum
    ]
    if changed:
        return fault(
            what,
            "wrong checksum",
            f"{' and '.join(changed)} is not what {LIST_OF_CHECKSUMS} lists: damaged or another version. "
            "Fetch it again.",
        )
    recorded = {run.data_checksum for run in recorded_runs(source.data_set.name) if not run.drawn_data}
    if source.packed and recorded and source.checksum not in recorded:
        return note(
            what,
            "other bytes",
            "whole, but not the packs of the recorded runs: scores will differ, and `records rerun` refuses",
        )
    how = "packs" if source.packed else "the publisher's archive"
    return good(what, "found", f"{how}: {source.data_set.title}")
