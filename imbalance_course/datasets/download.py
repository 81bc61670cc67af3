"""Fetch a data set from its publisher: checked, resumable, and never half there.

pooch compares checksums and puts the finished file in its place; :class:`ResumingDownloader` adds what pooch
lacks, to go on where a broken download stopped.
"""

import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from imbalance_course.datasets.locations import data_folder
from imbalance_course.datasets.registry import DataSet, RemoteFile
from imbalance_course.errors import CourseError

CHUNK_BYTES = 1 << 18
TIMEOUT_SECONDS = (20, 60)  # to connect; between two chunks


class ResumingDownloader:
    """What pooch calls to fetch a file; a partial file beside the target is kept and continued.

    The server's mark of the version (ETag or date) is kept too: if the file has changed since, the server
    sends it whole.

    Args:
        partial: where the bytes are collected.
        checked: True when the checksum is known; only then a partial file without a mark is continued.
        on_bytes: called with the bytes that are there and the bytes expected, or None where unknown.
    """

    def __init__(self, partial: Path, *, checked: bool, on_bytes: Callable | None = None) -> None:
        self.partial = partial
        self.checked = checked
        self.version = partial.with_name(partial.name + ".version")
        self.on_bytes = on_bytes or (lambda done, total: None)

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Fetch what is missing and hand the whole file over.

        Raises:
            CourseError: the server sent a page or too few bytes.
            requests.RequestException: the server cannot be reached, or says no.
        """
        import requests

        start = self._usable_bytes()
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
            if self.version.is_file():
                headers["If-Range"] = self.version.read_text()
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
            code = response.status_code
            complete = response.headers.get("Content-Range") == f"bytes */{start}"
            if code == requests.codes.requested_range_not_satisfiable and not complete:
                self.partial.unlink()  # it is longer than the file itself: begin anew
                return self(url, output_file, pooch)
            if code != requests.codes.requested_range_not_satisfiable:
                response.raise_for_status()
                self._receive(response, start if code == requests.codes.partial_content else 0)
        os.replace(self.partial, output_file)
        self.version.unlink(missing_ok=True)

    def _usable_bytes(self) -> int:
        """How much of an earlier download can be continued."""
        usable = self.partial.is_file() and (self.checked or self.version.is_file())
        return self.partial.stat().st_size if usable else 0

    def _receive(self, response, start: int) -> None:
        """Append to the partial file, or begin anew where the server sends everything."""
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise CourseError(f"Expected a file from {response.url}, got a page.")
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        mark = response.headers.get("ETag", "")
        if not mark or mark.startswith("W/"):  # weak marks do not promise the same bytes
            mark = response.headers.get("Last-Modified", "")
        if mark:
            self.version.write_text(mark)
        else:
            self.version.unlink(missing_ok=True)
        done = start
        self.on_bytes(done, total)
        with self.partial.open("ab" if start else "wb") as file:
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                self.on_bytes(done, total)
        if total is not None and done != total:
            raise CourseError(f"Expected {total} bytes from {response.url}, got {done}.")


def require_pooch() -> None:
    """Check that what downloads need is installed.

    Raises:
        CourseError: it is not; the message says how to install it.
    """
    try:
        import pooch  # noqa: F401
        import requests  # noqa: F401
    except ImportError as error:
        raise CourseError(
            f"Expected the packages pooch and requests, which fetch data sets, got {error}. Install them "
            "with `pip install pooch requests`, or fetch the files by hand."
        ) from error


def fetch(data_set: DataSet, file: RemoteFile, on_bytes: Callable | None = None) -> Path:
    """Fetch one file of a data set into the data folder, unless it is there.

    Args:
        data_set: what the file belongs to.
        file: what to fetch.
        on_bytes: called with the bytes that are there and the bytes expected, or None where unknown.

    Returns:
        Path of the whole, checked file.

    Raises:
        CourseError: packages, server, checksum, disk or another download stand in the way; what has arrived
            of a broken download stays for the next call.
    """
    require_pooch()
    import pooch
    import requests

    folder = data_folder()
    partial = folder / (file.name + ".part")
    pooch.get_logger().setLevel("ERROR")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / (file.name + ".lock"), timeout=0):
            known = f"sha256:{file.sha256}" if file.sha256 else None
            receive = ResumingDownloader(partial, checked=bool(known), on_bytes=on_bytes)
            return Path(pooch.retrieve(file.url, known, file.name, folder, downloader=receive))
    except Timeout as error:
        raise CourseError(f"Expected to be alone, but another process is fetching {file.name}.") from error
    except CourseError as error:
        raise CourseError(_with_advice(str(error), data_set)) from error
    except ValueError as error:  # how pooch says that a checksum differs
        raise CourseError(
            _with_advice(
                f"Expected {file.name} with sha256 {file.sha256}, got other bytes from {file.url}; they were "
                "thrown away.",
                data_set,
            )
        ) from error
    except requests.RequestException as error:
        arrived = partial.stat().st_size if partial.is_file() else 0
        kept = f" The same command goes on after the {arrived / 1e6:.2f} MB that arrived." if arrived else ""
        raise CourseError(
            _with_advice(f"Expected {file.name} from {file.url}, got {_short(error)}.{kept}", data_set)
        ) from error
    except OSError as error:
        raise CourseError(f"Expected to write {file.name} into {folder}, got: {error}.") from error


def _with_advice(sentence: str, data_set: DataSet) -> str:
    return f"{sentence} {data_set.advice}".rstrip()


def _short(error: Exception) -> str:
    """The server's answer, or the kind of failure: the full text of these errors fills a screen."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the answer {response.status_code} {response.reason}"
    return f"no whole answer ({type(error).__name__})"
