"""Messages in no chat → the chat each belongs to: its group's, its target's, its handle's.

Some per cent of the rows of real databases have lost their entry in `chat_message_join`.
A handle's own have a chat that is not in the database: its ROWID is the handle's, raised
by `CHATS_OF_HANDLES`. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from langchain_imessage.chatdb.assembly._guids import guid_key
from langchain_imessage.decoding._tapbacks import parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

CHATS_OF_HANDLES: Final = 1 << 39
"""No chat and no handle has as high a ROWID, and half of what databases are kept apart by."""


class HomelessRow(NamedTuple):
    """A message in no chat, as `Queries.homeless` selects it."""

    rowid: int
    handle: int | None
    room: str | None
    target: str | None
    is_deleted: int
    nanoseconds: int
    guid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """The messages in no chat, and where they belong.

    Attributes:
        rowids: By chat: the messages that belong to it.
        newest: By chat: when the newest of these was sent, in nanoseconds since 2001.
        rows: How many messages are in no chat.
        deleted: How many of them were deleted recently.
        homeless: How many messages belong to no chat.
    """

    rowids: Mapping[int, Sequence[int]] = field(default_factory=dict)
    newest: Mapping[int, int] = field(default_factory=dict)
    rows: int = 0
    deleted: int = 0
    homeless: int = 0

    def of(self, chats: Iterable[int]) -> list[int]:
        """Return the messages that belong to some chats."""
        return [rowid for chat in chats for rowid in self.rowids.get(chat, ())]


def handle_of(chat: int) -> int | None:
    """Return the handle whose chat it is; None for a chat of the database."""
    return chat - CHATS_OF_HANDLES if chat >= CHATS_OF_HANDLES else None


def can_be_chat(number: object) -> bool:
    """Return whether a chat of the database can have a number; `is_chat` in SQL."""
    return isinstance(number, int) and 0 <= number < CHATS_OF_HANDLES


def _chat_of(row: HomelessRow, rooms: Mapping[str, int]) -> int | None:
    """Return the chat of a message's group, else of its handle."""
    if row.room:
        return rooms.get(row.room)
    return CHATS_OF_HANDLES + row.handle if row.handle else None


def place_orphans(
    rows: Iterable[HomelessRow],
    rooms: Mapping[str, int],
    chats_of: Callable[[Sequence[str]], Mapping[str, int]],
    *,
    taken: Collection[float] = (),
) -> Orphans:
    """Find the chat of each message in none.

    Args:
        rows: The messages in no chat.
        rooms: By a group's identifier: its chat.
        chats_of: Returns the chats of messages, by the keys of their guids.
        taken: Numbers of chats that damage can have put messages in: a handle's chat has
            none of them.
    """
    rows = list(rows)
    kept = [row for row in rows if not row.is_deleted]
    rooms = {room: chat for room, chat in rooms.items() if can_be_chat(chat)}
    targets = {
        row.rowid: guid_key(parse_target(row.target).guid) for row in rows if row.target
    }
    chat_of_target = chats_of(sorted(set(targets.values()))) if targets else {}
    # What is about a message in no chat, too, is where that is.
    orphans = {guid_key(row.guid): row for row in kept if row.guid}
    about = {
        rowid: orphans[guid]
        for rowid, guid in targets.items()
        if guid not in chat_of_target and guid in orphans
    }
    placed: defaultdict[int, list[int]] = defaultdict(list)
    newest: defaultdict[int, int] = defaultdict(int)
    for row in kept:
        chat = chat_of_target.get(targets.get(row.rowid, ""))
        if chat is None:
            chat = _chat_of(about.get(row.rowid, row), rooms)
        if chat is not None and not (chat >= CHATS_OF_HANDLES and chat in taken):
            placed[chat].append(row.rowid)
            newest[chat] = max(newest[chat], row.nanoseconds)
    return Orphans(
        rowids=dict(placed),
        newest=dict(newest),
        rows=len(rows),
        deleted=len(rows) - len(kept),
        homeless=len(kept) - sum(map(len, placed.values())),
    )
