"""A tuned model answers its own client: no other program, user, page or host name."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.finetuning.local.worker._server_guard import RequestGuard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "the-key-of-this-server"
CHAT = "/v1/chat/completions"


class Echo(BaseHTTPRequestHandler):
    """Stands where mlx-lm's handler stands, and keeps what comes through."""

    came: list[Any]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.came.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    do_GET = do_OPTIONS = do_POST  # noqa: N815


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Return how a request is answered by a server that is guarded."""
    parse = BaseHTTPRequestHandler.parse_request
    monkeypatch.setattr(BaseHTTPRequestHandler, "parse_request", parse)
    monkeypatch.setattr(Echo, "came", [], raising=False)
    RequestGuard(KEY).install()
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

        def request(
            body: bytes = b"{}",
            *,
            method: str = "POST",
            path: str = CHAT,
            **headers: str | None,
        ) -> int:
            given = {"Authorization": f"Bearer {KEY}", **headers}
            kept = {name: value for name, value in given.items() if value is not None}
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            connection.request(method, path, body, kept)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        yield request
        server.shutdown()


def test_its_own_client_is_answered(ask: Callable[..., int]) -> None:
    assert ask(b'{"messages": []}') == 200
    assert ask(b'{"prompt": "x"}', path="/v1/completions") == 200
    assert ask(Host="localhost:1234") == 200
    assert Echo.came == [{"messages": []}, {"prompt": "x"}, {}]


@pytest.mark.parametrize(
    "key", [None, "", "Bearer", "Bearer local", KEY, f"bearer {KEY}", f"Bearer {KEY}x"]
)
def test_nobody_else_is(key: str | None, ask: Callable[..., int]) -> None:
    assert ask(Authorization=key) == 401
    assert Echo.came == []


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil", "127.0.0.1:80@evil.example"],
)
def test_a_name_that_was_bound_to_this_computer_is_refused(
    host: str, ask: Callable[..., int]
) -> None:
    assert ask(Host=host) == 403
    assert Echo.came == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_no_page_in_a_browser_may_ask(origin: str, ask: Callable[..., int]) -> None:
    assert ask(Origin=origin) == 403
    assert ask(method="OPTIONS", Origin=origin) == 403
    assert Echo.came == []


def test_whatever_model_is_named_the_one_that_is_served_answers(
    ask: Callable[..., int],
) -> None:
    named = {"model": "/etc", "draft_model": "/home", "adapters": "/home", "n": 1}
    assert ask(json.dumps(named).encode()) == 200
    assert Echo.came == [{"n": 1}]


@pytest.mark.parametrize(
    "body", [b"", b"secret", b'["secret"]', b'{"secret": ', b"[" * 100_000]
)
def test_what_is_no_object_is_refused_and_not_logged(
    body: bytes, ask: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert ask(body) == 400
    assert "secret" not in "".join(capfd.readouterr())
    assert Echo.came == []


@pytest.mark.parametrize("length", ["-1", "x", "99999999999"])
def test_a_length_that_cannot_be_is_refused(
    length: str, ask: Callable[..., int]
) -> None:
    assert ask(b"{}", **{"Content-Length": length}) == 400


@pytest.mark.parametrize("path", ["/v1/models", "/health", "/", "/v1/../etc"])
def test_nothing_else_can_be_asked(path: str, ask: Callable[..., int]) -> None:
    assert ask(path=path) == 404
    assert ask(path=path, method="GET") == 404
