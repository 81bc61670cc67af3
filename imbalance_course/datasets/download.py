"""Fetch a data set from its publisher: checked, resumable, and never half there."""

import os
from collections.abc import Callable
from pathlib import Path

from imbalance_course.datasets.archives import sha256
from imbalance_course.datasets.locations import data_folder
from imbalance_course.datasets.registry import DataSet, RemoteFile
from imbalance_course.errors import CourseError
from imbalance_course.writing import alone, writing_error

CHUNK_BYTES = 1 << 18
TIMEOUT_SECONDS = (20, 60)  # to connect; between two chunks


class ResumingDownloader:
    """Fetches a file; a partial file beside the target is kept and continued.

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

    def fetch(self, url: str) -> None:
        """Make the partial file whole.

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
                return self.fetch(url)
            if code != requests.codes.requested_range_not_satisfiable:
                response.raise_for_status()
                self._receive(response, start if code == requests.codes.partial_content else 0)

    def forget(self) -> None:
        """Throw away what has arrived."""
        self.partial.unlink(missing_ok=True)
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
        if not start:
            self.forget()  # first, so that the bytes of another version never lie beside the mark of this one
            if mark:
                self.version.write_text(mark)
        done = start
        self.on_bytes(done, total)
        with self.partial.open("ab") as file:
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                self.on_bytes(done, total)
            file.flush()
            os.fsync(file.fileno())
        if total is not None and done != total:
            raise CourseError(f"Expected {total} bytes from {response.url}, got {done}.")


def require_requests() -> None:
    """Check that what downloads need is installed.

    Raises:
        CourseError: it is not; the message says how to install it.
    """
    try:
        import requests  # noqa: F401
    except ImportError as error:
        raise CourseError(
            f"Expected the package requests, which fetches data sets, got {error}. Install it with `pip "
            "install requests`, or fetch the files by hand."
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
    require_requests()
    import requests

    target = data_folder() / file.name
    partial = target.with_name(target.name + ".part")

    def refuse() -> None:
        raise CourseError(f"Expected to be alone, but another process is fetching {file.name}.")

    with alone(target.with_name(target.name + ".lock"), on_waiting=refuse):
        download = ResumingDownloader(partial, checked=bool(file.sha256), on_bytes=on_bytes)
        try:
            if not _is_right(target, file):
                download.fetch(file.url)
                _check(partial, file, download)
                os.replace(partial, target)
            download.forget()
        except CourseError as error:
            raise CourseError(_with_advice(str(error), data_set)) from error
        except requests.RequestException as error:
            sentence = f"Expected {file.name} from {file.url}, got {_short(error)}.{_kept(partial)}"
            raise CourseError(_with_advice(sentence, data_set)) from error
        except OSError as error:
            raise CourseError(f"{writing_error(target, error)}{_kept(partial)}") from error
    return target


def _check(partial: Path, file: RemoteFile, download: ResumingDownloader) -> None:
    if not _is_right(partial, file):
        download.forget()
        raise CourseError(
            f"Expected {file.name} with sha256 {file.sha256}, got other bytes from {file.url}; they were "
            "thrown away."
        )


def _is_right(path: Path, file: RemoteFile) -> bool:
    """Whether a file is there and, where its checksum is known, is the one."""
    return path.is_file() and (not file.sha256 or sha256(path) == file.sha256)


def _kept(partial: Path) -> str:
    arrived = partial.stat().st_size if partial.is_file() else 0
    return f" The same command goes on after the {arrived / 1e6:.2f} MB that arrived." if arrived else ""


def _with_advice(sentence: str, data_set: DataSet) -> str:
    return f"{sentence} {data_set.advice}".rstrip()


def _short(error: Exception) -> str:
    """The server's answer, or the kind of failure: the full text of these errors fills a screen."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the answer {response.status_code} {response.reason}"
    return f"no whole answer ({type(error).__name__})"
