"""Who may ask the server of a tuned model, and what: checked before mlx-lm sees a request.

A port of this computer is open to every program on it, to other users, and through a
browser to every web page. So a request needs the key that this server's own client was
given, has to name this computer as its host, and may come from no page; and whatever model
or adapter it names, it gets the one that is served. Nothing of a body is logged.
"""

from __future__ import annotations

import hmac
import io
import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from langchain_imessage.loopback import names_loopback

if TYPE_CHECKING:
    from email.message import Message

_PATHS = frozenset({"/v1/chat/completions", "/v1/completions"})
_MOST_BYTES = 16 * 1024 * 1024
"""Of a body: conversations are far shorter, pictures are not understood."""

_NAMED = ("model", "draft_model", "adapters")
"""What mlx-lm would load by its name: a folder of this computer, or from a hub."""


@dataclass(frozen=True, slots=True)
class RequestGuard:
    """Checks requests.

    Args:
        key: What a request has to send as its bearer token.
    """

    key: str

    def install(self) -> None:
        """Have every HTTP server of this process check its requests so."""
        parse, guard = BaseHTTPRequestHandler.parse_request, self

        def parse_and_check(self: BaseHTTPRequestHandler) -> bool:
            return parse(self) and guard.passes(self)

        setattr(BaseHTTPRequestHandler, "parse_request", parse_and_check)  # noqa: B010 - mypy minds

    def passes(self, request: BaseHTTPRequestHandler) -> bool:
        """Return whether a request may go on; else it has been answered."""
        request.close_connection = True
        status = self._refusal(request.headers, request.command, request.path)
        body = _body_of(request) if status is None else None
        if body is None:
            request.send_response_only(status or 400)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return False
        request.rfile = io.BytesIO(body)
        del request.headers["Content-Length"]
        request.headers["Content-Length"] = str(len(body))
        return True

    def _refusal(self, headers: Message, method: str, path: str) -> int | None:
        hosts = headers.get_all("Host", ())
        is_local = len(hosts) == 1 and names_loopback(hosts[0])
        if not is_local or headers.get("Origin") is not None:
            return 403
        given = headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.key}".encode()):
            return 401
        return None if method == "POST" and path in _PATHS else 404


def _body_of(request: BaseHTTPRequestHandler) -> bytes | None:
    """Return a body without the names of models; None if it is not an object of JSON."""
    try:
        length = int(request.headers.get("Content-Length", ""))
        if not 0 <= length <= _MOST_BYTES:
            return None
        values: Any = json.loads(request.rfile.read(length))
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    return json.dumps({k: v for k, v in values.items() if k not in _NAMED}).encode()
