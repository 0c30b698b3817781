"""Opens a new Messages database of an era and writes rows into its tables.

Knows which columns there are, and nothing of what a message is.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from langchain_imessage.testing.database._eras import empty_database, has_second_dates
from langchain_imessage.timestamps import NANOSECONDS, apple_from_datetime

if TYPE_CHECKING:
    from datetime import datetime
    from os import PathLike
    from types import TracebackType

    from langchain_imessage.testing.database._truth import Written


class TableWriter:
    """The tables of a new database; see `ChatDatabaseWriter`.

    Args:
        path: Where to write it; there must be nothing yet.
        era: Whose schema it has.
        wal: Whether to leave it in WAL mode.
    """

    def __init__(
        self, path: str | PathLike[str], *, era: str = "macos-15", wal: bool = False
    ) -> None:
        self.path = Path(path)
        if self.path.exists():
            raise FileExistsError(
                f"{self.path} already exists: choose another path, or delete it"
            )
        if not self.path.absolute().parent.is_dir():
            raise FileNotFoundError(
                errno.ENOENT, "There is no such folder", str(self.path.parent)
            )
        self._in_seconds = has_second_dates(era)
        empty = empty_database(era)
        with self.path.open("xb") as file:
            file.write(empty)
        self._connection = sqlite3.connect(self.path)
        # The disk is not waited for: what is lost in a power cut can be written again.
        self._connection.execute("PRAGMA synchronous = OFF")
        if wal:
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._columns: dict[str, frozenset[str]] = {}

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commit and close."""
        try:
            self._connection.commit()
        finally:
            self._connection.close()

    def insert(self, table: str, **columns: Any) -> int:
        """Write any row.

        Returns:
            Its ROWID.
        """
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        cursor = self._connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values())
        )
        return int(cursor.lastrowid or 0)

    def update(self, target: Written, **columns: Any) -> None:
        """Change columns of a message; those the era lacks are passed over.

        The truth stays as it was: this is for rows that are not as they should be.
        """
        there = self._existing("message", columns)
        names = ", ".join(f"{name} = ?" for name in there)
        self._connection.execute(
            f"UPDATE message SET {names} WHERE ROWID = ?",
            (*there.values(), target.rowid),
        )

    def value(self, target: Written, column: str) -> Any:
        """Read one column of a message back."""
        return self._connection.execute(
            f"SELECT {column} FROM message WHERE ROWID = ?", (target.rowid,)
        ).fetchone()[0]

    def columns(self, table: str) -> frozenset[str]:
        """Name the columns a table has in this era; none if there is no such table."""
        if table not in self._columns:
            rows = self._connection.execute(
                "SELECT name FROM pragma_table_info(?)", (table,)
            )
            self._columns[table] = frozenset(row[0] for row in rows)
        return self._columns[table]

    def _existing(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        """Keep the columns this era has."""
        there = self.columns(table)
        return {name: value for name, value in values.items() if name in there}

    def _next(self, table: str) -> int:
        row = self._connection.execute(f"SELECT max(ROWID) FROM {table}").fetchone()
        return int(row[0] or 0) + 1

    def _require(self, column: str, *, table: str = "message") -> None:
        """Refuse what a reader could not know in this era: it has no place for it."""
        if column not in self.columns(table):
            raise ValueError(f"this era has no {table}.{column}")

    def _date(self, at: datetime | int) -> int:
        if isinstance(at, int):
            return at
        nanoseconds = apple_from_datetime(at)
        return nanoseconds // NANOSECONDS if self._in_seconds else nanoseconds
