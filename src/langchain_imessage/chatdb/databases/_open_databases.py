"""One or more opened databases, read as one: who is there, which chats, what they gave.

What a row means is decided in `rows`, what is one conversation in `people`, what several
databases' copies come to in `_merging`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_imessage.chatdb.databases._directory import find_everybody
from langchain_imessage.chatdb.databases._merging import (
    merge,
    offset_of,
    part_of,
    raised,
    source_of,
)
from langchain_imessage.chatdb.databases._rows_elsewhere import RowsElsewhere
from langchain_imessage.chatdb.overview._database_overview import total_overview
from langchain_imessage.chatdb.people._chats import with_former
from langchain_imessage.chatdb.rows._queries import LARGEST_INTEGER
from langchain_imessage.chatdb.rows._row_context import Collected
from langchain_imessage.chatdb.sync._comparison import Comparison
from langchain_imessage.chatdb.sync._cursor import Anchors, Cursor
from langchain_imessage.chatdb.sync._fingerprints import (
    ChangedPart,
    Changes,
    DatabaseState,
    differences,
)
from langchain_imessage.chatdb.sync._marks import RECENT, MarkCollector
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.records import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from langchain_imessage.chatdb._ledger import RowCounts
    from langchain_imessage.chatdb._read_options import ReadOptions
    from langchain_imessage.chatdb.databases._source_reader import SourceReader
    from langchain_imessage.chatdb.overview._database_overview import DatabaseOverview
    from langchain_imessage.chatdb.people._contacts import Card
    from langchain_imessage.chatdb.people._handles import Known
    from langchain_imessage.chatdb.people._matching import WantedPeople
    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.records import Chat


class Gathered(NamedTuple):
    """What all databases gave of one conversation.

    Attributes:
        found: What they gave, each message once.
        may_lack_sender: Whether a received message can be nobody's.
    """

    found: Collected
    may_lack_sender: bool


class OpenDatabases:
    """Reads one or more databases as one.

    Args:
        sources: The databases, the preferred one first.
        cards: The cards of the address books.
        options: What to read, and how.
    """

    def __init__(
        self,
        sources: Sequence[SourceReader],
        cards: Sequence[Card],
        options: ReadOptions,
    ) -> None:
        self._sources = sources
        directory = find_everybody(sources, cards, options)
        self.people, self._people_of, self.owner, self.chats = directory
        for n, source in enumerate(sources):
            source.find_homes([part for _, part in self._parts(self.chats, n)])
        self.anchors = tuple(source.anchors() for source in sources)

    @property
    def first(self) -> SourceReader:
        """The first database."""
        return self._sources[0]

    @cached_property
    def _distant(self) -> RowsElsewhere:
        """What is about messages of another conversation; looked for when one is read."""
        return RowsElsewhere(self._sources, self.chats)

    def __getstate__(self) -> dict[str, Any]:  # type: ignore[explicit-override]
        """Have what is looked for once looked for here, and not in each other process."""
        return {**vars(self), "_distant": self._distant}

    def unlink_copies(self) -> None:
        """Unlink the private copies: whoever is to read them has opened them."""
        for source in self._sources:
            source.unlink_copy()

    def rows(self) -> list[int]:
        """Return how many rows each database's message table has."""
        return [source.rows() for source in self._sources]

    def overview(self) -> DatabaseOverview:
        """Count the databases without reading a body."""
        return total_overview([source.overview() for source in self._sources])

    def with_former_participants(self, people: WantedPeople) -> list[Chat]:
        """Return all conversations, with those of some people who left but wrote there."""
        wrote: defaultdict[int, list[Known]] = defaultdict(list)
        for n, source in enumerate(self._sources):
            wanted = {
                handle: known
                for handle, known in self._people_of[n].handles.items()
                if people.is_address(known.address) or people.is_name(known.name)
            }
            for chat, handle in source.chats_written_in([*wanted]):
                wrote[chat + offset_of(n)].append(wanted[handle])
        return [
            with_former(chat, (one for rowid in chat.rowids for one in wrote[rowid]))
            for chat in self.chats
        ]

    def count_left_out(
        self, chats: Sequence[Chat], unwanted: Sequence[Chat]
    ) -> list[RowCounts]:
        """Count, by database, the rows that no conversation to be read has."""
        return [
            source.count_left_out(
                [part for _, part in self._parts(chats, n)],
                [part for _, part in self._parts(unwanted, n)],
            )
            for n, source in enumerate(self._sources)
        ]

    def gather(
        self,
        chat: Chat,
        counts: Sequence[RowCounts],
        *,
        wants_wordless: bool,
        report: Callable[[MessageRow], None],
        recent_from: Sequence[int] = (),
    ) -> Gathered:
        """Read a conversation's rows in all databases.

        Args:
            chat: The conversation.
            counts: Where rows that are no messages are counted, by database.
            wants_wordless: Whether rows without words are to be messages, too.
            report: Called with each row whose words cannot be read.
            recent_from: By database, the ROWID behind which messages are recent; without,
                none is.
        """
        parts: dict[int, Collected] = {}
        may_lack_sender = True
        for n, source in enumerate(self._sources):
            if part := part_of(chat, n):
                context = source.context(
                    part,
                    self._people_of[n],
                    wants_wordless=wants_wordless,
                    recent_from=(
                        recent_from[n] - offset_of(n)
                        if recent_from
                        else LARGEST_INTEGER
                    ),
                    report=report,
                )
                may_lack_sender = context.other.name is None
                found = Collected()
                try:
                    with collection_paused():
                        source.collect(part, context, found)
                finally:
                    counts[n].add(found)
                parts[n] = raised(found, n)
        self._add_distant(chat, parts, report)
        merged, copies = merge([parts[n] for n in sorted(parts)])
        for rowid in copies:
            counts[source_of(rowid)].reasons[Reason.OTHER_SOURCE] += 1
        return Gathered(merged, may_lack_sender)

    def _add_distant(
        self,
        chat: Chat,
        parts: dict[int, Collected],
        report: Callable[[MessageRow], None],
    ) -> None:
        """Add what rows of other conversations do to messages of one."""
        for other, rowids in self._distant.about(chat):
            for n, source in enumerate(self._sources):
                part, offset = part_of(other, n), offset_of(n)
                own = [rowid - offset for rowid in rowids if source_of(rowid) == n]
                if part and own:
                    context = source.context(
                        part,
                        self._people_of[n],
                        wants_wordless=False,
                        recent_from=LARGEST_INTEGER,
                        report=report,
                    )
                    found = raised(source.collect_rows(own, context), n)
                    collected = parts.setdefault(n, Collected())
                    collected.tapbacks += found.tapbacks
                    collected.poll_updates += found.poll_updates

    def collector(self) -> MarkCollector:
        """Return what collects the marks of a pass."""
        newest = (max((r[0] for r in a.messages), default=0) for a in self.anchors)
        edges = (max(0, rowid - RECENT) for rowid in newest)
        return MarkCollector(
            recent_from=tuple(edge + offset_of(n) for n, edge in enumerate(edges))
        )

    def comparison(self, cursor: Cursor) -> Comparison:
        """Compare the databases with what they were at the end of an earlier pass."""
        read = {rowid for chat in cursor.chats for rowid in chat.rowids}
        present = {rowid for chat in self.chats for rowid in chat.rowids}
        known: list[int] = []
        joined: set[int] = set()
        for n, source in enumerate(self._sources):
            before = cursor.anchors[n] if n < len(cursor.anchors) else Anchors()
            last, new = source.known(before)
            known.append(last + offset_of(n))
            for rowid in present - read:
                if source_of(rowid) == n:
                    new |= source.messages_in((rowid - offset_of(n),))
            joined |= {rowid + offset_of(n) for rowid in new}
        return Comparison(
            cursor=cursor, known=tuple(known), joined=joined, present=present
        )

    @contextmanager
    def reading_from(self, moment: int | None) -> Iterator[None]:
        """Want messages from a time on only, in nanoseconds since 2001, for a while."""
        with ExitStack() as stack:
            for source in self._sources:
                stack.enter_context(source.reading_from(moment))
            yield

    def state(self) -> DatabaseState:
        """Return what the databases look like, for `changes_since`."""
        handles = self.people.handles.items()
        names = sorted(((handle, known.name) for handle, known in handles), key=repr)
        digest = hashlib.sha256(repr(names).encode("utf-8", "surrogatepass"))
        return DatabaseState(
            people=digest.hexdigest(),
            sources=tuple(source.fingerprint() for source in self._sources),
        )

    def changes_since(self, before: DatabaseState, now: DatabaseState) -> Changes:
        """Find the conversations that may not be what they were."""
        if before.people != now.people or len(before.sources) != len(now.sources):
            return Changes(everything=True)
        pairs = zip(self._sources, before.sources, now.sources, strict=True)
        parts = [
            ChangedPart(
                first=found.first,
                last=found.last,
                chats=frozenset(
                    chat + offset_of(n) for chat in source.chats_in(found.rows)
                ),
            )
            for n, (source, earlier, later) in enumerate(pairs)
            for found in differences(earlier, later)
        ]
        return Changes(parts=tuple(parts))

    def _parts(self, chats: Sequence[Chat], source: int) -> Iterator[tuple[Chat, Chat]]:
        """Yield the conversations a database has, each also with its own ROWIDs."""
        for chat in chats:
            if part := part_of(chat, source):
                yield chat, part
