"""What is known before, and gathered while, one conversation is read; no SQL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from langchain_imessage.records import Message, Reason
from langchain_imessage.timestamps import (
    NANOSECONDS_FROM,
    Place,
    apple_nanoseconds,
    datetime_from_apple,
    place_in_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from langchain_imessage.chatdb._ledger import Tally
    from langchain_imessage.chatdb.assembly._polls import PollUpdate
    from langchain_imessage.chatdb.assembly._reactions import Tapback
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.chatdb.rows._attachments import AttachmentRow
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.chatdb.rows._prefetch import Prefetch
    from langchain_imessage.chatdb.sources._attachment_paths import Locator
    from langchain_imessage.records import GroupEvent


@dataclass(slots=True, kw_only=True)
class Reading:
    """What is known before, and gathered while, one conversation is read.

    Attributes:
        tally: Counts the rows that are none.
        people: Who is behind a handle.
        only_other: The other person's address, where there is just one: a received row
            that names nobody is theirs.
        now: The present, in seconds since 2001.
        details: Fetches the rest of rows that need a closer look.
        attachments: By ROWID of their message.
        locate: Finds an attachment's file.
        wants_wordless: Whether rows without words are to be messages, too; the content
            policy then counts those it does not want.
        report: Is told of each row whose words are lost.
        messages: The messages.
        quoting: The places of those that may be tapbacks written out.
        events: What happened.
        tapbacks: The reactions and removals.
        poll_updates: Votes, and what else changes a poll.
        own_wordless: When the owner sent rows without words, in nanoseconds since 2001.
        first_attachment: The place in time of the first attachment.
        newest_edit: When the latest edit was made, in nanoseconds since 2001.
        salvaged: How many messages a damaged body still gave.
        latest: The place in time of the last row so far.
        is_in_order: Whether all rows came in order.
    """

    tally: Tally
    people: People
    only_other: str | None
    now: int
    details: Prefetch
    attachments: Mapping[int, Sequence[AttachmentRow]]
    locate: Locator
    wants_wordless: bool
    report: Callable[[MessageRow], None]
    messages: list[Message] = field(default_factory=list)
    quoting: list[int] = field(default_factory=list)
    events: list[GroupEvent] = field(default_factory=list)
    tapbacks: list[Tapback] = field(default_factory=list)
    poll_updates: list[PollUpdate] = field(default_factory=list)
    own_wordless: list[int] = field(default_factory=list)
    first_attachment: Place | None = None
    newest_edit: int = 0
    salvaged: int = 0
    latest: tuple[float, int] = (-inf, 0)
    is_in_order: bool = True

    def sender(self, handle: int | None) -> str | None:
        """Name whom a received row is from."""
        name = self.people.names.get(handle)
        if name is None and self.only_other is not None:
            return self.people.name(self.only_other)
        return name

    def handle(self, handle: int | None) -> str | None:
        """Give the address a received row is from, where its sender has a name."""
        if not self.people.name_of:
            return None
        return self.people.addresses.get(handle, self.only_other)

    def nanoseconds(self, date: object) -> int:
        """Bring what stands in a date column to nanoseconds since 2001; junk is 0."""
        return apple_nanoseconds(date, now=self.now)

    def moment(self, date: object) -> datetime | None:
        """Tell which moment a date column means; None where it was not set."""
        time = self.nanoseconds(date) if date else 0
        return datetime_from_apple(time) if time else None

    def saw_attachment(self, row: MessageRow) -> None:
        """Remember that an attachment stands here."""
        place = place_in_time(self.moment(row.date), row.rowid)
        self.first_attachment = min(self.first_attachment or place, place)

    def saw_edit(self, date: object) -> None:
        """Remember when an edit was made."""
        self.newest_edit = max(self.newest_edit, self.nanoseconds(date))

    def leave_out(self, row: MessageRow, reason: Reason) -> None:
        """Take note of a row that has no words of its own."""
        if not self.wants_wordless:
            self.tally.reasons[reason] += 1
            if row.is_from_me:
                self.own_wordless.append(self.nanoseconds(row.date))
        if reason is Reason.ATTACHMENT_ONLY:
            self.saw_attachment(row)
        if reason is Reason.UNDECODABLE:
            self.tally.undecodable.append(row.rowid)
            self.report(row)

    def expect(self, rows: list[tuple[Any, ...]]) -> None:
        """Prepare for some rows: put them in order, and see whether they go on in it."""
        in_order(rows, now=self.now)
        first, last = (
            (self.nanoseconds(row[0]), row[1]) for row in (rows[0], rows[-1])
        )
        self.is_in_order &= self.latest <= first
        self.latest = last
        self.details.expect(row[1] for row in rows if row[-1])

    def put_in_order(self) -> None:
        """Sort what was found, when all rows are read and did not come in order."""
        if not self.is_in_order:
            self.quoting = [*range(len(self.messages))]
            self.messages.sort(key=lambda m: (self.nanoseconds(m.date), m.rowid))
            self.events.sort(key=lambda e: place_in_time(e.sent_at, e.rowid))


def in_order(rows: list[tuple[Any, ...]], *, now: int) -> None:
    """Sort rows by time, then ROWID.

    Rows of one unit, which are all but the oldest, sort as they are, and mostly are in
    order already. Once sorted the first tells whether there is an older unit among them.
    """
    with suppress(TypeError):
        rows.sort()
        if not rows or rows[0][0] >= NANOSECONDS_FROM:
            return
    rows.sort(key=lambda row: (apple_nanoseconds(row[0], now=now), row[1]))
