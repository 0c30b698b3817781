"""ChatDatabase: opens databases and yields their conversations, keeping the ledger.

Joins the pieces: sources, people, rows, assembly, sync. Decides nothing about a row or a
chat.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from itertools import compress, zip_longest
from operator import not_
from typing import TYPE_CHECKING, Any, Self

from langchain_imessage.chatdb._filters import chat_test, distinct_names
from langchain_imessage.chatdb._ledger import RowCounts, total
from langchain_imessage.chatdb._open_state import LatestPass, OpenState
from langchain_imessage.chatdb._read_options import (
    options_of,
    takes_options,
)
from langchain_imessage.chatdb._rereading import Rereading
from langchain_imessage.chatdb._updates import Update, count_messages, counted
from langchain_imessage.chatdb._warnings import (
    unmatched,
    warn,
    without_messages,
)
from langchain_imessage.chatdb.databases._merging import source_of
from langchain_imessage.chatdb.databases._open_databases import OpenDatabases
from langchain_imessage.chatdb.databases._opening import open_source
from langchain_imessage.chatdb.people._matching import WantedPeople
from langchain_imessage.chatdb.sources._access_errors import translated_errors
from langchain_imessage.chatdb.sources._several import paths_of
from langchain_imessage.chatdb.sync._cursor import Cursor
from langchain_imessage.chatdb.sync._marks import MarkedConversation
from langchain_imessage.chatdb.workers._shared_reading import reading_in_turn
from langchain_imessage.errors import (
    DatabaseError,
    IncompletePassError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from os import PathLike
    from types import TracebackType
    from typing import Unpack

    from langchain_imessage.chatdb._conversation_reading import Reading
    from langchain_imessage.chatdb._read_options import ReadKeywords
    from langchain_imessage.chatdb.overview._database_overview import DatabaseOverview
    from langchain_imessage.chatdb.people._contacts import Card
    from langchain_imessage.chatdb.sources._schema import Capabilities
    from langchain_imessage.chatdb.sync._fingerprints import DatabaseState
    from langchain_imessage.chatdb.sync._marks import MarkCollector
    from langchain_imessage.records import Chat, Conversation, Ledger


@takes_options()
class ChatDatabase:
    """A Messages database, opened for one consistent reading.

    Nothing in its folder is changed, and what Messages has not yet moved out of the `-wal`
    is read, too. Use it as a context manager.

    Args:
        path: A `chat.db` or `sms.db`, or an iPhone backup's folder; None for this Mac's
            own database.
        **options: What to read, and how: the fields of `chatdb.ReadOptions`.

    Raises:
        DatabaseNotFoundError: If there is no such file.
        DatabaseAccessError: If it cannot be opened; the message says what to do.
        UnsupportedSchemaError: If it is no Messages database.
        DatabaseError: If it is damaged.
        TypeError: If an option is of the wrong type; the message names it.
        ValueError: If an option is none of the values there are.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> with ChatDatabase(write_sample("chat.db")) as database:
        ...     conversations = list(database.conversations())
        ...     len(conversations), database.ledger.messages
        (10, 65)
    """

    def __init__(
        self,
        path: str | PathLike[str] | Sequence[str | PathLike[str]] | None = None,
        **options: Unpack[ReadKeywords],
    ) -> None:
        self._paths = paths_of(path)
        self._options = options_of(self, options)
        self._open: OpenState | None = None
        self._resources: ExitStack | None = None
        self._workers: list[ExitStack] = []
        self._cards: list[Card] = []
        self._chats: tuple[Chat, ...] = ()
        self._unwanted: tuple[Chat, ...] = ()
        self._latest = LatestPass()
        self._before: DatabaseState | None = None

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts and which options are set, never names, numbers or a path."""
        state = f"{len(self._chats)} chats" if self._open else "closed"
        return f"<ChatDatabase: {state}, {self._options!r}>"

    def __getstate__(self) -> dict[str, Any]:  # type: ignore[explicit-override]
        """Leave out what only an open database has: a copy of one is closed."""
        return {**vars(self), "_open": None, "_resources": None, "_workers": []}

    def expecting(self, state: DatabaseState | None) -> Self:
        """Say what the database looked like earlier, before it is opened: it saves time.

        Args:
            state: What it looked like; None if that is not known.
        """
        self._before = state
        return self

    def __enter__(self) -> Self:
        """Open the database.

        Raises:
            DatabaseError: If it is open already, or cannot be read.
        """
        if self._open:
            raise DatabaseError(
                "This ChatDatabase is open already. For a second reading at the same "
                "time make another one of the same path."
            )
        with ExitStack() as resources:
            self._open = self._opened(resources)
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it, and delete the snapshot if one was taken."""
        self._open = None
        for workers in [*self._workers]:
            workers.close()
        if self._resources:
            self._resources.close()

    @property
    def capabilities(self) -> Capabilities:
        """Which tables and columns the database has; of several, the first.

        Raises:
            DatabaseError: If it is not open.
        """
        return self._opened_now().databases.first.queries.capabilities

    @property
    def chats(self) -> tuple[Chat, ...]:
        """The wanted conversations, the most recently used first."""
        return self._chats

    @property
    def contact_names(self) -> tuple[str, ...]:
        """The names in the address book, whoever of them is in a chat."""
        return tuple(dict.fromkeys(card.name for card in self._cards if card.name))

    @property
    def contact_conflicts(self) -> int:
        """How many addresses of the database are on the cards of several people.

        Each is called as on the card changed last, and counts as nobody's.

        Raises:
            DatabaseError: If it is not open.
        """
        return self._opened_now().databases.people.conflicts

    def overview(self) -> DatabaseOverview:
        """Count the rows, and say from when they are, without reading a body.

        Returns:
            The counts, and the times of the first and the last message.

        Raises:
            DatabaseError: If the file is damaged, or the database is not open.
        """
        is_open = self._opened_now()
        with translated_errors(self._paths[0]):
            return is_open.databases.overview()

    def choose(self, chat: Chat) -> None:
        """Want this one of `chats` alone from now on.

        Args:
            chat: One of `chats`.
        """
        self._unwanted += tuple(other for other in self._chats if other != chat)
        self._chats = (chat,)

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went in the pass begun last.

        Complete after a whole pass.
        """
        return total(self._latest.counts or [RowCounts()])

    @property
    def cursor(self) -> str:
        """What the pass begun last delivered: as `since` it makes another go on there.

        Reading again and again, each time with the cursor of the pass before, delivers
        every message at least once as it is in the end: also what arrives late, is put in
        a chat later, was scheduled, and is edited, reacted to or voted on meanwhile, and
        what looks different because something else was deleted. What comes again has the
        guid it had.

        Raises:
            IncompletePassError: If that pass is not whole: go on with the cursor before.
        """
        if self._latest.cursor is None:
            raise IncompletePassError(
                "There is no cursor before a whole pass over the conversations. If one "
                "was broken off, go on with the cursor of the pass before it."
            )
        return str(self._latest.cursor())

    def rereading(self) -> Rereading:
        """Return what tells where the database has changed, and reads that again.

        Raises:
            DatabaseError: If the database is not open.
        """
        now = self._opened_now()
        return Rereading(now.databases, self._options, self._chats, self._paths[0])

    def conversations(self) -> Iterator[Conversation]:
        """Read the wanted conversations, one at a time.

        Yields:
            Each conversation that has messages, the most recently used first. Every
            message is in exactly one.

        Raises:
            DatabaseError: If the file is damaged, or the database is not open.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        for update in self.updates():
            conversation = update.conversation
            del update
            if conversation.messages:
                yield conversation
            del conversation  # it is not held on to while the next one is read

    def updates(self) -> Iterator[Update]:
        """Read the wanted conversations, and find out what in them is to be delivered.

        Yields:
            Each conversation, the most recently used first, with the places of what is to
            be delivered: with `since`, what is new or changed; else everything.

        Raises:
            DatabaseError: If the file is damaged, or the database is not open.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        is_open = self._opened_now()
        with translated_errors(self._paths[0]):
            counts = is_open.databases.count_left_out(self._chats, self._unwanted)
        current = self._latest = LatestPass(counts)
        marks = is_open.databases.collector()
        with ExitStack() as workers:
            self._workers.append(workers)  # whoever closes the database ends them, too
            workers.callback(self._workers.remove, workers)
            reader = is_open.reader(marks, self._paths[0])
            read = reading_in_turn(reader, self._chats, self._options, counts, workers)
            # No `map`: a content function that raises StopIteration would end the pass.
            for chat in counted(self._chats, self._options.progress):
                yield self._update(is_open, counts, marks, read, chat)
        current.cursor = partial(marks.cursor, is_open.databases.anchors)
        if self._chats and not self.ledger.messages:
            for problem in without_messages(self._options):
                warn(problem)

    def _opened_now(self) -> OpenState:
        if self._open is None:
            raise DatabaseError("This ChatDatabase is closed: use it in a with block.")
        return self._open

    def _opened(self, resources: ExitStack) -> OpenState:
        options = self._options
        self._cards = []
        is_alone = len(self._paths) == 1
        before = self._before.sources if self._before else ()
        readers = [
            open_source(
                path, options, self._cards, resources, is_alone=is_alone, before=known
            )
            for path, known in zip_longest(self._paths, before[: len(self._paths)])
        ]
        with translated_errors(self._paths[0]):
            databases = OpenDatabases(readers, self._cards, options)
            every: Sequence[Chat] = databases.chats
            if options.people is not None:
                people = WantedPeople.of(distinct_names(options.people))
                every = databases.with_former_participants(people)
        # Not within: a caller's own test may raise, and no database is to blame for that.
        wants = chat_test(options.chats, people=options.people, groups=options.groups)
        wanted = [wants(chat) for chat in every]
        self._chats = tuple(compress(databases.chats, wanted))
        self._unwanted = tuple(compress(databases.chats, map(not_, wanted)))
        with translated_errors(self._paths[0]):
            self._latest = LatestPass([RowCounts(rows) for rows in databases.rows()])
            since = options.since and Cursor.parse(options.since)
            for problem in unmatched(options, every, self._chats):
                warn(problem)
            return OpenState(
                databases=databases,
                policy=options.policy(),
                comparison=databases.comparison(since) if since else None,
            )

    def _update(
        self,
        is_open: OpenState,
        counts: Sequence[RowCounts],
        marks: MarkCollector,
        read: Callable[[Chat], Reading],
        chat: Chat,
    ) -> Update:
        if self._open is not is_open:
            raise DatabaseError("This ChatDatabase was closed while it was being read.")
        assembled, may_lack_sender = read(chat)
        marked = MarkedConversation(
            assembled.conversation,
            assembled.left_out,
            assembled.noted,
        )
        marks.add(marked)
        comparison = is_open.comparison
        places = None if comparison is None else comparison.changed(marked)
        update = Update(marked, places)
        for rowid, reason in assembled.dropped:
            counts[source_of(rowid)].reasons[reason] += 1
        count_messages(counts, update, may_lack_sender=may_lack_sender)
        return update
