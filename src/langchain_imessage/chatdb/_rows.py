"""The rows of one conversation → its messages; no SQL, no connection.

Decides for each row whether it is a message, and what its words are. The loop over plain
rows is the hot path of the whole package: what is rare leaves it at its first question.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb._queries import Row
from langchain_imessage.chatdb._reactions import Tapback, tapback_of
from langchain_imessage.decoding._attributed_body import (
    ATTACHMENT_SLOT,
    body_text,
    has_placeholders,
    without_placeholders,
)
from langchain_imessage.decoding._summary_info import SummaryInfo, parse_summary_info
from langchain_imessage.decoding._tapbacks import is_reaction
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Edit, Message, Reason
from langchain_imessage.timestamps import (
    APPLE_EPOCH_UNIX,
    NANOSECONDS_FROM,
    datetime_from_apple,
    to_apple_nanoseconds,
)
from langchain_imessage.typedstream import plain_text, salvage_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from langchain_imessage.chatdb._tally import Tally

_APP_TYPES = {3, 4000}
"""An app's update and a poll's vote: never words of their sender."""

_SEND_LATER = 2
_WAITING = {1, 2, 3}
"""States of a message that is still to be sent."""

_NO_HISTORY = SummaryInfo()


@dataclass(slots=True, kw_only=True)
class Reading:
    """What is known before, and gathered while, one conversation is read.

    Attributes:
        addresses: By handle.
        only_other: The other person, where there is just one: a received row that names
            nobody is theirs.
        now: The present, in seconds since 2001.
        tally: Where each row is counted.
        details: Fetches the rest of a row that needs a closer look.
        has_attachment: Asks whether an attachment is joined to a row.
        report: Told of each row whose body gave no words.
        messages: The messages, in order.
        tapbacks: The reactions and removals, in order.
        own_wordless: When the owner sent rows without words, in nanoseconds since 2001.
        first_attachment: How many messages came before the first attachment.
    """

    addresses: Mapping[Any, str]
    only_other: str | None
    now: int
    tally: Tally
    details: Callable[[int], tuple[Any, ...]]
    has_attachment: Callable[[int], bool]
    report: Callable[[Row], None]
    messages: list[Message] = field(default_factory=list)
    tapbacks: list[Tapback] = field(default_factory=list)
    own_wordless: list[int] = field(default_factory=list)
    first_attachment: int | None = None

    def saw_attachment(self) -> None:
        """Remember that an attachment stands here."""
        if self.first_attachment is None:
            self.first_attachment = len(self.messages)

    def leave_out(self, row: Row, reason: Reason) -> None:
        """Count a row that is no message."""
        self.tally.reasons[reason] += 1
        if row.is_from_me:
            self.own_wordless.append(nanoseconds(row.date, now=self.now))
        if reason is Reason.ATTACHMENT_ONLY:
            self.saw_attachment()
        if reason is Reason.UNDECODABLE:
            self.tally.undecodable.append(row.rowid)
            self.report(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What a row's columns say, and how well they could be read."""

    text: str = field(default="", repr=False)
    salvaged: bool = False
    damaged: bool = False


def read_rows(rows: Iterable[tuple[Any, ...]], reading: Reading) -> None:
    """Read a conversation's rows.

    Args:
        rows: As `Queries.messages` selects them, in order, each once.
        reading: Gathers what is found.
    """
    address_of, only_other = reading.addresses.get, reading.only_other
    keep, moment = reading.messages.append, datetime.fromtimestamp
    for row in rows:
        # fmt: off
        (date, rowid, guid, text, body, own, handle,
         service, subject, reply, special) = row
        # fmt: on
        words = text or (plain_text(body) if body else None)
        edits: tuple[Edit, ...] = ()
        if (
            special
            or subject
            or not words
            or (not words.isascii() and has_placeholders(words))
        ):
            found = _look_closer(Row(*row, *reading.details(rowid)), words, reading)
            if found is None:
                continue
            words, edits = found
        sender = None if own else address_of(handle, only_other)
        if date.__class__ is int and date >= NANOSECONDS_FROM:
            # As `datetime_from_apple`; no such number is beyond the calendar.
            sent_at: datetime | None = moment(date / 1e9 + APPLE_EPOCH_UNIX, UTC)
        else:
            time = nanoseconds(date, now=reading.now)
            sent_at = datetime_from_apple(time) if time else None
        # fmt: off
        keep(Message(rowid, guid, date, sent_at, words, sender, bool(own), service,
                     reply or None, edits))
        # fmt: on


