"""What a Messages database holds, as plain values; no I/O, no database, no LangChain.

A record's repr shows ids and counts only: the words and the people in it are private.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

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
        participants: Addresses of the others, without the owner.
        services: What it went over: iMessage, SMS, RCS, ...
    """

    rowids: tuple[int, ...]
    guids: tuple[str, ...] = field(default=(), repr=False)
    identifiers: tuple[str, ...] = field(default=(), repr=False)
    name: str | None = field(default=None, repr=False)
    is_group: bool = False
    is_self: bool = False
    participants: tuple[str, ...] = field(default=(), repr=False)
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


class Message(NamedTuple):
    """One message with words, as its reader sees it today.

    A tuple because a million are made: a frozen dataclass takes five times as long.

    Attributes:
        rowid: `message.ROWID`.
        guid: `message.guid`: its identity; None in databases made by hand.
        date: `message.date` as stored.
        sent_at: The same as a moment in UTC; None where it was not set.
        text: Its words, without placeholders; the subject, if any, is the first line.
        sender: The address it came from; None for the owner or where unknown.
        is_from_me: Whether the owner wrote it.
        service: iMessage, SMS, RCS, ... as stored.
        reply_to: Guid of the message that began the thread it answers in.
        edits: Earlier versions, oldest first.
        reactions: The tapbacks that stand, oldest first.
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
    edits: tuple[Edit, ...] = ()
    reactions: tuple[Reaction, ...] = ()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show ids and sizes, never words or people."""
        return f"Message(rowid={self.rowid}, characters={len(self.text)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A chat and what was said in it, oldest first."""

    chat: Chat
    messages: tuple[Message, ...] = field(repr=False)


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
