"""The table of providers, and the client that is made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import PROVIDERS
from langchain_imessage.finetuning._types import JobState
from langchain_imessage.finetuning.calls._retry import Pace
from langchain_imessage.finetuning.hosted._client import connect
from langchain_imessage.finetuning.hosted._hosted_backend import HostedBackend
from langchain_imessage.finetuning.hosted.catalog._addresses import (
    host_of,
    is_openai,
    is_this_computer,
    plain_url,
)
from langchain_imessage.finetuning.hosted.catalog._providers import (
    at_host,
    provider_named,
)
from langchain_imessage.finetuning.state._state_file import StateFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

openai = pytest.importorskip("openai")
DONE = JobState(job_id="j", status="succeeded", model="m", fine_tuned_model="ft:m")


def backend(connection: Any, tmp_path: Path) -> HostedBackend:
    state = StateFile(tmp_path / "state.json")
    return HostedBackend(connection=connection, state=state, pace=Pace())


def test_an_unknown_provider_is_told_the_known() -> None:
    with pytest.raises(FineTuningError, match="openai, azure, nebius, crusoe, local"):
        provider_named("acme")


def test_prices_and_days_go_by_the_longest_name() -> None:
    row = PROVIDERS["openai"]
    assert row.price_of("gpt-4.1-mini-2025-04-14") == 5
    assert row.price_of("ft:gpt-4.1-2025-04-14:me::1") == 25
    assert row.price_of("llama") is None
    assert row.last_day_of("llama") is None
    assert row.last_day_of("gpt-3.5-turbo-0125") == row.last_day_of("gpt-3.5-turbo")
    assert row.last_day_of("gpt-3.5-turbo-0125") is not None


@pytest.mark.parametrize(
    ("url", "openais", "here"),
    [
        ("https://api.openai.com/v1", True, False),
        ("https://eu.api.openai.com/v1", True, False),
        ("https://api.openai.com.evil.example/v1", False, False),
        ("https://me.openai.azure.com/openai/v1/", False, False),
        ("http://localhost:80/v1", False, True),
        ("http://127.0.0.2/v1", False, True),
        ("http://[::1]:8000/v1", False, True),
    ],
)
def test_hosts_are_told_apart(url: str, openais: bool, here: bool) -> None:
    assert (is_openai(url), is_this_computer(url)) == (openais, here)
    changed = at_host(PROVIDERS["openai"], url)
    assert (changed.price_of("gpt-4.1") is not None) == openais


def test_an_address_is_stored_without_its_secrets() -> None:
    url = "https://user:pass@[2001:db8::1]:8/v1/?key=1#x"
    assert plain_url(url) == "https://[2001:db8::1]:8/v1"
    assert host_of(url) == "[2001:db8::1]:8"


@pytest.mark.parametrize("name", ["openai", "nebius", "crusoe"])
def test_the_key_is_looked_for_where_the_table_says(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = PROVIDERS[name]
    assert row.key_variable
    with pytest.raises(FineTuningError, match=row.key_variable):
        connect(name)
    monkeypatch.setenv(row.key_variable, "sk-secret")
    connection = connect(name)
    assert connection.client.api_key == "sk-secret"
    assert connection.client.max_retries == 0
    assert "sk-secret" not in repr(connection)
    assert connection.base_url == str(row.base_url).rstrip("/")


def test_azure_is_reached_by_its_endpoint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "key")
    with pytest.raises(FineTuningError, match="AZURE_OPENAI_ENDPOINT"):
        connect("azure")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://me.openai.azure.com/")
    connection = connect("azure")
    assert connection.base_url == "https://me.openai.azure.com/openai/v1"
    with pytest.raises(FineTuningError, match="deployed") as raised:
        backend(connection, tmp_path).chat_model(DONE)
    assert raised.value.code == "not_deployed"


def test_azures_own_client_is_taken_as_it_is(
    server: FineTuningServer, tmp_path: Path
) -> None:
    pytest.importorskip("langchain_openai")
    endpoint = server.base_url.removesuffix("/v1")
    client = openai.AzureOpenAI(
        azure_endpoint=endpoint, api_key="key", api_version="2025-04-01-preview"
    )
    connection = connect("azure", client=client)
    assert connection.provider.name == "azure"
    model = backend(connection, tmp_path).chat_model(DONE, model="mine")
    assert model.model_name == "mine"
    assert model.openai_api_base == f"{endpoint}/openai/v1/"


def test_an_address_must_be_one() -> None:
    with pytest.raises(FineTuningError, match="https://"):
        connect("openai", base_url="api.example.com", api_key="key")


def test_an_async_client_is_not_taken() -> None:
    with pytest.raises(FineTuningError, match="not an async one"):
        connect("openai", client=openai.AsyncOpenAI(api_key="key"))


def test_a_server_on_this_computer_needs_no_key() -> None:
    assert connect("openai", base_url="http://127.0.0.1:9/v1").client.api_key


def test_settings_go_flat_where_the_provider_wants_them_so(
    begin: Callable[..., Job], server: FineTuningServer
) -> None:
    begin(provider="nebius", n_epochs=2)
    (asked,) = [r.values for r in server.requests if r.line == "POST /fine_tuning/jobs"]
    assert asked
    assert asked["hyperparameters"] == {"n_epochs": 2}
    assert "method" not in asked
    assert asked["model"] == "meta-llama/Meta-Llama-3.1-8B-Instruct"


def test_a_model_that_has_no_name_is_not_made_up(tmp_path: Path) -> None:
    pytest.importorskip("langchain_openai")
    connection = connect("crusoe", api_key="key")
    nameless = JobState(job_id="j", status="succeeded", model="m")
    with pytest.raises(FineTuningError, match="names no tuned model"):
        backend(connection, tmp_path).chat_model(nameless)


def test_a_damaged_state_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for text, problem in (("{", "damaged"), ('{"format": 2}', "later version")):
        path.write_text(text)
        with pytest.raises(FineTuningError, match=problem):
            StateFile(path).read()


def test_a_state_file_may_say_more_than_is_known_here(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    upload = '{"sha256": "a", "size": 1, "base_url": "u", "began": 1, "new": 2}'
    path.write_text(f'{{"format": 1, "uploads": [{upload}], "jobs": []}}')
    assert StateFile(path).read().uploads[0].sha256 == "a"
