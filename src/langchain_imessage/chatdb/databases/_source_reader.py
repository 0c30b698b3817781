"""One opened database: its handles, its chats, the rows of each conversation; no merging.

What a row means is decided in `rows`, what is one conversation in `people`.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_imessage.chatdb._ledger import RowCounts
from langchain_imessage.chatdb._statements import ComposedStatements, Statements
from langchain_imessage.chatdb.assembly._guids import guid_key
from langchain_imessage.chatdb.databases._census import read_census
from langchain_imessage.chatdb.databases._distant_rows import (
    DistantRow,
    read_distant_rows,
    read_rows_about_others,
)
from langchain_imessage.chatdb.databases._homeless import find_homeless
from langchain_imessage.chatdb.databases._homes import Homes
from langchain_imessage.chatdb.overview._database_overview import read_overview
from langchain_imessage.chatdb.people._chat_rows import ChatRow, rooms_of
from langchain_imessage.chatdb.people._handles import NOBODY
from langchain_imessage.chatdb.rows._attachments import by_message
from langchain_imessage.chatdb.rows._orphan_queries import OrphanQueries
from langchain_imessage.chatdb.rows._orphans import (
    CHATS_OF_HANDLES,
    Orphans,
    can_be_chat,
    handle_of,
    place_orphans,
)
from langchain_imessage.chatdb.rows._plain import read_rows
from langchain_imessage.chatdb.rows._prefetch import Prefetch
from langchain_imessage.chatdb.rows._row_context import Collected, ReadContext
from langchain_imessage.chatdb.sources._schema import Capabilities
from langchain_imessage.chatdb.sync._anchor_reading import read_anchors, read_known
from langchain_imessage.chatdb.sync._fingerprint_reading import (
    read_chats_in,
    read_fingerprint,
)
from langchain_imessage.chatdb.sync._latest_rows import LatestRows
from langchain_imessage.decoding._chat_properties import parse_chat_properties
from langchain_imessage.records import Reason

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from langchain_imessage.chatdb._filters import Wanted
    from langchain_imessage.chatdb.overview._database_overview import DatabaseOverview
    from langchain_imessage.chatdb.people._handles import People
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.chatdb.sources._attachment_paths import AttachmentFiles
    from langchain_imessage.chatdb.sync._cursor import Anchors
    from langchain_imessage.chatdb.sync._fingerprints import Fingerprint
    from langchain_imessage.records import Chat


class SourceReader:
    """Reads one database.

    Args:
        connection: To the database, in a read transaction.
        files: Those of attachments.
        now: The present, in seconds since 2001.
        wanted: Which messages are.
        before: What the database looked like earlier, which saves some time.

    Raises:
        UnsupportedSchemaError: If it is no Messages database.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        files: AttachmentFiles,
        now: int,
        wanted: Wanted,
        before: Fingerprint | None = None,
    ) -> None:
        self._statements = Statements(connection)
        self._run = self._statements.run
        self.unlink_copy = self._statements.unlink_copy
        self._files = files
        self._homes = Homes()
        capabilities = Capabilities.detect(connection)
        self.queries = OrphanQueries(capabilities=capabilities, now=now, wanted=wanted)
        self._composed = ComposedStatements(self._run)
        self._composed_from = ComposedStatements(self._run)
        found = self._run(self.queries.messages_with_attachments())
        self._with_attachments = frozenset(rowid for (rowid,) in found)
        self._orphans = Orphans()
        self._homeless: Sequence[int] = ()
        self._before = before
        self._latest_rows = LatestRows(self._run, self.rows)
        self._latest: Mapping[int, Sequence[int]] | None = None

    def rows(self) -> int:
        """Return how many rows the message table has."""
        return self._statements.number(self.queries.total())

    def overview(self) -> DatabaseOverview:
        """Count the database without reading a body."""
        return read_overview(self._statements, self.queries)

    def anchors(self) -> Anchors:
        """Return rows by which the database will be recognised."""
        return read_anchors(self._run, self.queries)

    def known(self, anchors: Anchors) -> tuple[int, set[int]]:
        """Compare the database with an earlier state.

        Returns:
            The ROWID up to which its messages are those of then, and the messages up to
            there that were put in a chat since.
        """
        return read_known(self._run, self.queries, anchors)

    @contextmanager
    def reading_from(self, moment: int | None) -> Iterator[None]:
        """Want messages from a time on only, in nanoseconds since 2001, for a while."""
        before = self.queries, self._composed
        if moment is not None:  # the same statements, whatever the moment
            self.queries = self.queries.wanting_from(moment)
            self._composed = self._composed_from
        self._latest = None if moment is None else self._latest_rows.since(moment)
        try:
            yield
        finally:
            self.queries, self._composed = before
            self._latest = None

    def fingerprint(self) -> Fingerprint:
        """Return the sums by which changes will be found, and who is in no chat."""
        return replace(self._fingerprint, homeless=self._homeless)

    @cached_property
    def _fingerprint(self) -> Fingerprint:
        with self._statements.watched_as_one():
            return read_fingerprint(self._run, self.queries, self._before)

    def chats_in(self, rows: tuple[int, int]) -> set[int]:
        """Return the chats of the messages in a range of ROWIDs."""
        return read_chats_in(self._run, rows)

    def messages_in(self, chats: Sequence[int]) -> set[int]:
        """Return the ROWIDs of all messages in some chats."""
        found = {r for (r,) in self._run(self.queries.rowids(len(chats)), chats)}
        return found.union(self._orphans.of(chats))

    def handles(self) -> list[tuple[int, str | None, str | None]]:
        """Return ROWID, address and Apple's person id of each handle."""
        return self._run(self.queries.handles())

    def chat_rows(self) -> list[ChatRow]:
        """Return every chat that has messages."""
        participants: defaultdict[int, list[int]] = defaultdict(list)
        for chat, handle in self._run(self.queries.participants()):
            if isinstance(handle, int):
                participants[chat].append(handle)
        known = {row[0]: row[1:] for row in self._run(self.queries.chats())}
        sent = self._run(self.queries.newest_destinations())
        went = {row[0]: row[1:] for row in sent}
        census = read_census(self._run, self.queries)
        newest = {chat: time for chat, time in census.items() if can_be_chat(chat)}
        self._orphans = self._placed(known, census)
        for chat, latest in self._orphans.newest.items():
            newest[chat] = max(newest.get(chat, latest), latest)
        rows = (
            ChatRow(chat, latest, tuple(participants[chat]), *known.get(chat, ()))
            if handle_of(chat) is None
            else ChatRow(chat, latest, (chat - CHATS_OF_HANDLES,))
            for chat, latest in newest.items()
        )
        found = self._run(self.queries.chat_properties())
        properties = {chat: parse_chat_properties(blob) for chat, blob in found}
        return [
            row._replace(
                destination=destination,
                is_sent=bool(is_sent),
                properties=properties.get(row.rowid, row.properties),
                has_orphans=row.rowid in self._orphans.rowids,
            )
            for row in rows
            for destination, is_sent in [went.get(row.rowid, (None, False))]
        ]

    def _placed(self, known: Mapping[int, Any], census: Mapping[Any, int]) -> Orphans:
        """Find where the messages in no chat belong."""
        rows = find_homeless(
            self._run,
            self._composed.at,
            self.queries,
            states=(self._before, self._fingerprint) if self._before else None,
            has_fractions=float in map(type, census),
        )
        self._homeless = sorted(row.rowid for row in rows)
        return place_orphans(
            rows,
            rooms_of(known),
            self.chats_of,
            taken=census,
        )

    def came_from_itself(self, chat: Chat, people: People) -> bool:
        """Return whether a message was received from the address it came to."""
        sql = self.queries.destinations(len(chat.rowids))
        return any(
            people.person(people.address_of(handle) or chat.handles[0])
            == people.person(destination)
            for handle, destination in self._run(sql, chat.rowids)
        )

    def chats_written_in(self, handles: Sequence[int]) -> list[tuple[int, int]]:
        """Return pairs of chat and handle where one of some handles wrote."""
        return [*self._composed.at(self.queries.chats_written_in, handles)]

    def lookups(self) -> list[tuple[str, int]]:
        """Return pairs of identifier and chat, from macOS 26 on."""
        return [x for x in self._run(self.queries.lookups()) if isinstance(x[1], int)]

    def find_homes(self, chats: Iterable[Chat]) -> None:
        """Choose one conversation for each message in several."""
        in_chats = self.rows() - self._orphans.rows
        joins = self._statements.number(self.queries.joins())
        # As many as there are messages in chats: each is in one, and that is found quickly.
        shared = [] if joins == in_chats else self._run(self.queries.shared_messages())
        self._homes = Homes(shared, chats)

    def distant_rows(self) -> Iterable[DistantRow]:
        """Return the reactions and votes in another chat than what they are about."""
        return read_distant_rows(self._run, self.queries, self._homes, self._orphans)

    def rows_about_others(self) -> Sequence[tuple[int, int, str]]:
        """Return ROWID, chat and key of the target of what is about no message here."""
        return read_rows_about_others(self._run, self.queries, self._homes)

    def chats_of(self, keys: Sequence[str]) -> dict[str, int]:
        """Return the chat each message of some guids belongs to, by the guid's key."""
        guids = sorted({*keys, *map(str.lower, keys)})
        found = self._composed.at(self.queries.chats_of_guids, guids)
        home_of = self._homes.home_of
        return {guid_key(guid): home_of(rowid, chat) for guid, rowid, chat in found}

    def count_left_out(
        self, chats: Iterable[Chat], unwanted: Iterable[Chat]
    ) -> RowCounts:
        """Count the rows that no conversation to be read has."""
        counts = RowCounts(self.rows())
        filtered = sum(self._count(chat) for chat in unwanted)
        if self.queries.wanted:
            filtered += sum(self._count(chat, filtered=True) for chat in chats)
        counts.reasons[Reason.DELETED] = self._orphans.deleted
        counts.reasons[Reason.NO_CHAT] = self._orphans.homeless
        counts.reasons[Reason.FILTERED] = filtered
        return counts

    def context(
        self,
        chat: Chat,
        people: People,
        *,
        wants_wordless: bool,
        recent_from: int,
        report: Callable[[MessageRow], None],
    ) -> ReadContext:
        """Return what is known of a conversation before its rows are read.

        Args:
            chat: The conversation.
            people: Who is behind a handle.
            wants_wordless: Whether rows without words are to be messages, too.
            recent_from: The ROWID behind which messages are recent.
            report: Called with each row whose words cannot be read.
        """
        return ReadContext(
            people=people,
            other=NOBODY if chat.is_group else people.other_side(chat),
            now=self.queries.now,
            details=Prefetch(
                lambda rowids: self._composed.at(self.queries.details, rowids)
            ),
            attachments={},
            files=self._files,
            wants_wordless=wants_wordless,
            recent_from=recent_from,
            report=report,
        )

    def collect(self, chat: Chat, context: ReadContext, found: Collected) -> None:
        """Read all wanted rows of a conversation, in order."""
        with_attachments = self._with_attachments
        with self._statements.watched_as_one():
            for rows in self._rows(chat):
                if with_attachments:
                    rowids = [row[1] for row in rows if row[1] in with_attachments]
                    rows_of_files = self._composed.at(
                        self.queries.attachments_at, rowids
                    )
                    context.attachments.update(by_message(rows_of_files))
                read_rows(rows, context, found)
        found.sort(context)

    def collect_rows(self, rowids: Sequence[int], context: ReadContext) -> Collected:
        """Read what some reactions and votes of a conversation do to messages."""
        found = Collected()
        values = self.queries.filter_values
        rows = [*self._composed.at(self.queries.messages_at, rowids, values)]
        read_rows(rows, context, found)
        return Collected(tapbacks=found.tapbacks, poll_updates=found.poll_updates)

    def _rows(self, chat: Chat) -> Iterator[list[tuple[Any, ...]]]:
        """Fetch a conversation's rows some at a time, each once and in its home only."""
        at, filtered = self.queries.messages_at, self.queries.filter_values
        if self._latest is None:
            sql = self._composed.text(self.queries.messages, len(chat.rowids))
            found = self._statements.fetch(sql, (*chat.rowids, *filtered))
        else:
            found = iter([[*self._composed.at(at, self._latest_of(chat), filtered)]])
        seen: set[int] = set()
        for rows in found:
            # What is in several chats has a home: without any, all rows are here once.
            yield self._homes.rows_at(rows, chat, seen) if self._homes else rows
        yield [*self._composed.at(at, self._orphans.of(chat.rowids), filtered)]

    def _latest_of(self, chat: Chat) -> list[int]:
        """Return the latest messages in a conversation's chats, each once."""
        latest = self._latest or {}
        rowids = (rowid for one in chat.rowids for rowid in latest.get(one, ()))
        return [*dict.fromkeys(rowids)]

    def _count(self, chat: Chat, *, filtered: bool = False) -> int:
        sql = self.queries.rowids(len(chat.rowids), unwanted=filtered)
        values = self.queries.filter_values if filtered else ()
        found = self._run(sql, (*chat.rowids, *values))
        count = self._homes.count_at((rowid for (rowid,) in found), chat)
        orphans = self._orphans.of(chat.rowids)
        if not filtered:
            return count + len(orphans)
        return count + len(
            [*self._composed.at(self.queries.unwanted_at, orphans, values)]
        )
