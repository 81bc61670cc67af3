"""Downloads are checked, go on where they stopped, and never leave half a file under the real name."""

import hashlib
import sys
from dataclasses import replace

import pytest
from filelock import FileLock
from loopback import Habits, serve
from made_data import encoded, write_zip

from imbalance_course.datasets import load_catdog, registry
from imbalance_course.datasets.download import CHUNK_BYTES, fetch
from imbalance_course.errors import CourseError

pytest.importorskip("requests", reason="downloads need requests")
CONTENT = bytes(range(256)) * 4_000
NAME = "file.zip"
CUT = CHUNK_BYTES + 40_000  # where a broken download ends; only whole chunks are kept


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMBALANCE_COURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("IMBALANCE_COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "data"


@pytest.fixture
def habits():
    return Habits(CONTENT)


@pytest.fixture
def url(habits):
    with serve(habits) as address:
        yield address


def get(url, known=True, on_bytes=None, advice=""):
    """Fetch the served file as if it belonged to a data set."""
    checksum = hashlib.sha256(CONTENT).hexdigest() if known else None
    file = registry.RemoteFile(NAME, url, checksum)
    return fetch(replace(registry.DATA_SETS["catdog"], files=(file,), advice=advice), file, on_bytes)


def names(folder):
    """What a user would see, without locks."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@pytest.mark.parametrize("known", [True, False])
def test_a_file_arrives_whole_and_nothing_else_stays(folder, habits, url, known):
    steps = []
    assert get(url, known, lambda *step: steps.append(step)) == folder / NAME
    assert (folder / NAME).read_bytes() == CONTENT
    assert names(folder) == [NAME]
    assert steps[0] == (0, len(CONTENT)) and steps[-1] == (len(CONTENT), len(CONTENT))


def test_a_file_that_is_there_is_not_fetched_again(folder, habits, url):
    get(url)
    get(url)
    assert len(habits.asked) == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_broken_download_goes_on_where_it_stopped(folder, habits, url, known):
    habits.cut = CUT
    with pytest.raises(CourseError, match=r"same command goes on after the 0\.26 MB"):
        get(url, known)
    assert NAME not in names(folder)
    habits.cut = None
    get(url, known)
    assert habits.asked == [None, f"bytes={CHUNK_BYTES}-"]
    assert habits.sent == [CUT, len(CONTENT) - CHUNK_BYTES]
    assert (folder / NAME).read_bytes() == CONTENT
    assert names(folder) == [NAME]


def test_a_server_that_refuses_parts_is_asked_once_and_sends_everything(folder, habits, url):
    habits.cut, habits.ranges = CUT, False
    with pytest.raises(CourseError):
        get(url)
    habits.cut = None
    get(url)
    assert habits.asked == [None, f"bytes={CHUNK_BYTES}-"]
    assert habits.sent == [CUT, len(CONTENT)]
    assert (folder / NAME).read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_whole(folder, habits, url):
    habits.cut = CUT
    with pytest.raises(CourseError):
        get(url, known=False)
    habits.cut, habits.etag, habits.content = None, '"2"', CONTENT[::-1]
    get(url, known=False)
    assert (folder / NAME).read_bytes() == CONTENT[::-1]


def test_without_checksum_and_mark_a_partial_file_is_not_trusted(folder, habits, url):
    habits.cut, habits.etag = CUT, ""
    for _ in range(2):
        with pytest.raises(CourseError):
            get(url, known=False)
    assert habits.asked == [None, None]


@pytest.mark.parametrize("extra", [0, 5])
def test_a_partial_file_that_is_complete_or_too_long_becomes_the_right_file(folder, habits, url, extra):
    folder.mkdir()
    (folder / (NAME + ".part")).write_bytes(CONTENT + b"x" * extra)
    get(url)
    assert (folder / NAME).read_bytes() == CONTENT
    assert habits.asked == ([f"bytes={len(CONTENT)}-"] if not extra else [f"bytes={len(CONTENT) + 5}-", None])


def test_wrong_bytes_are_thrown_away_and_named(folder, habits, url):
    habits.content = CONTENT[::-1]
    with pytest.raises(CourseError, match="file.zip with sha256 .*, got other bytes"):
        get(url)
    assert names(folder) == []


def test_a_page_instead_of_a_file_is_recognized_and_the_advice_given(folder, habits, url):
    habits.content, habits.kind = b"<html>Virus scan warning</html>", "text/html; charset=utf-8"
    with pytest.raises(CourseError, match=r"got a page\. Use a browser\."):
        get(url, advice="Use a browser.")
    assert names(folder) == []


def test_a_server_that_cannot_be_reached_is_one_short_sentence(folder, habits):
    with serve(habits) as gone:
        pass
    with pytest.raises(CourseError, match=r"got no whole answer \(ConnectionError\)\.") as stopped:
        get(gone)
    assert len(str(stopped.value)) < 200


def test_a_second_download_of_the_same_file_waits_for_nobody(folder, url):
    folder.mkdir()
    with FileLock(folder / (NAME + ".lock")), pytest.raises(CourseError, match="another process is fetching"):
        get(url)


def test_a_data_folder_that_is_a_file_is_explained(folder, url):
    folder.write_text("")
    with pytest.raises(CourseError, match="Expected to write .*file.zip.lock, got: .*File exists"):
        get(url)


def test_without_requests_one_sentence_says_how_to_install_it(folder, url, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(CourseError, match="pip install requests"):
        get(url)


def test_a_fetched_archive_can_be_loaded(folder, habits, url, tmp_path):
    image = encoded((9, 9, 9), kind="JPEG")
    made = write_zip(tmp_path / "made.zip", {"PetImages/Cat/0.jpg": image, "PetImages/Dog/0.jpg": image})
    habits.content = made.read_bytes()
    data_set = registry.DATA_SETS["catdog"]
    fetch(data_set, replace(data_set.files[0], url=url))
    assert load_catdog(8).class_counts == {"dog": 1, "cat": 1}
