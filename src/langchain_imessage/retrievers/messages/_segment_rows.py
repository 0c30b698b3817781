"""The segments of an index and their words: added, replaced by others, deleted.

Owns what a row of theirs is, and that what is not there any more is not in the file either.
A row that would be the same is left alone: deleting words and adding them again takes most
of the time.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, cast

from langchain_imessage.retrievers.messages._indexed_records import (
    packed,
    texts_in,
    unpacked,
)
from langchain_imessage.retrievers.messages._search_terms import terms_of
from langchain_imessage.transforms.conversation._segments import segments_of_messages
from langchain_imessage.transforms.messages._content import text_of
from langchain_imessage.transforms.messages._fast_construct import human_message_maker
from langchain_imessage.transforms.messages._timestamps import seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from langchain_core.messages import BaseMessage

GAP = timedelta(hours=1)
MESSAGES = 50
"""Where segments end, as in `IMessageLoader`: the documents of both are the same."""

_ID_BITS = 20
"""A segment's id is its time, so that the newest are found first, and a number."""

_UNTIMED, _UNTIMED_MARK = -1, "untimed"
"""The second of a segment whose time is unknown, and the mark of one that has such messages."""

_MOST_TERMS = 1 << 23
"""Characters of terms that are held until they are indexed: those of a year's messages."""

_COLUMNS = "conversation, piece, first, last, count, marks, messages"


class SegmentRow(NamedTuple):
    """A segment, as it is in the table behind its id."""

    conversation: int
    started: float | None
    first: float | None
    last: float | None
    size: int
    marks: str
    messages: bytes


class Segment(NamedTuple):
    """A segment to be added: its row, and what is said in it by the messages' ids."""

    row: SegmentRow
    said: Sequence[tuple[str | None, str]]


class KeptPart(NamedTuple):
    """The end of what is kept of a conversation, up to where it is read again.

    Attributes:
        start: Where it is read again, in Unix seconds: all after `segments` is later.
        segments: What is kept of the talk that may go on there, in order.
    """

    start: float
    segments: list[SegmentRow]

    def without_last(self) -> KeptPart | None:
        """Return the same with one segment less; None if there is none."""
        if not self.segments:
            return None
        *kept, last = self.segments
        return _without_ties(KeptPart(cast("float", last.first), kept))


