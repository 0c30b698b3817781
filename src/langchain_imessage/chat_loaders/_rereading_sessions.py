"""An open database as sessions: what has changed in it, and that read again.

What a session is stays `_messages`' to say; this file only hands on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_imessage.chat_loaders._messages import to_session
from langchain_imessage.garbage_collection import collection_paused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from langchain_imessage.chat_loaders._messages import IMessageChatSession
    from langchain_imessage.chatdb import Changes, DatabaseState, Rereading
    from langchain_imessage.records import Chat


class OpenSessions:
    """The sessions of a loader, read from one snapshot of its database.

    Args:
        rereading: Of the open database.
        own_name: The name of the owner.
    """

    def __init__(self, rereading: Rereading, own_name: str) -> None:
        self._rereading = rereading
        self._own_name = own_name

    @property
    def chats(self) -> Sequence[Chat]:
        """The wanted conversations, the most recently used first."""
        return self._rereading.chats

    def state(self) -> DatabaseState:
        """Return what the database looks like.

        Raises:
            DatabaseError: If the database is damaged.
        """
        return self._rereading.state()

    def changes_since(self, before: DatabaseState, now: DatabaseState) -> Changes:
        """Return what may have changed between two states.

        Raises:
            DatabaseError: If the database is damaged.
        """
        return self._rereading.changes_since(before, now)

    def read(
        self, chats: Iterable[Chat], *, after: int | None = None
    ) -> Iterator[tuple[Chat, IMessageChatSession]]:
        """Read some conversations.

        Args:
            chats: Some of `chats`.
            after: Only messages from this time on, in nanoseconds since 2001.

        Yields:
            Each, with those who wrote in it and left, and its session, which may be
            empty.

        Raises:
            DatabaseError: If the database is damaged, or was closed.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        for chat in chats:
            # No conversation is held on to while the next one is read.
            (conversation,) = self._rereading.read([chat], after=after)
            with collection_paused():
                session = to_session(conversation, own_name=self._own_name)
            yield conversation.chat, session
            del conversation, session
