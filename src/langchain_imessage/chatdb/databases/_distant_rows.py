"""Rows about a message of another conversation → that conversation, where they take effect.

A reaction, or a vote, that was received over another address is in the chat of that
address. Each stays a row of its own chat, too, and is counted there. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.chatdb.databases._homes import Homes
    from langchain_imessage.chatdb.rows._orphans import Orphans
    from langchain_imessage.records import Chat


class AboutRow(NamedTuple):
    """A row about a message, as `OrphanQueries.about_messages` selects it."""

    rowid: int
    chat: int
    target: int
    target_chat: int | None


class DistantRows:
    """The rows about messages of other chats than their own.

    Args:
        rows: Such rows.
        homes: The conversation of each message that is in several chats.
        orphans: The messages in no chat, and where they belong.
    """

    def __init__(
        self, rows: Iterable[AboutRow], homes: Homes, orphans: Orphans
    ) -> None:
        self._rows: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        found = [*rows]
        placed = {
            rowid: chat
            for chat, rowids in (orphans.rowids.items() if found else ())
            for rowid in rowids
        }
        for row in found:
            chat = row.target_chat
            if chat is None:
                chat = placed.get(row.target)
            if chat is not None:
                home = homes.home_of(row.target, chat)
                own = homes.home_of(row.rowid, row.chat)
                self._rows[home].append((row.rowid, own))

    def of(self, chat: Chat) -> list[int]:
        """Return the rows of other conversations that are about messages of this one."""
        return [
            rowid
            for one in chat.rowids
            for rowid, own in self._rows.get(one, ())
            if own not in chat.rowids
        ]
