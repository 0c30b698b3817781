"""The drop-in surface: signatures and times."""

from __future__ import annotations

import gc
import inspect
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.chat_loaders import BaseChatLoader

from langchain_imessage.chat_loaders import base, imessage
from langchain_imessage.testing import ChatDatabaseWriter, write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def community() -> Any:
    return pytest.importorskip("langchain_community.chat_loaders.imessage")


@pytest.fixture
def in_utc(in_zone: Callable) -> None:
    in_zone("UTC")


def test_several_databases_are_loaded_as_one(tmp_path: Path, at: Callable) -> None:
    paths = [tmp_path / "mac.db", tmp_path / "old.db"]
    for path, texts in zip(paths, (("a", "b"), ("b", "c")), strict=True):
        with ChatDatabaseWriter(path) as db:
            chat = db.chat(db.handle("+15550101"))
            for text in texts:
                db.message(chat, text, at=at(ord(text)), guid=f"G{text}")
    loader = imessage.IMessageChatLoader(paths)
    (session,) = loader.load()
    assert [message.content for message in session["messages"]] == ["a", "b", "c"]
    assert loader.db_path == paths[0]


def test_the_loader_is_a_chat_loader_at_its_old_path() -> None:
    assert base.BaseChatLoader is BaseChatLoader
    assert issubclass(imessage.IMessageChatLoader, BaseChatLoader)


def test_only_keywords_are_new_in_the_signature(community: Any) -> None:
    ours = inspect.signature(imessage.IMessageChatLoader).parameters
    theirs = inspect.signature(community.IMessageChatLoader).parameters
    new = [ours[name] for name in ours.keys() - theirs.keys()]
    assert list(ours)[: len(theirs)] == list(theirs)
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in new)


@pytest.mark.usefixtures("in_utc")
@given(nanoseconds=st.integers(0, 3 * 10**18))
def test_times_are_langchain_communitys_on_a_machine_in_utc(nanoseconds: int) -> None:
    theirs = pytest.importorskip("langchain_community.chat_loaders.imessage")
    expected = theirs.nanoseconds_from_2001_to_datetime(nanoseconds)
    assert imessage.nanoseconds_from_2001_to_datetime(nanoseconds) == expected


def test_the_old_kwargs_are_all_there(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hi", at=at(0))
    (message,) = load(own_name="Ann").messages
    assert message.additional_kwargs == {
        "message_time": 736257600 * 10**9,
        "message_time_as_datetime": at(0).replace(tzinfo=None),
        "sent_at": at(0),
        "sender": "Ann",
        "is_from_me": True,
        "service": "iMessage",
    }


def test_the_path_must_exist_when_the_loader_is_made(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        imessage.IMessageChatLoader(path)
    with pytest.raises(FileNotFoundError):
        imessage.IMessageChatLoader(str(path))


def test_without_a_path_the_macs_own_database_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="Library"):
        imessage.IMessageChatLoader()


def test_collection_is_paused_only_while_a_session_is_made(
    write: Callable, at: Callable, path: Path
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hi", at=at(0))
    for session in imessage.IMessageChatLoader(path).lazy_load():
        assert gc.isenabled()
        assert session
    gc.disable()
    try:
        imessage.IMessageChatLoader(path).load()
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("option", ["content", "chats"])
def test_a_callers_function_runs_with_the_collector_on(path: Path, option: str) -> None:
    write_sample(path)
    was_enabled = []

    def function(_: object) -> str:
        was_enabled.append(gc.isenabled())
        return "yes"

    options: Any = {option: function}
    imessage.IMessageChatLoader(path, **options).load()
    assert was_enabled
    assert all(was_enabled)


def test_each_session_may_be_asked_for_in_another_thread(path: Path) -> None:
    sessions = imessage.IMessageChatLoader(write_sample(path)).lazy_load()
    found: list[Any] = []
    for _ in range(11):
        thread = Thread(target=lambda: found.append(next(sessions, None)))
        thread.start()
        thread.join()
    assert [session is None for session in found] == [*[False] * 10, True]


def test_the_chats_are_known_before_a_message_is_read(tmp_path: Path) -> None:
    loader = imessage.IMessageChatLoader(write_sample(tmp_path / "chat.db"))
    assert [chat.participants for chat in loader.directory.chats] == [
        ("Tortoise", "Hare")
    ] * 10
    assert loader.ledger.messages == 0
