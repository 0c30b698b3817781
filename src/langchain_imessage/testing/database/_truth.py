"""What a reader must make of the rows that were written; the writer keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Fate = Literal[
    "message",
    "reaction",
    "group event",
    "unsent",
    "scheduled",
    "deleted",
    "empty",
    "attachment only",
    "no chat",
]
"""What becomes of a row: a message, or why it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A row that was written."""

    rowid: int
    guid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueRow:
    """What a reader must make of a row.

    Attributes:
        rowid: Of the message table.
        guid: Of the message.
        chats: ROWIDs of its chats.
        sender: Whose address it came from; None for the owner.
        is_from_me: Whether it is the owner's.
        sent_at: When it was sent, where it was written with a moment.
        text: Its words today; None if it has none.
        fate: What becomes of it.
    """

    rowid: int
    guid: str
    chats: tuple[int, ...]
    sender: str | None = field(repr=False)
    is_from_me: bool
    sent_at: datetime | None
    text: str | None = field(repr=False)
    fate: Fate
