"""ChatDatabase: opens a database and hands out its conversations, keeping the ledger.

Joins the pieces: connection, capabilities, statements, chats, rows. What a row means is
decided in `rows`, what is one conversation in `people`.
"""

from __future__ import annotations

import sqlite3
import time
import warnings
from collections import defaultdict, deque
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from langchain_imessage.addresses import normalize
from langchain_imessage.chatdb._filters import Cursor, chat_test, wanted
from langchain_imessage.chatdb._ledger import RowCounts
from langchain_imessage.chatdb.assembly._polls import with_votes
from langchain_imessage.chatdb.assembly._reactions import (
    as_reaction,
    attach,
    standing,
    take_text_tapbacks,
)
from langchain_imessage.chatdb.assembly._rendering import annotate, contents
from langchain_imessage.chatdb.assembly._replies import with_quotes
from langchain_imessage.chatdb.assembly._self_chats import without_duplicates
from langchain_imessage.chatdb.people._address_books import load_cards
from langchain_imessage.chatdb.people._chats import (
    ChatRow,
    claimed_addresses,
    unify,
)
from langchain_imessage.chatdb.people._contacts import Contacts
from langchain_imessage.chatdb.people._handles import People, people
from langchain_imessage.chatdb.rows._attachments import by_message
from langchain_imessage.chatdb.rows._plain import read_rows
from langchain_imessage.chatdb.rows._prefetch import BATCH, Prefetch
from langchain_imessage.chatdb.rows._queries import Queries
from langchain_imessage.chatdb.rows._reading import Collected, ReadContext
from langchain_imessage.chatdb.sources._backups import opened
from langchain_imessage.chatdb.sources._connect import (
    connect,
    default_path,
    translated_errors,
)
from langchain_imessage.chatdb.sources._schema import Capabilities
from langchain_imessage.errors import DecodeError
from langchain_imessage.records import Chat, Conversation, Ledger, Reason
from langchain_imessage.timestamps import (
    APPLE_EPOCH_UNIX,
    NANOSECONDS,
    datetime_from_apple,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime
    from os import PathLike
    from types import TracebackType

    from langchain_imessage.chatdb._filters import ChatFilter
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.people._address_books import ContactsSource
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.records import Message

OnError: TypeAlias = Literal["skip", "warn", "raise"]
"""What to do about a row whose words cannot be read: count it, also warn, or stop."""

_ROWS = 256
"""Rows fetched at once: few enough to be messages before they leave the processor's cache,
which is a third of the time where memory is slow."""

_BAD_TEXT = "Could not decode to UTF-8"
"""How sqlite3 complains of a text column that holds other bytes."""


class ChatDatabase:
    """A Messages database, opened for one consistent reading.

    Nothing in its folder is changed, and what Messages has not yet moved out of the `-wal`
    is read, too. Use it as a context manager.

    Args:
        path: A `chat.db` or `sms.db`, or an iPhone backup's folder; None for this Mac's
            own database.
        password: The backup's, if it is encrypted.
        unify_chats: Whether chats of one person or one group that Apple split over
            services and addresses are one conversation.
        chats: Which chats are wanted: their titles, addresses, identifiers or guids, of
            two people's also the other person; or a test on `records.Chat`.
        people: Only chats that one of these people is in: names or addresses.
        groups: Only groups, or no groups; None for both.
        services: Only messages that went over these: "iMessage", "SMS", "RCS", ...
        after: First moment wanted; an aware datetime.
        before: First moment no longer wanted; an aware datetime.
        since: Only what is new or newly edited: the `cursor` of an earlier reading.
        on_error: What to do about a row whose words cannot be read.
        content: What a message's content is: "text" (its words; a row without any is no
            message), "annotated" (also what is not words, in brackets: see `annotate`),
            or a function of `records.Message`.
        contacts: Names for addresses: "auto" (this Mac's address book, or the backup's),
            the path of an address book or a vCard file, or a mapping from address to
            name.
        own_name: What the owner is called; a contact of that name is named apart.
        attachments: The folder attachments are in; defaults to the database's own. Those
            of an encrypted backup are decrypted to it, and without it only listed.

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
        password: str | None = None,
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
        contacts: ContactsSource = None,
        own_name: str = "Me",
        attachments: str | PathLike[str] | None = None,
    ) -> None:
        self._path = default_path() if path is None else Path(path)
        self._open = partial(
            opened,
            self._path,
            password=password,
            attachments=None if attachments is None else Path(attachments),
        )
        self._unify_chats = unify_chats
        self._wants = chat_test(chats, people=people, groups=groups)
        self._wanted = wanted(
            after=after, before=before, services=services, since=since
        )
        self._on_error = on_error
        self._policy = _policy(content)
        self._contacts = contacts
        self._own_name = own_name
        self._tally = RowCounts()
        self._chats: list[Chat] = []
        self._unwanted: list[Chat] = []
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        """Open the database."""
        with ExitStack() as opening:
            source = opening.enter_context(self._open())
            self._locate = source.locate
            self._cards = load_cards(self._contacts, address_book=source.address_book)
            self._connection = opening.enter_context(connect(source.database))
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
    def contact_names(self) -> tuple[str, ...]:
        """The names in the address book, whoever of them is in a chat."""
        return tuple(dict.fromkeys(card.name for card in self._cards if card.name))

    def choose(self, chat: Chat) -> None:
        """Want this one of `chats` alone from now on."""
        self._unwanted += [other for other in self._chats if other != chat]
        self._chats = [chat]

    @property
    def ledger(self) -> Ledger:
        """Where each row of the message table went; complete after a whole pass."""
        return self._tally.ledger()

    @property
    def cursor(self) -> str:
        """Where this reading ends: as `since` it makes the next one begin here.

        Complete after a whole pass: it knows of the edits that have been read.
        """
        return str(self._cursor)

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
        # Unlike a loop, this holds on to no conversation while it reads the next one.
        yield from filter(attrgetter("messages"), map(self._conversation, self._chats))

    def _prepare(self) -> None:
        now = int(time.time()) - APPLE_EPOCH_UNIX
        capabilities = Capabilities.detect(self._connection)
        self._queries = Queries(capabilities=capabilities, now=now)
        if since := self._wanted.since:
            guids = self._run(self._queries.guid(), (since.rowid,))
            self._wanted = replace(self._wanted, is_renumbered=guids != [(since.guid,)])
        self._queries = replace(self._queries, wanted=self._wanted)
        self._details = {n: self._queries.details(n) for n in (1, BATCH)}
        self._cursor = self._find_cursor(now)
        self._people = self._load_people()
        rows = self._load_chat_rows()
        self._own = claimed_addresses(rows)
        every = unify(
            rows,
            self._people,
            self._run(self._queries.lookups()),
            unify_chats=self._unify_chats,
        )
        self._chats = [chat for chat in every if self._wants(chat)]
        self._unwanted = [chat for chat in every if not self._wants(chat)]
        self._home = self._load_homes(every)
        self._any_attachment = bool(self._run(self._queries.has_attachments()))
        self._tally = RowCounts(self._number(self._queries.total()))

    def _find_cursor(self, now: int) -> Cursor:
        """Find where the database ends; what is dated in the future is not its end."""
        rows = self._run(self._queries.newest(), (now * NANOSECONDS,))
        rowid, guid, date = rows[0] if rows else (0, None, 0)
        edited = self._wanted.since.edited if self._wanted.since else 0
        return Cursor(rowid=rowid, guid=guid, date=date, edited=edited)

    def _load_people(self) -> People:
        rows = self._run(self._queries.handles())
        contacts = None
        if self._contacts is not None:
            contacts = Contacts(self._cards, [row[1] for row in rows if row[1]])
        return people(rows, contacts, own_name=self._own_name)

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

    def _count_left_out(self) -> RowCounts:
        tally = RowCounts(self._number(self._queries.total()))
        homeless, deleted = self._run(self._queries.homeless())[0]
        filtered = sum(self._count(chat) for chat in self._unwanted)
        if self._wanted:
            filtered += sum(self._count(chat, unwanted=True) for chat in self._chats)
        tally.reasons[Reason.DELETED] = deleted
        tally.reasons[Reason.NO_CHAT] = homeless - deleted
        tally.reasons[Reason.FILTERED] = filtered
        return tally

    def _count(self, chat: Chat, *, unwanted: bool = False) -> int:
        sql = self._queries.rowids(len(chat.rowids), unwanted=unwanted)
        values = self._queries.filter_values if unwanted else ()
        home = chat.rowids[0]
        return sum(
            self._home.get(rowid, home) == home
            for (rowid,) in self._run(sql, (*chat.rowids, *values))
        )

    def _conversation(self, chat: Chat) -> Conversation:
        with translated_errors(self._path):
            return self._read(chat)

    def _read(self, chat: Chat) -> Conversation:
        context, reading = self._context(chat), Collected()
        for rows in self._rows(chat):
            read_rows(rows, context, reading)
        reading.sort(context)
        self._tally.add(reading)
        self._cursor = self._cursor.with_edit(reading.newest_edit)
        messages = self._without_text_tapbacks(reading)
        if not chat.is_group and self._own & set(map(normalize, chat.handles)):
            wordless = map(datetime_from_apple, reading.own_wordless)
            kept = without_duplicates(messages, wordless)
            if kept is not None:
                chat = replace(chat, is_self=True)
                self._tally.reasons[Reason.DUPLICATE] += len(messages) - len(kept)
                messages = kept
        tapbacks = standing(reading.tapbacks)
        messages = attach(with_votes(messages, reading.poll_updates), tapbacks)
        messages = with_quotes(messages)
        if self._policy:
            shown = {tapback.order[1] for tapback in tapbacks}
            messages, left_out = contents(messages, self._policy, shown)
            self._tally.reasons.update(left_out)
        self._tally.messages += len(messages)
        if context.only_other is None:  # else there is somebody to name
            self._tally.senderless += sum(
                m.sender is None and not m.is_from_me for m in messages
            )
        return Conversation(
            chat=chat, messages=tuple(messages), events=tuple(reading.events)
        )

    def _context(self, chat: Chat) -> ReadContext:
        attachments = (
            self._run(self._queries.attachments(len(chat.rowids)), chat.rowids)
            if self._any_attachment
            else []
        )
        return ReadContext(
            people=self._people,
            only_other=None if chat.is_group else _other_side(chat),
            now=self._queries.now,
            details=Prefetch(
                lambda rowids: self._run(self._details[len(rowids)], rowids)
            ),
            attachments=by_message(attachments),
            locate=self._locate,
            wants_wordless=self._policy is not None,
            report=self._report,
        )

    def _rows(self, chat: Chat) -> Iterator[list[tuple[Any, ...]]]:
        """Fetch a conversation's rows some at a time, each once and in its home only."""
        queries = self._queries
        sql = queries.messages(len(chat.rowids))
        seen: set[int] = set()
        for rows in self._fetch(sql, (*chat.rowids, *queries.filter_values)):
            # What is in several chats has a home: without any, all rows are here once.
            yield self._at_home(rows, chat.rowids[0], seen) if self._home else rows

    def _at_home(
        self, rows: Iterable[tuple[Any, ...]], home: int, seen: set[int]
    ) -> list[tuple[Any, ...]]:
        kept = []
        for row in rows:
            rowid = row[1]
            if rowid in self._home:
                if self._home[rowid] != home or rowid in seen:
                    continue
                seen.add(rowid)
            kept.append(row)
        return kept

    def _without_text_tapbacks(self, reading: Collected) -> list[Message]:
        taken = take_text_tapbacks(
            reading.messages, reading.quoting, reading.first_attachment
        )
        if not taken:
            return reading.messages
        reading.tapbacks.extend(tapback for tapback in taken.values() if tapback)
        if self._policy:
            return [
                as_reaction(message, taken[place]) if place in taken else message
                for place, message in enumerate(reading.messages)
            ]
        self._tally.reasons[Reason.REACTION] += len(taken)
        return [m for place, m in enumerate(reading.messages) if place not in taken]

    def _report(self, row: MessageRow) -> None:
        problem = f"The words of message row {row.rowid} cannot be read"
        if self._on_error == "raise":
            raise DecodeError(problem, guid=row.guid)
        if self._on_error == "warn":
            warnings.warn(problem, UserWarning, stacklevel=2)

    def _run(self, sql: str | None, values: Iterable[Any] = ()) -> list[Any]:
        """Run a statement; nothing comes of one the database has no tables for."""
        if sql is None:
            return []
        return [row for rows in self._fetch(sql, tuple(values)) for row in rows]

    def _fetch(self, sql: str, values: tuple[Any, ...]) -> Iterator[list[Any]]:
        """Run a statement, and give its rows some at a time."""
        done = 0
        cursor = self._connection.execute(sql, values)
        while True:
            try:
                rows = cursor.fetchmany(_ROWS)
            except sqlite3.OperationalError as error:
                if _BAD_TEXT not in str(error):
                    raise
                # One bad text is no reason to lose the rest. Python's own decoder is
                # faster, so this one waits for the first that needs it.
                self._connection.text_factory = _lenient
                cursor = self._connection.execute(sql, values)
                deque(islice(cursor, done), maxlen=0)
                rows = cursor.fetchmany(_ROWS)
            if not rows:
                return
            yield rows
            done += len(rows)

    def _number(self, sql: str) -> int:
        return int(self._run(sql)[0][0])


def _lenient(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _other_side(chat: Chat) -> str | None:
    """Give the other person's address in a chat of two, the one used last."""
    return next(iter(chat.handles or chat.identifiers), None)


def _policy(content: str | ContentPolicy) -> ContentPolicy | None:
    """Choose the policy; None is words only, which needs no look at each message."""
    if callable(content):
        return content
    if content == "annotated":
        return annotate()
    if content != "text":
        raise ValueError(f'content is "text", "annotated" or a function: {content!r}')
    return None
