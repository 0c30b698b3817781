"""IMessageChatLoader: a Messages database → LangChain chat sessions.

The path, the names and the positional parameters are langchain_community's. What a row
means is decided in `chatdb`; this file only hands it on.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from langchain_core.chat_loaders import BaseChatLoader
from typing_extensions import override

from langchain_imessage.chat_loaders._images import with_images
from langchain_imessage.chat_loaders._messages import to_session
from langchain_imessage.chatdb import ChatDatabase, default_path, require_source
from langchain_imessage.timestamps import datetime_from_apple
from langchain_imessage.transforms.messages._fast_construct import collection_paused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from os import PathLike

    from langchain_imessage.chat_loaders._messages import IMessageChatSession
    from langchain_imessage.chatdb import (
        ChatFilter,
        ContactsSource,
        ContentPolicy,
        OnError,
    )
    from langchain_imessage.records import Chat, Conversation, Ledger


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


class Directory(NamedTuple):
    """Who is in a database and in the address book beside it.

    Attributes:
        chats: The conversations, the most recently used first.
        contact_names: The names in the address book.
    """

    chats: tuple[Chat, ...]
    contact_names: tuple[str, ...]

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts, never people."""
        counts = f"chats={len(self.chats)}, contact_names={len(self.contact_names)}"
        return f"{type(self).__name__}({counts})"


class IMessageChatLoader(BaseChatLoader):
    """Load chat sessions from a Messages database: `chat.db` or `sms.db`.

    Reading changes nothing in the database or beside it, and sees what a running
    Messages has written a moment ago. On macOS the app Python runs in needs Full Disk
    Access to read `~/Library/Messages/chat.db`; a copy of chat.db with its chat.db-wal
    beside it does as well.

    Args:
        path: The database, or an iPhone backup's folder. Defaults to
            `~/Library/Messages/chat.db`.
        password: The backup's, if it is encrypted (extra `backup`).
        own_name: The sender of the owner's own messages.
        unify_chats: Whether chats of one person or one group that Apple split over
            services and addresses are one session.
        chats: Which chats to load: their titles, addresses, identifiers or guids, of two
            people's also the other person; or a test on `records.Chat`.
        people: Load only chats that one of these people is in: names or addresses.
        groups: Load only groups, or no groups. Defaults to both.
        services: Load only messages that went over these: "iMessage", "SMS", "RCS", ...
        after: First moment to load; an aware datetime.
        before: First moment no longer to load; an aware datetime.
        since: Load only what is new or newly edited since an earlier pass: its `cursor`.
        on_error: What to do about a row whose words cannot be read: "skip" (count it in
            the ledger), "warn" (also warn) or "raise".
        content: What a message's content is: "text" (its words; a row without any is no
            message), "annotated" (also what is not words, in brackets: `[image]`,
            `[reacted ❤️ to "..."]`), or a function of `records.Message`.
        images: "inline" makes the content of a message with images a list of blocks, the
            images among them (extra `images`).
        contacts: Names for addresses (extra `contacts`): "auto" for this Mac's address
            book or the backup's, the path of an address book or a vCard file, or a
            mapping from address to name. Then `sender` is the name, and the address is
            under `handle`.
        attachments: The folder attachments are in. Defaults to the database's own. Those
            of an encrypted backup are decrypted to it, and without it only listed.

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
        password: str | None = None,
        own_name: str = "Me",
        unify_chats: bool = True,
        chats: ChatFilter | None = None,
        people: Collection[str] | None = None,
        groups: bool | None = None,
        services: Collection[str] | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        since: str | None = None,
        on_error: OnError = "skip",
        content: Literal["text", "annotated"] | ContentPolicy = "text",
        images: Literal["inline"] | None = None,
        contacts: ContactsSource = None,
        attachments: str | PathLike[str] | None = None,
    ) -> None:
        self.db_path = default_path() if path is None else Path(path)
        require_source(self.db_path)
        self._own_name = own_name
        # A caller's function must not run while the collector is paused.
        self._runs_callers_code = callable(content) or callable(chats)
        self._open = partial(
            ChatDatabase,
            self.db_path,
            password=password,
            unify_chats=unify_chats,
            chats=chats,
            people=people,
            groups=groups,
            services=services,
            after=after,
            before=before,
            since=since,
            on_error=on_error,
            content=with_images(content) if images else content,
            contacts=contacts,
            own_name=own_name,
            attachments=attachments,
        )
        self._latest = self._open()

    @property
    def directory(self) -> Directory:
        """Who is there: the conversations to load, and the names in the address book.

        No message is read for it.
        """
        with self._open() as database:
            return Directory(database.chats, database.contact_names)

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went in the latest pass."""
        return self._latest.ledger

    @property
    def cursor(self) -> str:
        """Where the latest pass ended: as `since` it makes another begin there."""
        return self._latest.cursor

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
            # Unlike a loop, this holds on to no session while it makes the next one.
            yield from iter(partial(self._next, database.conversations()), None)

    def _next(
        self, conversations: Iterator[Conversation]
    ) -> IMessageChatSession | None:
        with nullcontext() if self._runs_callers_code else collection_paused():
            conversation = next(conversations, None)
        if conversation is None:
            return None
        with collection_paused():
            return to_session(conversation, own_name=self._own_name)
