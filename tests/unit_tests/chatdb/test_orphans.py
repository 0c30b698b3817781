"""Messages in no chat: into the conversation of their group, target or sender, or counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader, Reason
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.records import Conversation

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ANN, BEN = "+14155550101", "+14155550102"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a chat with Ann and a group, and rows of both, and of Ben, in no chat."""
    path = tmp_path / "chat.db"
    with ChatDatabaseWriter(path, era="macos-15") as db:
        ann, ben = db.handle(ANN), db.handle(BEN)
        chat, group = db.chat(ann), db.chat(ann, ben, chat_identifier="chat7")
        joke = db.message(chat, "a joke", at=NOON)
        db.message(group, "hello all", at=NOON)
        db.message(None, "from Ann", sender=ann, at=NOON)
        db.message(None, "from Ben", sender=ben, at=NOON, attachments=1)
        db.message(None, "nobody's", at=NOON)
        target = {"associated_message_guid": f"p:0/{joke.guid}"}
        loved = {"associated_message_type": 2000, **target}
        db.message(None, "Loved “a joke”", sender=ben, at=NOON, **loved)
        db.message(None, "to all", sender=ben, at=NOON, cache_roomnames="chat7")
        db.delete(db.message(chat, "gone", at=NOON), at=NOON)
    return path


def read(path: Path, **options: object) -> list[Conversation]:
    with ChatDatabase(path, **options) as database:  # type: ignore[arg-type]
        return list(database.conversations())


def texts(conversations: list[Conversation]) -> list[set[str]]:
    return sorted(({m.text for m in one.messages} for one in conversations), key=sorted)


def test_each_is_in_the_conversation_it_belongs_to(path: Path) -> None:
    conversations = read(path)
    assert texts(conversations) == [
        {"a joke", "from Ann"},
        {"from Ben"},
        {"hello all", "to all"},
    ]
    (joke,) = (m for c in conversations for m in c.messages if m.text == "a joke")
    assert [one.kind for one in joke.reactions] == ["loved"]
    (picture,) = (m for c in conversations for m in c.messages if "Ben" in m.text)
    assert picture.details is not None
    assert len(picture.details.attachments) == 1
    assert all(one.chat.has_orphans for one in conversations)


def test_a_reaction_to_one_of_them_is_where_that_is(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with ChatDatabaseWriter(path, era="macos-15") as db:
        ann, ben = db.handle(ANN), db.handle(BEN)
        db.message(db.chat(ann), "hello", at=NOON)
        joke = db.message(None, "a joke", sender=ben, at=NOON)
        target = {"associated_message_guid": f"p:0/{joke.guid}"}
        loved = {"associated_message_type": 2000, **target}
        db.message(None, "Loved", sender=ann, at=NOON, **loved)
    found = {m.text: m for c in read(path) for m in c.messages}
    assert [one.kind for one in found["a joke"].reactions] == ["loved"]


def test_a_chat_that_is_no_number_is_none(tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with ChatDatabaseWriter(path, era="macos-15") as db:
        chat = db.chat(db.handle(ANN))
        db.message(chat, "first", at=NOON)
        rows = [db.message(chat, f"row {n}", at=NOON) for n in range(3)]
        db.message(chat, "last", at=NOON)
    with closing(sqlite3.connect(path)) as connection, connection:
        for value, row in zip(("junk", b"\x00", None), rows, strict=True):
            connection.execute(
                "UPDATE chat_message_join SET chat_id = ? WHERE message_id = ?",
                (value, row.rowid),
            )
        connection.execute("INSERT INTO chat_message_join VALUES ('x', 1, 0)")
        connection.execute("INSERT INTO chat_handle_join VALUES (1, 'x')")
    for source in (path, [path, path.with_name("other.db")]):
        path.with_name("other.db").write_bytes(path.read_bytes())
        loader = IMessageChatLoader(source)
        (session,) = loader.load()
        texts = [message.content for message in session["messages"]]
        assert texts == ["first", "row 0", "row 1", "row 2", "last"]
        assert Reason.NOT_READ not in loader.ledger.reasons


NUMBERS = (-1, 1.5, 1 << 39, 1 << 40, (1 << 39) + 1, (1 << 63) - 1, -(1 << 63), -1e300)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("is_there", [False, True])
def test_a_chat_of_a_number_that_none_has_costs_no_row(
    tmp_path: Path, number: float, is_there: bool
) -> None:
    path = tmp_path / "chat.db"
    with ChatDatabaseWriter(path, era="macos-15") as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        db.message(chat, "first", sender=ann, at=NOON)
        odd = db.message(chat, "odd", sender=ann, at=NOON)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE chat_message_join SET chat_id = ? WHERE message_id = ?",
            (number, odd.rowid),
        )
        if is_there and isinstance(number, int):
            connection.execute("UPDATE chat SET ROWID = ?", (number,))
    loader = IMessageChatLoader(path)
    assert sum(len(session["messages"]) for session in loader.load()) == (
        loader.ledger.messages
    )
    assert loader.ledger.rows == 2
    assert {*loader.ledger.reasons} <= {Reason.NO_CHAT}


def first_and_apart(folder: Path) -> Path:
    """Write two messages of one person, the second in no chat."""
    path = folder / "chat.db"
    with ChatDatabaseWriter(path, era="macos-15") as db:
        ann = db.handle(ANN)
        db.message(db.chat(ann), "first", sender=ann, at=NOON)
        db.message(None, "apart", sender=ann, at=NOON)
    return path


@pytest.mark.parametrize("number", [1 << 39, (1 << 63) - 1, -(1 << 63), -5])
def test_a_handle_of_a_number_that_none_has_costs_no_row(
    tmp_path: Path, number: int
) -> None:
    path = first_and_apart(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE handle SET ROWID = ?", (number,))
        connection.execute("UPDATE message SET handle_id = ?", (number,))
    loader = IMessageChatLoader(path)
    loader.load()
    assert Reason.NOT_READ not in loader.ledger.reasons


def test_a_row_of_the_least_number_is_read(tmp_path: Path) -> None:
    path = first_and_apart(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE message SET ROWID = ? WHERE ROWID = 2", [-(1 << 63)])
    loader = IMessageChatLoader(path)
    assert len(loader.load()[0]["messages"]) == 2
    assert loader.cursor


def test_the_session_says_so_where_it_is_so(path: Path) -> None:
    sessions = IMessageChatLoader(path).load()
    assert [session["chat"].get("has_orphans") for session in sessions] == [True] * 3
    (apart,) = IMessageChatLoader(path, chats=[BEN]).load()
    assert apart["chat"]["handles"] == [BEN]


def test_every_row_is_counted_once_whatever_is_wanted(path: Path) -> None:
    for options in (
        {},
        {"groups": True},
        {"chats": [BEN]},
        {"unify_chats": False},
    ):
        with ChatDatabase(path, **options) as database:  # type: ignore[arg-type]
            list(database.conversations())
            ledger = database.ledger
        assert ledger.rows == 8
        assert ledger.rows == ledger.messages + sum(ledger.reasons.values())
        assert ledger.reasons[Reason.NO_CHAT] == 1
        assert ledger.reasons[Reason.DELETED] == 1


def test_those_that_come_later_come_with_the_cursor(path: Path) -> None:
    with ChatDatabase(path) as database:
        list(database.conversations())
        cursor = database.cursor
    with ChatDatabase(path, since=cursor) as database:
        assert not [m for c in database.conversations() for m in c.messages]
