"""IMessageChatLoader: a Messages database → LangChain chat sessions.

The path, the names and the positional parameters are langchain_community's. What a row
means is decided in `chatdb`; this file only hands it on.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.chat_loaders import BaseChatLoader
from typing_extensions import override

from langchain_imessage.chat_loaders._messages import to_session
from langchain_imessage.chatdb import ChatDatabase, default_path, require_file
from langchain_imessage.timestamps import datetime_from_apple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from os import PathLike

    from langchain_imessage.chat_loaders._messages import IMessageChatSession
    from langchain_imessage.chatdb import ChatFilter, OnError
    from langchain_imessage.records import Conversation, Ledger


def nanoseconds_from_2001_to_datetime(nanoseconds: int) -> datetime:
    """Convert nanoseconds since 2001 to a naive datetime in UTC.

    Args:
        nanoseconds: Nanoseconds since 2001-01-01 00:00:00 UTC.

    Returns:
        The moment in UTC, whatever the machine's own zone is.

    Example:
        >>> nanoseconds_from_2001_to_datetime(720845450393148160)
        datetime.datetime(2023, 11, 5, 2, 50, 50, 393148)
    """
    return datetime_from_apple(nanoseconds).replace(tzinfo=None)


class IMessageChatLoader(BaseChatLoader):
    """Load chat sessions from a Messages database: `chat.db` or `sms.db`.

    Reading changes nothing in the database or beside it, and sees what a running
    Messages has written a moment ago. On macOS the app Python runs in needs Full Disk
    Access to read `~/Library/Messages/chat.db`; a copy of chat.db with its chat.db-wal
    beside it does as well.

    Args:
        path: The database. Defaults to `~/Library/Messages/chat.db`.
        own_name: The sender of the owner's own messages.
        unify_chats: Whether chats of one person or one group that Apple split over
            services and addresses are one session.
        chats: Which chats to load: their titles, addresses, identifiers or guids, or a
            test on `records.Chat`. Defaults to all.
        after: First moment to load; an aware datetime.
        before: First moment no longer to load; an aware datetime.
        on_error: What to do about a row whose words cannot be read: "skip" (count it in
            the ledger), "warn" (also warn) or "raise".

    Raises:
        DatabaseNotFoundError: (a FileNotFoundError) If there is no such file.
        DatabaseError: If it cannot be read, with what to do about it.
        ValueError: If a moment has no time zone.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(path=write_sample("chat.db"))
        >>> sessions = loader.load()
        >>> sessions[0]["messages"][0].content
        "Slow and steady, that's my motto."
        >>> loader.ledger.rows == loader.ledger.messages + sum(
        ...     loader.ledger.reasons.values()
        ... )
        True
    """

    def __init__(
        self,
        path: str | PathLike[str] | None = None,
        *,
        own_name: str = "Me",
        unify_chats: bool = True,
        chats: ChatFilter | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_error: OnError = "skip",
    ) -> None:
        self.db_path = default_path() if path is None else Path(path)
        require_file(self.db_path)
        self._own_name = own_name
        self._open = partial(
            ChatDatabase,
            self.db_path,
            unify_chats=unify_chats,
            chats=chats,
            after=after,
            before=before,
            on_error=on_error,
        )
        self._latest = self._open()

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went in the latest pass."""
        return self._latest.ledger

    @override
    def lazy_load(self) -> Iterator[IMessageChatSession]:
        """Load the sessions one at a time.

        Yields:
            Sessions, the most recently used first; their messages, oldest first, are all
            human messages until `map_ai_messages` says whose voice is to be learned.
            `additional_kwargs` hold who, when and more (see `chat_loaders._messages`).

        Raises:
            DatabaseError: If the database cannot be read, with what to do about it.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        # A database of its own for each pass: two may go on at the same time.
        with self._open() as database:
            self._latest = database
            conversations = database.conversations()
            while (session := self._next(conversations)) is not None:
                yield session

    def _next(
        self, conversations: Iterator[Conversation]
    ) -> IMessageChatSession | None:
        with _collection_paused():
            conversation = next(conversations, None)
            if conversation is None:
                return None
            return to_session(conversation, own_name=self._own_name)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Keep Python from looking for cycles while a conversation is put together.

    There are none, and looking through all that is alive every few hundred messages is a
    quarter of the time. No code of the caller's runs meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
