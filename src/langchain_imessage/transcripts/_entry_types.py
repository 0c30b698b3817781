"""What a transcript is made of: its head, and an entry for each message and each event.

Plain values, the same for all formats; no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date, datetime

    from langchain_imessage.records import App, Attachment, Edit, Link, Poll

UNKNOWN: Final = "Unknown"
"""The sender of what nobody can be named as the sender of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptHead:
    """What a transcript begins with.

    Attributes:
        title: What the conversation is called.
        kind: What sort it is: notes, group or direct.
        people: Who is in it, besides the owner.
        messages: How many there are.
        first: When the first one was sent, in the transcript's time zone.
        last: When the last one was.
        months: The first day of each month that has a message in it.
    """

    title: str = field(repr=False)
    kind: str
    people: tuple[str, ...] = field(default=(), repr=False)
    messages: int
    first: datetime | None = None
    last: datetime | None = None
    months: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """An attachment of an entry.

    Attributes:
        label: What it is, in brackets: "[image]".
        attachment: The attachment.
        copy: Where its copy is, from the transcript's folder on; None if it has none.
        preview: Where there is a picture of it that browsers show, if that is another.
    """

    label: str = field(repr=False)
    attachment: Attachment
    copy: str | None = field(default=None, repr=False)
    preview: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The message an entry answers.

    Attributes:
        rowid: The ROWID of that message; None if it is not in the transcript.
        sender: Who wrote it.
        text: Its words, cut; None where they are not known.
    """

    rowid: int | None = None
    sender: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptEntry:
    """A message, or something that happened.

    Attributes:
        rowid: `message.ROWID`.
        guid: `message.guid`.
        sent_at: When, in the transcript's time zone; None where unknown.
        sender: Who.
        address: The sender's address; None for the owner or where unknown.
        is_own: Whether it is the owner's.
        is_event: Whether it is something that happened; `text` then says what.
        text: What it says, with what is not words in brackets.
        pieces: The same in parts: words, attachments, previews, apps and polls.
        quotation: What it answers.
        reply_to: The guid of that message.
        reactions: Those that stand: the emoji, and whose it is.
        edits: Earlier versions, oldest first.
        effect: The bubble's or the screen's effect.
        service: What it went over.
    """

    rowid: int
    guid: str | None = None
    sent_at: datetime | None = None
    sender: str = field(default=UNKNOWN, repr=False)
    address: str | None = field(default=None, repr=False)
    is_own: bool = False
    is_event: bool = False
    text: str = field(repr=False)
    pieces: tuple[str | ShownFile | Link | App | Poll, ...] = field(
        default=(), repr=False
    )
    quotation: Quotation | None = None
    reply_to: str | None = None
    reactions: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    edits: tuple[Edit, ...] = ()
    effect: str | None = None
    service: str | None = None
