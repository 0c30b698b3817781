"""What the rows of a database look like, in little space: sums that say where it changed; pure.

A cursor says what is new or was edited. A copy of the messages, such as a search index, has
to learn of deletions, too: so the rows of every table that says what was said are summed,
a thousand neighbours at a time, which reads no text and takes half a second for a million.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from langchain_imessage.chatdb.rows._queries import is_chat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from langchain_imessage.chatdb.sources._schema import Capabilities

BUCKET_BITS = 10
"""So many low bits of the ROWID are one bucket's: 1,024 rows."""

Sums: TypeAlias = "Mapping[int, tuple[int | None, ...]]"
"""Some sums over rows, by bucket."""

_LENGTHS = ("text", "attributedBody")
_NUMBERS = ("date",)
_RARE_LENGTHS = ("message_summary_info", "payload_data")
_RARE_NUMBERS = ("date_edited", "date_retracted")
"""Columns that change when a message is edited or taken back; with `SCHEDULED` they tell
every change of what is said. Those that most rows lack are summed where one is there."""

SCHEDULED = "schedule_state"
"""The column that changes when a message is sent at last. An index finds the few rows that
have it: behind ninety others, reading it costs a quarter of the time."""

_TABLES = (
    ("chat_message_join", "chat_id"),
    ("chat_recoverable_message_join", "chat_id"),
    ("message_attachment_join", "attachment_id"),
)
"""What else says where a message is, and what is in it."""

