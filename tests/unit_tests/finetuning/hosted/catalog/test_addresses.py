"""Where keys and files may go: a provider's own hosts, and nowhere unasked."""

from __future__ import annotations

import http.server
import json
import threading
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import attach, fine_tune
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.hosted.catalog._addresses import (
    check_address,
    is_this_computer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")
KEYS = {
    "OPENAI_API_KEY": "sk-openai",
    "NEBIUS_API_KEY": "sk-nebius",
    "AZURE_OPENAI_API_KEY": "sk-azure",
}


class Received(http.server.BaseHTTPRequestHandler):
    """Notes what comes, and answers as told."""

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        note = {key.lower(): value for key, value in self.headers.items()}
        self.server.notes.append({**note, "body": self.rfile.read(size)})  # type: ignore[attr-defined]
        status, headers = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture
def listener() -> Iterator[Any]:
    """Listen on loopback; `notes` has what came, `answer` is what goes back."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Received)
    server.notes, server.answer = [], (404, {})
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost/v1", True),
        ("http://127.0.0.1:80/v1", True),
        ("http://127.8.9.10/v1", True),
        ("http://[::1]/v1", True),
        ("http://127.0.0.1.evil.example/v1", False),
        ("http://127.evil.example/v1", False),
        ("http://localhost.evil.example/v1", False),
        ("http://0.0.0.0/v1", False),
        ("http://127.0.0.1@evil.example/v1", False),
        ("http://192.168.1.7/v1", False),
        ("https:///v1", False),
    ],
)
def test_loopback_is_what_really_is(url: str, here: bool) -> None:
    assert is_this_computer(url) == here


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://api.openai.com/v1", "insecure_address"),
        ("http://127.0.0.1.evil.example/v1", "insecure_address"),
        ("http://0.0.0.0:8000/v1", "insecure_address"),
        ("ftp://api.openai.com/v1", "no_address"),
        ("https://", "no_address"),
        ("https://[::1/v1", "no_address"),
        ("https://host:port/v1", "no_address"),
        ("https://evil.example\\@api.openai.com/v1", "no_address"),
        ("https://api.openai.com/v1\n", "no_address"),
        ("api.openai.com", "no_address"),
    ],
)
def test_other_addresses_are_refused_even_with_a_key(url: str, code: str) -> None:
    with pytest.raises(FineTuningError) as raised:
        connect("openai", base_url=url, api_key="k")
    assert raised.value.code == code
    with pytest.raises(FineTuningError):
        check_address(url)


def test_a_callers_own_client_is_held_to_it() -> None:
    client = openai.OpenAI(base_url="http://example.com/v1", api_key="k")
    with pytest.raises(FineTuningError, match="unencrypted"):
        connect("openai", client=client)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("provider", "url"),
    [
        ("openai", "https://api.other.example/v1"),
        ("openai", "https://api.openai.com.evil.example/v1"),
        ("openai", "https://me:api.openai.com@evil.example/v1"),
        ("openai", "https://api.tokenfactory.nebius.com/v1"),
        ("nebius", "https://api.openai.com/v1"),
        ("azure", "https://api.openai.com/v1"),
        ("azure", "https://another.openai.azure.com/"),
    ],
)
def test_an_environment_key_goes_to_its_own_host_only(
    provider: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com")
    with pytest.raises(FineTuningError, match="api_key=") as raised:
        connect(provider, base_url=url)
    assert raised.value.code == "no_key"
    assert connect(provider, base_url=url, api_key="given").client.api_key == "given"


@pytest.mark.usefixtures("keys")
def test_a_variable_with_another_address_does_not_get_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://proxy.example/v1")
    with pytest.raises(FineTuningError, match=r"proxy\.example needs a key"):
        connect("openai")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("provider", ["openai", "nebius", "azure"])
def test_a_state_file_in_a_folder_sends_no_key_anywhere(
    provider: str, tmp_path: Path, listener: Any
) -> None:
    job = {"fingerprint": "f", "model": "m", "began": 1.0, "job_id": "ftjob-1"}
    for url in (listener.url, "http://0.0.0.0:1/v1", "https://evil.example/v1"):
        record = {**job, "provider": provider, "base_url": url}
        (tmp_path / "finetuning.json").write_text(
            json.dumps({"format": 1, "uploads": [], "jobs": [record]})
        )
        with pytest.raises(FineTuningError):
            attach(tmp_path)
    assert not any(key in str(listener.notes) for key in KEYS.values())


@pytest.mark.usefixtures("keys")
def test_openais_headers_are_for_openai(
    listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS", "X-Tenant: t-secret\nAuthorization: Bearer a-secret"
    )
    connection = connect("openai", base_url=f"{listener.url}/v1")
    with pytest.raises(openai.NotFoundError):
        connection.quick.fine_tuning.jobs.retrieve("j")
    with pytest.raises(openai.NotFoundError):
        connection.client.files.list()
    assert len(listener.notes) == 2
    assert "secret" not in str(listener.notes)
    assert "sk-openai" not in str(listener.notes)


def test_a_chat_model_sends_none_of_them_either(
    begin: Callable[..., Job],
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:9")
    job = begin().wait(progress=False)
    assert job.chat_model().invoke("zeta?").content == "Number 6.\nReally."
    assert "secret" not in str([request.headers for request in server.requests])


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(
    status: int, listener: Any, train: Path, flying: Any
) -> None:
    other: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Received)
    try:
        other.notes, other.answer = [], (200, {})
        target = f"http://127.0.0.1:{other.server_address[1]}/v1/files"
        listener.answer = (status, {"Location": target})
        client = openai.OpenAI(base_url=f"{listener.url}/v1", api_key="k")
        for given in ({"base_url": f"{listener.url}/v1"}, {"client": client}):
            with pytest.raises(FineTuningError, match="redirects") as raised:
                fine_tune(
                    train,
                    provider="openai",
                    confirm=True,
                    progress=False,
                    pace=flying.pace(),
                    **given,
                )
            assert raised.value.code == "redirected"
        client.close()
        other.timeout = 0.05
        other.handle_request()
    finally:
        other.server_close()
    assert other.notes == []


def test_no_proxy_is_asked_for_a_server_on_this_computer(
    begin: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert begin().wait(progress=False).status == "succeeded"


@pytest.mark.parametrize("own", [False, True])
def test_a_callers_client_uses_no_proxy_to_this_computer_and_stays_as_it_is(
    own: bool,
    begin: Callable[..., Job],
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dead = "http://127.0.0.1:9"
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    if own:
        seen: list[str] = []
        hooks: Any = {"request": [lambda request: seen.append(request.url.path)]}
        http = openai.DefaultHttpxClient(proxy=dead, event_hooks=hooks)
    else:
        seen = ["/v1/files"]
        monkeypatch.setenv("ALL_PROXY", dead)
        http = None
    client = openai.OpenAI(base_url=server.base_url, api_key="k", http_client=http)
    before = dict(vars(client._client))
    job = begin(client=client, base_url=None)
    assert job.wait(progress=False).status == "succeeded"
    assert dict(vars(client._client), _state=None) == dict(before, _state=None)
    assert not client.is_closed()
    assert "/v1/files" in seen


def test_a_host_header_of_the_environment_is_for_openai(
    begin: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Host: gateway.example")
    assert begin().job_id  # the server refuses other names


def test_a_callers_client_keeps_its_proxy_to_other_hosts() -> None:
    http = openai.DefaultHttpxClient(proxy="http://127.0.0.1:9")
    client = openai.OpenAI(
        base_url="https://provider.example/v1", api_key="k", http_client=http
    )
    made: Any = connect("openai", client=client).client._client
    assert made._wrapped is http


def test_a_chat_model_takes_the_key_to_no_other_host(
    begin: Callable[..., Job], listener: Any
) -> None:
    pytest.importorskip("langchain_openai")
    job = begin(api_key="sk-given").wait(progress=False)
    other = f"{listener.url}/v1"
    for name in ("base_url", "openai_api_base"):
        with pytest.raises(FineTuningError, match="needs a key"):
            job.chat_model(**{name: other})
    with pytest.raises(FineTuningError, match="unencrypted"):
        job.chat_model(base_url="http://example.com/v1", api_key="k")
    for key in ("sk-other", SecretStr("sk-other")):
        model = job.chat_model(base_url=other, api_key=key, max_retries=0)
        with pytest.raises(openai.NotFoundError):
            model.invoke("hi")
    sent = {note["authorization"] for note in listener.notes}
    assert sent == {"Bearer sk-other"}


def test_a_chat_model_of_a_callers_client_follows_no_redirect(
    begin: Callable[..., Job], server: FineTuningServer, listener: Any
) -> None:
    pytest.importorskip("langchain_openai")
    client = openai.OpenAI(base_url=server.base_url, api_key="k", organization="o")
    job = begin(client=client, base_url=None).wait(progress=False)
    listener.answer = (307, {"Location": f"{listener.url}/v1/elsewhere"})
    model = job.chat_model(base_url=listener.url, api_key="k", max_retries=0)
    with pytest.raises(openai.APIStatusError):
        model.invoke("hi")
    assert len(listener.notes) == 1
    assert "openai-organization" not in listener.notes[0]


@pytest.mark.parametrize(
    ("key", "sent"), [("sk-x\n", "sk-x"), ("sk-é", None), (" ", None), ("a\nb", None)]
)
def test_a_key_is_sent_without_the_line_end_of_its_file(
    key: str, sent: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    if sent:
        assert connect("openai").client.api_key == sent
        return
    with pytest.raises(FineTuningError, match="Nothing was sent") as raised:
        connect("openai")
    assert raised.value.code == "bad_key"


def test_a_provider_is_known_by_its_host() -> None:
    url = "https://me.openai.azure.com/openai/v1/"
    connection = connect("openai", base_url=url, api_key="k")
    assert connection.provider.name == "azure"
    with pytest.raises(FineTuningError, match="ended"):
        connect(
            "nebius",
            base_url="https://api.openai.com/v1",
            api_key="k",
            today=date(2027, 1, 6),
        )
