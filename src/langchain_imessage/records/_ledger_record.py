"""Where each row of the message table went; no I/O, no counting."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(StrEnum):
    """Why a row of the message table is no message in the output.

    Example:
        >>> Reason("reaction") is Reason.REACTION
        True
    """

    REACTION = "reaction"
    """A tapback or its removal: see the target's reactions."""
    EDIT = "edit"
    """An edit that came as a sentence: see the earlier message's edits."""
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
    """The second row of a message to oneself, or of one that was imported twice."""
    OTHER_SOURCE = "in another database"
    """A copy of a message that came from another one of several databases."""
    NO_CHAT = "no chat"
    """Belongs to no conversation."""
    FILTERED = "filtered"
    """Left out by `chats`, `after` and the like; known already, with `since`."""
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
        sources: Of several databases, the ledger of each; empty for one.

    Example:
        >>> ledger = Ledger(rows=5, messages=3, reasons={Reason.REACTION: 2})
        >>> ledger.rows == ledger.messages + sum(ledger.reasons.values())
        True
    """

    rows: int = 0
    messages: int = 0
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    salvaged: int = 0
    senderless: int = 0
    undecodable: tuple[int, ...] = ()
    sources: tuple[Ledger, ...] = ()

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Lay the ledger out as a table, one line a reason."""
        lines = [("rows in the database", self.rows), ("messages", self.messages)]
        lines += [(f"  {reason}", self.reasons[reason]) for reason in self.reasons]
        return "\n".join(f"{name:<22}{count:>10,}" for name, count in lines)