class SegmentRows:
    """The segments of an index, within a transaction.

    Args:
        connection: To the index.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        self._texts: Counter[tuple[str | None, str]] = Counter()
        self._terms = 0
        self._run(
            "CREATE TEMP TABLE IF NOT EXISTS added (id INTEGER PRIMARY KEY, terms)"
        )
        self._run("DELETE FROM temp.added")

    def conversations_in(self, first: float, last: float) -> set[int]:
        """Return which conversations have a segment in a time."""
        rows = self._run(
            "SELECT DISTINCT conversation FROM segment INDEXED BY segment_by_time "
            "WHERE last >= ? AND first <= ?",
            (first, last),
        )
        return {number for (number,) in rows}

    def kept_before(self, conversation: int, moment: float) -> KeptPart | None:
        """Return the end of what is kept if all from a moment on is read again.

        Returns:
            It; None if nothing is kept.
        """
        found = self._run(
            "SELECT piece, first FROM segment WHERE conversation = ? AND first <= ? "
            "ORDER BY first DESC, id DESC LIMIT 1",
            (conversation, moment),
        ).fetchone()
        if found is None:
            return None
        segments = [
            SegmentRow._make(row)
            for row in self._run(
                f"SELECT {_COLUMNS} FROM segment WHERE conversation = ? AND piece = ? "
                "AND first BETWEEN ? AND ? ORDER BY first, id",
                (conversation, found[0], *found),
            )
        ]
        return _without_ties(KeptPart(moment, segments))

    def add(self, conversation: int, messages: Sequence[BaseMessage]) -> bool:
        """Add all segments of a conversation.

        Returns:
            Whether all of its messages have a time.
        """
        return self._insert(_segments(conversation, messages))

    def replace(
        self, conversation: int, kept: KeptPart, messages: Sequence[BaseMessage]
    ) -> bool | None:
        """Replace the segments behind those that are kept.

        Returns:
            Whether all of the messages have a time; None if nothing was done, because
            the last one that is kept would not end where it does.
        """
        before = [message for row in kept.segments for message in _outlines(row)]
        segments = [*_segments(conversation, [*before, *messages])]
        ends = [*accumulate((one.row.size for one in segments), initial=0)]
        if len(before) not in ends:
            return None
        segments = segments[ends.index(len(before)) :]
        there = {
            SegmentRow._make(row): segment
            for segment, *row in self._run(
                f"SELECT id, {_COLUMNS} FROM segment WHERE conversation = ? AND first >= ?",
                (conversation, kept.start),
            )
        }
        # Of those that begin at one moment, ids have the order: none of them is kept.
        begin = Counter(one.row.first for one in segments)
        rows = there.keys() & {one.row for one in segments}
        same = {row for row in rows if begin[row.first] == 1}
        self._delete([segment for row, segment in there.items() if row not in same])
        return self._insert(one for one in segments if one.row not in same)

    def delete_all(self, conversation: int) -> None:
        """Delete all segments of a conversation."""
        rows = self._run(
            "SELECT id FROM segment WHERE conversation = ?", (conversation,)
        )
        self._delete([segment for (segment,) in rows])

    def finish(self) -> None:
        """Index the words of what was added, and forget those that are said no more.

        By far the fastest in the order of ids.
        """
        self._run(
            "INSERT INTO words (rowid, body, marks) "
            "SELECT s.id, ifnull(a.terms, terms(s.messages)), s.marks "
            "FROM temp.added a CROSS JOIN segment s ON s.id = a.id ORDER BY a.id"
        )
        self._run("DELETE FROM temp.added")
        if +self._texts:  # something that was said is no longer there: nor in the file
            self._run("INSERT INTO words (words) VALUES ('optimize')")

    def _insert(self, segments: Iterable[Segment]) -> bool:
        all_timed = True
        for row, said in segments:
            second = _UNTIMED if row.first is None else int(row.first)
            self._insert_one(second << _ID_BITS, row, self._terms_of(said))
            all_timed = all_timed and _UNTIMED_MARK not in row.marks.split()
            if self._texts:
                self._texts.subtract(said)
        return all_timed

    def _terms_of(self, said: Sequence[tuple[str | None, str]]) -> str | None:
        """Return a segment's terms; None where so many are held that it is left to SQL."""
        if self._terms > _MOST_TERMS:
            return None
        terms = terms_of(said)
        self._terms += len(terms)
        return terms

    def _insert_one(self, number: int, row: SegmentRow, terms: str | None) -> None:
        while True:
            try:
                self._run(
                    "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, *row),
                )
            except sqlite3.IntegrityError:
                number += 1
            else:
                self._run("INSERT INTO temp.added VALUES (?, ?)", (number, terms))
                return

    def _delete(self, segments: Iterable[int]) -> None:
        for segment in sorted(segments):
            ((data,),) = self._run(
                "SELECT messages FROM segment WHERE id = ?", (segment,)
            ).fetchall()
            self._texts.update(texts_in(data))
            self._run(
                "INSERT INTO words (words, rowid, body, marks) SELECT 'delete', id, "
                "terms(messages), marks FROM segment WHERE id = ?",
                (segment,),
            )
            self._run("DELETE FROM segment WHERE id = ?", (segment,))


def _segments(conversation: int, messages: Sequence[BaseMessage]) -> Iterator[Segment]:
    """Cut a conversation into its segments."""
    times = [seconds_of(message) for message in messages]
    for start, stop, split in segments_of_messages(messages, times, GAP):
        for first in range(start, stop, MESSAGES):
            part = slice(first, min(first + MESSAGES, stop))
            yield _segment(conversation, messages[part], times[part], split["started"])


def _segment(
    conversation: int,
    messages: Sequence[BaseMessage],
    times: Sequence[float | None],
    started: float | None,
) -> Segment:
    known = [time for time in times if time is not None]
    marks = [f"c{conversation}", *_marks(messages)]
    if len(known) < len(times):
        marks.append(_UNTIMED_MARK)
    said = [(message.id, text_of(message.content)) for message in messages]
    row = SegmentRow(
        conversation=conversation,
        started=started,
        first=min(known, default=None),
        last=max(known, default=None),
        size=len(times),
        marks=" ".join(marks),
        messages=packed(messages, times),
    )
    return Segment(row, said)


def _outlines(row: SegmentRow) -> Iterator[BaseMessage]:
    """Yield of a segment's messages what tells where segments end."""
    make = human_message_maker()
    for message in unpacked(row.messages):
        yield make("", message.id, {"sent_at": message.seconds})


def _without_ties(kept: KeptPart) -> KeptPart:
    """Keep nothing that was said at the moment where it is read again, or later."""
    start, segments = kept
    while segments and cast("float", segments[-1].last) >= start:
        *segments, last = segments
        start = cast("float", last.first)
    return KeptPart(start, segments)


def _marks(messages: Sequence[BaseMessage]) -> Iterator[str]:
    """Yield what a segment can be filtered by."""
    kwargs = [message.additional_kwargs for message in messages]
    if any(one.get("is_from_me") for one in kwargs):
        yield "own"
    if not all(one.get("is_from_me") for one in kwargs):
        yield "others"
    if any(one.get("attachments") for one in kwargs):
        yield "attached"
