"""Conversations and what happened in them; no I/O, no database, no LangChain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A conversation: one or more `chat` rows of the same person or group.

    Attributes:
        rowids: `chat.ROWID` of each of its rows, the most recently used first; 2**39 and a
            handle's ROWID for the messages of that handle that are in no chat.
        guids: `chat.guid` of each, in the same order; empty without a `chat` table.
        identifiers: `chat.chat_identifier` of each, in the same order: an address, or a
            group's id; empty where a row has none.
        name: The group's title, or None.
        is_group: Whether there can be more than one other person in it.
        is_self: Whether its owner talks to themselves in it ("notes to self").
        participants: The others, without the owner: contacts' names, else addresses. In a
            conversation that was read also who wrote in it and left since.
        persons: The id of each participant, in the same order: the same for all addresses
            of one person, whatever they are called. What is compared is the id.
        handles: Their addresses; in notes to self the owner's own.
        services: What it went over: iMessage, SMS, RCS, ...
        sends_read_receipts: Whether the others see when the owner has read something; None
            where the owner's general setting holds.
        is_forced_sms: Whether the owner had it go over SMS only; None where nothing was set.
        has_orphans: Whether some of its messages are in no chat of the database, and belong
            here by their group, by the message they react to, or by their sender.

    Example:
        >>> chat = Chat(rowids=(1,), participants=("Ann", "Bob"), is_group=True)
        >>> chat.title, chat.kind
        ('Ann, Bob', 'group')
    """

    rowids: tuple[int, ...]
    guids: tuple[str, ...] = field(default=(), repr=False)
    identifiers: tuple[str, ...] = field(default=(), repr=False)
    name: str | None = field(default=None, repr=False)
    is_group: bool = False
    is_self: bool = False
    participants: tuple[str, ...] = field(default=(), repr=False)
    persons: tuple[str, ...] = ()
    handles: tuple[str, ...] = field(default=(), repr=False)
    services: tuple[str, ...] = ()
    sends_read_receipts: bool | None = None
    is_forced_sms: bool | None = None
    has_orphans: bool = False

    @property
    def title(self) -> str:
        """What it is called: the group's title, else who is in it."""
        others = ", ".join(self.participants or dict.fromkeys(self.identifiers))
        return self.name or others or f"chat {self.rowids[0]}"

    @property
    def kind(self) -> str:
        """What sort of conversation it is: notes, group or direct."""
        return "notes" if self.is_self else "group" if self.is_group else "direct"


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

    Example:
        >>> GroupEvent(kind="renamed", rowid=7, title="Trip").kind
        'renamed'
    """

    kind: str
    rowid: int
    guid: str | None = None
    sender: str | None = field(default=None, repr=False)
    is_from_me: bool = False
    other: str | None = field(default=None, repr=False)
    title: str | None = field(default=None, repr=False)
    sent_at: datetime | None = None
