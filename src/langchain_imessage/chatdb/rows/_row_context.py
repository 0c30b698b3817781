"""What is known before, and collected while, the rows of one conversation are read; no SQL."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from langchain_imessage.records import Message, Reason
from langchain_imessage.timestamps import (
    LARGEST_DATE,
    NANOSECONDS_FROM,
    Place,
    apple_nanoseconds,
    datetime_from_apple,
    place_in_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from langchain_imessage.chatdb.assembly._polls import PollUpdate
    from langchain_imessage.chatdb.assembly._reactions import Tapback
    from langchain_imessage.chatdb.people._handles import Known, People, Sender
    from langchain_imessage.chatdb.rows._attachments import AttachmentRow
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.chatdb.rows._prefetch import Prefetch
    from langchain_imessage.chatdb.sources._attachment_paths import AttachmentFiles
    from langchain_imessage.records import GroupEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadContext:
    """What is known before a conversation's rows are read.

    Attributes:
        people: Who is behind a handle.
        other: The other person, where there is just one: a received row that names nobody
            is theirs.
        now: The present, in seconds since 2001.
        details: Fetches the other columns of special rows.
        attachments: By ROWID of their message; of the rows that are being read, at least.
        files: Those of attachments.
        wants_wordless: Whether rows without words are to be messages, too; the content
            policy then counts those it does not want.
        recent_from: The ROWID behind which messages are recent.
        report: Called with each row whose words cannot be read.
    """

    people: People
    other: Known | Sender
    now: int
    details: Prefetch
    attachments: dict[int, list[AttachmentRow]]
    files: AttachmentFiles
    wants_wordless: bool
    recent_from: int
    report: Callable[[MessageRow], None]

    def sender(self, handle: int | None) -> Known | Sender:
        """Return whom a received row is from."""
        return self.people.handles.get(handle, self.other)

    def nanoseconds(self, date: object) -> int:
        """Convert what stands in a date column to nanoseconds since 2001; junk is 0."""
        return apple_nanoseconds(date, now=self.now)

    def moment(self, date: object) -> datetime | None:
        """Return which moment a date column means; None where it was not set."""
        if (
            date.__class__ is int and date >= NANOSECONDS_FROM
        ):  # nearly all that are set
            return datetime_from_apple(date)
        time = self.nanoseconds(date) if date else 0
        return datetime_from_apple(time) if time else None


_NEVER_MESSAGES = {Reason.REACTION, Reason.GROUP_EVENT}


@dataclass(slots=True, kw_only=True)
class Collected:
    """What the rows of one conversation gave.

    Attributes:
        messages: The messages.
        quoting: The places of words that may be a tapback or an edit written out.
        noted: The places of those a cursor may note one by one: the recent ones, and such
            as may be more than words.
        events: What happened.
        tapbacks: The reactions and removals.
        poll_updates: Votes, and what else changes a poll.
        own_wordless: When the owner sent rows without words, in nanoseconds since 2001.
        first_attachment: The place in time of the first attachment.
        salvaged: How many messages a damaged body still gave.
        reasons: How many rows are no message, by reason.
        undecodable: ROWIDs of those whose words cannot be read.
        left_out: ROWIDs of those that may become a message: empty ones, scheduled ones.
        unsent: Guids of rows of which so much was unsent that no words are left.
        latest: The place in time of the last row so far.
        is_in_order: Whether all rows came in order.
        has_equal_dates: Whether some rows may have the same date.
    """

    messages: list[Message] = field(default_factory=list)
    quoting: list[int] = field(default_factory=list)
    noted: list[int] = field(default_factory=list)
    events: list[GroupEvent] = field(default_factory=list)
    tapbacks: list[Tapback] = field(default_factory=list)
    poll_updates: list[PollUpdate] = field(default_factory=list)
    own_wordless: list[int] = field(default_factory=list)
    first_attachment: Place | None = None
    salvaged: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    undecodable: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    unsent: set[str] = field(default_factory=set)
    latest: tuple[float, int] = (-inf, 0)
    is_in_order: bool = True
    has_equal_dates: bool = False

    def add_attachment(self, place: Place) -> None:
        """Note where an attachment stands."""
        self.first_attachment = min(self.first_attachment or place, place)

    def note_recent(self, first: int, context: ReadContext) -> None:
        """Note the recent messages from a place on."""
        self.noted += [
            place
            for place, message in enumerate(self.messages[first:], first)
            if message[0] > context.recent_from
        ]

    def leave_out_empty(
        self, rowid: int, date: object, context: ReadContext, *, is_own: bool
    ) -> None:
        """Note a row that has nothing at all; its date only matters where it is own."""
        self.reasons[Reason.EMPTY] += 1
        self.left_out.append(rowid)
        if is_own:
            self.own_wordless.append(context.nanoseconds(date))

    def leave_out(self, row: MessageRow, reason: Reason, context: ReadContext) -> None:
        """Note a row that has no words of its own."""
        if not context.wants_wordless:
            self.reasons[reason] += 1
            if reason not in _NEVER_MESSAGES:
                self.left_out.append(row.rowid)
            if row.is_from_me:
                self.own_wordless.append(context.nanoseconds(row.date))
        if reason is Reason.ATTACHMENT_ONLY:
            self.add_attachment(place_of(row, context))
        if reason is Reason.UNDECODABLE:
            self.undecodable.append(row.rowid)
            context.report(row)

    def expect(self, rows: list[tuple[Any, ...]], context: ReadContext) -> bool:
        """Prepare for some rows: sort them, and note whether they continue the order.

        Returns:
            Whether all their dates are numbers of nanoseconds within the calendar.
        """
        is_usual = sort_rows(rows, now=context.now)
        first, last = (
            (context.nanoseconds(row[0]), row[1]) for row in (rows[0], rows[-1])
        )
        self.is_in_order &= self.latest <= first
        self.has_equal_dates |= self.latest[0] == first[0]
        self.latest = last
        context.details.expect([row[1] for row in rows if row[-1]])
        return is_usual

    def sort(self, context: ReadContext) -> None:
        """Sort what was found, when all rows are read and did not come in order."""
        if not self.is_in_order:
            self.quoting = [*range(len(self.messages))]
            self.noted = self.quoting.copy()
            self.has_equal_dates = True
            self.messages.sort(key=lambda m: (context.nanoseconds(m.date), m.rowid))
            self.events.sort(key=lambda e: place_in_time(e.sent_at, e.rowid))


def place_of(row: MessageRow, context: ReadContext) -> Place:
    """Return where a row stands in time."""
    return place_in_time(context.moment(row.date), row.rowid)


def sort_rows(rows: list[tuple[Any, ...]], *, now: int) -> bool:
    """Sort rows by time, then ROWID.

    Rows of one unit, which are all but the oldest, sort as they are, and mostly are in
    order already. Once sorted the first and the last show whether all are of that unit.

    Returns:
        Whether they are.
    """
    with suppress(TypeError):
        rows.sort()
        if not rows or (rows[0][0] >= NANOSECONDS_FROM and rows[-1][0] <= LARGEST_DATE):
            return True
    rows.sort(key=lambda row: (apple_nanoseconds(row[0], now=now), row[1]))
    return False
