"""Writes a large, lifelike database quickly: for benchmarks, and for tests of scale."""

from __future__ import annotations

import random
import sqlite3
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_imessage.testing.database._eras import statements
from langchain_imessage.testing.database._rows import DIRECT, GROUP
from langchain_imessage.testing.database.blobs._bodies import archive_body
from langchain_imessage.testing.database.blobs._payloads import LINK, link_payload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

_WORDS = [
    "the",
    "a",
    "see",
    "you",
    "at",
    "eight",
    "ok",
    "yes",
    "no",
    "maybe",
    "later",
    "tomorrow",
    "lunch",
    "dinner",
    "dog",
    "walk",
    "train",
    "home",
    "car",
    "work",
    "meeting",
    "call",
    "soon",
    "great",
    "thanks",
    "haha",
    "lol",
    "really",
    "sure",
    "bring",
    "milk",
    "where",
    "are",
]
_ENDINGS = ("", "", "", "", "", "", "", "!", "?", " 👍", " 😂", " “no”")
_BATCH = 20_000
_BEGAN = 600_000_000 * 10**9
"""2020-01-06, in nanoseconds since 2001; a message a minute from there."""

_MINUTE = 60 * 10**9
_OWN = 0.45
_TAPBACKS = 0.03
_MEAN_WORDS = 7
_MESSAGE = (
    "INSERT INTO message (ROWID, guid, text, attributedBody, handle_id, service, date, "
    "is_from_me, balloon_bundle_id, payload_data, thread_originator_guid, "
    "associated_message_guid, associated_message_type, is_finished, is_sent, part_count, "
    "version, account, destination_caller_id) VALUES (?, ?, ?, ?, ?, 'iMessage', ?, ?, ?, "
    "?, ?, ?, ?, 1, 1, 1, 10, 'E:me@example.com', '+15550000')"
)
_ATTACHMENT = (
    "INSERT INTO attachment (ROWID, guid, original_guid, filename, mime_type, "
    "transfer_name, total_bytes) VALUES (?1, ?2, ?2, "
    "'~/Library/Messages/Attachments/' || ?2, 'image/jpeg', 'picture.jpeg', 9)"
)
_LINK = (
    "INSERT INTO chat_message_join (chat_id, message_id, message_date) VALUES (?, ?, ?)"
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
) -> int:
    """Write a database of many messages, in WAL mode and with the real indexes.

    Args:
        path: Where; there must be nothing yet.
        messages: Rows in its message table.
        chats: Conversations; they mix in time, and their sizes are uneven as in life.
        groups: Share of the conversations that are groups, of three to ten.
        without_text: Share of the messages whose words are only in the body.
        rich: Share of the messages that are more than words: in turn a picture, a mention,
            a link with its preview, a reply.
        largest: Rows in the largest conversation; by its share if not given.
        sitting: Messages that come after each other in one conversation before another
            has its turn, on the average. In life they are many; with 1, all mix.
        seed: Another one makes another database.

    Returns:
        How many of the rows are messages; the others are tapbacks.

    Raises:
        FileExistsError: If there is something at the path.
    """
    if Path(path).exists():
        raise FileExistsError(f"{path} exists already")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    schema = statements("macos-15")
    for statement in (s for s in schema if s.startswith("CREATE TABLE")):
        connection.execute(statement)
    chance = random.Random(seed)  # noqa: S311  # lifelike, not secret
    members = _write_chats(connection, chance, chats, groups)
    picks = _picks(chance, members, messages, largest)
    if sitting > 1:
        picks = _in_segments(chance, picks, sitting)
    true = _write_messages(connection, _messages(chance, picks, without_text, rich))
    for statement in (s for s in schema if not s.startswith("CREATE TABLE")):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return true


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
    connection: sqlite3.Connection, messages: Iterator[tuple[int, tuple[Any, ...]]]
) -> int:
    """Write the messages, a batch at a time; return how many are no tapbacks."""
    true = 0
    while batch := list(islice(messages, _BATCH)):
        true += sum(not row[-1] for _, row in batch)
        connection.executemany(_MESSAGE, (row for _, row in batch))
        # The number of a row and its date: the first of its values, and the sixth.
        connection.executemany(_LINK, ((chat, row[0], row[5]) for chat, row in batch))
        pictures = [
            (row[0], f"at_0_{row[1]}") for _, row in batch if row[3] is _PICTURE
        ]
        connection.executemany(_ATTACHMENT, pictures)
        connection.executemany(
            "INSERT INTO message_attachment_join VALUES (?1, ?1)",
            ((rowid,) for rowid, _ in pictures),
        )
    return true


def _messages(
    chance: random.Random,
    picks: Iterator[tuple[int, list[int]]],
    without_text: float,
    rich: float,
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield each message's row, as `_MESSAGE` takes it, with its chat."""
    latest: dict[int, str] = {}
    for rowid, (chat, people) in enumerate(picks, 1):
        guid = f"{rowid:08X}-0000-4000-8000-000000000000"
        date = _BEGAN + rowid * _MINUTE
        own = chance.random() < _OWN
        handle = chance.choice(people)
        if own:  # in a chat of two it is 0 as often as not
            handle = 0 if len(people) > 1 else chance.choice([0, handle])
        more: tuple[Any, ...] = (None, None, None)
        target, kind, text = None, 0, _text(chance)
        body: bytes | None = None
        if chat in latest and chance.random() < _TAPBACKS:
            target, kind = f"p:0/{latest[chat]}", 2000 + chance.randrange(6)
        else:
            if rich and chance.random() < rich:
                text, body, more = _rich(rowid, latest.get(chat))
            latest[chat] = guid
        column = None if chance.random() < without_text else text
        body = body or archive_plain(text)
        yield chat, (rowid, guid, column, body, handle, date, own, *more, target, kind)


def _rich(rowid: int, latest: str | None) -> tuple[str, bytes | None, tuple[Any, ...]]:
    """Return a message that is more than words: text, body, balloon, payload, thread."""
    match rowid % 4:
        case 0:
            return "\ufffclook at this", _PICTURE, (None, None, None)
        case 1:
            return "Ann, are you there?", _MENTION, (None, None, None)
        case 2:
            return "https://example.com", _LINKED, (LINK, _PREVIEW, None)
        case _:
            return "yes, that one", None, (None, None, latest)


def _text(chance: random.Random) -> str:
    words = min(120, 1 + int(chance.expovariate(1 / _MEAN_WORDS)))
    return " ".join(chance.choices(_WORDS, k=words)) + chance.choice(_ENDINGS)


_PICTURE = archive_body("\ufffclook at this")
_MENTION = archive_body("Ann, are you there?", mentions={"Ann": "+15550000001"})
_LINKED = archive_body(
    "https://example.com", links={"https://example.com": "https://example.com"}
)
_PREVIEW = link_payload(
    "https://example.com", title="Example Domain", summary="For use in documents."
)
_HEAD, _TAIL = archive_body("x").split(b"\x01x\x86\x84\x02iI\x01\x01")


def archive_plain(text: str) -> bytes:
    """Archive a text without attachments as `archive_body` does, but from a template."""
    raw = text.encode()
    units = len(text.encode("utf-16-le")) // 2
    return b"".join(
        (_HEAD, _number(len(raw)), raw, b"\x86\x84\x02iI\x01", _number(units), _TAIL)
    )


def _number(value: int) -> bytes:
    return bytes([value]) if value < 128 else b"\x81" + value.to_bytes(2, "little")  # noqa: PLR2004