def nanoseconds(date: object, *, now: int) -> int:
    """Bring what stands in a date column to nanoseconds since 2001; junk is 0."""
    if not isinstance(date, int | float) or not isfinite(date):
        return 0
    return to_apple_nanoseconds(int(date), now=now)


def in_order(rows: list[tuple[Any, ...]], *, now: int) -> None:
    """Sort rows by time, then ROWID.

    Rows of one unit, which are all but the oldest, sort as they are, and mostly are in
    order already. Once sorted the first tells whether there is an older unit among them.
    """
    with suppress(TypeError):
        rows.sort()
        if not rows or rows[0][0] >= NANOSECONDS_FROM:
            return
    rows.sort(key=lambda row: (nanoseconds(row[0], now=now), row[1]))


def _look_closer(
    row: Row, words: str | None, reading: Reading
) -> tuple[str, tuple[Edit, ...]] | None:
    """Read a row that is not plain; None, and counted, if it is no message."""
    reason = _event(row) if row.special else None
    if reason is not None:
        if reason is Reason.REACTION:
            sender = None if row.is_from_me else _sender(row, reading)
            time = nanoseconds(row.date, now=reading.now)
            reading.tapbacks.append(tapback_of(row, sender, time))
        reading.leave_out(row, reason)
        return None
    history = _history(row)
    found = _current_words(row, words, history)
    text = without_placeholders(found.text)
    if row.subject:
        text = f"{row.subject}\n{text}" if text else row.subject
    if not text:
        reading.leave_out(row, _why_wordless(row, found, history, reading))
        return None
    if ATTACHMENT_SLOT in found.text:
        reading.saw_attachment()
    reading.tally.salvaged += found.salvaged
    return text, history.earlier


def _sender(row: Row, reading: Reading) -> str | None:
    return reading.addresses.get(row.handle_id, reading.only_other)


def _event(row: Row) -> Reason | None:
    """Tell whether a row is something that happened rather than something said."""
    associated = row.associated_type or 0
    if row.item_type:
        return Reason.GROUP_EVENT
    if is_reaction(associated):
        return Reason.REACTION
    if associated in _APP_TYPES:
        return Reason.APP
    if row.schedule_type == _SEND_LATER and row.schedule_state in _WAITING:
        return Reason.SCHEDULED
    return None


def _history(row: Row) -> SummaryInfo:
    if not row.summary:
        return _NO_HISTORY
    try:
        return parse_summary_info(row.summary)
    except DecodeError:
        return _NO_HISTORY


def _current_words(row: Row, words: str | None, history: SummaryInfo) -> _Words:
    """Find what a row says today.

    Never edited: the text column, else the body. Edited: the body, which has the latest
    version, else the history; the text column may still hold what was taken back.
    """
    edited = row.date_edited or history.versions or history.retracted
    if words and not edited:
        return _Words(text=words)
    found = _body_words(row.body)
    if found.text or not edited:
        return found
    if history.versions:
        return _Words(text=history.current_text)
    if row.text and not history.retracted:
        return _Words(text=row.text)
    return found


def _body_words(body: bytes | None) -> _Words:
    if not body:
        return _Words()
    try:
        return _Words(text=body_text(body))
    except DecodeError:
        text = salvage_text(body)
        return _Words(text=text, salvaged=True) if text else _Words(damaged=True)


def _why_wordless(
    row: Row, found: _Words, history: SummaryInfo, reading: Reading
) -> Reason:
    if ATTACHMENT_SLOT in found.text:
        return Reason.APP if row.balloon else Reason.ATTACHMENT_ONLY
    if history.retracted:
        return Reason.UNSENT
    if found.damaged:
        return Reason.UNDECODABLE
    if row.date_edited:
        return Reason.UNSENT
    if row.balloon:
        return Reason.APP
    if row.has_attachments or reading.has_attachment(row.rowid):
        return Reason.ATTACHMENT_ONLY
    return Reason.EMPTY