_PRIME = 1_000_003
_LOW_BITS = (1 << 36) - 1
"""Of numbers only so much is summed: of a bucket's nanoseconds the sum would overflow, and
be rounded. Two moments that are equal in these bits are 68.7 seconds apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The sums of one database, by bucket of the message table.

    Attributes:
        rows: How many rows there are, and sums over them and what is joined to them.
        times: When the earliest and the latest was sent, in nanoseconds since 2001.
        homeless: ROWIDs of the messages in no chat.
    """

    rows: Sums
    times: Mapping[int, tuple[int, int]]
    homeless: Sequence[int] = ()


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
        sources = [[one.rows, one.times, one.homeless] for one in self.sources]
        return json.dumps([self.people, sources], separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` has written.

        Args:
            text: The state, as `str` wrote it.

        Raises:
            ValueError: If the text is nothing of the kind.
        """
        try:
            people, sources = json.loads(text)
            return cls(
                people=str(people),
                sources=tuple(
                    Fingerprint(
                        rows=_numbered(rows),
                        times=_numbered(times),
                        homeless=tuple(map(int, homeless)),
                    )
                    for rows, times, homeless in sources
                ),
            )
        except (AttributeError, TypeError) as error:
            raise ValueError("not the state of a database") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPart:
    """Neighbouring messages, some of which may have changed.

    Attributes:
        first, last: When the earliest and the latest was sent, before or now, in
            nanoseconds since 2001.
        chats: ROWIDs of the chats they are in now, as in `records.Chat`; those that are
            gone may have been in others.
    """

    first: int
    last: int
    chats: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What may have changed since an earlier state.

    Attributes:
        parts: Where messages may have changed.
        everything: Whether nothing is known, and all conversations may have changed.
    """

    parts: tuple[ChangedPart, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a database is not what it was.

    Attributes:
        rows: The first and the last ROWID of rows that may have changed.
        first, last: When the earliest and the latest was sent, before or now, in
            nanoseconds since 2001.
    """

    rows: tuple[int, int]
    first: int
    last: int


def differences(before: Fingerprint, now: Fingerprint) -> Iterator[Difference]:
    """Compare two fingerprints of one database; buckets in a row are one difference."""
    same = before.rows.items() & now.rows.items()
    changed = sorted({*before.rows, *now.rows} - {bucket for bucket, _ in same})
    for _, run in groupby(enumerate(changed), key=lambda pair: pair[1] - pair[0]):
        buckets = [bucket for _, bucket in run]
        times = [
            moment
            for bucket in buckets
            for side in (before, now)
            for moment in side.times.get(bucket, ())
        ]
        if times:  # else no message is there, nor was
            yield Difference(
                rows=(bounds(buckets[0])[0], bounds(buckets[-1])[1]),
                first=min(times),
                last=max(times),
            )


def bucket_sums(
    capabilities: Capabilities, *, with_chats: bool, with_scheduled: bool
) -> str:
    """Compose the statement for one bucket of the message table, of two ROWIDs.

    Grouping all rows in one statement would sort them, which takes longer than the rest.

    Args:
        capabilities: What the database has.
        with_chats: Whether to sum the messages' chats, too, which takes an index.
        with_scheduled: Whether to sum `scheduled_sums`, too, for want of its index.
    """
    numbers = (*_RARE_NUMBERS, SCHEDULED) if with_scheduled else _RARE_NUMBERS
    common = _terms(capabilities, _LENGTHS, _NUMBERS)
    rare = _terms(capabilities, _RARE_LENGTHS, numbers)
    weighted = [
        f"{term} * {2 * n + 3}"
        for n, term in enumerate((*common.values(), *rare.values()))
    ]
    value = " + ".join(weighted[: len(common)])
    if rare:
        more = " + ".join(weighted[len(common) :])
        value += f" + CASE WHEN {' OR '.join(rare)} THEN {more} ELSE 0 END"
    of_chats = "0"
    if with_chats:
        table, column = _TABLES[0]
        of_chats = (
            f"(SELECT {_joined(column)} FROM {table} "
            "WHERE message_id BETWEEN ?1 AND ?2)"
        )
    return (
        f"SELECT count(*), sum(({value}) * (m.ROWID % 1009 + 1)), "
        f"{of_chats} FROM message m WHERE m.ROWID BETWEEN ?1 AND ?2"
    )


def _terms(
    capabilities: Capabilities, lengths: Sequence[str], numbers: Sequence[str]
) -> dict[str, str]:
    """Return what is summed of some columns that are there, by the test for a value."""
    found = {
        f"m.{name} IS NOT NULL": f"ifnull(length(m.{name}), 0)"
        for name in lengths
        if capabilities.has("message", name)
    }
    for name in numbers:
        if capabilities.has("message", name):
            found[f"m.{name}"] = f"(ifnull(m.{name}, 0) & {_LOW_BITS})"
    return found


def bucket_times(time: str) -> str:
    """Compose the statement for the times of one bucket's messages.

    Args:
        time: In SQL, the time of a row `m` in nanoseconds since 2001.
    """
    return (
        f"SELECT min({time}), max({time}) FROM message m WHERE m.ROWID BETWEEN ? AND ?"
    )


def next_row() -> str:
    """Compose the statement for the first ROWID from another one on."""
    return "SELECT min(ROWID) FROM message WHERE ROWID >= ?"


def scheduled_sums() -> str:
    """Compose the statement for the states of scheduled messages, by their buckets."""
    of = f"SELECT ROWID AS id, {SCHEDULED} AS state FROM message WHERE {SCHEDULED}"
    return (
        f"SELECT id >> {BUCKET_BITS}, sum(state % {_PRIME} * (id % 1009 + 1)) "
        f"FROM ({of} > 0 UNION ALL {of} < 0) GROUP BY 1"
    )


def joined_sums(capabilities: Capabilities, *, with_chats: bool) -> Iterator[str]:
    """Compose the statements for what is joined to messages, by their buckets.

    Args:
        capabilities: What the database has.
        with_chats: Whether to sum the messages' chats, too.
    """
    for table, column in _TABLES[not with_chats :]:
        if capabilities.has(table, "message_id", column):
            yield (
                f"SELECT message_id >> {BUCKET_BITS}, {_joined(column)} FROM {table} "
                "WHERE message_id IS NOT NULL GROUP BY 1"
            )


def _joined(column: str) -> str:
    return f"sum((ifnull({column}, 0) % {_PRIME} + 1) * (message_id % 1009 + 1))"


def chats_of_range() -> str:
    """Compose the statement for the chats of the messages in a range of ROWIDs."""
    return (
        "SELECT DISTINCT chat_id FROM chat_message_join "
        f"WHERE message_id BETWEEN ? AND ? AND {is_chat('+chat_id')}"
    )


def bucket_of(rowid: int) -> int:
    """Return the bucket a row is in."""
    return rowid >> BUCKET_BITS


def bounds(bucket: int) -> tuple[int, int]:
    """Return the first and the last ROWID of a bucket."""
    first = bucket << BUCKET_BITS
    return first, first + (1 << BUCKET_BITS) - 1


def _numbered(sums: Mapping[str, Sequence[int]]) -> dict[int, Any]:
    """Return sums by number; JSON has made texts of the numbers, lists of the sums."""
    return {int(key): tuple(values) for key, values in sums.items()}
