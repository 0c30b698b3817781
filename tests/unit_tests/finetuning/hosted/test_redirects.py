"""No key, file or prompt goes where a provider redirects to: every step, every kind of place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("openai")
from training_relay import Relay

from langchain_imessage.errors import FineTuningError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

STATUSES = (300, 301, 302, 303, 305, 307, 308)
PLACES = (
    "http://{host}:{port}/v1/files",
    "http://localhost:{port}/v1/files",
    "http://provider.example@{host}:{port}/v1/files",
    "http://sk-a:sk-b@{host}:{port}/v1/files",
    "//{host}:{port}/v1/files",
    "///{host}:{port}/v1/files",
    "/v1/moved",
    "moved",
    "?moved",
    "",
    "https://{host}:{port}/v1/files",
    "HTTP://{host}:{port}",
    "\\\\{host}:{port}\\v1",
)
STEPS = (
    "GET /fine_tuning/jobs",
    "POST /files",
    "GET /files/",
    "POST /fine_tuning/jobs",
    "GET /fine_tuning/jobs/",
)


@pytest.fixture
def other() -> Iterator[Relay]:
    """Start what must get nothing."""
    with Relay() as relay:
        yield relay


def _redirecting(relay: Relay, step: str, status: int, place: str) -> None:
    """Have one step be answered with a redirect, wherever else it is repeated."""

    def answer(line: str) -> tuple[int, dict[str, str]] | None:
        is_step = line.startswith(step) if step.endswith("/") else line == step
        return (status, {"Location": place}) if is_step else None

    relay.answer = answer


@pytest.mark.parametrize("step", STEPS)
def test_no_step_follows_one_and_the_next_call_goes_on(  # noqa: PLR0917 - fixtures
    step: str,
    begin: Callable[..., Job],
    server: FineTuningServer,
    other: Relay,
    lines: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    with Relay(server.base_url) as relay:
        for number, place in enumerate(PLACES):
            status = STATUSES[number % len(STATUSES)]
            named = place.format(host="127.0.0.1", port=other.server_port)
            _redirecting(relay, step, status, named)
            given: dict[str, Any] = {"api_key": "sk-given"} if number % 2 else {}
            with pytest.raises(FineTuningError, match="redirects") as raised:
                begin(base_url=relay.base_url, **given).refresh()
            assert raised.value.code == "redirected"
        relay.answer = lambda _: None
        assert begin(base_url=relay.base_url).wait(progress=False).fine_tuned_model
    assert other.arrived == []
    assert not [line for line in relay.lines if "moved" in line]
    assert (lines("POST /files"), lines("POST /fine_tuning/jobs")) == (1, 1)
    keys = {key for each in relay.arrived for key in each.keys}
    assert keys == {"Bearer sk-given", "Bearer not-needed"}


@pytest.mark.parametrize("how", ["invoke", "stream"])
def test_no_prompt_follows_one(
    how: str, begin: Callable[..., Job], server: FineTuningServer, other: Relay
) -> None:
    pytest.importorskip("langchain_openai")
    openai = pytest.importorskip("openai")
    with Relay(server.base_url) as relay:
        job = begin(base_url=relay.base_url).wait(progress=False)
        model = job.chat_model(max_retries=0)
        for number, place in enumerate(PLACES):
            named = place.format(host="127.0.0.1", port=other.server_port)
            status = STATUSES[number % len(STATUSES)]
            _redirecting(relay, "POST /chat/completions", status, named)
            with pytest.raises(openai.APIStatusError):
                list(model.stream("hi")) if how == "stream" else model.invoke("hi")
    assert other.arrived == []
