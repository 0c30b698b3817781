"""A session's line is the same by either encoder, and nothing of the session is lost."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    messages_from_dict,
    messages_to_dict,
)
from pydantic import BaseModel

from langchain_imessage.datasets import (
    write_jsonl,
    write_session_folder,
    write_sessions,
)
from langchain_imessage.datasets.targets._session_lines import session_lines

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.chat_sessions import ChatSession

NOON = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Colour(Enum):
    """A value of a kind that JSON does not know."""

    RED = "red"


@dataclass
class Point:
    """Another."""

    x: int
    when: datetime


class Model(BaseModel):
    """One of pydantic's."""

    x: int


def line_of(session: Any, *, without_orjson: bool = False) -> bytes:
    """Write one session by one of the encoders."""
    with pytest.MonkeyPatch.context() as patch:
        if without_orjson:
            patch.setitem(sys.modules, "orjson", None)
        (line,) = session_lines([cast("ChatSession", session)])
    return line


def with_kwargs(**kwargs: Any) -> Any:
    """Make a session of one message."""
    return {"chat": {"name": None}, "messages": [HumanMessage("x", **kwargs)]}


@pytest.mark.parametrize(
    "value",
    [
        *({"b": 1, "a": {"d": 2, "c": 3}}, [], {}, None, True, -(2**63), 2**64 - 1),
        *(2**70, {1: "one", None: "none"}, 0.1, -0.0, 12345.678, 1e15, 0.0001),
        *(float("nan"), [float("inf")], "é🐕", "\u2028\x85", '\x00\x1f\x7f"\\/\n'),
        *("\ud83d half", {"\udc15": 1}, NOON, NOON.replace(tzinfo=None, microsecond=0)),
        *(NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), date.max),
        *(time(1, 2), UUID(int=7), Colour.RED, Point(1, NOON), Model(x=1), {7}),
        *(b"bytes", (1, 2), object),
    ],
    ids=repr,
)
def test_both_encoders_write_the_same_line(value: object) -> None:
    session = with_kwargs(id="1", additional_kwargs={"value": value, "sent_at": NOON})
    line = line_of(session)
    assert line == line_of(session, without_orjson=True)
    assert line.decode().splitlines(keepends=True) == [line.decode()]
    json.loads(line, parse_constant=pytest.fail)


TEXTS = st.text(st.characters(codec="utf-8") | st.just("\udc15"))
"""Some with half of an emoji: the second, as two halves that meet become one emoji."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(content=TEXTS, value=JSON)
def test_any_text_and_any_values_are_the_same_by_both_and_come_back(
    content: str, value: object
) -> None:
    message = AIMessage(content, additional_kwargs={"value": value})
    session = {"messages": [message], "chat": {"name": value}}
    line = line_of(session)
    assert line == line_of(session, without_orjson=True)
    found = json.loads(line)
    assert messages_from_dict(found["messages"]) == [message]
    assert found["chat"] == {"name": value}


def test_every_kind_of_message_is_written_as_langchain_writes_it() -> None:
    call: Any = {"name": "look", "args": {"q": "x"}, "id": "1", "type": "tool_call"}
    messages: list[BaseMessage] = [
        HumanMessage("Hi", id="1", name="Ann", additional_kwargs={"sender": "Ann"}),
        HumanMessage([{"type": "text", "text": "Hi"}], response_metadata={"a": 1}),
        HumanMessage("with a field of its own", example=True),
        AIMessage("Yo", tool_calls=[call]),
        AIMessageChunk("chunk"),
        ChatMessage("words", role="host"),
        SystemMessage("Be kind."),
    ]
    found = json.loads(line_of({"messages": messages}))
    assert json.dumps(found["messages"]) == json.dumps(messages_to_dict(messages))


def test_keys_keep_their_order_and_text_is_written_in_utf_8(tmp_path: Path) -> None:
    session = {"z": 1, "messages": [HumanMessage("né 🐕")], "a": 2}
    write_sessions([cast("ChatSession", session)], tmp_path / "sessions.jsonl")
    written = (tmp_path / "sessions.jsonl").read_bytes()
    assert list(json.loads(written)) == ["z", "a", "messages"]
    assert "né 🐕".encode() in written
    assert written.endswith(b"}\n")


def test_a_message_of_other_attributes_than_pydantic_dumps_is_dumped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "langchain_imessage.datasets.targets._session_lines._fields_are_dumped",
        frozenset,
    )
    messages = [HumanMessage("Hi", additional_kwargs={"at": NOON})]
    (found,) = json.loads(line_of({"messages": messages}))["messages"]
    assert found["data"]["additional_kwargs"] == {"at": NOON.isoformat()}
    assert found["type"] == "human"


def test_whoever_writes_sessions_can_follow_it(tmp_path: Path) -> None:
    session = cast("ChatSession", {"messages": [AIMessage("Hi")]})
    path, seen = tmp_path / "sessions.jsonl", []

    def note(done: int, total: int | None) -> None:
        seen.append((done, total))

    write_sessions([session] * 2, path, progress=note)
    write_sessions(iter([session]), path, progress=note)
    write_session_folder([session], tmp_path / "out", attachments=(), progress=note)
    write_jsonl([session], path, progress=note)
    assert seen == [(1, 2), (2, 2), (1, None), (1, 1), (1, None)]
