"""IMessageChatLoader: a Messages database → LangChain chat sessions.

The path, the names and the positional parameters are langchain_community's. What a row
means is decided in `chatdb`; this file only hands it on.
"""

from __future__ import annotations

from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Literal

from langchain_core.chat_loaders import BaseChatLoader
from typing_extensions import override

from langchain_imessage.arguments import NUMBER, check_arguments
from langchain_imessage.chat_loaders._images import with_images
from langchain_imessage.chat_loaders._loaded_sessions import LoadedSessions
from langchain_imessage.chat_loaders._loader_directory import Directory
from langchain_imessage.chat_loaders._messages import to_session, with_iso_times
from langchain_imessage.chat_loaders._rereading_sessions import OpenSessions
from langchain_imessage.chatdb import (
    ChatDatabase,
    ReadKeywords,
    ReadOptions,
    attachment_folders,
    narrowed,
    options_of,
    paths_of,
    require_source,
    takes_options,
)
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.timestamps import datetime_from_apple

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Sequence
    from datetime import datetime
    from os import PathLike
    from pathlib import Path
    from typing import Unpack

    from langchain_imessage.chat_loaders._messages import IMessageChatSession
    from langchain_imessage.chatdb import ChatFilter, DatabaseState
    from langchain_imessage.records import Conversation, Ledger


@check_arguments(nanoseconds=NUMBER)
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


class LoaderKeywords(ReadKeywords, total=False):
    """The keyword arguments of `IMessageChatLoader`."""

    images: Literal["inline"] | None
    timestamps: Literal["datetime", "iso"]


