"""Writes a large, lifelike database quickly: for benchmarks, and for tests of scale."""

from __future__ import annotations

import random
import sqlite3
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_imessage.arguments import (
    NUMBER,
    PATH,
    PROGRESS,
    WHOLE,
    check_arguments,
    or_none,
)
from langchain_imessage.testing.database._eras import statements
from langchain_imessage.testing.database._rows import DIRECT, GROUP
from langchain_imessage.testing.database.large._large_rows import (
    LargeRow,
    RowsByChance,
    Shares,
    picture_guid,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike

_BATCH = 20_000
_FIELDS = LargeRow._fields
_MESSAGE = (
    f"INSERT INTO message ({', '.join(_FIELDS)}, service, is_finished, is_sent, "
    "part_count, version, account, destination_caller_id) "
    f"VALUES ({', '.join('?' * len(_FIELDS))}, 'iMessage', 1, 1, "
    "1, 10, 'E:me@example.com', '+15550000')"
)
_ATTACHMENT = (
    "INSERT INTO attachment (ROWID, guid, original_guid, filename, mime_type, "
    "transfer_name, total_bytes) VALUES (?1, ?2, ?2, "
    "'~/Library/Messages/Attachments/' || ?2, 'image/jpeg', 'picture.jpeg', 9)"
)
_LINK = (
    "INSERT INTO chat_message_join (chat_id, message_id, message_date) VALUES (?, ?, ?)"
)


@check_arguments(
    path=PATH,
    messages=WHOLE,
    chats=WHOLE,
    groups=NUMBER,
    without_text=NUMBER,
    rich=NUMBER,
    largest=or_none(WHOLE),
    sitting=WHOLE,
    seed=WHOLE,
    replies=NUMBER,
    directed=NUMBER,
    detected=NUMBER,
    edited=NUMBER,
    empty=NUMBER,
    progress=PROGRESS,
)
def write_large_database(
    path: str | PathLike[str],
    *,
    messages: int = 1_000_000,
    chats: int = 400,
    groups: float = 0.2,
    without_text: float = 0.7,
    rich: float = 0,
    largest: int | None = None,
    sitting: int = 1,
    seed: int = 0,
    replies: float = 0,
    directed: float = 0,
    detected: float = 0,
    edited: float = 0,
    empty: float = 0,
    progress: Callable[[int, int], object] | None = None,
) -> int:
    """Write a database of many messages, in WAL mode and with the real indexes.

    Databases of one seed have the same chats, people, times and words, whatever else is in
    them: what they cost to read can be compared.

    Args:
        path: Where; there must be nothing yet.
        messages: Rows in its message table.
        chats: Conversations; they mix in time, and their sizes are uneven as in life.
        groups: Share of the conversations that are groups, of three to ten.
        without_text: Share of the messages whose words are only in the body.
        rich: Share of the messages that are more than words: a picture, a mention, a link
            with its preview, an app's, one with a word in bold, a reply.
        largest: Rows in the largest conversation; by its share if not given.
        sitting: Messages that come after each other in one conversation before another
            has its turn, on the average. In life they are many; with 1, all mix.
        seed: Another one makes another database.
        replies: Share of the messages that answer another one.
        directed: Share of the owner's messages whose body has a writing direction, as
            nearly all have in life.
        detected: Share of the messages in which a date, a number, an address or an amount
            was detected.
        edited: Share of the messages that were edited.
        empty: Share of the rows without anything in them, as typing leaves them.
        progress: Called after every 20,000 rows, and in the end, with how many have been
            written, and how many there are.

    Returns:
        How many of the rows are messages; the others are tapbacks, or empty.

    Raises:
        FileExistsError: If there is something at the path.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> write_large_database("many.db", messages=500, chats=5)
        486
        >>> len(IMessageChatLoader("many.db").load())
        5
    """
    schema = statements("macos-15")
    connection = _new_database(path)
    for statement in (s for s in schema if s.startswith("CREATE TABLE")):
        connection.execute(statement)
    chance = random.Random(seed)  # noqa: S311  # lifelike, not secret
    members = _write_chats(connection, chance, chats, groups)
    picks = _picks(chance, members, messages, largest)
    if sitting > 1:
        picks = _in_segments(chance, picks, sitting)
    shares = Shares(
        without_text=without_text,
        rich=rich,
        replies=replies,
        directed=directed,
        detected=detected,
        edited=edited,
        empty=empty,
    )
    more = random.Random(seed + 1)  # noqa: S311
    rows = RowsByChance(chance, more, shares).rows(picks)
    true = 0
    for done, count in _write_messages(connection, rows):
        true += count
        if progress is not None:
            progress(done, messages)
    for statement in (s for s in schema if not s.startswith("CREATE TABLE")):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return true


def _new_database(path: str | PathLike[str]) -> sqlite3.Connection:
    if Path(path).exists():
        raise FileExistsError(
            f"{path} already exists: choose another path, or delete it"
        )
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _write_chats(
    connection: sqlite3.Connection, chance: random.Random, chats: int, groups: float
) -> list[list[int]]:
    """Write chats and handles; return who is in each chat, by its position."""
    handles = range(1, 2 * chats + 11)
    connection.executemany(
        "INSERT INTO handle (ROWID, id, service) VALUES (?, ?, 'iMessage')",
        ((handle, _phone_number(handle)) for handle in handles),
    )
    every = round(1 / groups) if groups else chats + 1
    # No two chats of two share a person: each is a conversation of its own.
    members = [
        chance.sample(handles, chance.randint(3, 10)) if not n % every else [n]
        for n in range(1, chats + 1)
    ]
    for rowid, people in enumerate(members, 1):
        style = DIRECT if len(people) == 1 else GROUP
        # As Messages does: a chat of two is identified by the other's address.
        identifier = _phone_number(people[0]) if style == DIRECT else f"chat{rowid}"
        connection.execute(
            "INSERT INTO chat (ROWID, guid, style, chat_identifier, service_name, group_id)"
            " VALUES (?, ?, ?, ?, 'iMessage', ?)",
            (
                rowid,
                f"any;{'-+'[style == GROUP]};{identifier}",
                style,
                identifier,
                f"G{rowid}",
            ),
        )
        connection.executemany(
            "INSERT INTO chat_handle_join VALUES (?, ?)",
            ((rowid, handle) for handle in people),
        )
    return members


def _phone_number(handle: int) -> str:
    return f"+1555{handle:07}"


def _picks(
    chance: random.Random, members: list[list[int]], messages: int, largest: int | None
) -> Iterator[tuple[int, list[int]]]:
    """Choose the chat of each message, a few chats having most of them."""
    chats = list(enumerate(members, 1))
    chance.shuffle(chats)
    weights = [1 / (rank + 5) for rank in range(len(chats))]
    if largest is not None:
        rest = sum(weights[1:])
        weights[0] = rest * largest / max(1, messages - largest)
    return iter(chance.choices(chats, weights, k=messages))


def _in_segments(
    chance: random.Random, picks: Iterator[tuple[int, list[int]]], length: int
) -> Iterator[tuple[int, list[int]]]:
    """Repeat a chosen chat for some time; yield as many as there are picks."""
    current = None
    for pick in picks:
        if current is None or chance.random() < 1 / length:
            current = pick
        yield current


def _write_messages(
    connection: sqlite3.Connection, rows: Iterator[tuple[int, LargeRow]]
) -> Iterator[tuple[int, int]]:
    """Write the rows; yield after a batch how many are written, and its messages."""
    done = 0
    while batch := list(islice(rows, _BATCH)):
        true = sum(
            not (row.associated_message_type or row.is_empty) for _, row in batch
        )
        done += len(batch)
        connection.executemany(_MESSAGE, (row for _, row in batch))
        connection.executemany(
            _LINK, ((chat, row.rowid, row.date) for chat, row in batch)
        )
        pictures = [row for _, row in batch if row.cache_has_attachments]
        connection.executemany(
            _ATTACHMENT, ((row.rowid, picture_guid(row)) for row in pictures)
        )
        connection.executemany(
            "INSERT INTO message_attachment_join VALUES (?1, ?1)",
            ((row.rowid,) for row in pictures),
        )
        yield done, true
