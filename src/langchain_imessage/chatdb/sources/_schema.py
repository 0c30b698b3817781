"""Which tables and columns a database has; asks the database, never guesses the macOS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_imessage.errors import UnsupportedSchemaError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_KNOWN = (
    "attachment",
    "chat",
    "chat_handle_join",
    "chat_lookup",
    "chat_message_join",
    "chat_recoverable_message_join",
    "handle",
    "message",
    "message_attachment_join",
)
"""The tables a reader can use; others are plumbing."""

_NEEDED = {
    "message": {"date"},
    "chat_message_join": {"chat_id", "message_id"},
}
"""Without these nothing says what was said, when and in which conversation."""

_IN_CAPITALS = {"attributedbody": "attributedBody"}
"""Names that Messages does not write in small letters alone."""

_TOO_OLD = {"address", "flags"}
"""Columns the message table of iOS 3 to 5 had, and none since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The columns of each known table that is there.

    Attributes:
        columns: By table; a table that is missing has no columns. However a database
            writes their names, they are as Messages writes them.
        without_rowid: The tables of joins whose rows have no ROWID.
    """

    columns: Mapping[str, frozenset[str]]
    without_rowid: frozenset[str] = frozenset()

    @classmethod
    def detect(cls, connection: sqlite3.Connection) -> Capabilities:
        """Probe a database.

        Raises:
            UnsupportedSchemaError: If it is no Messages database.
        """
        found = {table: _columns(connection, table) for table in _KNOWN}
        if found["message"] >= _TOO_OLD:
            raise UnsupportedSchemaError(
                "This is a Messages database of iOS 5 or older, which stores messages "
                "in another way. Databases of iOS 6, OS X 10.8 and later can be read: "
                "restore the backup to a newer iOS, and use that one's."
            )
        for table, needed in _NEEDED.items():
            if not needed <= found[table]:
                raise UnsupportedSchemaError(
                    "This is an SQLite file, but not a Messages database: "
                    f"it has no {table} table with {', '.join(sorted(needed))}."
                )
        if not found["message"] & {"text", "attributedBody"}:
            raise UnsupportedSchemaError(
                "This message table has neither text nor attributedBody."
            )
        return cls(columns=found, without_rowid=_without_rowid(connection))

    def has(self, table: str, *columns: str) -> bool:
        """Return whether a table is there, with all of these columns."""
        there = self.columns[table]
        return bool(there) and there.issuperset(columns)


def index_on(
    table: str, column: str, *, then: str | None = None, unique: bool = False
) -> str:
    """Compose the test whether a table has an index that begins with a column.

    Args:
        table: The table.
        column: The column.
        then: The column behind it; None for any, or none.
        unique: Whether no two rows may have the same value there.
    """
    second = (
        "EXISTS (SELECT 1 FROM pragma_index_info(i.name) d "
        f"WHERE d.seqno = 1 AND d.name = '{then}')"
    )
    alone = "(SELECT count(*) FROM pragma_index_info(i.name)) = 1"
    return (
        f"SELECT 1 FROM pragma_index_list('{table}') i, pragma_index_info(i.name) c "
        f"WHERE NOT i.partial AND c.seqno = 0 AND c.name = '{column}'"
        + (f" AND {second}" if then else "")
        + (f' AND i."unique" AND {alone}' if unique else "")
    )


def _columns(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    # Tables with pages of their own only: a view in a stranger's database, or a module's
    # table, may take for ever to read. Generated columns are not listed.
    rows = connection.execute(
        "SELECT lower(column.name) FROM sqlite_master AS it, pragma_table_info(it.name) AS column "
        "WHERE it.name = ? COLLATE NOCASE AND it.type = 'table' AND it.rootpage > 0",
        (table,),
    )
    return frozenset(_IN_CAPITALS.get(name, name) for (name,) in rows)


def _without_rowid(connection: sqlite3.Connection) -> frozenset[str]:
    rows = connection.execute(
        "SELECT lower(name) FROM sqlite_master WHERE type = 'table' "
        "AND name LIKE '%\\_join' ESCAPE '\\' AND sql LIKE '%)%WITHOUT%ROWID%'"
    )
    return frozenset(name for (name,) in rows)
