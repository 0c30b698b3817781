"""The sockets of the fine-tuning server: reads requests, sends answers, cuts connections.

What an answer says is decided by the request handler.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from typing_extensions import override

from langchain_imessage.testing.openai_server._exchange import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from langchain_imessage.testing.openai_server.requests._request_handler import (
        PlannedReply,
        RequestHandler,
    )

HOST = "127.0.0.1"
"""Never another: what is uploaded is private."""

_POLL = 0.02
"""Seconds until the listener notices that it is to stop."""


class Listener(ThreadingHTTPServer):
    """Listens; knows the connections that are open, so that it can end them.

    Its threads do not keep Python from ending where nobody has stopped it.
    """

    allow_reuse_address = False

    def __init__(self, handler: RequestHandler, clock: Callable[[], float]) -> None:
        self.handler = handler
        self.clock = clock
        self._answers = count(1)
        self._open: set[Any] = set()
        self._open_lock = threading.Lock()
        self._answering: list[threading.Thread] = []
        self._thread = threading.Thread(
            target=self.serve_forever,
            args=(_POLL,),
            name="FineTuningServer",
            daemon=True,
        )
        super().__init__((HOST, 0), _Connection)

    def next_id(self) -> str:
        """Return the id of the next answer."""
        return f"req_{next(self._answers):08x}"

    def open(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """End, also what is going on."""
        self.shutdown()
        self._thread.join()
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._answering:
            thread.join()
        self.server_close()

    @override
    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's own asks for this machine's name
        self.server_name, self.server_port = HOST, self.server_address[1]

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            daemon=True,
        )
        self._answering = [*filter(threading.Thread.is_alive, self._answering), thread]
        thread.start()

    @override
    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)


class _Connection(BaseHTTPRequestHandler):
    """Reads requests off a connection and sends the answers."""

    protocol_version = "HTTP/1.1"
    # Without these two each answer waits for 40 ms: its head goes out alone.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Serve a request."""
        self._serve()

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names
    do_PUT = do_PATCH = do_OPTIONS = do_GET  # noqa: N815 - answered with 405, in JSON

    @override
    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time of the server's clock, as HTTP has it."""
        clock = cast("Listener", self.server).clock
        return super().date_time_string(
            int(clock() if timestamp is None else timestamp)
        )

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: `requests` is the log."""

    def _serve(self) -> None:
        handler = cast("Listener", self.server).handler
        headers = cast("Mapping[str, str]", self.headers)  # in any case of letters
        source = cast("BinaryIO", self.rfile)
        try:
            reply = handler.serve(self.command, self.path, headers, source)
            self._send(reply)
            self.wfile.flush()
        except ConnectionError:
            self._cut()

    def _send(self, reply: PlannedReply) -> None:
        answer = reply.answer
        if answer.pieces is not None:
            self._send_events(reply)
        elif answer.file is not None:
            self._send_file(answer.file)
        else:
            body = json.dumps(answer.value).encode()
            self._begin(answer, "application/json", str(len(body)))
            self.wfile.write(body)

    def _send_file(self, path: Path) -> None:
        with path.open("rb") as file:
            size = path.stat().st_size
            self._begin(Answer(), "application/octet-stream", str(size))
            shutil.copyfileobj(file, self.wfile)

    def _send_events(self, reply: PlannedReply) -> None:
        self._begin(reply.answer, "text/event-stream; charset=utf-8", None)
        for number, piece in enumerate(reply.answer.pieces or ()):
            if number == reply.pieces:
                self.wfile.flush()
                raise ConnectionAbortedError("cut, as was asked for")
            self._send_chunk(f"data: {json.dumps(piece)}\n\n")
            self.wfile.flush()
        self._send_chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _send_chunk(self, text: str) -> None:
        body = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

    def _begin(self, answer: Answer, kind: str, length: str | None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", kind)
        self.send_header("x-request-id", cast("Listener", self.server).next_id())
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", length)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _cut(self) -> None:
        """End the connection at once, so that the client notices."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            at_once = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            self.connection.shutdown(socket.SHUT_RDWR)
