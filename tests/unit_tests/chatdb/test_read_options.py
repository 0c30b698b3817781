"""The reading options: checked, listed once, never shown, and told of when they match nothing."""

from __future__ import annotations

import inspect
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader, IMessageLoader
from langchain_imessage.chatdb import ReadKeywords, ReadOptions
from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+15550101", "+15550102"
WRONG = {
    "password": 1,
    "unify_chats": "yes",
    "chats": [1],
    "people": 3,
    "groups": "yes",
    "services": b"SMS",
    "after": "2025-01-01",
    "before": 0,
    "since": 17,
    "on_error": None,
    "content": 5,
    "contacts": 7,
    "own_name": None,
    "attachments": 1,
    "progress": True,
    "workers": "2",
}


@pytest.mark.parametrize(("name", "value"), WRONG.items())
@pytest.mark.parametrize("take", [ReadOptions, ChatDatabase, IMessageChatLoader])
def test_a_value_of_the_wrong_type_is_refused_and_the_option_is_named(
    take: Callable[..., Any], name: str, value: Any, path: Path
) -> None:
    write_sample(path)
    options = {name: value} if take is ReadOptions else {"path": path, name: value}
    with pytest.raises(TypeError, match=f"^{name} must be "):
        take(**options)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("on_error", "explode"),
        ("content", "verbose"),
        ("after", datetime(2025, 1, 1)),
        ("before", datetime(2025, 1, 1)),
        ("since", "yesterday"),
        ("workers", 0),
    ],
)
def test_a_value_that_is_none_of_those_there_are_is_refused(
    name: str, value: Any
) -> None:
    with pytest.raises(ValueError, match=name):
        ReadOptions(**{name: value})


@pytest.mark.parametrize("option", ["images", "timestamps"])
def test_the_loaders_own_options_are_checked_too(option: str, path: Path) -> None:
    options: Any = {option: "no"}
    with pytest.raises(ValueError, match=option):
        IMessageLoader(write_sample(path), **options)


def test_every_option_is_listed_once_and_shown_where_it_is_taken() -> None:
    names = set(inspect.signature(ReadOptions).parameters)
    assert set(WRONG) == names == set(ReadKeywords.__annotations__)
    for taker in (ChatDatabase, IMessageChatLoader):
        shown = inspect.signature(taker).parameters
        assert names <= set(shown)
        assert shown["own_name"].default == "Me"


def test_a_repr_names_the_options_that_are_set_but_no_value() -> None:
    options = ReadOptions(people=[ANN], password="hush", groups=None)  # noqa: S106
    assert repr(options) == "ReadOptions(password, people)"


@pytest.fixture
def two(write: Callable, at: Callable) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        db.message(db.chat(ann), "to ann", at=at(0))
        db.message(db.chat(bob), "to bob", at=at(1))


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"chats": ["nobody", ANN]}, "chats: 1 of 2 names match"),
        ({"chats": "nobody"}, "chats: 1 of 1 names match"),
        ({"people": [ANN, "x", "y"]}, "people: 2 of 3 names match"),
        ({"groups": True}, "No conversation matches groups=True"),
        ({"services": ["RCS"]}, "No message matches services"),
        ({"after": datetime(2100, 1, 1, tzinfo=UTC)}, "No message matches after"),
    ],
)
def test_a_filter_that_matches_nothing_warns_without_quoting_it(
    options: dict[str, Any], told: str, load: Callable
) -> None:
    with pytest.warns(UserWarning, match=told) as warned:
        load(**options)
    assert "nobody" not in str(warned[0].message)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "options", [{"chats": [ANN]}, {"people": BOB}, {"groups": False}, {"people": []}]
)
def test_a_filter_that_matches_does_not_warn(
    options: dict[str, Any], load: Callable
) -> None:
    load(**options)


def test_services_are_asked_of_a_database_that_does_not_store_them(
    path: Path,
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text TEXT, date INTEGER);"
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);"
            "INSERT INTO message VALUES (1, 'hi', 700000000000000000);"
            "INSERT INTO chat_message_join VALUES (1, 1);"
        )
    with pytest.warns(UserWarning, match="services"):
        assert IMessageChatLoader(path, services=["iMessage"]).load() == []


@pytest.mark.usefixtures("two")
def test_progress_is_called_after_each_conversation(path: Path) -> None:
    calls: list[tuple[int, int]] = []
    options: Any = {"progress": lambda done, total: calls.append((done, total))}
    IMessageChatLoader(path, **options).load()
    assert calls == [(1, 2), (2, 2)]


def test_an_option_there_is_none_of_is_refused_in_the_name_of_the_class(
    path: Path,
) -> None:
    write_sample(path)
    for taker in (ChatDatabase, IMessageChatLoader):
        options: dict[str, Any] = {"nonsense": 1}
        with pytest.raises(
            TypeError, match=rf"^{taker.__name__}\(\) got an unexpected"
        ):
            taker(path, **options)
