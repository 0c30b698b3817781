"""Sessions as a table: a row a message, with the columns that are promised."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage import IMessageChatLoader
from langchain_imessage.datasets import to_dataframe
from langchain_imessage.datasets.targets._pandas import COLUMNS
from langchain_imessage.errors import MissingDependencyError
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_sample_is_a_row_a_message(path: Path) -> None:
    pytest.importorskip("pandas")
    messages = to_dataframe(IMessageChatLoader(write_sample(path)).lazy_load())
    assert {name: str(kind) for name, kind in messages.dtypes.items()} == dict(COLUMNS)
    assert len(messages) == 65
    assert list(messages.conversation.unique()) == list(range(10))
    assert messages.text[0] == "Slow and steady, that's my motto."
    assert messages.chat[0] == "Tortoise, Hare"
    assert messages.sender[0] == "Tortoise"
    assert messages.sent_at[0] == datetime(2023, 8, 28, 0, 32, 3, tzinfo=UTC)
    assert messages.is_group.all()
    assert not messages.is_from_me.any()
    assert messages.reactions.sum() == 2
    assert messages.id.is_unique


def test_what_a_message_holds_is_counted_or_told(
    write: Callable, path: Path, at: Callable
) -> None:
    pytest.importorskip("pandas")
    with write() as db:
        ann = db.handle("+15550101")
        chat = db.chat(ann, display_name="Race")
        first = db.message(chat, "one", sender=ann, at=at(0), attachments=2)
        second = db.message(chat, "two", at=at(1), reply_to=first.guid)
        db.edit(second, ("old", at(1)), ("two", at(2)))
    told: list[tuple[int, int | None]] = []
    sessions = IMessageChatLoader(path).load()
    table = to_dataframe(sessions, progress=lambda *step: told.append(step))
    assert told == [(1, 1)]
    assert table.attachments.tolist() == [2, 0]
    assert table.edits.tolist() == [0, 1]
    assert table.is_from_me.tolist() == [False, True]
    assert table.chat.tolist() == ["Race", "Race"]
    assert table.service.tolist() == ["iMessage", "iMessage"]
    assert table.reply_to[1] == first.guid


def test_sessions_of_other_loaders_have_holes_and_no_halves() -> None:
    pandas = pytest.importorskip("pandas")
    far = datetime(4001, 1, 1, tzinfo=UTC)
    blocks: Any = [{"type": "text", "text": "look"}, {"type": "image", "url": "x"}]
    said = HumanMessage(blocks, additional_kwargs={"sender": "A\ud83d", "sent_at": far})
    table = to_dataframe([{"messages": [said, AIMessage("hi")]}])
    assert table.text.tolist() == ["look", "hi"]
    assert table.role.tolist() == ["human", "ai"]
    assert table.sender[0] == "A\ufffd"
    assert table.sent_at[0] == far
    for name in ("chat", "is_group", "id", "sent_at", "sender", "is_from_me"):
        assert table[name][1] is (pandas.NaT if name == "sent_at" else pandas.NA)


def test_nothing_makes_an_empty_table_of_the_same_form() -> None:
    pytest.importorskip("pandas")
    table = to_dataframe([])
    assert {name: str(kind) for name, kind in table.dtypes.items()} == dict(COLUMNS)
    assert len(table) == 0


def test_a_missing_library_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingDependencyError, match=r"\[pandas\]"):
        to_dataframe([])
