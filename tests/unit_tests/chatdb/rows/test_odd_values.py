"""One odd value costs itself only: never the row's words, never another row."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.testing import ERAS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN = "+15550101"
DATES = (
    "date",
    "date_read",
    "date_delivered",
    "date_played",
    "date_edited",
    "date_retracted",
)
ODD = (
    -(2**63),
    2**63 - 1,
    -(2**63) + 1,
    float("inf"),
    float("-inf"),
    1e300,
    -1e300,
    9.3e18,
    "yesterday",
    "12 o'clock",
    b"\xff\x00",
    "",
    None,
)


def overwrite(path: Path, statement: str, value: object) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement, (value,))
    connection.commit()
    connection.close()


@pytest.mark.parametrize("value", ODD)
def test_an_odd_date_costs_no_row(
    write: Callable, load: Callable, at: Callable, path: Path, value: Any
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        rows = [db.message(chat, f"m{n}", at=at(n)) for n in range(4)]
    for column in DATES:
        statement = f"UPDATE message SET {column} = ? WHERE ROWID = {rows[1].rowid}"
        overwrite(path, statement, value)
    overwrite(
        path,
        "UPDATE chat_message_join SET message_date = ? WHERE message_id = 3",
        value,
    )

    assert sorted(load().texts) == ["m0", "m1", "m2", "m3"]
    assert sorted(load(content="annotated").texts) == ["m0", "m1", "m2", "m3"]
    loader = IMessageChatLoader(path)
    loader.load()
    for options in ({"since": loader.cursor}, {"after": at(0)}, {"before": at(9)}):
        IMessageChatLoader(path, **options).load()


@pytest.mark.parametrize("value", ODD)
def test_an_odd_date_of_seconds_costs_no_row(
    write: Callable, load: Callable, path: Path, value: Any
) -> None:
    with write(era="ios-6") as db:
        chat = db.chat(db.handle(ANN))
        for number in range(3):
            db.message(chat, f"m{number}", at=400_000_000 + number)
    overwrite(path, "UPDATE message SET date = ? WHERE ROWID = 2", value)

    assert sorted(load().texts) == ["m0", "m1", "m2"]


def test_a_date_too_early_for_any_calendar_is_none(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "when?", at=-(2**63))
        db.message(chat, "now", at=at(0))

    assert [m.additional_kwargs["sent_at"] for m in load().messages] == [None, at(0)]


@pytest.mark.parametrize(
    ("stored", "part"),
    [
        ("0:0:2", 0),
        ("3:0:2", 3),
        ("3", 3),
        ("18446744073709551615:0:2", 0),
        ("-1:0:2", 0),
        ("9" * 5000, 0),
        ("", 0),
        (None, 0),
    ],
)
def test_a_reply_to_no_bubbles_number_is_to_the_first(
    write: Callable, load: Callable, at: Callable, stored: str | None, part: int
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        first = db.message(chat, "hi", at=at(0))
        reply = db.message(chat, "ho", at=at(1), reply_to=first.guid)
        db.update(reply, thread_originator_part=stored)

    assert load().messages[1].additional_kwargs["reply_to_part"] == part


def test_a_reply_may_name_the_bubble_before_the_guid(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        first = db.message(chat, "hi", at=at(0))
        db.message(chat, "ho", at=at(1), reply_to=f"p:0/{first.guid}")

    assert load().messages[1].additional_kwargs["reply_to"] == first.guid


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("store", ["both", "text", "body"])
def test_a_slot_that_names_no_attachment_takes_the_one_there_is(
    write: Callable, load: Callable, at: Callable, era: str, store: str
) -> None:
    with write(era=era) as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "look", at=at(0), attachments=1, store=store)

    loaded = load(content="annotated")

    assert loaded.texts == ["[image]\nlook"]
    (picture,) = loaded.messages[0].additional_kwargs["attachments"]
    assert (picture["kind"], bool(picture["path"])) == ("image", True)


@pytest.mark.parametrize(
    ("stored", "service"),
    [
        ("iMessage", "iMessage"),
        ("SMS", "SMS"),
        ("RCS", "RCS"),
        ("iMessageLite", "iMessageLite"),
        ("imessage", "imessage"),
        ("FaceTime", "FaceTime"),
        ("", ""),
        (1, "1"),
        (None, None),
    ],
)
@pytest.mark.parametrize("columns", [{}, {"subject": "Then"}], ids=["plain", "special"])
def test_a_service_is_what_is_stored(
    stored: object, service: str | None, columns: dict, write: Callable, path: Path
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+15550101"))
        db.message(chat, "words", at=0, service=stored, **columns)
    with ChatDatabase(path) as database:
        (conversation,) = database.conversations()
    assert [message.service for message in conversation.messages] == [service]
