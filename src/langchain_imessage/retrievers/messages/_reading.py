"""Reads conversations out of an index: all of them, one, or a part of one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from langchain_imessage.retrievers.messages._indexed_records import (
    IndexedConversation,
    IndexedMessage,
    unpacked,
    unpacked_chat,
)

if TYPE_CHECKING:
    import sqlite3

_CONVERSATION = (
    "SELECT c.number, c.chat, sum(s.count), min(s.first), max(s.last) "
    "FROM conversation c JOIN segment s ON s.conversation = c.number"
)

chat_of_row = lru_cache(1_024)(unpacked_chat)


def conversations_in(connection: sqlite3.Connection) -> list[IndexedConversation]:
    """Return all conversations with messages, the most recently used first."""
    rows = connection.execute(f"{_CONVERSATION} GROUP BY c.number ORDER BY 5 DESC, 1")
    return [*map(_conversation, rows.fetchall())]


def conversation_at(
    connection: sqlite3.Connection, number: int
) -> IndexedConversation | None:
    """Return a conversation by its number; None if there is none with messages."""
    row = connection.execute(
        f"{_CONVERSATION} WHERE c.number = ?", (number,)
    ).fetchone()
    return None if row[0] is None else _conversation(row)


def messages_of(
    connection: sqlite3.Connection, number: int, start: int, limit: int | None
) -> list[IndexedMessage]:
    """Return messages of a conversation, see `MessageIndex.read`."""
    segments = connection.execute(
        "SELECT id, count FROM segment WHERE conversation = ? ORDER BY first, id",
        (number,),
    ).fetchall()
    total = sum(count for _, count in segments)
    first = max(0, total + start) if start < 0 else start
    stop = total if limit is None else min(total, first + limit)
    found: list[IndexedMessage] = []
    place = 0
    for segment, count in segments:
        if place < stop and place + count > first:
            messages = _segment(connection, segment)
            found += messages[max(0, first - place) : stop - place]
        place += count
    return found


def count_before(connection: sqlite3.Connection, number: int, segment: int) -> int:
    """Return how many messages of a conversation are before a segment of it."""
    (count,) = connection.execute(
        "SELECT ifnull(sum(s.count), 0) FROM segment s, segment t WHERE t.id = ? "
        "AND s.conversation = ? AND (s.first, s.id) < (t.first, t.id)",
        (segment, number),
    ).fetchone()
    return int(count)


def place_at(connection: sqlite3.Connection, number: int, moment: float) -> int:
    """Return the place of the first message from a moment on, see `MessageIndex`."""
    rows = connection.execute(
        "SELECT id, count, last FROM segment WHERE conversation = ? ORDER BY first, id",
        (number,),
    ).fetchall()
    place = 0
    for segment, count, last in rows:
        if last is not None and last >= moment:
            for message in _segment(connection, segment):
                if message.seconds is not None and message.seconds >= moment:
                    return place
                place += 1
        else:
            place += count
    return place


def _segment(
    connection: sqlite3.Connection, segment: int
) -> tuple[IndexedMessage, ...]:
    found = connection.execute(
        "SELECT messages FROM segment WHERE id = ?", (segment,)
    ).fetchone()
    return unpacked(found[0]) if found else ()


def _conversation(
    row: tuple[int, str, int, float | None, float | None],
) -> IndexedConversation:
    number, chat, count, first, last = row
    return IndexedConversation(
        number=number, chat=chat_of_row(chat), messages=count, first=first, last=last
    )
