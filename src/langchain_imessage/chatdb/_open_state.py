"""What a `ChatDatabase` has while it is open, and of the pass begun last; values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_imessage.chatdb._ledger import RowCounts
    from langchain_imessage.chatdb.assembly._rendering import ContentPolicy
    from langchain_imessage.chatdb.databases._open_databases import OpenDatabases
    from langchain_imessage.chatdb.sync._comparison import Comparison
    from langchain_imessage.chatdb.sync._cursor import Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenState:
    """What there is while databases are open."""

    databases: OpenDatabases
    policy: ContentPolicy | None
    comparison: Comparison | None


@dataclass(slots=True)
class LatestPass:
    """One reading of all conversations: its counts, and its cursor once it is whole."""

    counts: Sequence[RowCounts] = ()
    cursor: Callable[[], Cursor] | None = None
