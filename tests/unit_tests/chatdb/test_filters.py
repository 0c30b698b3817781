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
def test_an_error_of_the_callers_own_test_is_not_the_databases(load: Callable) -> None:
    with pytest.raises(ValueError, match="of mine") as raised:
        load(chats=lambda _: int("of mine"))
    assert type(raised.value) is ValueError


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


@pytest.mark.parametrize("beside", [-499, -400, -1, 0, 1, 499])
def test_a_messages_own_moment_is_the_first_after_it_and_not_before_it(
    beside: int, write: Callable, path: Path, load: Callable, at: Callable
) -> None:
    with write() as db:
        row = db.message(db.chat(db.handle(ANN)), "now", at=at(0))
        db.update(row, date=db.value(row, "date") + beside)
    (message,) = IMessageChatLoader(path).load()[0]["messages"]
    moment = message.additional_kwargs["sent_at"]
    assert load(after=moment).texts == ["now"]
    with pytest.warns(UserWarning, match="before"):
        assert load(before=moment).sessions == []


@pytest.mark.parametrize("year", [1, 1700, 2400, 9999])
def test_moments_at_the_ends_of_the_calendar_are_moments(
    year: int, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle(ANN)), "now", at=at(0))
    moment = datetime(year, 12, 31, tzinfo=UTC)
    wanted = {"after": moment} if year < 2000 else {"before": moment}
    assert load(**wanted).texts == ["now"]


def test_a_message_in_a_chat_without_a_number_is_in_no_chat(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle(ANN)), "here", at=at(0))
        lost = db.message(None, "lost", at=at(1))
        db.insert("chat_message_join", chat_id=None, message_id=lost.rowid)
    loaded = load()
    assert loaded.texts == ["here"]
    loaded.left_out(no_chat=1)
