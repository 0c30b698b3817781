"""What is wanted: chats, people, services, groups, periods, and only what is new."""

from __future__ import annotations

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


def test_an_edit_that_was_not_read_yet_comes_the_next_time(
    write: Callable, path: Path, load: Callable, at: Callable
) -> None:
    with write() as db:
        for place, person in enumerate((ANN, BOB)):
            message = db.message(db.chat(db.handle(person)), "old", at=at(place))
            db.edit(message, ("old", at(2)), (f"by {person}", at(4 - place)))
    loader = IMessageChatLoader(path)

    first = next(loader.lazy_load())

    assert first["messages"][0].content == f"by {BOB}"
    assert load(since=loader.cursor).texts == [f"by {ANN}"]


@pytest.mark.parametrize("unit", [1, 10**9], ids=["seconds", "nanoseconds"])
def test_a_database_that_was_numbered_anew_is_read_from_the_time_on(
    unit: int, write: Callable, path: Path, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for second in range(3):
            old = db.message(chat, f"old {second}", at=at(second))
            (date,) = db._connection.execute(
                "SELECT date FROM message ORDER BY ROWID DESC LIMIT 1"
            ).fetchone()
            db.update(old, date=date // 10**9 * unit)
        future = db.message(chat, "not yet", at=at(9))
        db.update(future, date=2**62)
        first = IMessageChatLoader(path)
        db._connection.commit()
        first.load()
        db.message(chat, "new", at=at(5))
        for table, column in (
            ("message", "ROWID"),
            ("chat_message_join", "message_id"),
        ):
            db._connection.execute(f"UPDATE {table} SET {column} = {column} + 100")

    assert load(since=first.cursor).texts == ["new", "not yet"]


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
