"""With LANGSMITH_TRACING on: what is sent there, and that it is said."""

from __future__ import annotations

import asyncio
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import MagicMock

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers import LangChainTracer

from langchain_imessage import (
    map_ai_messages,
    map_ai_messages_in_session,
    merge_chat_runs,
    merge_chat_runs_in_session,
    without_tracing,
)
from langchain_imessage.transforms.conversation._roles import MappedSessions
from langchain_imessage.transforms.messages._session_streams import (
    SessionStream,
    SessionTexts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SESSION: Any = {
    "messages": [HumanMessage("secret", additional_kwargs={"sender": "Me"})]
}


class Texts(SessionStream[Any]):
    """A stream of one session that is nothing but texts."""

    def __next__(self) -> Any:
        raise StopIteration

    def texts(self) -> Iterator[Any]:
        return iter([SessionTexts(False, [("Me", "Me", "secret")])])

    def close(self) -> None:
        """Nothing is open."""


TO_AI = partial(map_ai_messages_in_session, sender="Me")


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Turn tracing on, and collect what would be sent."""
    from langsmith.utils import get_env_var

    runs: list[Any] = []
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    client = "langchain_core.tracers.langchain.get_client"  # its thread asks the server
    monkeypatch.setattr(client, MagicMock)
    for method in ("_persist_run_single", "_update_run_single"):
        monkeypatch.setattr(LangChainTracer, method, lambda _, run: runs.append(run))
    get_env_var.cache_clear()
    yield runs
    get_env_var.cache_clear()


def test_a_chain_of_private_sessions_warns(traced: list[Any]) -> None:
    chain = RunnableLambda(merge_chat_runs_in_session) | RunnableLambda(TO_AI)
    with pytest.warns(UserWarning, match="LangSmith's tracing is on"):
        chain.invoke(SESSION)
    assert traced


@pytest.mark.parametrize(
    "transform",
    [
        merge_chat_runs_in_session,
        TO_AI,
        lambda session: list(merge_chat_runs([session])),
        lambda session: list(map_ai_messages([session], "Me")),
        lambda _: list(MappedSessions(merge_chat_runs(Texts()), "Me").turns()),
    ],
)
@pytest.mark.usefixtures("traced")
def test_each_warns_in_a_chain_and_none_outside_of_one(transform: Callable) -> None:
    with pytest.warns(UserWarning, match="without_tracing"):
        RunnableLambda(transform).invoke(SESSION)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        transform(SESSION)


def test_nothing_is_said_where_nothing_is_sent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RunnableLambda(TO_AI).invoke(SESSION)


async def _ainvoke(chain: Any) -> Any:
    return await chain.ainvoke(SESSION)


async def _astream(chain: Any) -> Any:
    return [piece async for piece in chain.astream(SESSION)][-1]


@pytest.mark.parametrize(
    "run",
    [
        lambda chain: chain.invoke(SESSION),
        lambda chain: chain.batch([SESSION, SESSION])[0],
        lambda chain: list(chain.stream(SESSION))[-1],
        lambda chain: asyncio.run(_ainvoke(chain)),
        lambda chain: asyncio.run(_astream(chain)),
        lambda chain: chain.with_config(tags=["x"]).invoke(SESSION),
    ],
)
@pytest.mark.parametrize(
    "chain",
    [
        without_tracing(RunnableLambda(merge_chat_runs_in_session) | TO_AI),
        without_tracing(merge_chat_runs_in_session) | TO_AI,
        merge_chat_runs_in_session | without_tracing(TO_AI),
        without_tracing(merge_chat_runs_in_session) | without_tracing(TO_AI),
    ],
)
def test_nothing_is_sent_of_a_chain_without_tracing(
    chain: Any, run: Callable, traced: list[Any]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = run(chain)
    assert [message.type for message in result["messages"]] == ["ai"]
    assert traced == []


def test_what_comes_after_it_is_traced_again(traced: list[Any]) -> None:
    without_tracing(TO_AI).invoke(SESSION)
    for _ in without_tracing(TO_AI).stream(SESSION):
        RunnableLambda(len).invoke("traced")
    assert len(traced) == 2  # begun and ended
    assert "secret" not in str(traced)


@pytest.mark.usefixtures("traced")
def test_inside_a_traced_chain_its_own_steps_are_not_sent() -> None:
    inner = without_tracing(RunnableLambda(TO_AI).with_config(run_name="inner"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RunnableLambda(lambda _: inner.invoke(SESSION)["messages"] and 1).invoke(0)


def test_callbacks_that_are_given_are_called() -> None:
    from langchain_core.callbacks import BaseCallbackHandler  # noqa: PLC0415

    class Handler(BaseCallbackHandler):
        begun = 0

        def on_chain_start(self, *_: Any, **__: Any) -> None:
            self.begun += 1

    handler = Handler()
    without_tracing(TO_AI).invoke(SESSION, {"callbacks": [handler]})
    assert handler.begun == 1
