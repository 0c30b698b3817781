"""Between a client and a `FineTuningServer`: kills, cuts and answers falsely at one request.

Owns what goes wrong on the way, and the record of what arrived. It changes no answer but as
it is told to.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
MOMENTS = ("before", "midway", "done", "halfway", "after")
"""When a fault comes: as the request begins, in the middle of its body, when it was obeyed but
not answered, in the middle of the answer, right after the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A request, as it arrived.

    Attributes:
        line: Its method and path, without the root and the query.
        keys: Whatever in its headers could be a key.
        size: Bytes of its body that were read.
    """

    line: str
    keys: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong, once.

    Attributes:
        number: At which request, counted from 0; None for the first of a line.
        line: Its method and path, where it has no number.
        moment: One of `MOMENTS`.
        act: Called then.
        is_cut: Whether the connection is cut, too.
    """

    moment: str
    number: int | None = None
    line: str = ""
    act: Callable[[], None] = lambda: None
    is_cut: bool = True


class Relay(ThreadingHTTPServer):
    """Passes requests on.

    Args:
        target: The base URL of the server; None to answer with what `answer` says.
        answer: For a request's line, the status and headers to answer with in the server's
            place; None to pass it on.
        clock_off: Seconds by which the server's `Date` is moved.
    """

    daemon_threads = True
    allow_reuse_address = False

    def __init__(
        self,
        target: str | None = None,
        *,
        answer: Callable[[str], tuple[int, dict[str, str]] | None] = lambda _: None,
        clock_off: float = 0.0,
    ) -> None:
        super().__init__((HOST, 0), _Passing)
        self.target, self.answer, self.clock_off = target, answer, clock_off
        self.trouble: Trouble | None = None
        self.bodies: dict[str, bytes] = {}
        """What is answered in the server's place, by how a request's line begins."""
        self.arrived: list[Arrived] = []
        self._numbers = iter(range(1_000_000))
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        """Its address, as a client takes it."""
        return f"http://{HOST}:{self.server_port}/v1"

    @property
    def lines(self) -> list[str]:
        """What was asked, in order."""
        return [each.line for each in self.arrived]

    def next_number(self) -> int:
        """Count a request."""
        return next(self._numbers)

    @override
    def server_bind(self) -> None:
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: that connections break is what is tried here."""

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Passing(BaseHTTPRequestHandler):
    wbufsize = -1
    disable_nagle_algorithm = True

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        """Pass a request on."""
        relay = cast("Relay", self.server)
        number, trouble = relay.next_number(), relay.trouble
        path = urlsplit(self.path).path.removeprefix("/v1")
        line = f"{self.command} {path}"
        is_now = trouble is not None and (
            trouble.line == line if trouble.number is None else trouble.number == number
        )
        moment = trouble.moment if trouble and is_now else None
        size = int(self.headers.get("Content-Length") or 0)
        body = b""
        try:
            self._act(moment, "before")
            body = self.rfile.read(size // 2)
            self._act(moment, "midway")
            body += self.rfile.read(size - len(body))
        finally:
            secret = ("Authorization", "api-key", "Cookie")
            keys = tuple(v for name in secret for v in self.headers.get_all(name, []))
            relay.arrived.append(Arrived(line=line, keys=keys, size=len(body)))
        status, headers, answer = self._answer(relay, line, body)
        self._act(moment, "done")
        self._send(status, headers, answer, moment)
        self._act(moment, "after")

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def _answer(
        self, relay: Relay, line: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        own = relay.answer(line)
        if own or relay.target is None:
            status, headers = own or (404, {})
            return status, headers, b"{}"
        port = urlsplit(relay.target).port
        connection = HTTPConnection(HOST, port, timeout=60)
        try:
            sent = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
            connection.request(self.command, self.path, body or None, sent)
            got = connection.getresponse()
            kept = {k: v for k, v in got.getheaders() if k.lower() in _KEPT}
            found = got.status, kept, got.read()
        finally:
            connection.close()
        for begins, other in relay.bodies.items():
            if line.startswith(begins):
                found = 200, kept, other
        if relay.clock_off and "Date" in kept:
            at = parsedate_to_datetime(kept["Date"]).timestamp() + relay.clock_off
            kept["Date"] = formatdate(at, usegmt=True)
        return found

    def _send(
        self, status: int, headers: dict[str, str], body: bytes, moment: str | None
    ) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2 if moment == "halfway" else len(body)
        self.wfile.write(body[:half])
        self.wfile.flush()
        self._act(moment, "halfway")

    def _act(self, moment: str | None, now: str) -> None:
        trouble = cast("Relay", self.server).trouble
        if moment != now or trouble is None:
            return
        trouble.act()
        if trouble.is_cut:
            self.close_connection = True
            with contextlib.suppress(OSError):
                at_once = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                os.close(os.dup(self.connection.fileno()))
                self.connection.shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError("cut, as was asked for")


_KEPT = frozenset({"content-type", "date", "retry-after"})
