"""Where a database has changed since an earlier reading, and that part of it read again.

For copies of the messages, such as a search index. Decides nothing about a row or a chat.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from langchain_imessage.chatdb._assembling import assemble
from langchain_imessage.chatdb._ledger import RowCounts
from langchain_imessage.chatdb._warnings import report
from langchain_imessage.chatdb.sources._access_errors import translated_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from langchain_imessage.chatdb._read_options import ReadOptions
    from langchain_imessage.chatdb.databases._open_databases import OpenDatabases
    from langchain_imessage.chatdb.sync._fingerprints import Changes, DatabaseState
    from langchain_imessage.records import Chat, Conversation


class Rereading:
    """Reads again what has changed, in the snapshot of an open `ChatDatabase`.

    Attributes:
        chats: The wanted conversations, the most recently used first.

    Example:
        >>> from langchain_imessage.chatdb import ChatDatabase
        >>> from langchain_imessage.testing import write_sample
        >>> with ChatDatabase(write_sample("chat.db")) as database:
        ...     rereading = database.rereading()
        ...     state = rereading.state()
        ...     len(rereading.chats), rereading.changes_since(state, state).parts
        (10, ())
    """

    def __init__(
        self,
        databases: OpenDatabases,
        options: ReadOptions,
        chats: Sequence[Chat],
        path: Path,
    ) -> None:
        self._databases = databases
        self._options = options
        self._policy = options.policy()
        self._path = path
        self.chats = chats

    def state(self) -> DatabaseState:
        """Return what the database looks like, in sums over its rows.

        Unlike a cursor it is there without a pass, and tells of deletions, too.

        Raises:
            DatabaseError: If the database is damaged.
        """
        with translated_errors(self._path):
            return self._databases.state()

    def changes_since(self, before: DatabaseState, now: DatabaseState) -> Changes:
        """Return what may have changed between two states.

        Args:
            before: The earlier state.
            now: The later one.

        Raises:
            DatabaseError: If the database is damaged.
        """
        with translated_errors(self._path):
            return self._databases.changes_since(before, now)

    def read(
        self, chats: Iterable[Chat], *, after: int | None = None
    ) -> Iterator[Conversation]:
        """Read some conversations.

        Args:
            chats: Some of `chats`.
            after: Only messages from this time on, in nanoseconds since 2001. What is
                known of earlier ones only, such as what an answer quotes, is missing then.

        Yields:
            Each of them, also one without messages.

        Raises:
            DatabaseError: If the database is damaged, or was closed.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        counts = [RowCounts() for _ in self._databases.anchors]  # one for each source
        for chat in chats:
            with translated_errors(self._path), self._databases.reading_from(after):
                gathered = self._databases.gather(
                    chat,
                    counts,
                    wants_wordless=self._policy is not None,
                    report=partial(report, self._options.on_error),
                )
            yield assemble(
                chat,
                gathered.found,
                may_be_self=self._databases.owner.may_be_self(chat),
                policy=self._policy,
                own=self._databases.owner.persons,
            ).conversation
