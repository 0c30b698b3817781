"""The fine-tuning server itself: its connections, its record, its beginning and end."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from finetuning_scenario import (
    ROWS,
    connect,
    jsonl,
    start,
    tour,
    upload,
)
from pydantic import TypeAdapter

from langchain_imessage import testing
from langchain_imessage.testing import FineTuningServer

if TYPE_CHECKING:
    from pathlib import Path

    from finetuning_scenario import Clock


openai = pytest.importorskip("openai")


def test_without_a_key_nothing_is_answered(server: FineTuningServer) -> None:
    no_key = {"Authorization": openai.Omit()}
    with connect(server) as client, pytest.raises(openai.AuthenticationError):
        upload(client, extra_headers=no_key)
    (request,) = server.requests
    assert request.status == 401


def test_azures_way_to_the_same_paths(server: FineTuningServer) -> None:
    url = server.base_url.replace("/v1", "/openai/v1")
    headers = {"Authorization": openai.Omit(), "api-key": "any"}
    with openai.OpenAI(base_url=url, api_key="x") as client:
        assert len(list(client.models.list(extra_headers=headers))) == 5
    assert "api-key" not in server.requests[0].headers


def test_requests_are_recorded_without_the_key_and_without_bodies() -> None:
    with FineTuningServer() as server, connect(server) as client:
        start(client)
    first, second = server.requests
    assert [first.line, second.line] == ["POST /files", "POST /fine_tuning/jobs"]
    assert first.size > len(jsonl(ROWS))
    assert first.headers["user-agent"].startswith("OpenAI")
    assert "sk-any" not in f"{first.headers}{second.headers}"
    assert (first.values, first.answer) == (None, None)


def test_bodies_are_recorded_if_asked_for_but_never_shown(
    server: FineTuningServer, client: Any
) -> None:
    start(client)
    first, second = server.requests
    assert first.values == {"file": "train.jsonl", "purpose": "fine-tune"}
    assert second.values["model"] == "gpt-4o-mini"
    assert second.answer["object"] == "fine_tuning.job"
    assert "gpt-4o-mini" not in repr(second)


@pytest.mark.slow
def test_the_same_requests_have_the_same_answers(clock: Clock) -> None:
    def run(seed: str) -> list[Any]:
        with FineTuningServer(clock=clock, keep_bodies=True, seed=seed) as server:
            with connect(server) as client:
                tour(client)
            return [request.answer for request in server.requests]

    assert run("1") == run("1") != run("2")


def test_stopping_ends_threads_connections_and_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = threading.active_count()
    server = FineTuningServer().start()
    with connect(server) as client:
        upload(client)
        assert threading.active_count() > before
        assert list(tmp_path.iterdir())
        server.stop()
        assert threading.active_count() == before
        assert not list(tmp_path.iterdir())
        with pytest.raises(openai.APIConnectionError):
            client.files.list()
    server.stop()


def test_a_server_starts_once_and_has_no_address_before() -> None:
    server = FineTuningServer()
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.base_url
    with server, pytest.raises(RuntimeError, match="started already"):
        server.start()


def test_a_server_that_starts_again_remembers_nothing() -> None:
    server = FineTuningServer()
    for _ in range(2):
        with server, connect(server) as client:
            assert list(client.files.list()) == []
            upload(client)


def test_requests_are_obeyed_side_by_side(server: FineTuningServer) -> None:
    def work() -> None:
        with connect(server) as client:
            upload(client)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connect(server) as client:
        assert len({file.id for file in client.files.list()}) == 8


def raw(server: FineTuningServer, method: str, path: str, body: bytes) -> Any:
    """Send what the client would not."""
    address = server.base_url.split("/")[2]
    connection = http.client.HTTPConnection(address, timeout=10)
    headers = {"Authorization": "Bearer any"}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"model": NaN}'])
def test_what_is_no_json_object_is_refused(
    server: FineTuningServer, body: bytes
) -> None:
    status, answer = raw(server, "POST", "/v1/fine_tuning/jobs", body)
    assert status == 400
    assert answer["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "path", ["/v2/files", "/v1", "/v1/fine_tuning", "/v1/files/a/b", "/"]
)
def test_other_paths_are_refused(server: FineTuningServer, path: str) -> None:
    status, answer = raw(server, "GET", path, b"")
    assert (status, answer["error"]["code"]) == (404, "unknown_url")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=none"])
def test_bad_pages_are_refused(server: FineTuningServer, query: str) -> None:
    status, _ = raw(server, "GET", f"/v1/fine_tuning/jobs?{query}", b"")
    assert status == 400


PARAMS = {
    "POST /uploads": "UploadCreateParams",
    "POST /fine_tuning/jobs": "fine_tuning.JobCreateParams",
    "POST /moderations": "ModerationCreateParams",
    "POST /chat/completions": "chat.completion_create_params.CompletionCreateParams",
}


# That of a file cannot be checked: it is typed as an open file.
def test_what_the_server_takes_is_what_the_client_is_typed_to_send(
    server: FineTuningServer, client: Any
) -> None:
    tour(client)
    checked = set()
    for request in server.requests:
        if request.line in PARAMS:
            kind = attrgetter(PARAMS[request.line])(openai.types)
            TypeAdapter(kind).validate_python(request.values)
            checked.add(request.line)
    assert checked == PARAMS.keys()


def test_the_names_the_server_lives_under_are_all_there_are() -> None:
    with pytest.raises(AttributeError, match="Parakeet"):
        _ = testing.Parakeet


@pytest.mark.slow
def test_a_server_nobody_stops_does_not_keep_python_from_ending() -> None:
    code = """

