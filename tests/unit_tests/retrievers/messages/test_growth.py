"""An index that has grown is the one that would be made now, whatever happened in between."""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.chatdb.sync import _fingerprints, _latest_rows
from langchain_imessage.retrievers import SEARCH_CONTENT, MessageIndex
from langchain_imessage.retrievers.messages._growth import IndexGrowth

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = 86_400
CHATS = 4
TEXTS = (
    "a walrus",
    "the heron",
    "Liked “message 30”",
    "Edited to “walrus”",
    "見る walrus",
)


def contents(index: MessageIndex) -> tuple[Any, ...]:
    """Return all that is in an index, but for its own numbers."""
    conversations = {
        one.chat.guids: (
            sorted(one.chat.participants),
            one.title,
            index.read(one.number),
        )
        for one in index.conversations()
    }
    with index.connected() as connection:
        segments = connection.execute(
            "SELECT first, last, count, messages FROM segment ORDER BY first, messages"
        ).fetchall()
        (words,) = connection.execute("SELECT count(*) FROM words").fetchone()
        assert words == len(segments)
    hits = [
        sorted((hit.key, hit.matches) for hit in index.search(query, limit=99))
        for query in ("walrus", "heron", "見", "message walrus")
    ]
    return conversations, segments, hits


def insert(
    connection: sqlite3.Connection,
    rowid: int,
    *,
    time: int,
    chat: int,
    reply_to: str | None = None,
) -> None:
    connection.execute(
        "INSERT INTO message (ROWID, guid, text, handle_id, service, date, is_from_me, "
        "thread_originator_guid) VALUES (?, ?, ?, ?, 'iMessage', ?, ?, ?)",
        (rowid, f"N{rowid}", TEXTS[rowid % 5], chat, time, rowid % 2, reply_to),
    )
    connection.execute(
        "INSERT INTO chat_message_join (chat_id, message_id, message_date) VALUES (?, ?, ?)",
        (chat, rowid, time),
    )


def change(connection: sqlite3.Connection, chance: random.Random) -> None:
    newest, time = connection.execute(
        "SELECT max(ROWID), max(date) FROM message"
    ).fetchone()
    some, chat = chance.randint(newest - 40, newest), chance.randint(1, CHATS)
    match chance.randrange(13):
        case 0 | 1 | 2:
            after = chance.choice((60, 4_000, DAY)) * 10**9
            insert(connection, newest + 1, time=time + after, chat=chat)
        case 3:
            early = time - chance.randint(0, 40) * DAY * 10**9
            insert(connection, newest + 1, time=early, chat=chat)
        case 4:
            connection.execute(
                "UPDATE message SET text = 'a heron, edited', attributedBody = NULL, "
                "date_edited = ? WHERE ROWID = ?",
                (time, some),
            )
        case 5:
            (guid,) = connection.execute(
                "SELECT guid FROM message WHERE ROWID <= ? ORDER BY ROWID DESC", (some,)
            ).fetchone()
            time += 3 * DAY * 10**9
            insert(connection, newest + 1, time=time, chat=chat, reply_to=guid)
        case 6:
            connection.execute(
                "INSERT OR IGNORE INTO chat_recoverable_message_join (chat_id, message_id) "
                "SELECT chat_id, message_id FROM chat_message_join WHERE message_id = ?",
                (some,),
            )
            connection.execute(
                "DELETE FROM chat_message_join WHERE message_id = ?", (some,)
            )
        case 7:
            connection.execute(
                "UPDATE chat_message_join SET chat_id = ? WHERE message_id = ?",
                (chat, some),
            )
        case 8:
            for table, column in (
                ("chat_message_join", "message_id"),
                ("message", "ROWID"),
            ):
                connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (some,))
        case 9 | 10 | 11:
            change_where_it_is(connection, chance.randrange(3), some, chat)
        case _:
            connection.execute(
                "UPDATE chat SET display_name = ? WHERE ROWID = ?", (f"T{newest}", chat)
            )


