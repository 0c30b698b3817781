"""What a `ChatDatabase` has while it is open, and of the pass begun last; values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_imessage.chatdb._conversation_reading import ConversationReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_imessage.chatdb._ledger import RowCounts
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.databases._open_databases import OpenDatabases
    from langchain_imessage.chatdb.sync._comparison import Comparison
    from langchain_imessage.chatdb.sync._cursor import Cursor
    from langchain_imessage.chatdb.sync._marks import MarkCollector


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenState:
    """What there is while databases are open."""

    databases: OpenDatabases
    policy: ContentPolicy | None
    comparison: Comparison | None

    def reader(self, marks: MarkCollector, path: Path) -> ConversationReader:
        """Return what reads conversations.

        Args:
            marks: Say which messages are recent.
            path: The first database, to be named in errors.
        """
        edges = marks.recent_from
        if self.comparison is not None:
            edges = self.comparison.recent_from(edges)
        return ConversationReader(
            databases=self.databases, policy=self.policy, recent_from=edges, path=path
        )


@dataclass(slots=True)
class LatestPass:
    """One reading of all conversations: its counts, and its cursor once it is whole."""

    counts: Sequence[RowCounts] = ()
    cursor: Callable[[], Cursor] | None = None
