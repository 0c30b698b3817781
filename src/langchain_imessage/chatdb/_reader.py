"""ChatDatabase: opens a database and hands out its conversations, keeping the ledger.

Joins the pieces: connection, capabilities, statements, chats, rows. What a row means is
decided in `_rows`, what is one conversation in `_chats`.
"""

from __future__ import annotations

import sqlite3
import time
import warnings
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from langchain_imessage.chatdb._chats import (
    ChatRow,
    People,
    normalize,
    own_addresses,
    unify,
)
from langchain_imessage.chatdb._connect import connect, default_path, translated_errors
from langchain_imessage.chatdb._echoes import without_echoes
from langchain_imessage.chatdb._queries import Queries
from langchain_imessage.chatdb._reactions import attach, take_text_tapbacks
from langchain_imessage.chatdb._rows import Reading, in_order, read_rows
from langchain_imessage.chatdb._schema import Capabilities
from langchain_imessage.chatdb._tally import Tally
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Chat, Conversation, Ledger, Reason
from langchain_imessage.timestamps import (
    APPLE_EPOCH_UNIX,
    apple_from_datetime,
    datetime_from_apple,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime
    from os import PathLike
    from types import TracebackType

    from langchain_imessage.chatdb._queries import Row
    from langchain_imessage.records import Message

OnError: TypeAlias = Literal["skip", "warn", "raise"]
"""What to do about a row whose words cannot be read: count it, also warn, or stop."""

ChatFilter: TypeAlias = "Collection[str] | Callable[[Chat], bool]"
"""Which chats are wanted: their titles, addresses, identifiers or guids; or a test."""

_BAD_TEXT = "Could not decode to UTF-8"
"""How sqlite3 complains of a text column that holds other bytes."""


class ChatDatabase:
    """A Messages database, opened for one consistent reading.

    Nothing in its folder is changed, and what Messages has not yet moved out of the `-wal`
    is read, too. Use it as a context manager.

    Args:
        path: A `chat.db` or `sms.db`; None for this Mac's own.
        unify_chats: Whether chats of one person or one group that Apple split over
            services and addresses are one conversation.
        chats: Which chats are wanted; None for all.
        after: First moment wanted; an aware datetime.
        before: First moment no longer wanted; an aware datetime.
        on_error: What to do about a row whose words cannot be read.

    Raises:
        DatabaseNotFoundError: If there is no such file.
        DatabaseAccessError: If it cannot be opened; the message says what to do.
        UnsupportedSchemaError: If it is no Messages database.
        DatabaseError: If it is damaged.

    Example:
        >>> from langchain_imessage.testing import write_sample
        >>> with ChatDatabase(write_sample("chat.db")) as database:
        ...     conversations = list(database.conversations())
        ...     len(conversations), database.ledger.messages
        (10, 65)
    """

    def __init__(
        self,
        path: str | PathLike[str] | None = None,
        *,
        unify_chats: bool = True,
        chats: ChatFilter | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        on_error: OnError = "skip",
    ) -> None:
        self._path = default_path() if path is None else Path(path)
        self._unify_chats = unify_chats
        self._wants = _chat_test(chats)
        self._period = (
            None if after is None else apple_from_datetime(after),
            None if before is None else apple_from_datetime(before),
        )
        self._on_error = on_error
        self._tally = Tally()
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Open the database."""
        with ExitStack() as opening:
            self._connection = opening.enter_context(connect(self._path))
            with translated_errors(self._path):
                self._prepare()
            self._resources = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it, and delete the snapshot if one was taken."""
        self._resources.close()

    @property
    def capabilities(self) -> Capabilities:
        """Which tables and columns the database has."""
        return self._queries.capabilities

    @property
    def chats(self) -> tuple[Chat, ...]:
        """The wanted conversations, the most recently used first."""
        return tuple(self._chats)

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went; complete after a whole pass."""
        return self._tally.ledger()

    def conversations(self) -> Iterator[Conversation]:
        """Read the wanted conversations, one at a time.

        Yields:
            Each conversation that has messages, the most recently used first. Every
            message is in exactly one.

        Raises:
            DatabaseError: If the file is damaged.
            DecodeError: If `on_error` is "raise" and a row's words cannot be read.
        """
        with translated_errors(self._path):
            self._tally = self._count_left_out()
        for chat in self._chats:
            with translated_errors(self._path):
                conversation = self._read(chat)
            if conversation.messages:
                yield conversation

    def _prepare(self) -> None:
        after, before = self._period
        self._queries = Queries(
            capabilities=Capabilities.detect(self._connection),
            now=int(time.time()) - APPLE_EPOCH_UNIX,
            after=after,
            before=before,
        )
        self._people = self._load_people()
        rows = self._load_chat_rows()
        self._own = own_addresses(rows)
        every = unify(
            rows,
            self._people,
            self._run(self._queries.lookups()),
            unify_chats=self._unify_chats,
        )
        self._chats = [chat for chat in every if self._wants(chat)]
        self._unwanted = [chat for chat in every if not self._wants(chat)]
        self._home = self._load_homes(every)
        self._tally = Tally(self._number(self._queries.total()))

    def _load_people(self) -> People:
        rows = self._run(self._queries.handles())
        return People(
            addresses={rowid: str(address) for rowid, address, _ in rows if address},
            persons={rowid: person for rowid, _, person in rows if person},
        )

    def _load_chat_rows(self) -> list[ChatRow]:
        participants: defaultdict[int, list[int]] = defaultdict(list)
        for chat, handle in self._run(self._queries.participants()):
            participants[chat].append(handle)
        known = {row[0]: row[1:] for row in self._run(self._queries.chats())}
        return [
            ChatRow(chat, newest, tuple(participants[chat]), *known.get(chat, ()))
            for chat, newest in self._run(self._queries.census())
        ]

    def _load_homes(self, chats: Iterable[Chat]) -> dict[int, int]:
        """Choose one conversation for each message that is in several.

        A group knows its messages by its room, so it comes before a chat of two.
        """
        order = {
            rowid: (not chat.is_group, chat.rowids[0])
            for chat in chats
            for rowid in chat.rowids
        }
        homes: dict[int, tuple[bool, int]] = {}
        for message, chat in self._run(self._queries.shared_messages()):
            homes[message] = min(homes.get(message, order[chat]), order[chat])
        return {message: home for message, (_, home) in homes.items()}

    def _count_left_out(self) -> Tally:
        tally = Tally(self._number(self._queries.total()))
        homeless, deleted = self._run(self._queries.homeless())[0]
        filtered = sum(self._count(chat) for chat in self._unwanted)
        if self._queries.has_period:
            filtered += sum(self._count(chat, outside=True) for chat in self._chats)
        tally.reasons[Reason.DELETED] = deleted
        tally.reasons[Reason.NO_CHAT] = homeless - deleted
        tally.reasons[Reason.FILTERED] = filtered
        return tally

    def _count(self, chat: Chat, *, outside: bool = False) -> int:
        sql = self._queries.rowids(len(chat.rowids), outside=outside)
        period = self._queries.period if outside else ()
        home = chat.rowids[0]
        return sum(
            self._home.get(rowid, home) == home
            for (rowid,) in self._run(sql, (*chat.rowids, *period))
        )

    def _read(self, chat: Chat) -> Conversation:
        reading = Reading(
            addresses=self._people.addresses,
            only_other=None if chat.is_group else _other_side(chat),
            now=self._queries.now,
            tally=self._tally,
            details=self._details,
            has_attachment=self._has_attachment,
            report=self._report,
        )
        read_rows(self._rows(chat), reading)
        messages = self._without_text_tapbacks(reading)
        if not chat.is_group and self._own & set(map(normalize, chat.participants)):
            wordless = map(datetime_from_apple, reading.own_wordless)
            kept = without_echoes(messages, wordless)
            if kept is not None:
                chat = replace(chat, is_self=True)
                self._tally.reasons[Reason.DUPLICATE] += len(messages) - len(kept)
                messages = kept
        self._tally.messages += len(messages)
        self._tally.senderless += sum(
            message.sender is None and not message.is_from_me for message in messages
        )
        messages = attach(messages, reading.tapbacks)
        return Conversation(chat=chat, messages=tuple(messages))

    def _rows(self, chat: Chat) -> Iterator[tuple[Any, ...]]:
        """Fetch a conversation's rows, in order, each once and in its home only."""
        queries = self._queries
        period = queries.period if queries.has_period else ()
        rows = self._run(queries.messages(len(chat.rowids)), (*chat.rowids, *period))
        in_order(rows, now=queries.now)
        home_of, home, previous = self._home.get, chat.rowids[0], None
        for row in rows:
            rowid = row[1]
            if rowid != previous and home_of(rowid, home) == home:
                yield row
            previous = rowid

    def _without_text_tapbacks(self, reading: Reading) -> list[Message]:
        taken = take_text_tapbacks(reading.messages, reading.first_attachment)
        if not taken:
            return reading.messages
        self._tally.reasons[Reason.REACTION] += len(taken)
        reading.tapbacks.extend(tapback for tapback in taken.values() if tapback)
        return [
            message
            for position, message in enumerate(reading.messages)
            if position not in taken
        ]

    def _details(self, rowid: int) -> tuple[Any, ...]:
        (row,) = self._run(self._queries.details(), (rowid,))
        return row  # type: ignore[no-any-return]

    def _has_attachment(self, rowid: int) -> bool:
        return bool(self._run(self._queries.has_attachment(), (rowid,)))

    def _report(self, row: Row) -> None:
        problem = f"The words of message row {row.rowid} cannot be read"
        if self._on_error == "raise":
            raise DecodeError(problem, guid=row.guid)
        if self._on_error == "warn":
            warnings.warn(problem, UserWarning, stacklevel=2)

    def _run(self, sql: str | None, values: Iterable[Any] = ()) -> list[Any]:
        """Run a statement; nothing comes of one the database has no tables for."""
        if sql is None:
            return []
        parameters = tuple(values)
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.OperationalError as error:
            if _BAD_TEXT not in str(error):
                raise
        # One bad text is no reason to lose the rest. Python's own decoder is faster, so
        # this one waits for the first that needs it.
        self._connection.text_factory = _lenient
        return self._connection.execute(sql, parameters).fetchall()

    def _number(self, sql: str) -> int:
        return int(self._run(sql)[0][0])


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _other_side(chat: Chat) -> str | None:
    """Name the other person of a chat of two, by the address they used last."""
    return next(iter(chat.participants or chat.identifiers), None)


def _chat_test(chats: ChatFilter | None) -> Callable[[Chat], bool]:
    if chats is None:
        return lambda _: True
    if callable(chats):
        return chats
    wanted = {chats} if isinstance(chats, str) else set(chats)
    addresses = set(map(normalize, wanted))

    def is_wanted(chat: Chat) -> bool:
        if wanted.intersection((chat.name, *chat.guids, *chat.identifiers)):
            return True
        others = () if chat.is_group else chat.participants
        return not addresses.isdisjoint(map(normalize, others))

    return is_wanted
