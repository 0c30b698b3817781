"""What Drive, servers and users do besides answering with a file at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import DatabaseAccessError
from langchain_imessage.testing import _download, download_drive_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = b"SQLite format 3\0" + bytes(range(256)) * 100
SHARED = "https://drive.google.com/file/d/abc/view?usp=sharing"


class Drive(BaseHTTPRequestHandler):
    """Answers in the way a test has chosen."""

    way = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        chunks = {
            "drop by drop": [CONTENT[n : n + 5] for n in range(0, 100, 5)],
            "not even a header": [CONTENT[:9]],
        }
        if self.way == "cookie" and "confirm=yes" not in self.path:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Set-Cookie", "download_warning_1=yes; Path=/")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks.get(self.way, [CONTENT]):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True
        return None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(way: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Drive, "way", way)
    with ThreadingHTTPServer(("127.0.0.1", 0), Drive) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/uc"
        monkeypatch.setattr(_download, "_DOWNLOAD", address)
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_the_old_cookie_is_a_confirmation_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving("cookie", monkeypatch):
        download_drive_file(SHARED, path)
    assert path.read_bytes() == CONTENT


def test_the_first_bytes_may_come_one_by_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving("drop by drop", monkeypatch):
        download_drive_file(SHARED, path)
    assert path.read_bytes() == CONTENT[:100]


def test_less_than_a_header_is_no_database(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serving("not even a header", monkeypatch),
        pytest.raises(DatabaseAccessError, match="not an SQLite"),
    ):
        download_drive_file(SHARED, path)
    assert list(path.parent.iterdir()) == []


def test_a_connection_that_never_answers_is_given_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), Drive
    ) as silent:  # accepts, never serves
        address = f"http://127.0.0.1:{silent.server_port}/uc"
        monkeypatch.setattr(_download, "_DOWNLOAD", address)
        with pytest.raises(DatabaseAccessError, match="Timeout"):
            download_drive_file(SHARED, path, timeout=0.2)
    assert list(path.parent.iterdir()) == []


def test_a_short_answer_with_an_odd_length_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Answer:
        headers = {"content-length": "999"}  # noqa: RUF012  # read by one test

        def iter_content(self, _: int) -> list[bytes]:
            return [CONTENT]

    monkeypatch.setattr(_download, "_confirmation", lambda _: None)
    monkeypatch.setattr(_download, "_ask", lambda *_: Answer())
    with pytest.raises(DatabaseAccessError, match="broke off"):
        download_drive_file(SHARED, path)
    assert list(path.parent.iterdir()) == []


def test_an_interrupt_leaves_what_was_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"what was there")

    class Answer:
        headers: dict[str, str] = {}  # noqa: RUF012  # never written

        def iter_content(self, _: int) -> Iterator[bytes]:
            yield CONTENT
            raise KeyboardInterrupt

    monkeypatch.setattr(_download, "_confirmation", lambda _: None)
    monkeypatch.setattr(_download, "_ask", lambda *_: Answer())
    with pytest.raises(KeyboardInterrupt):
        download_drive_file(SHARED, path)
    assert path.read_bytes() == b"what was there"
    assert list(path.parent.iterdir()) == [path]