from http.client import HTTPConnection
from langchain_imessage.testing import FineTuningServer

server = FineTuningServer()
server.start()
host = server.base_url.split("/")[2]
connection = HTTPConnection(host)  # kept open
connection.request("GET", "/v1/models", headers={"Authorization": "Bearer x"})
assert connection.getresponse().read()
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 0


def request(server: FineTuningServer, method: str, path: str) -> Any:
    """Make a request that OpenAI's client would not make."""
    host = server.base_url.removeprefix("http://").partition("/")[0]
    connection = http.client.HTTPConnection(host)
    headers = {"Authorization": "Bearer any"}
    try:
        connection.request(method, f"/v1{path}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PUT", "/files", 405),
        ("DELETE", "/chat/completions", 405),
        ("PATCH", "/nowhere", 404),
    ],
)
def test_a_wrong_method_is_answered_in_json(
    method: str, path: str, expected: int
) -> None:
    with FineTuningServer() as server:
        status, headers, answer = request(server, method, path)
    assert status == expected
    assert "error" in answer
    assert headers["x-request-id"].startswith("req_")


def test_the_date_of_an_answer_is_the_servers_own() -> None:
    with FineTuningServer(clock=lambda: 1_000_000.0) as server:
        _, headers, _ = request(server, "GET", "/models")
    assert headers["date"] == "Mon, 12 Jan 1970 13:46:40 GMT"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example:80"}, 403),  # a name that was bound to this machine
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "127.0.0.1:80@evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost:1"}, 200),
        ({}, 200),
    ],
)
def test_no_web_page_is_served(
    headers: dict[str, str], status: int, server: FineTuningServer
) -> None:
    address = server.base_url.split("/")[2]
    connection = http.client.HTTPConnection(address, timeout=10)
    given = {"Authorization": "Bearer any", **headers}
    connection.request("GET", "/v1/models", headers=given)
    answer = connection.getresponse()
    assert answer.status == status
    assert answer.headers.get("Access-Control-Allow-Origin") is None
    connection.close()


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        ((), 403),
        (("localhost", "evil.example"), 403),
        (("localhost", "127.0.0.1"), 200),
    ],
)
def test_every_host_header_must_name_this_machine(
    hosts: tuple[str, ...], status: int, server: FineTuningServer
) -> None:
    connection = http.client.HTTPConnection(server.base_url.split("/")[2], timeout=10)
    connection.putrequest("GET", "/v1/models", skip_host=True)
    connection.putheader("Authorization", "Bearer any")
    for host in hosts:
        connection.putheader("Host", host)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


def test_only_the_servers_own_key_is_accepted_where_it_is_asked_for() -> None:
    with FineTuningServer(require_key=True) as server:
        own, url = server.api_key, server.base_url
        assert FineTuningServer().api_key != own
        assert own not in repr(server)
        with openai.OpenAI(base_url=url, api_key=own) as client:
            assert list(client.models.list())
        with (
            openai.OpenAI(base_url=url, api_key="another", max_retries=0) as client,
            pytest.raises(openai.AuthenticationError, match="Incorrect API key"),
        ):
            client.models.list()
        assert own not in repr(server.requests)
