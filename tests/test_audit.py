"""The audit of the pins names what is unsafe or withdrawn, and never calls fine what was not asked."""

import http.server
import json
import sys
import threading
import zipfile
from contextlib import contextmanager

import audit
import pytest

ADVISORY = {
    "id": "GHSA-0000-made-up00",
    "aliases": ["CVE-2026-00001"],
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "summary": "a made-up advisory",
    "affected": [
        {
            "package": {"name": "pillow", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}],
            "versions": ["13.0.0"],
        }
    ],
}


@contextmanager
def serve(answer):
    """A server on this machine; ``answer`` takes path and body and returns content type and text."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind, content = answer(self.path, body)
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def pins(tmp_path):
    pytest.importorskip("pip_audit", reason="pip-audit is not installed")
    file = tmp_path / "constraints.txt"
    file.write_text("# pinned\npillow==13.0.0\nnumpy==2.4.6\n")
    return file


def advise(unsafe: str | None):
    """An OSV service that knows one advisory, and the questions it was asked."""
    asked = []

    def answer(path, body):
        question = json.loads(body)
        name = question["package"]["name"]
        asked.append((name, question["version"]))
        return "application/json", json.dumps({"vulns": [ADVISORY]} if name == unsafe else {}).encode()

    return answer, asked


def test_an_advisory_fails_with_package_version_advisory_and_fixed_version(pins):
    answer, _ = advise("pillow")
    with serve(answer) as service:
        code, lines = audit.find_advisories(pins, service)
    assert code == audit.FOUND
    (line,) = lines
    for words in ("pillow 13.0.0", ADVISORY["id"], "CVE-2026-00001", "fixed in 99.1"):
        assert words in line


def test_all_is_fine_only_when_every_pin_was_asked(pins):
    answer, asked = advise(None)
    with serve(answer) as service:
        code, lines = audit.find_advisories(pins, service)
    assert code == audit.FINE and "none known for 2 packages" in lines[0]
    assert sorted(asked) == [("numpy", "2.4.6"), ("pillow", "13.0.0")]


def test_a_service_that_does_not_answer_is_no_fine(pins):
    with serve(lambda path, body: ("text/html", b"<html>")) as service:
        pass  # it is closed again
    code, lines = audit.find_advisories(pins, service)
    assert code == audit.NOT_ASKED and "nothing was asked" in lines[0]


def test_a_package_that_was_skipped_is_no_fine(pins, monkeypatch):
    answer = {"dependencies": [{"name": "numpy", "skip_reason": "not found"}]}
    monkeypatch.setattr(audit, "_run", lambda *words: (answer, ""))
    code, lines = audit.find_advisories(pins, "http://127.0.0.1:9")
    assert code == audit.NOT_ASKED and "numpy: not asked, not found" in lines


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Make pip ask one index that offers a small wheel; called with the attributes of its link."""
    wheel = tmp_path / "made_up-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(
            "made_up-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n"
        )
        archive.writestr("made_up-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("made_up-1.0.dist-info/RECORD", "")
    (tmp_path / "pins.txt").write_text("made-up==1.0\n")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")

    def offer(attributes):
        page = (
            f'<!DOCTYPE html><html><body><a href="/{wheel.name}"{attributes}>{wheel.name}</a></body></html>'
        )

        def answer(path, body):
            if path.endswith(".whl"):
                return "application/zip", wheel.read_bytes()
            return "text/html", page.encode() if "made-up" in path else b""

        return serve(answer)

    return offer


@pytest.mark.parametrize(
    ("attributes", "code", "words"),
    [("", audit.FINE, "none of 1"), (' data-yanked="broken"', audit.FOUND, "made-up 1.0: withdrawn")],
)
def test_a_withdrawn_version_fails(index, tmp_path, monkeypatch, attributes, code, words):
    with index(attributes) as address:
        monkeypatch.setenv("PIP_INDEX_URL", f"{address}/simple")
        found, lines = audit.find_withdrawn(tmp_path / "pins.txt")
    assert found == code and words in lines[0]


def test_an_index_that_does_not_answer_is_no_fine(index, tmp_path, monkeypatch):
    with index("") as address:
        monkeypatch.setenv("PIP_INDEX_URL", f"{address}/simple")
    code, lines = audit.find_withdrawn(tmp_path / "pins.txt")
    assert code == audit.NOT_ASKED and "did not answer" in lines[0]


@pytest.mark.parametrize(
    ("codes", "expected"), [((0, 0), 0), ((0, 2), 2), ((2, 1), 1), ((1, 2), 1), ((2, 0), 2)]
)
def test_what_is_known_counts_more_than_what_was_not_asked(monkeypatch, capsys, codes, expected):
    monkeypatch.setattr(audit, "find_advisories", lambda file, service: (codes[0], ["first"]))
    monkeypatch.setattr(audit, "find_withdrawn", lambda file: (codes[1], ["second"]))
    monkeypatch.setattr(sys, "argv", ["audit.py"])
    with pytest.raises(SystemExit) as end:
        audit.main()
    assert end.value.code == expected
    assert capsys.readouterr().out == "first\nsecond\n"
