"""Ours against langchain_community's functions, loaders, and LangChain's own pipes."""

from __future__ import annotations

import asyncio
import json
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.chat_loaders import BaseChatLoader
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableGenerator, RunnableLambda

from langchain_imessage import chat_loaders
from langchain_imessage.adapters.openai import convert_messages_for_finetuning
from langchain_imessage.chat_loaders import base
from langchain_imessage.transforms import (
    map_ai_messages,
    map_ai_messages_in_session,
    merge_chat_runs,
    merge_chat_runs_in_session,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

SENDERS = st.sampled_from(["a", "b", "", None])
TEXTS = st.text(" \t\n\x1c\x85\xa0ab", max_size=4)
BLOCKS = st.one_of(
    TEXTS,
    st.builds(lambda text: {"type": "text", "text": text}, TEXTS),
    st.sampled_from([{"type": "image"}, {"text": None}]),
)
CONTENTS = st.one_of(TEXTS, st.lists(BLOCKS, max_size=3))


@st.composite
def _sessions(draw: st.DrawFn) -> dict[str, Any]:
    # Events on all messages or on none: where only some have them, ours keeps them all.
    events = draw(st.booleans())
    messages = []
    for number in range(draw(st.integers(0, 8))):
        kwargs: dict[str, Any] = {"message_time": number}
        if draw(st.booleans()) or number % 2:
            kwargs["sender"] = draw(SENDERS)
        if events:
            kwargs["events"] = [{"message_time": number}]
        kind = draw(
            st.sampled_from([HumanMessage, HumanMessage, AIMessage, SystemMessage])
        )
        messages.append(kind(content=draw(CONTENTS), additional_kwargs=kwargs))
    return {"messages": messages}


@pytest.fixture(scope="module")
def community() -> Any:
    return pytest.importorskip("langchain_community.chat_loaders.utils")


@given(session=_sessions(), delimiter=TEXTS)
def test_merging_equals_langchain_communitys(
    community: Any, session: Any, delimiter: str
) -> None:
    before = deepcopy(session)
    expected = community.merge_chat_runs_in_session(deepcopy(session), delimiter)
    assert merge_chat_runs_in_session(session, delimiter) == expected
    assert session == before


@given(session=_sessions(), sender=st.sampled_from(["a", "b", ""]))
def test_mapping_equals_langchain_communitys(
    community: Any, session: Any, sender: str
) -> None:
    before = deepcopy(session)
    expected = community.map_ai_messages_in_session(deepcopy(session), sender)
    found = map_ai_messages_in_session(session, sender)
    for ours, theirs in zip(found["messages"], expected["messages"], strict=True):
        assert type(ours) is type(theirs)
        assert ours.content == theirs.content
        assert ours.additional_kwargs == theirs.additional_kwargs
    assert session == before


@given(sessions=st.lists(_sessions(), max_size=3))
def test_training_data_equals_langchain_communitys(
    community: Any, sessions: list[Any]
) -> None:
    oracle = pytest.importorskip("langchain_community.adapters.openai")
    theirs = community.merge_chat_runs(deepcopy(sessions))
    expected = oracle.convert_messages_for_finetuning(theirs)
    assert convert_messages_for_finetuning(merge_chat_runs(sessions)) == expected


def _whatsapp(folder: Path) -> Any:
    module = pytest.importorskip("langchain_community.chat_loaders.whatsapp")
    path = folder / "chat.txt"
    path.write_text(
        "[01/05/2024, 12:00:00] Tortoise: Slow\n"
        "[01/05/2024, 12:00:05] Tortoise: and steady\n"
        "[01/05/2024, 12:01:00] Achilles: Fast!\n",
        encoding="utf-8",
    )
    return module.WhatsAppChatLoader(str(path))


def _telegram(folder: Path) -> Any:
    module = pytest.importorskip("langchain_community.chat_loaders.telegram")
    path = folder / "result.json"
    said = [("Tortoise", "Slow"), ("Tortoise", "and steady"), ("Achilles", "Fast!")]
    messages = [{"from": name, "text": text, "date": "x"} for name, text in said]
    path.write_text(json.dumps({"messages": messages}), encoding="utf-8")
    return module.TelegramChatLoader(str(path))


@pytest.mark.parametrize("make", [_whatsapp, _telegram])
def test_sessions_of_other_loaders_are_merged_and_mapped(
    make: Any, tmp_path: Path
) -> None:
    merged = merge_chat_runs(make(tmp_path).lazy_load())
    (session,) = map_ai_messages(merged, sender="Tortoise")
    tortoise, achilles = session["messages"]
    assert (tortoise.type, tortoise.content) == ("ai", "Slow\n\nand steady")
    assert len(tortoise.additional_kwargs["events"]) == 2
    assert (achilles.type, achilles.content) == ("human", "Fast!")


def _session() -> ChatSession:
    me, other = {"sender": "Me"}, {"sender": "Tortoise"}
    return {
        "messages": [
            HumanMessage("Hi!", additional_kwargs=me),
            HumanMessage("Lunch?", additional_kwargs=me),
            HumanMessage("Slowly.", additional_kwargs=other),
        ]
    }


def _spoken(session: Any) -> list[tuple[str, str]]:
    return [(message.type, message.content) for message in session["messages"]]


EXPECTED = [("ai", "Hi!\n\nLunch?"), ("human", "Slowly.")]


def test_one_session_goes_through_a_pipe() -> None:
    pipe = RunnableLambda(merge_chat_runs_in_session) | RunnableLambda(
        partial(map_ai_messages_in_session, sender="Me")
    )
    assert _spoken(pipe.invoke(_session())) == EXPECTED
    assert [_spoken(s) for s in pipe.batch([_session()] * 2)] == [EXPECTED] * 2
    assert _spoken(asyncio.run(pipe.ainvoke(_session()))) == EXPECTED


def test_a_stream_of_sessions_goes_through_a_pipe() -> None:
    """By `transform`; LangChain streams through generator functions only."""

    def merged(sessions: Iterator[ChatSession]) -> Iterator[ChatSession]:
        yield from merge_chat_runs(sessions)

    def mapped(sessions: Iterator[ChatSession]) -> Iterator[ChatSession]:
        yield from map_ai_messages(sessions, sender="Me")

    pipe: Any = RunnableGenerator(merged) | RunnableGenerator(mapped)
    sessions = (_session() for _ in range(2))
    assert [_spoken(s) for s in pipe.transform(sessions)] == [EXPECTED] * 2
    assert [_spoken(s) for s in pipe.stream(_session())] == [EXPECTED]


def test_base_chat_loader_is_langchains() -> None:
    assert base.BaseChatLoader is BaseChatLoader


def test_the_loader_is_found_at_its_package_when_asked_for() -> None:
    loader = chat_loaders.IMessageChatLoader
    assert loader.__module__ == "langchain_imessage.chat_loaders.imessage"
    assert "IMessageChatLoader" in dir(chat_loaders)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        chat_loaders.Nothing  # noqa: B018
