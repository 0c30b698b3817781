"""FineTuningServer: a server on this machine that speaks OpenAI's fine-tuning API.

Owns the connections: reading requests, keeping a record of them, sending answers, and
cutting off where that is to be played. What an answer says is decided in `_finetuning_routes`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import struct
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from typing_extensions import override

from langchain_imessage.testing.openai_server._faults import Fault, Programme
from langchain_imessage.testing.openai_server._request_handler import Desk
from langchain_imessage.testing.openai_server._routes import Api
from langchain_imessage.testing.openai_server._values import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from types import TracebackType

    from langchain_imessage.testing.openai_server._faults import FaultKind
    from langchain_imessage.testing.openai_server._request_handler import (
        RecordedRequest,
        Reply,
    )

_HOST = "127.0.0.1"
"""Never another: what is uploaded is private."""

_POLL = 0.02
"""Seconds until the listener sees that it is to stop."""


class FineTuningServer:
    """Serves files, fine-tuning jobs and chat as OpenAI does, on this machine only.

    Everything behaves as with a real provider, but for the model: that is a parrot. It
    remembers what was said to the person it is to speak like, and answers with the reply
    to what is nearest. It says so itself: as a model's `owned_by`, in a job's events, and
    as a model that was not tuned.

    A job takes a step each time it is retrieved, so nobody has to wait: validating_files,
    queued, running, succeeded. The same requests have the same answers and ids.

    Args:
        job_polls: How many times a job is found in each of its states (running: three
            times as often); 0 to be done when it is first asked for.
        file_polls: How many times a file must be asked for until it is processed.
        models: The models there are, and may be tuned; any by default.
        flagged: Words that moderation flags, in training files, too.
        faults: What goes wrong; see `play`.
        is_lenient: Whether a job's arguments OpenAI does not know are passed over, as
            other providers do; otherwise they are refused.
        keep_bodies: Whether `requests` also keeps what was sent and answered.
        clock: Tells the time, in Unix seconds.
        seed: Makes ids that another server with another seed does not make.

    Attributes:
        requests: What was asked so far, in the order of the answers.

    Example:
        >>> import json, urllib.request
        >>> with FineTuningServer() as server:
        ...     request = urllib.request.Request(
        ...         f"{server.base_url}/chat/completions",
        ...         data=json.dumps({
        ...             "model": "gpt-4o-mini",
        ...             "messages": [{"role": "user", "content": "Who are you?"}],
        ...         }).encode(),
        ...         headers={"Authorization": "Bearer anything"},
        ...     )
        ...     with urllib.request.urlopen(request) as response:
        ...         answer = json.load(response)
        >>> answer["choices"][0]["message"]["content"][:31]
        'I am a parrot, not a model: I c'
        >>> server.requests[0].line
        'POST /chat/completions'
    """

    def __init__(
        self,
        *,
        job_polls: int = 1,
        file_polls: int = 1,
        models: Collection[str] | None = None,
        flagged: Iterable[str] = (),
        faults: Iterable[Fault] = (),
        is_lenient: bool = False,
        keep_bodies: bool = False,
        clock: Callable[[], float] = time.time,
        seed: str = "",
    ) -> None:
        self.requests: list[RecordedRequest] = []
        self._programme = Programme(faults)
        self._keep_bodies = keep_bodies
        self._options: dict[str, Any] = {
            "clock": clock,
            "seed": seed,
            "job_polls": job_polls,
            "file_polls": file_polls,
            "models": None if models is None else tuple(models),
            "flagged": tuple(flagged),
            "is_lenient": is_lenient,
        }
        self._running: contextlib.ExitStack | None = None
        self._port = 0

    @property
    def base_url(self) -> str:
        """What to give a client as its `base_url`.

        Raises:
            RuntimeError: If the server is not started.
        """
        if self._running is None:
            raise RuntimeError("the server is not started")
        return f"http://{_HOST}:{self._port}/v1"

    def start(self) -> Self:
        """Start to serve, in a thread of its own; forgets what an earlier run knew.

        Raises:
            RuntimeError: If it is started already.
        """
        if self._running is not None:
            raise RuntimeError("the server is started already")
        with contextlib.ExitStack() as stack:
            prefix = "langchain-imessage-"
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix))
            api = Api(Path(folder), programme=self._programme, **self._options)
            desk = Desk(
                api,
                programme=self._programme,
                requests=self.requests,
                keep_bodies=self._keep_bodies,
            )
            listener = _Listener(desk)
            stack.callback(listener.close)
            listener.open()
            self._port = listener.server_address[1]
            self._running = stack.pop_all()
        return self

    def stop(self) -> None:
        """Stop, cut what is still open, and remove all files."""
        if self._running is not None:
            running, self._running = self._running, None
            running.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    def play(
        self,
        kind: FaultKind,
        *,
        times: int = 1,
        on: str | None = None,
        retry_after: float = 1.0,
        after: int = 1,
        status: str = "resting",
    ) -> None:
        """Let something go wrong from now on.

        Args:
            kind: What; see `Fault`.
            times: How often.
            on: Which requests: how "METHOD /path" begins, without the /v1.
            retry_after: What "rate_limit" asks to wait, in seconds.
            after: When "cut_upload" (bytes) and "cut_stream" (pieces) cut.
            status: The status nobody knows.
        """
        fault = Fault(
            kind=kind,
            times=times,
            on=on,
            retry_after=retry_after,
            after=after,
            status=status,
        )
        self._programme.add(fault)


class _Listener(ThreadingHTTPServer):
    """Listens; knows the connections that are open, so that it can end them.

    Its threads do not keep Python from ending where nobody has stopped it.
    """

    allow_reuse_address = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._open: set[Any] = set()
        self._open_lock = threading.Lock()
        self._answering: list[threading.Thread] = []
        self._thread = threading.Thread(
            target=self.serve_forever,
            args=(_POLL,),
            name="FineTuningServer",
            daemon=True,
        )
        super().__init__((_HOST, 0), _Handler)

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
        self.server_name, self.server_port = _HOST, self.server_address[1]

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


class _Handler(BaseHTTPRequestHandler):
    """Reads requests off a connection and sends the answers."""

    protocol_version = "HTTP/1.1"
    # Without these two each answer waits for 40 ms: its head goes out alone.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Serve a request."""
        self._serve()

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `requests` is the log."""

    def _serve(self) -> None:
        desk = cast("_Listener", self.server).desk
        headers = cast("Mapping[str, str]", self.headers)  # in any case of letters
        source = cast("BinaryIO", self.rfile)
        try:
            reply = desk.serve(self.command, self.path, headers, source)
            self._send(reply)
            self.wfile.flush()
        except ConnectionError:
            self._cut()

    def _send(self, reply: Reply) -> None:
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

    def _send_events(self, reply: Reply) -> None:
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
