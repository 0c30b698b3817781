"""Loaded messages survive LangChain's stores; loaders and databases are copied and pickled."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.load import dumps, loads
from langchain_core.messages import messages_from_dict, messages_to_dict

from langchain_imessage import (
    ChatDatabase,
    IMessageChatLoader,
    IMessageChatMessageHistory,
    IMessageLoader,
    split_sessions,
)
from langchain_imessage.errors import DatabaseError
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_core.messages import BaseMessage


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - its own bytes


@pytest.fixture
def sample(path: Path) -> Path:
    return write_sample(path)


@pytest.fixture
def messages(sample: Path) -> list[BaseMessage]:
    loader = IMessageChatLoader(sample, timestamps="iso", content="annotated")
    return [m for session in loader.lazy_load() for m in session["messages"]]


def test_times_as_text_survive_json(messages: list[BaseMessage]) -> None:
    stored = json.loads(json.dumps(messages_to_dict(messages)))
    assert messages_from_dict(stored) == messages
    keys = {key for message in messages for key in message.additional_kwargs}
    assert {"reactions", "events", "attachments", "edits"} <= keys


@pytest.mark.filterwarnings("ignore")  # in beta, and its defaults are to change
def test_times_as_text_survive_langchains_own_serialization(
    messages: list[BaseMessage],
) -> None:
    assert loads(dumps(messages)) == messages


def test_messages_go_to_langchains_file_history_and_come_back(
    messages: list[BaseMessage], tmp_path: Path
) -> None:
    histories = pytest.importorskip("langchain_community.chat_message_histories")
    history = histories.FileChatMessageHistory(str(tmp_path / "history.json"))
    history.add_messages(messages)
    assert history.messages == messages


def test_transforms_read_times_as_text(sample: Path) -> None:
    as_text = IMessageChatLoader(sample, timestamps="iso").lazy_load()
    as_moments = IMessageChatLoader(sample).lazy_load()
    assert [len(s["messages"]) for s in split_sessions(as_text)] == [
        len(s["messages"]) for s in split_sessions(as_moments)
    ]


def test_times_are_datetimes_unless_asked_otherwise(sample: Path) -> None:
    first = IMessageChatLoader(sample).load()[0]["messages"][0].additional_kwargs
    text = IMessageChatLoader(sample, timestamps="iso").load()[0]["messages"][0]
    for key in ("sent_at", "message_time_as_datetime"):
        assert text.additional_kwargs[key] == first[key].isoformat()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, _pickled])
@pytest.mark.parametrize("content", ["text", "annotated"])
def test_loaders_are_copied_and_pickled_before_and_after_a_pass(
    sample: Path, duplicate: Callable[[Any], Any], content: Any
) -> None:
    loader = IMessageChatLoader(sample, content=content)
    expected = duplicate(loader).load()
    assert expected == loader.load()
    again = duplicate(loader)
    assert again.ledger == loader.ledger
    assert again.load() == expected
    documents = IMessageLoader(sample)
    assert duplicate(documents).load() == documents.load()


def test_a_copy_of_an_open_database_is_closed(sample: Path) -> None:
    with ChatDatabase(sample) as database:
        list(database.conversations())
        other = _pickled(database)
        assert other.ledger == database.ledger
        with pytest.raises(DatabaseError, match="closed"):
            next(other.conversations())
        assert len(list(database.conversations())) == 10


def test_reprs_show_counts_and_no_names(sample: Path) -> None:
    loader = IMessageChatLoader(sample, own_name="Tortoise", people=["Hare"])
    assert repr(loader) == (
        "<IMessageChatLoader: 0 messages of 0 rows read, ReadOptions(people, own_name)>"
    )
    loader = IMessageChatLoader(sample)
    loader.load()
    assert "65 messages of" in repr(loader)
    assert repr(IMessageLoader(sample)).startswith("<IMessageLoader of <IMessageChat")
    database = ChatDatabase(sample)
    assert repr(database) == "<ChatDatabase: closed, ReadOptions()>"
    with database:
        assert repr(database) == "<ChatDatabase: 10 chats, ReadOptions()>"
    history = IMessageChatMessageHistory(
        sample, chat=lambda _: True, ai_sender=None, limit=2
    )
    assert repr(history) == "<IMessageChatMessageHistory: not read>"
    assert len(history.messages) == 2
    assert repr(history) == "<IMessageChatMessageHistory: 2 turns>"


def test_a_closed_database_says_so(sample: Path) -> None:
    with ChatDatabase(sample) as database:
        going_on = database.conversations()
        next(going_on)
        with pytest.raises(DatabaseError, match="open already"):
            database.__enter__()
    for use in (lambda: next(going_on), lambda: database.capabilities):
        with pytest.raises(DatabaseError, match="closed"):
            use()
    with database:
        assert len(list(database.conversations())) == 10


def test_two_passes_at_a_time_count_apart(sample: Path) -> None:
    with ChatDatabase(sample) as database:
        one, other = database.conversations(), database.conversations()
        next(one), next(other), list(one), list(other)
        assert database.ledger.messages == 65
        assert "not read" not in database.ledger.reasons


def test_a_history_takes_one_chat(sample: Path) -> None:
    with pytest.raises(TypeError, match="chat, not chats"):
        IMessageChatMessageHistory(sample, chat="x", chats=["y"])
