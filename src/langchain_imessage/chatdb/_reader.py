"""ChatDatabase: opens a database and yields its conversations, keeping the ledger.

Joins the pieces: sources, people, rows, assembly. Decides nothing about a row or a chat.
"""

from __future__ import annotations

import time
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from langchain_imessage.chatdb._assembling import assemble
from langchain_imessage.chatdb._directory import find_everybody
from langchain_imessage.chatdb._filters import (
    ChatNamed,
    HasPerson,
    chat_test,
    unmatched,
    wanted,
)
from langchain_imessage.chatdb._ledger import RowCounts
from langchain_imessage.chatdb._options import ReadOptions, takes_options
from langchain_imessage.chatdb._source_reader import SourceReader
from langchain_imessage.chatdb.assembly._rendering import annotate
from langchain_imessage.chatdb.people._address_books import load_cards
from langchain_imessage.chatdb.rows._reading import Collected
from langchain_imessage.chatdb.sources._access_errors import translated_errors
from langchain_imessage.chatdb.sources._backups import opened
from langchain_imessage.chatdb.sources._connect import connect, default_path
from langchain_imessage.errors import DatabaseError, DecodeError
from langchain_imessage.timestamps import APPLE_EPOCH_UNIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike
    from types import TracebackType
    from typing import Unpack

    from langchain_imessage.chatdb._filters import Cursor
    from langchain_imessage.chatdb._options import OnError, ReadKeywords
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.people._contacts import Card
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.chatdb.people._owner import Owner
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.chatdb.sources._schema import Capabilities
    from langchain_imessage.records import Chat, Conversation, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """What there is while a database is open."""

    source: SourceReader
    people: People
    owner: Owner
    policy: ContentPolicy | None


