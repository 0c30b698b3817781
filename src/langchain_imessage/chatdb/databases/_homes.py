"""Which conversation each message belongs to that is in several chats of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_imessage.records import Chat


class Homes:
    """The conversation of each message that is in several chats.

    A group knows its messages by its room, so it comes before a chat of two, and then the
    chat that is older: what is said later moves no message to another conversation.

    Args:
        shared: ROWIDs of messages in several chats, with that of each chat.
        chats: All conversations.
    """

    def __init__(
        self, shared: Iterable[tuple[int, int]] = (), chats: Iterable[Chat] = ()
    ) -> None:
        order = {
            rowid: (not chat.is_group, _home(chat))
            for chat in chats
            for rowid in chat.rowids
        }
        homes: dict[int, tuple[bool, int]] = {}
        for message, chat in shared:
            homes[message] = min(homes.get(message, order[chat]), order[chat])
        self._homes = {message: home for message, (_, home) in homes.items()}

    def __bool__(self) -> bool:
        return bool(self._homes)

    def home_of(self, message: int, chat: int) -> int:
        """Return a chat of the conversation a message belongs to, which is in a chat."""
        return self._homes.get(message, chat)

    def rows_at(
        self, rows: Iterable[tuple[Any, ...]], chat: Chat, seen: set[int]
    ) -> list[tuple[Any, ...]]:
        """Return the rows that belong to a conversation and are not in `seen`; add them."""
        kept, home = [], _home(chat)
        for row in rows:
            rowid = row[1]
            if rowid in self._homes:
                if self._homes[rowid] != home or rowid in seen:
                    continue
                seen.add(rowid)
            kept.append(row)
        return kept

    def count_at(self, rowids: Iterable[int], chat: Chat) -> int:
        """Return how many of a conversation's messages belong to it."""
        home = _home(chat)
        return sum(self._homes.get(rowid, home) == home for rowid in rowids)


def _home(chat: Chat) -> int:
    return min(chat.rowids)
