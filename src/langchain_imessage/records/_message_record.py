"""A message, its bubbles and its details; no I/O, no database, no LangChain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.records._content_records import Attachment

if TYPE_CHECKING:
    from datetime import datetime

    from langchain_imessage.records._chat_records import Chat, GroupEvent
    from langchain_imessage.records._content_records import (
        App,
        Edit,
        Link,
        Mention,
        Poll,
        Reaction,
        Reply,
        Style,
        Translation,
    )
    from langchain_imessage.records._ledger_record import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One bubble of a message.

    Attributes:
        number: By which reactions, edits and replies name it; gaps are unsent ones.
        pieces: Its words and attachments, in order.

    Example:
        >>> Part(number=0, pieces=("Slow ", "and steady")).text
        'Slow and steady'
    """

    number: int
    pieces: tuple[str | Attachment, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))


class Details(NamedTuple):
    """What a message has beside its words; most messages have none of it.

    A tuple for the same reason as `Message`.

    Attributes:
        parts: Its bubbles; empty where there is but one, of words only.
        subject: The line above its words; it is the first line of them, too.
        mentions: The people it names in order to call them.
        links: Addresses in it, and the preview of one.
        styles: How its text is set.
        effect: The bubble's or the screen's: slam, loud, gentle, invisible ink, confetti,
            echo, fireworks, balloons, heart, lasers, shooting star, sparkles, spotlight.
        app: What an app sent.
        poll: The poll it is.
        reply: What it answers.
        unsent_parts: Numbers of the bubbles its sender took back.
        played_at: When its voice message was played, in UTC.
        is_satellite: Whether it came or went by satellite.
        reaction: The reaction it is, where it is that and no message of its own; `reply`
            then says to what.
        event: Likewise the event.
        one_time_codes: Codes for signing in that Messages found in its words.
        translations: Its bubbles in other languages.
        reason: Why it has no words of its own; None where it has.
    """

    parts: tuple[Part, ...] = ()
    subject: str | None = None
    mentions: tuple[Mention, ...] = ()
    links: tuple[Link, ...] = ()
    styles: tuple[Style, ...] = ()
    effect: str | None = None
    app: App | None = None
    poll: Poll | None = None
    reply: Reply | None = None
    unsent_parts: tuple[int, ...] = ()
    played_at: datetime | None = None
    is_satellite: bool = False
    reaction: Reaction | None = None
    event: GroupEvent | None = None
    reason: Reason | None = None
    one_time_codes: tuple[str, ...] = ()
    translations: tuple[Translation, ...] = ()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Its attachments, in order."""
        if not self.parts:  # nearly always
            return ()
        return tuple(
            [
                piece
                for part in self.parts
                for piece in part.pieces
                if isinstance(piece, Attachment)
            ]
        )

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show what there is, never words or people."""
        there = (name for name, value in zip(self._fields, self, strict=True) if value)
        return f"Details({', '.join(there)})"


class Message(NamedTuple):
    """One message, as its reader sees it today.

    A tuple because a million are made: a frozen dataclass takes five times as long.

    Attributes:
        rowid: `message.ROWID`.
        guid: `message.guid`: its identity; None in databases made by hand.
        date: `message.date` as stored.
        sent_at: The same as a moment in UTC; None where it was not set.
        text: Its words, without placeholders; the subject, if any, is the first line. A
            voice message's are its transcription.
        sender: The contact or the address it came from; None for the owner or where
            unknown.
        is_from_me: Whether the owner wrote it.
        service: iMessage, SMS, RCS, ... as stored.
        reply_to: Guid of the message that began the thread it answers in.
        delivered_at: When it was delivered, in UTC.
        read_at: When it was read, in UTC: by the recipient, or by the owner.
        edits: Earlier versions, oldest first.
        reactions: The tapbacks that stand, oldest first.
        details: What else it has; None for plain words.
        handle: The address it came from, where `sender` is a contact's name.
        content: What the `content` setting made of it; None where that is its words.
        person: The id of who wrote it, the same for all of their addresses, in every
            conversation; None for the owner or where unknown.

    Example:
        >>> from langchain_imessage import ChatDatabase
        >>> from langchain_imessage.testing import write_sample
        >>> with ChatDatabase(write_sample("messages.db")) as database:
        ...     message = next(database.conversations()).messages[0]
        >>> message.sender, message.text, message.sent_at.year
        ('Tortoise', "Slow and steady, that's my motto.", 2023)
    """

    rowid: int
    guid: str | None
    date: int | None
    sent_at: datetime | None
    text: str
    sender: str | None
    is_from_me: bool
    service: str | None = None
    reply_to: str | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    edits: tuple[Edit, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    details: Details | None = None
    handle: str | None = None
    content: str | list[Any] | None = None
    person: str | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its bubbles: at least one, if it has words."""
        if self.details and self.details.parts:
            return self.details.parts
        return (Part(number=0, pieces=(self.text,)),) if self.text else ()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show ids and sizes, never words or people."""
        return f"Message(rowid={self.rowid}, characters={len(self.text)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A chat, and what was said and what happened in it, oldest first.

    Example:
        >>> from langchain_imessage import ChatDatabase
        >>> from langchain_imessage.testing import write_sample
        >>> with ChatDatabase(write_sample("conversations.db")) as database:
        ...     found = [one for one in database.conversations()]
        >>> found[0].chat.title, len(found[0].messages)
        ('Tortoise, Hare', 7)
    """

    chat: Chat
    messages: tuple[Message, ...] = field(repr=False)
    events: tuple[GroupEvent, ...] = ()