@dataclass(slots=True)
class _Pass:
    """One reading of all conversations: its counts, and its cursor once it is whole."""

    counts: RowCounts
    cursor: Cursor | None = None


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
        self, path: str | PathLike[str] | None = None, **options: Unpack[ReadKeywords]
    ) -> None:
        self._path = default_path() if path is None else Path(path)
        self._options = ReadOptions(**options)
        self._open: _Open | None = None
        self._resources: ExitStack | None = None
        self._cards: list[Card] = []
        self._chats: tuple[Chat, ...] = ()
        self._unwanted: tuple[Chat, ...] = ()
        self._latest = _Pass(RowCounts())

    def __repr__(self) -> str:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Show counts and which options are set, never names, numbers or a path."""
        state = f"{len(self._chats)} chats" if self._open else "closed"
        return f"<ChatDatabase: {state}, {self._options!r}>"

    def __getstate__(self) -> dict[str, Any]:  # type: ignore[explicit-override]
        """Leave out what only an open database has: a copy of one is closed."""
        return {**vars(self), "_open": None, "_resources": None}

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
        if self._resources:
            self._resources.close()

    @property
    def capabilities(self) -> Capabilities:
        """Which tables and columns the database has.

        Raises:
            DatabaseError: If it is not open.
        """
        return self._opened_now().source.queries.capabilities

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
        return self._opened_now().people.conflicts

    def choose(self, chat: Chat) -> None:
        """Want this one of `chats` alone from now on."""
        self._unwanted += tuple(other for other in self._chats if other != chat)
        self._chats = (chat,)

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went in the pass begun last.

        Complete after a whole pass.
        """
        return self._latest.counts.ledger()

    @property
    def cursor(self) -> str:
        """Where this reading ends: as `since` it makes the next one begin here.

        Complete after a whole pass: it knows of the edits that have been read.
        """
        return str(self._latest.cursor)

    def conversations(self) -> Iterator[Conversation]:
        """Read the wanted conversations, one at a time.

        Yields:
            Each conversation that has messages, the most recently used first. Every
            message is in exactly one.

        Raises:
            DatabaseError: If the file is damaged, or the database is not open.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        is_open = self._opened_now()
        with translated_errors(self._path):
            counts = is_open.source.count_left_out(self._chats, self._unwanted)
            current = self._latest = _Pass(counts, is_open.source.end())
        # Unlike a loop, this holds on to no conversation while it reads the next one.
        read = partial(self._read, is_open, current)
        yield from filter(attrgetter("messages"), map(read, self._counted(self._chats)))
        options = self._options
        set_ = [
            name for name in ("services", "after", "before") if getattr(options, name)
        ]
        if set_ and not options.since and self._chats and not current.counts.messages:
            _warn(f"No message matches {', '.join(set_)}")

    def _counted(self, chats: tuple[Chat, ...]) -> Iterator[Chat]:
        """Yield conversations, and report each as read when the next one is asked for."""
        progress = self._options.progress
        for done, chat in enumerate(chats, 1):
            yield chat
            if progress:
                progress(done, len(chats))

    def _opened_now(self) -> _Open:
        if self._open is None:
            raise DatabaseError("This ChatDatabase is closed: use it in a with block.")
        return self._open

    def _opened(self, resources: ExitStack) -> _Open:
        options = self._options
        source = resources.enter_context(
            opened(
                self._path,
                password=options.password,
                attachments=Path(options.attachments) if options.attachments else None,
            )
        )
        self._cards = load_cards(options.contacts, address_book=source.address_book)
        connection = resources.enter_context(
            connect(source.database, is_copy=source.is_copy)
        )
        with translated_errors(self._path):
            reader = SourceReader(
                connection,
                locate=source.locate,
                now=int(time.time()) - APPLE_EPOCH_UNIX,
                wanted=wanted(
                    after=options.after,
                    before=options.before,
                    services=options.services,
                    since=options.since,
                ),
            )
            return self._prepared(reader)

    def _prepared(self, source: SourceReader) -> _Open:
        """Find out who is there, and which chats are one conversation."""
        options = self._options
        everybody, owner, every = find_everybody(source, self._cards, options)
        source.find_homes(every)
        wants = chat_test(options.chats, people=options.people, groups=options.groups)
        self._chats = tuple(chat for chat in every if wants(chat))
        self._unwanted = tuple(chat for chat in every if not wants(chat))
        self._warn_of_unmatched(every)
        self._latest = _Pass(RowCounts(source.rows()), source.end())
        return _Open(
            source=source,
            people=everybody,
            owner=owner,
            policy=_policy(options.content),
        )

    def _warn_of_unmatched(self, every: Sequence[Chat]) -> None:
        chosen = self._options
        tests = (
            ("chats", chosen.chats, ChatNamed),
            ("people", chosen.people, HasPerson),
        )
        for option, names, test in tests:
            if names is None or callable(names):
                continue
            if missing := unmatched(test, names, every):
                count = 1 if isinstance(names, str) else len(set(names))
                _warn(f"{option}: {missing} of {count} names match no conversation")
        if every and not self._chats and chosen.groups is not None:
            _warn(f"No conversation matches groups={chosen.groups}")

    def _read(self, is_open: _Open, current: _Pass, chat: Chat) -> Conversation:
        if self._open is not is_open:
            raise DatabaseError("This ChatDatabase was closed while it was being read.")
        with translated_errors(self._path):
            context = is_open.source.context(
                chat,
                is_open.people,
                wants_wordless=is_open.policy is not None,
                report=partial(_report, self._options.on_error),
            )
            found = Collected()
            try:
                is_open.source.collect(chat, context, found)
            finally:
                current.counts.add(found)
        conversation, left_out = assemble(
            chat,
            found,
            may_be_self=is_open.owner.may_be_self(chat),
            policy=is_open.policy,
        )
        messages = conversation.messages
        current.counts.reasons.update(left_out)
        current.counts.messages += len(messages)
        if context.only_other is None:  # else there is somebody to name
            current.counts.senderless += sum(
                m.sender is None and not m.is_from_me for m in messages
            )
        if current.cursor:
            current.cursor = current.cursor.with_edit(found.newest_edit)
        return conversation


def _warn(problem: str) -> None:
    warnings.warn(problem, UserWarning, stacklevel=3)


def _report(on_error: OnError, row: MessageRow) -> None:
    problem = f"The words of message row {row.rowid} cannot be read"
    if on_error == "raise":
        raise DecodeError(problem, guid=row.guid)
    if on_error == "warn":
        warnings.warn(problem, UserWarning, stacklevel=2)


def _policy(content: str | ContentPolicy) -> ContentPolicy | None:
    """Return the policy; None is words only, which needs no look at each message."""
    if callable(content):
        return content
    if content == "annotated":
        return annotate()
    return None
