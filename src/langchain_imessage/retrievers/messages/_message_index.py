"""MessageIndex: the messages a loader loads, in a private file, to be searched and read.

Joins the pieces: the file, its growth, the search. Holds no connection open between calls,
but where the index is in memory.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING
from uuid import uuid4
from weakref import finalize

from langchain_imessage.arguments import (
    FUNCTION,
    MOMENT,
    PATH,
    TEXT,
    WHOLE,
    check_arguments,
    having,
    or_none,
)
from langchain_imessage.chatdb import annotate
from langchain_imessage.errors import ArgumentValueError
from langchain_imessage.retrievers._source_stamp import quiet_files, source_stamp
from langchain_imessage.retrievers.messages._index_file import (
    MEMORY,
    default_index_path,
    open_index,
    reading,
    translated_errors,
)
from langchain_imessage.retrievers.messages._index_update import (
    grow,
    is_of_files,
    is_undamaged,
    require_built,
    require_undamaged,
    state_of,
)
from langchain_imessage.retrievers.messages._reading import (
    conversation_at,
    conversations_in,
    messages_of,
    place_at,
)
from langchain_imessage.retrievers.messages._search_filters import SearchFilters
from langchain_imessage.retrievers.messages._searching import IndexSearch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import datetime
    from os import PathLike

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.chatdb import ReadProgress
    from langchain_imessage.retrievers.messages._growth import Transform
    from langchain_imessage.retrievers.messages._indexed_records import (
        IndexedConversation,
        IndexedMessage,
        SearchHit,
    )

SEARCH_CONTENT = annotate(
    dict.fromkeys(("reply", "reply: unknown", "reacted", "reacted: unknown"), "")
    | dict.fromkeys(("app", "poll", "unsent"), "")
)
"""A `content` for a loader whose messages are searched: pictures, links and events in
brackets, but nothing that repeats another message or changes with one."""


class MessageIndex:
    """What a loader loads, in a file to be searched.

    The file is readable by its owner only, and holds the text of all messages. What was
    deleted or edited away in the database is overwritten in it at the next `update`.
    Several processes may use and update one at the same time.

    Args:
        loader: Loads the messages; its options say which.
        path: The file; ":memory:" for none. Defaults to one in the user's folder for
            caches, another for each database and each set of options.
        transform: What is done with each session before it is indexed, such as a
            `Redactor`. An index with one is made anew by every object.

    Raises:
        ValueError: If the loader has `since`: the index finds out itself what is new.

    Example:
        >>> from langchain_imessage import IMessageChatLoader
        >>> from langchain_imessage.testing import write_sample
        >>> loader = IMessageChatLoader(write_sample("chat.db"))
        >>> index = MessageIndex(loader, ":memory:")
        >>> index.update()
        True
        >>> hit = index.search("steady motto", limit=1)[0]
        >>> hit.messages[hit.matches[0]].text
        "Slow and steady, that's my motto."
    """

    @check_arguments(
        loader=having("options", said="an IMessageChatLoader"),
        path=or_none(PATH),
        transform=or_none(FUNCTION),
    )
    def __init__(
        self,
        loader: IMessageChatLoader,
        path: str | PathLike[str] | None = None,
        *,
        transform: Transform | None = None,
    ) -> None:
        options = loader.options
        if options.get("since"):
            raise ArgumentValueError(
                "MessageIndex finds new messages by itself: it takes no since"
            )
        self._loader = loader
        self._transform = transform
        self._stamp = source_stamp(loader) + (f" {uuid4()}" if transform else "")
        content = options.get("content", "text")
        self._has_context = content not in ("text", SEARCH_CONTENT)
        self.path: Path | None = None
        """The file; None for an index in memory."""

        if path != MEMORY:
            self.path = Path(path) if path else default_index_path(self._stamp)
        self._memory: sqlite3.Connection | None = None
        self._is_checked = False
        self._lock = RLock()

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show what it is of, never names, numbers or a path."""
        return f"<MessageIndex of {self._loader!r}>"

    def update(self, *, progress: ReadProgress | None = None) -> bool:
        """Bring the index to what the database is now; the first time, make it.

        A damaged index is made anew, as is one of another database.

        Args:
            progress: Called with how many conversations have been read, and how many
                there are to be read whole.

        Returns:
            Whether anything had changed.

        Raises:
            DatabaseError: If the database cannot be read, or the index not be written.
        """
        files = quiet_files(self._loader)
        with self.connected() as connection:
            if is_of_files(connection, self._stamp, files) and (
                self.path is None or is_undamaged(connection)
            ):
                return False
            before = state_of(connection, self._stamp)
            with self._loader.open_sessions(before) as sessions:
                changed = grow(
                    connection,
                    sessions,
                    self._stamp,
                    files=files,
                    transform=self._transform,
                    has_context=self._has_context,
                    progress=progress,
                )
        self._is_checked = True
        return changed

    @check_arguments(
        query=TEXT,
        limit=WHOLE,
        start=WHOLE,
        filters=or_none(having("marks", said="SearchFilters")),
    )
    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        start: int = 0,
        filters: SearchFilters | None = None,
    ) -> list[SearchHit]:
        """Find messages by their words, in what the index was at its last update.

        Of a word that is in more than 2,000 segments the newest 2,000 are ranked, then
        the 2,000 before them, and so on: whoever goes on with `start` finds all.

        Args:
            query: Words; those in quotation marks are to stand next to each other, and
                `word*` is any word that begins so. What has all of them comes first.
                A blank one finds the newest messages.
            limit: The most segments to return.
            start: How many of the best to pass over.
            filters: Which messages are wanted.

        Returns:
            The segments with the messages that match, the best first.

        Raises:
            DatabaseError: If the index cannot be read, was not built, or is damaged.
            ValueError: If `limit` or `start` is negative.
        """
        if limit < 0 or start < 0:
            raise ArgumentValueError("limit and start must not be negative")
        with self._reading() as connection:
            search = IndexSearch(connection, filters or SearchFilters())
            found = search.find(query, limit, start)
            if not found and not self._is_checked:
                require_undamaged(connection)
                self._is_checked = True
            return found

    def conversations(self) -> list[IndexedConversation]:
        """Return the conversations, the most recently used first.

        Raises:
            DatabaseError: If the index cannot be read.
        """
        with self._reading() as connection:
            return conversations_in(connection)

    def conversation(self, number: int) -> IndexedConversation | None:
        """Return a conversation by its number; None if there is none.

        Args:
            number: Its number in the index.

        Raises:
            DatabaseError: If the index cannot be read.
        """
        with self._reading() as connection:
            return conversation_at(connection, number)

    def read(
        self, number: int, *, start: int = 0, limit: int | None = None
    ) -> list[IndexedMessage]:
        """Read a conversation, or a part of it.

        Args:
            number: Its number.
            start: The place of the first message to read, from 0; a negative one is
                counted from the end.
            limit: The most messages to read; None for all.

        Returns:
            Messages, oldest first.

        Raises:
            DatabaseError: If the index cannot be read.
        """
        with self._reading() as connection:
            return messages_of(connection, number, start, limit)

    @check_arguments(moment=MOMENT)
    def place_at(self, number: int, moment: datetime) -> int:
        """Return the place of the first message of a conversation from a moment on.

        Args:
            number: The conversation's number in the index.
            moment: The moment, with a time zone.

        Raises:
            DatabaseError: If the index cannot be read.
        """
        with self._reading() as connection:
            return place_at(connection, number, moment.timestamp())

    def segment(
        self, number: int, key: str, *, filters: SearchFilters | None = None
    ) -> SearchHit | None:
        """Return a segment that was found in another way, such as by its meaning.

        Args:
            number: The segment's own number: a hit's `segment`.
            key: The hit's `key`.
            filters: Which messages are wanted.

        Returns:
            It, with all wanted messages as matches; None if nothing of it is wanted, or
            it is not what it was.

        Raises:
            DatabaseError: If the index cannot be read.
        """
        with self._reading() as connection:
            return IndexSearch(connection, filters or SearchFilters()).at(number, key)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Open the index to read from one state of it.

        Raises:
            DatabaseError: If it cannot be opened, or is not the index of this object.
        """
        with self.connected() as connection, reading(connection):
            require_built(connection, self._stamp)
            yield connection

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """Open the index, for this package's own use.

        Yields:
            The connection; it is closed after the block.

        Raises:
            DatabaseError: If it cannot be opened, or what is done with it fails.
        """
        if self.path is None:
            with self._lock, translated_errors(None):
                if self._memory is None:
                    self._memory = open_index(None)
                    finalize(self, self._memory.close)
                yield self._memory
            return
        connection = open_index(self.path)
        try:
            with translated_errors(self.path):
                yield connection
        finally:
            connection.close()
