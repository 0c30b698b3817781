"""Where requests of the fine-tuning server come in: the key, the faults, the record.

Decides what goes back and whether the connection is cut before that; sends nothing itself.
One request is obeyed at a time, but bodies are read side by side.
"""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qsl, unquote, urlsplit

from langchain_imessage.errors import RequestRefusedError
from langchain_imessage.loopback import names_loopback
from langchain_imessage.testing.openai_server._exchange import Call, refusal
from langchain_imessage.testing.openai_server._faults import (
    REFUSALS,
    refusal_of,
)
from langchain_imessage.testing.openai_server._http_body import BodyReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.testing.openai_server._exchange import Answer
    from langchain_imessage.testing.openai_server._faults import (
        FaultKind,
        FaultSchedule,
    )
    from langchain_imessage.testing.openai_server.requests._routes import Api

_ROOTS = ("/openai/v1/", "/v1/")
"""What a path may begin with; the first is Azure's."""

_SECRET = frozenset(("authorization", "api-key", "cookie"))
"""Headers that are not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """A request the server got.

    Attributes:
        method: GET, POST or DELETE.
        path: The path after /v1, without the query.
        query: The query's values.
        headers: The headers by their names in small letters, without the key.
        size: How many bytes its body had, as far as it was read.
        status: The answer's status; None where the connection was cut instead.
        values: The JSON that came, or the form's fields, with its name for a file.
            Only if bodies are kept, else None.
        answer: The JSON that went back, of a stream a list of it. Likewise.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    size: int
    status: int | None
    values: Mapping[str, Any] | None = field(default=None, repr=False)
    answer: Any = field(default=None, repr=False)

    @property
    def line(self) -> str:
        """The method and the path: "POST /files"."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReply:
    """An answer, and how much of it is to be sent.

    Attributes:
        answer: The answer.
        pieces: After how many pieces to cut the connection; None to send all.
    """

    answer: Answer
    pieces: int | None = None


class RequestHandler:
    """Takes requests in.

    Args:
        api: Obeys them.
        faults: What goes wrong.
        requests: Where to record them.
        keep_bodies: Whether to record also what was sent and answered.
        key: The only key that is accepted; any if None.
    """

    def __init__(
        self,
        api: Api,
        *,
        faults: FaultSchedule,
        requests: list[RecordedRequest],
        keep_bodies: bool,
        key: str | None = None,
    ) -> None:
        self._key = key
        self._api = api
        self._faults = faults
        self._requests = requests
        self._keep_bodies = keep_bodies
        self._lock = threading.Lock()

    def serve(
        self, method: str, target: str, headers: Mapping[str, str], source: BinaryIO
    ) -> PlannedReply:
        """Serve a request.

        Args:
            method: GET, POST or DELETE.
            target: The path and the query.
            headers: The headers.
            source: The connection, at the first byte of the body.

        Raises:
            ConnectionError: If the connection broke, or is to be cut without an answer.
        """
        body = BodyReader(source, headers)
        call = _call(method, target)
        try:
            call, answer = self._obey(call, headers, body)
        except ConnectionError:
            self._record(call, headers, body, None)
            raise
        line = f"{call.method} {call.path}"
        if self._play(line, "lost_answer"):
            self._record(call, headers, body, None)
            raise ConnectionAbortedError("cut, as was asked for")
        self._record(call, headers, body, answer)
        cut = self._play(line, "cut_stream") if answer.pieces else None
        return PlannedReply(answer=answer, pieces=cut.after if cut else None)

    def _obey(
        self, call: Call, headers: Mapping[str, str], body: BodyReader
    ) -> tuple[Call, Answer]:
        line = f"{call.method} {call.path}"
        try:
            _require_local(headers)
            _require_key(headers, self._key)
            if fault := self._play(line, *REFUSALS):
                raise refusal_of(fault)
            if cut := self._play(line, "cut_upload"):
                body.cut_after = cut.after
            call = self._api.read(call, body, headers.get("Content-Type", ""))
            with self._lock:
                return call, self._api.answer(call)
        except RequestRefusedError as error:
            body.drain()
            return call, refusal(error)

    def _play(self, line: str, *kinds: FaultKind) -> Any:
        with self._lock:
            return self._faults.take(line, *kinds)

    def _record(
        self,
        call: Call,
        headers: Mapping[str, str],
        body: BodyReader,
        answer: Answer | None,
    ) -> None:
        kept = {k.lower(): v for k, v in headers.items() if k.lower() not in _SECRET}
        record = RecordedRequest(
            method=call.method,
            path=call.path,
            query=call.query,
            headers=kept,
            size=body.size,
            status=answer.status if answer else None,
            values=_values(call) if self._keep_bodies else None,
            answer=answer.shown if answer and self._keep_bodies else None,
        )
        self._requests.append(record)


def _call(method: str, target: str) -> Call:
    parts = urlsplit(target)
    root = next((r for r in _ROOTS if parts.path.startswith(r)), "")
    path = unquote(parts.path[len(root) - 1 :]) if root else parts.path
    return Call(method=method, path=path, query=dict(parse_qsl(parts.query)), values={})


def _values(call: Call) -> dict[str, Any]:
    upload = call.upload
    return {**call.values, **({upload.field: upload.name} if upload else {})}


def _require_local(headers: Mapping[str, str]) -> None:
    """Refuse pages in a browser, and what reached this computer by another's name."""
    # Some clients send the header twice, as custom headers of the environment do.
    hosts = [value for name, value in headers.items() if name.lower() == "host"]
    if not (hosts and all(map(names_loopback, hosts))):
        raise RequestRefusedError("This host is not served here.", status=403)
    if headers.get("Origin") is not None:
        raise RequestRefusedError("Web pages are not served.", status=403)


def _require_key(headers: Mapping[str, str], wanted: str | None) -> None:
    scheme, _, bearer = headers.get("Authorization", "").partition(" ")
    key = (bearer.strip() if scheme.lower() == "bearer" else "") or headers.get(
        "api-key", ""
    )
    if not key:
        raise RequestRefusedError("You didn't provide an API key.", status=401)
    if wanted and not hmac.compare_digest(key.encode(), wanted.encode()):
        raise RequestRefusedError(
            "Incorrect API key provided.", status=401, code="invalid_api_key"
        )
