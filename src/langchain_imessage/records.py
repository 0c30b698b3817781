"""What a Messages database holds, as plain values; no I/O, no database, no LangChain.

A record's repr shows ids and counts only: the words and the people in it are private.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A conversation: one or more `chat` rows of the same person or group.

    Attributes:
        rowids: `chat.ROWID` of each of its rows, the most recently used first.
        guids: `chat.guid` of each, in the same order; empty without a `chat` table.
        identifiers: `chat.chat_identifier` of each: an address, or a group's id.
        name: The group's title, or None.
        is_group: Whether there can be more than one other person in it.
        is_self: Whether its owner talks to themselves in it ("notes to self").
        participants: The others, without the owner: contacts' names, else addresses.
        handles: Their addresses.
        services: What it went over: iMessage, SMS, RCS, ...
    """

    rowids: tuple[int, ...]
    guids: tuple[str, ...] = field(default=(), repr=False)
    identifiers: tuple[str, ...] = field(default=(), repr=False)
    name: str | None = field(default=None, repr=False)
    is_group: bool = False
    is_self: bool = False
    participants: tuple[str, ...] = field(default=(), repr=False)
    handles: tuple[str, ...] = field(default=(), repr=False)
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A tapback that stands at the end of the reading.

    Attributes:
        kind: loved, liked, disliked, laughed, emphasized, questioned, emoji, sticker or,
            for a number this version does not know, unknown.
        emoji: The emoji, where the kind is emoji.
        part: The bubble of the message it sits on, or None for its balloon.
        sender: The address it came from; None for the owner or where unknown.
        is_from_me: Whether the owner gave it.
        sent_at: When, in UTC.
    """

    kind: str
    emoji: str | None = None
    part: int | None = 0
    sender: str | None = field(default=None, repr=False)
    is_from_me: bool = False
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One earlier version of a part of an edited message.

    Attributes:
        part: The bubble it belongs to.
        text: What it said.
        edited_at: When this version was written, in UTC.
    """

    part: int
    text: str = field(repr=False)
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A picture, a voice message, a file: one that is sent along.

    Attributes:
        guid: `attachment.guid`, or what the body calls it where the table has no such row.
        kind: image, video, audio, voice (a recorded message), sticker, emoji (a Genmoji),
            contact, location, file or, where nothing is known of it, unknown.
        name: The file's name when it was sent.
        mime_type: As stored, or as its type or suffix says.
        size: In bytes, as stored; None where that is not known.
        path: Where the file is, or would be, on this machine; in an encrypted backup the
            path it had on the phone.
        exists: Whether the file is there. Messages in iCloud removes it to save space.
        part: The bubble it is in.
        description: Of an emoji, what its maker asked for; of a sticker, its app's name.
        transcription: Of a voice message, what it says.
    """

    guid: str
    kind: str
    name: str | None = field(default=None, repr=False)
    mime_type: str | None = None
    size: int | None = None
    path: str | None = field(default=None, repr=False)
    exists: bool = False
    part: int = 0
    description: str | None = field(default=None, repr=False)
    transcription: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A person's name in a text that is there to call them.

    Attributes:
        name: As it is in the text.
        person: Their address; their name, where there are contacts.
        part: The bubble it is in.
    """

    name: str = field(repr=False)
    person: str = field(repr=False)
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a stretch of a bubble's text is set or moves.

    Attributes:
        kind: bold, italic, underline, strikethrough, or big, small, shake, nod, explode,
            ripple, bloom, jitter.
        start: Its first character in the bubble's text.
        length: How many characters.
        part: The bubble it is in.
    """

    kind: str
    start: int
    length: int
    part: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address in a text, or the preview of one.

    Attributes:
        url: Where it leads.
        text: What the text shows for it; None for a preview.
        title: Of the page, song, app, place or document.
        summary: A few words on it: the page's own, or a song's artist and album.
        site: The site's name.
        kind: page, song, album, show, app, place or collaboration.
    """

    url: str = field(repr=False)
    text: str | None = field(default=None, repr=False)
    title: str | None = field(default=None, repr=False)
    summary: str | None = field(default=None, repr=False)
    site: str | None = field(default=None, repr=False)
    kind: str = "page"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What an iMessage app sent.

    Attributes:
        kind: apple pay, check in, find my, fitness, photos, music, maps, app store, game,
            business, handwriting, digital touch, shareplay or app.
        name: The app's name.
        bundle: Its bundle's id.
        text: The words it shows.
        url: Its state, as an address.
        session: Which of its messages are states of one thing.
    """

    kind: str
    name: str | None = None
    bundle: str = ""
    text: str = field(default="", repr=False)
    url: str | None = field(default=None, repr=False)
    session: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOption:
    """One of a poll's options.

    Attributes:
        id: Its own.
        text: What it says.
        creator: Who added it.
        voters: Who is for it at the end of the reading; None is the owner.
    """

    id: str
    text: str = field(repr=False)
    creator: str | None = field(default=None, repr=False)
    voters: tuple[str | None, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A question with options, and who is for which."""

    title: str | None = field(default=None, repr=False)
    options: tuple[PollOption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One option a voter chose; all they chose are told at once."""

    option: str
    voter: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a message answers.

    Attributes:
        guid: The message that began the thread.
        part: Its bubble.
        text: That bubble's words; None if the message is not among those read.
    """

    guid: str
    part: int = 0
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEvent:
    """Something that happened in a conversation rather than being said.

    Attributes:
        kind: joined, removed, left, renamed, photo changed, photo removed, background
            changed, background removed, location shared, location stopped, audio kept,
            facetime, number changed or, for a number this version does not know, unknown.
        rowid: `message.ROWID`.
        guid: `message.guid`.
        sender: Who did it; None for the owner or where unknown.
        is_from_me: Whether the owner did.
        other: To whom it was done, where that is somebody else.
        title: The group's new name.
        sent_at: When, in UTC.
    """

    kind: str
    rowid: int
    guid: str | None = None
    sender: str | None = field(default=None, repr=False)
    is_from_me: bool = False
    other: str | None = field(default=None, repr=False)
    title: str | None = field(default=None, repr=False)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One bubble of a message.

    Attributes:
        number: By which reactions, edits and replies name it; gaps are unsent ones.
        pieces: Its words and attachments, in order.
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

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Its attachments, in order."""
        if not self.parts:  # nearly always
            return ()
        return tuple(
            piece
            for part in self.parts
            for piece in part.pieces
            if isinstance(piece, Attachment)
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
    """A chat, and what was said and what happened in it, oldest first."""

    chat: Chat
    messages: tuple[Message, ...] = field(repr=False)
    events: tuple[GroupEvent, ...] = ()


class Reason(StrEnum):
    """Why a row of the message table is no message in the output."""

    REACTION = "reaction"
    """A tapback or its removal: see the target's reactions."""
    GROUP_EVENT = "group event"
    """Someone joined, left, renamed the group, shared a location, ..."""
    APP = "app"
    """An app's balloon without words, its update, or a poll's vote."""
    UNSENT = "unsent"
    """Taken back by its sender."""
    SCHEDULED = "scheduled"
    """Written to be sent later, and still waiting."""
    DELETED = "deleted"
    """In Recently Deleted."""
    ATTACHMENT_ONLY = "attachment only"
    """A picture, a voice message, a file: no words."""
    EMPTY = "empty"
    """No words, no attachment: typing leftovers."""
    UNDECODABLE = "undecodable"
    """Its body is damaged, and no other column has its words."""
    DUPLICATE = "duplicate"
    """The echo of a message to oneself."""
    NO_CHAT = "no chat"
    """Belongs to no conversation."""
    FILTERED = "filtered"
    """Left out by `chats`, `after` or `before`."""
    NOT_READ = "not read"
    """The pass was stopped, by its consumer or an error, before it came here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where each row of the message table went, after a pass.

    `rows == messages + sum(reasons.values())` holds always.

    Attributes:
        rows: Rows in the message table.
        messages: Rows that came out as a message.
        reasons: Rows that did not, counted by reason; only reasons that occurred.
        salvaged: Messages among them whose damaged body still gave its words.
        senderless: Messages among them nobody can be named as the sender of.
        undecodable: ROWIDs of the rows counted as undecodable.
    """

    rows: int = 0
    messages: int = 0
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    salvaged: int = 0
    senderless: int = 0
    undecodable: tuple[int, ...] = ()

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Lay the ledger out as a table, one line a reason."""
        lines = [("rows in the database", self.rows), ("messages", self.messages)]
        lines += [(f"  {reason}", self.reasons[reason]) for reason in self.reasons]
        return "\n".join(f"{name:<22}{count:>10,}" for name, count in lines)
