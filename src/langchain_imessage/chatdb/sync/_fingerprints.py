"""What the rows of a database look like, in little space: sums that say where it changed; pure.

A cursor says what is new or was edited. A copy of the messages, such as a search index, has
to learn of deletions, too: so the rows of every table that says what was said are summed,
a thousand neighbours at a time, which reads no text and takes half a second for a million.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_imessage.chatdb.sources._schema import Capabilities

BUCKET_BITS = 10
"""So many low bits of the ROWID are one bucket's: 1,024 rows."""

Sums: TypeAlias = "Mapping[int, Sequence[int | None]]"
"""Some sums over rows, by bucket or by chat."""

_LENGTHS = ("text", "attributedBody", "message_summary_info", "payload_data")
_NUMBERS = ("date", "date_edited", "date_retracted", "schedule_state")
"""Columns that change when a message is edited, taken back, or sent at last; with the
lengths they tell every change of what is said. Each more costs a tenth of the time."""

_PRIME = 1_000_003
"""Terms are taken modulo this one: a sum over a bucket cannot overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The sums of one database.

    Attributes:
        rows: By bucket of the message table: how many rows there are, a sum over them,
            and the time of the earliest, in nanoseconds since 2001.
        chats: By chat: sums over the messages in it.
    """

    rows: Sums
    chats: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """What some databases looked like when they were read.

    Attributes:
        people: A digest of who is behind which handle, and what they are called.
        sources: The fingerprint of each database.
    """

    people: str
    sources: tuple[Fingerprint, ...]

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Return it as text, to be kept anywhere; it holds numbers only."""
        sources = [[one.rows, one.chats] for one in self.sources]
        return json.dumps([self.people, sources], separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` has written.

        Raises:
            ValueError: If the text is nothing of the kind.
        """
        try:
            people, sources = json.loads(text)
            return cls(
                people=str(people),
                sources=tuple(
                    Fingerprint(rows=_numbered(rows), chats=_numbered(chats))
                    for rows, chats in sources
                ),
            )
        except (AttributeError, TypeError) as error:
            raise ValueError("not the state of a database") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Which conversations may have changed since an earlier state, and from when on.

    Attributes:
        chats: ROWIDs of their chats, as in `records.Chat`.
        earliest: The time of the earliest message that may have changed, in nanoseconds
            since 2001; None where it may be any.
        everything: Whether nothing is known, and all conversations may have changed.
    """

    chats: frozenset[int] = frozenset()
    earliest: int | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a database is not what it was.

    Attributes:
        ranges: The first and the last ROWID of rows that may have changed.
        chats: ROWIDs of the chats into which messages came, or from which they went.
        earliest: The time of the earliest row that may have changed, in nanoseconds since
            2001; None where nothing did, or where a row has no time.
    """

    ranges: tuple[tuple[int, int], ...]
    chats: frozenset[int]
    earliest: int | None


def difference(before: Fingerprint, now: Fingerprint) -> Difference:
    """Compare two fingerprints of one database."""
    buckets = sorted(_different(before.rows, now.rows))
    times = [
        sums[-1]
        for b in buckets
        for side in (before, now)
        if (sums := side.rows.get(b))
    ]
    known = [time for time in times if time is not None]
    return Difference(
        ranges=tuple(_ranges(buckets)),
        chats=frozenset(_different(before.chats, now.chats)),
        earliest=min(known) if known and len(known) == len(times) else None,
    )


def bucket_sums(capabilities: Capabilities, time: str) -> str:
    """Compose the statement for one bucket of the message table, of two ROWIDs.

    Grouping all rows in one statement would sort them, which takes longer than the rest.

    Args:
        capabilities: What the database has.
        time: In SQL, the time of a row `m` in nanoseconds since 2001.
    """
    there = [name for name in _LENGTHS if capabilities.has("message", name)]
    terms = [f"ifnull(length(m.{name}), 0)" for name in there]
    there = [name for name in _NUMBERS if capabilities.has("message", name)]
    terms += [f"ifnull(m.{name}, 0)" for name in there]
    weighted = " + ".join(f"{term} * {2 * n + 3}" for n, term in enumerate(terms))
    return (
        f"SELECT count(*), sum((({weighted}) % {_PRIME}) * (m.ROWID % 1009 + 1)), "
        f"min({time}) FROM message m WHERE m.ROWID BETWEEN ? AND ?"
    )


def next_row() -> str:
    """Compose the statement for the first ROWID from another one on."""
    return "SELECT min(ROWID) FROM message WHERE ROWID >= ?"


def attachment_sums(capabilities: Capabilities) -> str | None:
    """Compose the statement for the attachments, by bucket of their messages."""
    if not capabilities.has("message_attachment_join", "message_id", "attachment_id"):
        return None
    return (
        f"SELECT message_id >> {BUCKET_BITS}, count(*), sum(attachment_id % {_PRIME}) "
        "FROM message_attachment_join WHERE message_id IS NOT NULL GROUP BY 1"
    )


def chat_sums(table: str) -> str:
    """Compose the statement for the messages of each chat, joined by a table."""
    return (
        f"SELECT chat_id, count(*), sum(message_id % {_PRIME}), "
        f"sum((message_id % 1009) * (message_id % 1013)) FROM {table} "
        "WHERE chat_id IS NOT NULL GROUP BY 1"
    )


def chats_of_range() -> str:
    """Compose the statement for the chats of the messages in a range of ROWIDs."""
    return (
        "SELECT DISTINCT chat_id FROM chat_message_join "
        "WHERE message_id BETWEEN ? AND ? AND chat_id IS NOT NULL"
    )


def joined_sums(first: Sums, second: Sums) -> Sums:
    """Join sums over two tables, the second one's in front."""
    return {
        key: (*second.get(key, ()), *first.get(key, ())) for key in {*first, *second}
    }


def _numbered(sums: Mapping[str, Sequence[int | None]]) -> Sums:
    """Return sums by number; JSON has made texts of the numbers, lists of the sums."""
    return {int(key): tuple(values) for key, values in sums.items()}


def _different(before: Sums, now: Sums) -> set[int]:
    return {key for key in {*before, *now} if before.get(key) != now.get(key)}


def bucket_of(rowid: int) -> int:
    """Return the bucket a row is in."""
    return rowid >> BUCKET_BITS


def bounds(bucket: int) -> tuple[int, int]:
    """Return the first and the last ROWID of a bucket."""
    first = bucket << BUCKET_BITS
    return first, first + (1 << BUCKET_BITS) - 1


def _ranges(buckets: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Yield the ROWIDs of buckets; those of neighbours are one range."""
    start = None
    for place, bucket in enumerate(buckets):
        start = bucket if start is None else start
        if place + 1 == len(buckets) or buckets[place + 1] != bucket + 1:
            yield bounds(start)[0], bounds(bucket)[1]
            start = None
