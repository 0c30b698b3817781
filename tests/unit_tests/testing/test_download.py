"""Downloading from Drive, against a server on this machine."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from langchain_imessage.errors import DatabaseAccessError, MissingDependencyError
from langchain_imessage.testing import _download, download_drive_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = b"SQLite format 3\0" + bytes(range(256)) * 1000
SHARED = "https://drive.google.com/file/d/1NebNKq-A2NX_pC/view?usp=sharing"
WARNING = (
    '<html><form id="download-form" action="/download" method="get">'
    '<input type="hidden" name="id" value="1NebNKq-A2NX_pC">'
    '<input type="hidden" name="confirm" value="t"><input type="submit"></form></html>'
)


class Drive(BaseHTTPRequestHandler):
    """Answers as Drive does, in the way a test has chosen."""

    way = "plain"

    def do_GET(self) -> None:
        """Answer."""
        parts = urlsplit(self.path)
        query = {key: value[0] for key, value in parse_qs(parts.query).items()}
        if query.get("id") != "1NebNKq-A2NX_pC" and parts.path != "/elsewhere":
            return self.send_error(404)
        if self.way == "redirect" and parts.path == "/uc":
            self.send_response(303)
            self.send_header("Location", "/elsewhere")
            return self.end_headers()
        if self.way == "warning" and query.get("confirm") != "t":
            return self.answer(WARNING.encode(), "text/html; charset=utf-8")
        if self.way == "page":
            return self.answer(b"<html>Quota exceeded</html>", "text/html")
        if self.way == "junk":
            return self.answer(b"%PDF-1.7 and so on")
        if self.way == "cut":
            return self.answer(CONTENT[:5000], length=len(CONTENT))
        if self.way == "empty":
            return self.answer(b"")
        return self.answer(CONTENT)

    def answer(
        self,
        body: bytes,
        kind: str = "application/octet-stream",
        length: int | None = None,
    ) -> None:
        """Send a body."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)

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


@pytest.mark.parametrize("way", ["plain", "redirect", "warning"])
@pytest.mark.parametrize(
    "url", [SHARED, "https://drive.google.com/uc?export=download&id=1NebNKq-A2NX_pC"]
)
def test_a_shared_file_is_fetched_whole(
    way: str, url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int | None]] = []
    with serving(way, monkeypatch):
        found = download_drive_file(url, path, progress=lambda *step: told.append(step))
    assert found == path
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("way", "problem"),
    [
        ("page", "web page"),
        ("junk", "not an SQLite"),
        ("empty", "not an SQLite"),
        ("cut", "Try again"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_left(
    way: str, problem: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"what was there")
    with (
        serving(way, monkeypatch),
        pytest.raises(DatabaseAccessError, match=problem),
    ):
        download_drive_file(SHARED, path)
    assert path.read_bytes() == b"what was there"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_gone_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        serving("plain", monkeypatch),
        pytest.raises(DatabaseAccessError, match="HTTPError"),
    ):
        download_drive_file("https://drive.google.com/file/d/other/view", path)


def test_a_link_must_name_a_file() -> None:
    with pytest.raises(ValueError, match="names no file"):
        download_drive_file("https://drive.google.com/drive/my-drive")


def test_without_requests_the_error_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    with pytest.raises(MissingDependencyError, match=r"langchain-imessage\[openai\]"):
        download_drive_file(SHARED)
