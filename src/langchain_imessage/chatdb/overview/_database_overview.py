"""Counts of a database, made by SQLite of columns before a row's body: none is read.

They are quick and rough: what a row comes to in the end, the ledger of a pass says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_imessage.chatdb.rows._queries import Queries
from langchain_imessage.timestamps import datetime_from_apple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from langchain_imessage.chatdb._statements import Statements


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOverview:
    """What a database holds, roughly.

    Attributes:
        rows: Rows in the message table.
        own: Those of the owner.
        reactions: Tapbacks, and their removals.
        events: Rows on which somebody joined, left, renamed the group, ...
        first: The earliest date of a row, in UTC; None where none has one.
        last: The latest.
        sources: Of several databases, the overview of each; empty for one.

    Example:
        >>> from langchain_imessage import ChatDatabase
        >>> from langchain_imessage.testing import write_sample
        >>> with ChatDatabase(write_sample("chat.db")) as database:
        ...     overview = database.overview()
        >>> overview.rows, overview.reactions
        (70, 2)
    """

    rows: int = 0
    own: int = 0
    reactions: int = 0
    events: int = 0
    first: datetime | None = None
    last: datetime | None = None
    sources: tuple[DatabaseOverview, ...] = ()


class OverviewQueries(Queries):
    """The statement that counts a database."""

    __slots__ = ()

    def overview(self) -> str:
        """Select counts, and the first and the last moment; always one row."""
        time = f"CASE WHEN m.date <> 0 THEN {self.time()} END"
        reactions = f"{self._column('associated_message_type')} BETWEEN 2000 AND 3999"
        events = f"{self._column('item_type')} <> 0"
        own = f"{self._column('is_from_me')} <> 0"
        counts = ", ".join(
            f"total(ifnull({test}, 0))" for test in (own, reactions, events)
        )
        return f"SELECT count(*), {counts}, min({time}), max({time}) FROM message m"


def read_overview(statements: Statements, queries: Queries) -> DatabaseOverview:
    """Count a database.

    Args:
        statements: Runs what is selected.
        queries: Those of the database.
    """
    selecting = OverviewQueries(capabilities=queries.capabilities, now=queries.now)
    ((rows, own, reactions, events, first, last),) = statements.run(
        selecting.overview()
    )
    return DatabaseOverview(
        rows=int(rows),
        own=int(own),
        reactions=int(reactions),
        events=int(events),
        first=None if first is None else datetime_from_apple(first),
        last=None if last is None else datetime_from_apple(last),
    )


def total_overview(parts: Sequence[DatabaseOverview]) -> DatabaseOverview:
    """Add up the overviews of several databases; that of one is its own."""
    if len(parts) == 1:
        return parts[0]
    return DatabaseOverview(
        rows=sum(part.rows for part in parts),
        own=sum(part.own for part in parts),
        reactions=sum(part.reactions for part in parts),
        events=sum(part.events for part in parts),
        first=min((part.first for part in parts if part.first), default=None),
        last=max((part.last for part in parts if part.last), default=None),
        sources=tuple(parts),
    )
