"""Where requests go: the server on this computer, or one that the caller named."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning.local.processes import _model_server
from langchain_imessage.finetuning.local.processes._server_clients import ServerClients

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("langchain_openai")

OURS, OTHER = "http://127.0.0.1:5001/v1", "http://gateway.example:9000/v1"


@dataclass(frozen=True)
class Running:
    """A server on this computer."""

    port: int = 5001
    key: str = "ours"
    base_url: str = OURS
    is_alive: bool = True


def asked(url: str, key: str) -> tuple[Any, Any]:
    """Return a client, and a request that is about to be sent."""
    clients = ServerClients(key="ours", server=Running(5002, "new"), restart=Running)
    client = clients.settings()["http_client"]
    headers = {"Authorization": f"Bearer {key}"}
    request = client.build_request("POST", f"{url}/chat/completions", headers=headers)
    client.event_hooks["request"][0](request)
    return client, request


def broken_stream(client: Any, request: Any) -> bytes:
    """Return what a caller reads of an answer that has no last line."""
    library = import_module(type(request).__module__.partition(".")[0])
    response = library.Response(
        200,
        request=request,
        headers={"content-type": "text/event-stream"},
        stream=library.ByteStream(b"data: {}"),
    )
    client.event_hooks["response"][0](response)
    return bytes(response.read())


def test_a_request_for_our_server_goes_to_where_it_is_now() -> None:
    client, request = asked(OURS, "ours")
    assert request.url.port == 5002
    assert request.headers["Authorization"] == "Bearer new"
    with pytest.raises(FineTuningError, match="middle of an answer"):
        broken_stream(client, request)


@pytest.mark.parametrize(("url", "key"), [(OTHER, "ours"), (OURS, "theirs")])
def test_a_request_for_another_server_is_left_alone(url: str, key: str) -> None:
    client, request = asked(url, key)
    assert str(request.url) == f"{url}/chat/completions"
    assert request.headers["Authorization"] == f"Bearer {key}"
    assert broken_stream(client, request) == b"data: {}"


@pytest.mark.parametrize("name", ["base_url", "openai_api_base"])
def test_another_address_is_given_no_key_of_ours_or_the_environments(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_model_server, "server_of", lambda *_, **__: Running())
    monkeypatch.setenv("OPENAI_API_KEY", "from the environment")

    def key(**given: Any) -> str:
        log = tmp_path / "log"
        model = _model_server.local_chat_model("m", tmp_path, log=log, **given)
        assert model.openai_api_base == given.get(name, OURS)
        found: Any = model.openai_api_key
        return str(found.get_secret_value())

    assert key() == "ours"
    assert key(**{name: OURS}) == "ours"
    with pytest.raises(FineTuningError, match="needs a key"):
        key(**{name: OTHER})
    assert key(**{name: OTHER}, api_key="theirs") == "theirs"
