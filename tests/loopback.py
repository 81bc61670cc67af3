"""A small web server on this machine, whose habits a test chooses."""

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Habits:
    """What the server sends, how, and what it was asked.

    Attributes:
        content: the whole file.
        ranges: whether it answers a request for a part with the part.
        cut: how many bytes it sends before it hangs up; None sends everything.
        kind: the content type.
        etag: mark of the version; empty sends none.
        asked: the Range header of each request, None where there was none.
        sent: bytes of content sent in answer to each request.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.ranges = True
        self.cut = None
        self.kind = "application/zip"
        self.etag = '"1"'
        self.asked = []
        self.sent = []


@contextmanager
def serve(habits: Habits):
    """Run the server; yields the address of its one file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            habits.asked.append(wanted)
            start, whole = 0, len(habits.content)
            unchanged = self.headers.get("If-Range") in (None, habits.etag)
            if wanted and habits.ranges and unchanged:
                start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
                if start >= whole:
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{whole}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
            else:
                self.send_response(200)
            self.send_header("Content-Type", habits.kind)
            self.send_header("Content-Length", str(whole - start))
            if habits.etag:
                self.send_header("ETag", habits.etag)
            self.end_headers()
            part = habits.content[start:][: habits.cut]
            habits.sent.append(len(part))
            self.wfile.write(part)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/file.zip"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
