"""What is wanted: chats, people, services, groups, periods, and only what is new."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+15550101", "+15550102"


@pytest.fixture
def three_chats(write: Callable, at: Callable) -> None:
    with write() as db:
        ann, bob = db.handle(ANN), db.handle(BOB)
        db.message(db.chat(ann), "to ann", at=at(0))
        db.message(db.chat(bob), "to bob", at=at(1), service="SMS")
        group = db.chat(ann, bob, display_name="Race")
        db.message(group, "to both", at=at(2), service="imessage")
        db.message(group, "by sms", at=at(3), service=None)


@pytest.mark.usefixtures("three_chats")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"people": [ANN]}, ["to both", "by sms", "to ann"]),
        ({"people": "+1 555 0101", "groups": False}, ["to ann"]),
        ({"groups": True}, ["to both", "by sms"]),
        ({"groups": False}, ["to bob", "to ann"]),
        ({"chats": ["Race"]}, ["to both", "by sms"]),
        ({"chats": BOB}, ["to bob"]),
        ({"chats": lambda chat: not chat.is_group, "people": [BOB]}, ["to bob"]),
        ({"services": ["sms"]}, ["to bob"]),
        ({"services": "iMessage", "groups": True}, ["to both"]),
        ({"people": []}, []),
    ],
)
def test_only_what_is_wanted_comes_and_the_rest_is_counted(
    options: dict[str, Any], expected: list[str], load: Callable
) -> None:
    loaded = load(**options)
    texts = [m.content for session in loaded.sessions for m in session["messages"]]
    assert texts == expected
    loaded.left_out(filtered=4 - len(expected))


@pytest.mark.usefixtures("three_chats")
def test_a_moment_at_the_calendars_ends_is_taken(load: Callable) -> None:
    first, last = (
        moment.replace(tzinfo=UTC)
        for moment in (datetime(1, 1, 1), datetime(9999, 12, 31))
    )
    assert len(load(after=first, before=last).sessions) == 3
    for nothing in ({"after": last}, {"before": first}):
        with pytest.warns(UserWarning, match="message"):
            assert load(**nothing).sessions == []


def test_a_cursor_brings_only_what_is_new_or_newly_edited(
    write: Callable, path: Path, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        old = db.message(chat, "old", at=at(0))
        other = db.message(chat, "other", at=at(1))
        db.edit(other, ("othr", at(2)), ("other", at(3)))
        first = IMessageChatLoader(path)
        db._connection.commit()
        assert len(first.load()[0]["messages"]) == 2
        db.message(chat, "new", at=at(4))
        db.edit(old, ("old", at(5)), ("older", at(6)))

    loaded = load(since=first.cursor)

    assert loaded.texts == ["older", "new"]
    loaded.left_out(filtered=1)
    again = IMessageChatLoader(path, since=first.cursor)
    again.load()
    assert load(since=again.cursor).sessions == []


def test_an_empty_database_has_a_cursor(write: Callable, path: Path) -> None:
    with write():
        pass
    loader = IMessageChatLoader(path)
    loader.load()
    assert IMessageChatLoader(path, since=loader.cursor).load() == []


@pytest.mark.parametrize("text", ["x", "{}", "[]", '{"rowid": "x", "guid": null}'])
def test_what_is_no_cursor_is_refused(text: str, write: Callable, path: Path) -> None:
    with write():
        pass
    with pytest.raises(ValueError, match="cursor"):
        IMessageChatLoader(path, since=text)
