"""Reactions and votes stored in another conversation than what they are about."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.chatdb.databases import _distant_rows
from langchain_imessage.testing import ChatDatabaseWriter

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_imessage.records import Message

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
ANN, BEN = "+14155550101", "+14155550102"
LOVED, UNLOVED = 2000, 3000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write chats with Ann and Ben, and a joke in Ann's."""
    path = tmp_path / "chat.db"
    with ChatDatabaseWriter(path, era="macos-15") as db:
        ann, ben = db.handle(ANN), db.handle(BEN)
        db.message(db.chat(ann), "a joke", at=NOON, guid="JOKE")
        db.message(db.chat(ben), "hello", at=NOON, guid="HELLO")
    return path


def react(path: Path, kind: int, *, chat: int = 2, about: str = "p:0/JOKE") -> None:
    """Store a reaction of Ben's, in his own chat unless another one is named."""
    with closing(sqlite3.connect(path)) as db, db:
        rowid = db.execute(
            "INSERT INTO message (guid, text, handle_id, date, associated_message_guid, "
            "associated_message_type) VALUES ('R' || ?1, 'Loved', 2, "
            "(SELECT max(date) + 1 FROM message), ?2, ?1)",
            (kind, about),
        ).lastrowid
        db.execute(
            "INSERT INTO chat_message_join (chat_id, message_id) VALUES (?, ?)",
            (chat, rowid),
        )


def joke(path: Path, **options: object) -> Message:
    """Read the joke, and check that each row is counted once."""
    with ChatDatabase(path, **options) as database:  # type: ignore[arg-type]
        found = {m.text: m for c in database.conversations() for m in c.messages}
        ledger = database.ledger
    assert ledger.rows == ledger.messages + sum(ledger.reasons.values())
    return found["a joke"]


@pytest.mark.parametrize("about", ["JOKE", "p:0/JOKE", "p/JOKE", "bp:JOKE"])
def test_a_reaction_takes_effect_on_its_message(path: Path, about: str) -> None:
    react(path, LOVED, about=about)
    (reaction,) = joke(path).reactions
    assert (reaction.kind, reaction.sender) == ("loved", BEN)
    assert joke(path, chats=[ANN]).reactions == (reaction,)


def test_one_without_a_handle_is_of_whom_its_own_chat_is_with(path: Path) -> None:
    react(path, LOVED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE message SET handle_id = 0 WHERE guid = 'R2000'")
    assert [reaction.sender for reaction in joke(path).reactions] == [BEN]


def test_its_removal_does_too(path: Path) -> None:
    react(path, LOVED)
    react(path, UNLOVED)
    assert not joke(path).reactions


def test_where_rows_without_words_are_messages_it_is_one_of_its_own_chat(
    path: Path,
) -> None:
    react(path, LOVED)
    loader = IMessageChatLoader(path, content=lambda message: message.text or "[it]")
    shown = [[m.content for m in one["messages"]] for one in loader.load()]
    assert sorted(shown) == [["a joke"], ["hello", "[it]"]]


def test_a_new_one_brings_its_message(path: Path) -> None:
    with ChatDatabase(path) as database:
        list(database.conversations())
        cursor = database.cursor
    react(path, LOVED)
    with ChatDatabase(path, since=cursor) as database:
        (changed,) = database.conversations()
    assert [message.text for message in changed.messages] == ["a joke"]


def test_one_in_another_chat_of_the_same_person_is_there_once(path: Path) -> None:
    react(path, LOVED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE handle SET id = ?, service = 'SMS' WHERE ROWID = 2", (ANN,))
        db.execute("UPDATE chat SET chat_identifier = ? WHERE ROWID = 2", (ANN,))
    assert len(joke(path).reactions) == 1


def test_one_to_a_message_in_no_chat_is_on_that(path: Path) -> None:
    react(path, LOVED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE message SET handle_id = 1 WHERE guid = 'JOKE'")
        db.execute("DELETE FROM chat_message_join WHERE chat_id = 1")
    assert len(joke(path).reactions) == 1


@pytest.mark.parametrize("in_both", ["JOKE", "Loved"])
def test_where_one_of_the_two_is_in_both_chats_it_is_on_its_message(
    path: Path, in_both: str
) -> None:
    react(path, LOVED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO chat_message_join (chat_id, message_id) "
            "SELECT c.ROWID, m.ROWID FROM chat c, message m "
            "WHERE (m.guid = ?1 OR m.text LIKE ?1 || '%') AND NOT EXISTS "
            "(SELECT 1 FROM chat_message_join j "
            "WHERE j.chat_id = c.ROWID AND j.message_id = m.ROWID)",
            (in_both,),
        )
    assert len(joke(path).reactions) == 1


def test_nothing_is_looked_for_row_by_row_in_a_large_table_without_an_index(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    react(path, LOVED)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP INDEX chat_message_join_idx_message_id_only")
    assert joke(path).reactions
    monkeypatch.setattr(_distant_rows, "_FEW", 0)
    assert not joke(path).reactions