@takes_options()
class IMessageChatLoader(BaseChatLoader):
    """Load chat sessions from a Messages database: `chat.db` or `sms.db`.

    Reading changes nothing in the database or beside it, and sees what a running
    Messages has written a moment ago. On macOS the app Python runs in needs Full Disk
    Access to read `~/Library/Messages/chat.db`; a copy of chat.db with its chat.db-wal
    beside it does as well.

    Args:
        path: The database, or an iPhone backup's folder. Defaults to
            `~/Library/Messages/chat.db`. A list of several is read as one history: each
            message once, of its copies the one with most in it.
        images: "inline" makes the content of a message with images a list of blocks, the
            images among them (extra `images`).
        timestamps: What the times in `additional_kwargs` are: "datetime" objects, or
            "iso" for texts in ISO 8601. Texts survive `messages_to_dict` with
            `json.dumps`, and `langchain_core.load.dumps` with `loads`: what LangChain's
            stores of chat history do. This package's functions read both.
        **options: What to read, and how: the fields of `chatdb.ReadOptions`, among them
            `chats`, `people`, `groups`, `after`, `before`, `since`, `contacts` (`sender`
            is then the name, and the address is under `handle`), `own_name`, `content`,
            `on_error` and `progress`.

    Raises:
        DatabaseNotFoundError: (a FileNotFoundError) If there is no such file.
        DatabaseError: If it cannot be read, with what to do about it.
        TypeError: If an option is of the wrong type; the message names it.
        ValueError: If an option is none of the values there are.

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
        path: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
        *,
        images: Literal["inline"] | None = None,
        timestamps: Literal["datetime", "iso"] = "datetime",
        **options: Unpack[ReadKeywords],
    ) -> None:
        if images not in {None, "inline"}:
            raise ArgumentValueError('images must be "inline" or None')
        if timestamps not in {"datetime", "iso"}:
            raise ArgumentValueError('timestamps must be "datetime" or "iso"')
        options_of(self, options)  # before anything is opened
        self._paths = paths_of(path)
        self.db_path = self._paths[0]
        for source in self._paths:
            require_source(source)
        self._attachment_folders = tuple(
            folder
            for source in self._paths
            for folder in attachment_folders(source, options.get("attachments"))
        )
        if images:
            options["content"] = with_images(
                options.get("content", "text"),
                folders=self._attachment_folders,
            )
        self._options = options
        self._own_name = options.get("own_name", "Me")
        self._has_iso_times = timestamps == "iso"
        self._runs_callers_code = any(
            callable(options.get(name)) for name in ("content", "chats", "progress")
        )
        self._ledger_there: Ledger | None = None
        self._latest = self._open()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts and which options are set, never names, numbers or a path."""
        counts = f"{self.ledger.messages} messages of {self.ledger.rows} rows read"
        return f"<IMessageChatLoader: {counts}, {ReadOptions(**self._options)!r}>"

    def _open(self) -> ChatDatabase:
        return ChatDatabase(self._paths, **self._options)

    @property
    def directory(self) -> Directory:
        """Who is there: the conversations to load, and the names in the address book.

        No message is read for it.
        """
        with self._open() as database:
            return Directory(database.chats, database.contact_names)

    @property
    def attachment_folders(self) -> tuple[Path, ...]:
        """Where files that were sent may be; a row can name any other one."""
        return self._attachment_folders

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went in the latest pass."""
        return self._ledger_there or self._latest.ledger

    def note_ledger(self, ledger: Ledger) -> None:
        """Take over where the rows went in a pass that another process made.

        Args:
            ledger: The other pass's.
        """
        self._ledger_there = ledger

    @property
    def cursor(self) -> str:
        """What the latest pass delivered: as `since` it makes another go on there.

        Raises:
            IncompletePassError: If that pass is not whole: go on with the cursor before.
        """
        return self._latest.cursor

    @override
    def lazy_load(self) -> Iterator[IMessageChatSession]:
        """Load the sessions one at a time.

        Returns:
            An iterator of the sessions, the most recently used first; their messages,
            oldest first, are all human messages until `map_ai_messages` says whose voice
            is to be learned. `additional_kwargs` hold who, when and more (see
            `chat_loaders._messages`). The database is open from the first one until the
            last, or until the iterator is closed or dropped.

        Raises:
            DatabaseError: If the database cannot be read, with what to do about it.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        return LoadedSessions(
            self._conversations(),
            self._session,
            own_name=self._own_name,
            runs_callers_code=self._runs_callers_code,
        )

    def _conversations(self) -> Generator[Conversation]:
        # A database of its own for each pass: two may go on at the same time.
        with self._open() as database:
            self._latest, self._ledger_there = database, None
            yield from database.conversations()

    def lazy_load_updates(
        self,
    ) -> Iterator[tuple[IMessageChatSession, Collection[int] | None]]:
        """Load whole sessions, each with what in it is new since the cursor in `since`.

        Yields:
            Each session in which something is new or changed, with the places of those
            messages; None without `since`: all of it is new.

        Raises:
            DatabaseError: If the database cannot be read, with what to do about it.
        """
        with self._open() as database:
            self._latest, self._ledger_there = database, None
            for update in database.updates():
                conversation, places = update.marked.conversation, update.places
                if conversation.messages and (places is None or places):
                    yield self._session(conversation), places

    @contextmanager
    def open_sessions(
        self, before: DatabaseState | None = None
    ) -> Iterator[OpenSessions]:
        """Open the database to find what has changed in it, and read that again.

        For copies of the messages that are kept, such as a search index.

        Args:
            before: What the database looked like earlier, which saves some time.

        Yields:
            The sessions, readable until the end of the with block.

        Raises:
            DatabaseError: If the database cannot be read, with what to do about it.
        """
        with self._open().expecting(before) as database:
            yield OpenSessions(database.rereading(), self._own_name)

    def narrowed(
        self,
        *,
        chats: ChatFilter | None = None,
        people: Collection[str] | None = None,
        groups: bool | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
    ) -> IMessageChatLoader:
        """Return a loader of a part of what this one loads, never of more.

        Args:
            chats: Only these conversations.
            people: Only conversations with one of these people.
            groups: Only groups (True), or no groups (False).
            after: First moment to read; an aware datetime.
            before: First moment no longer to read; an aware datetime.

        Raises:
            TypeError: If an option is of the wrong type; the message names it.
            ValueError: If a moment has no time zone.

        Example:
            >>> from langchain_imessage.testing import write_sample
            >>> loader = IMessageChatLoader(write_sample("whole.db"))
            >>> newest = loader.load()[0]["chat"]
            >>> len(loader.narrowed(chats=newest["guids"]).load())
            1
        """
        narrower = narrowed(
            ReadOptions(**self._options),
            ReadOptions(
                chats=chats, people=people, groups=groups, after=after, before=before
            ),
        )
        made = copy(self)
        made._options = {**self._options, **narrower}  # noqa: SLF001 - of this class
        made._latest, made._ledger_there = made._open(), None  # noqa: SLF001 - likewise
        return made

    @property
    def options(self) -> ReadKeywords:
        """What it reads, and how: a copy of the options it was made with."""
        return self._options.copy()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The databases it reads."""
        return self._paths

    def _session(self, conversation: Conversation) -> IMessageChatSession:
        with collection_paused():
            session = to_session(conversation, own_name=self._own_name)
        return with_iso_times(session) if self._has_iso_times else session