def change_where_it_is(
    connection: sqlite3.Connection, kind: int, message: int, chat: int
) -> None:
    match kind:
        case 0:  # in no chat from now on: it is its sender's
            connection.execute(
                "DELETE FROM chat_message_join WHERE message_id = ?", (message,)
            )
        case 1:  # one that was in none, if there is any, is in a chat again
            connection.execute(
                "INSERT OR IGNORE INTO chat_message_join (chat_id, message_id) "
                "SELECT ?, ROWID FROM message WHERE ROWID NOT IN "
                "(SELECT message_id FROM chat_message_join) LIMIT 1",
                (chat,),
            )
        case _:
            connection.execute(
                "UPDATE message SET text = 'the HERON', attributedBody = NULL, "
                "date = date + 1 WHERE ROWID = ?",
                (message,),
            )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "share", "seed"),
    [("text", 1, 7), (SEARCH_CONTENT, 10**9, 8), ("text", 10**9, 9)],
)
def test_an_index_grows_to_what_it_would_be_if_it_were_made_now(  # noqa: PLR0917  # fixtures
    content: Any,
    share: Any,
    seed: int,
    write: Callable,
    path: Path,
    at: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_fingerprints, "BUCKET_BITS", 2)
    monkeypatch.setattr(_latest_rows, "_SHARE", share)
    ends = []
    original = IndexGrowth._read_end

    def spy(self: IndexGrowth, *args: Any) -> bool:
        ends.append(original(self, *args))
        return ends[-1]

    monkeypatch.setattr(IndexGrowth, "_read_end", spy)
    with write() as db:
        people = [db.handle(f"+1415555010{n}") for n in range(CHATS)]
        chats = [db.chat(person) for person in people[:-1]]
        chats.append(db.chat(*people, display_name="All"))
        for n in range(120):
            db.message(chats[n % CHATS], f"message {n}", at=at(n * DAY / 4))
    index = MessageIndex(IMessageChatLoader(path, content=content), ":memory:")
    index.update()
    chance = random.Random(seed)
    for _ in range(12):
        with sqlite3.connect(path) as connection:
            for _ in range(chance.randint(1, 3)):
                change(connection, chance)
        connection.close()
        index.update()
        fresh = MessageIndex(IMessageChatLoader(path, content=content), ":memory:")
        fresh.update()
        assert contents(index) == contents(fresh)
    assert True in ends, "something was read from its end on only"
    assert False in ends, "something had to be read whole"


@pytest.mark.parametrize("has_index", [True, False])
def test_what_goes_to_recently_deleted_while_others_come_is_found_no_more(
    has_index: Any,
    write: Callable,
    path: Path,
    at: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_fingerprints, "BUCKET_BITS", 2)
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        for n in range(40):
            db.message(chat, f"word{n}", at=at(n * DAY))
        if has_index:
            db._connection.execute("CREATE INDEX i ON chat_message_join (message_id)")
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    index.update()
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO chat_recoverable_message_join (chat_id, message_id) VALUES (1, 11)"
        )
        connection.execute("DELETE FROM chat_message_join WHERE message_id = 11")
        (time,) = connection.execute("SELECT max(date) FROM message").fetchone()
        insert(connection, 41, time=time + DAY * 10**9, chat=1)
    connection.close()
    index.update()
    assert index.search("heron"), "what is new is found"
    assert not index.search("word10")
    assert index.search("word11")


@pytest.mark.parametrize("has_index", [True, False])
def test_a_message_that_was_to_be_sent_later_is_found_once_it_is_sent(
    has_index: Any, write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        db.message(chat, "a heron", at=at())
        row = db.message(chat, "an ibis", at=at(60), sender=None)
        db.schedule(row)
        db._connection.execute("DROP INDEX IF EXISTS message_idx_schedule_state")
        if has_index:
            db._connection.execute("CREATE INDEX i ON message (schedule_state)")
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    index.update()
    assert not index.search("ibis")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE message SET schedule_state = 0 WHERE ROWID = 2")
    connection.close()
    assert index.update()
    assert index.search("ibis")


def test_a_message_that_is_edited_twice_is_found_as_it_is_in_the_end(
    write: Callable, path: Path, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        db.message(chat, "a heron", at=at())
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    index.update()
    for minute, bird in enumerate(("ibis", "cormorant", "penguin"), 1):
        with sqlite3.connect(path) as connection:
            connection.execute(
                "UPDATE message SET text = ?, attributedBody = NULL, date_edited = date + ?",
                (bird, minute * 60 * 10**9),
            )
        connection.close()
        assert index.update()
        assert index.search(bird)


def test_an_index_of_many_parts_has_not_changed_where_the_database_has_not(
    write: Callable, path: Path, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_fingerprints, "BUCKET_BITS", 2)
    with write() as db:
        chat = db.chat(db.handle("+14155550101"))
        for n in range(200):
            db.message(chat, "a heron", at=at(n))
    index = MessageIndex(IMessageChatLoader(path), ":memory:")
    assert [index.update(), index.update(), index.update()] == [True, False, False]
