"""A connection to a database that may be a stranger's, or change while it is read.

Owns two guards: a statement that takes more steps than the file's size explains is
stopped, and a file that was opened as immutable is looked at again whenever rows are. Also
what another process needs to read the very same.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from langchain_imessage.errors import DatabaseAccessError
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from pathlib import Path

_STEPS: Final = 1_000_000
"""Of SQLite's virtual machine, between two looks at how many there were: some 10 ms."""

_LEAST_LOOKS: Final = 500
"""So many are free: 5 seconds or so, whatever the size."""

_BYTES_A_LOOK: Final = 20_000
"""So many bytes allow one more: 50 steps a byte. A row of 40 bytes takes some 200."""


class FileState(NamedTuple):
    """What changes whenever a file is written to or replaced."""

    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: str | Path) -> FileState:
        """Ask the system; opens nothing."""
        status = os.stat(path)  # noqa: PTH116 - asked for every few rows
        return cls(
            status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
        )


class Snapshot(NamedTuple):
    """What another process opens to read what a connection reads.

    Attributes:
        path: The file.
        state: Of a file that nobody writes to; None for one that is read beside a writer,
            and for a copy.
        is_copy: Whether it is a private copy, which nobody else has.
    """

    path: Path
    state: FileState | None
    is_copy: bool = False


class Connection(sqlite3.Connection):
    """A connection with these guards."""

    snapshot: Snapshot | None = None
    """None where no other process can read the same."""

    _writes: tuple[Connection, int] | None = None
    _looks = 0
    _most_looks = _LEAST_LOOKS
    _watched: tuple[str, FileState] | None = None

    def limit_steps(self, size: int) -> None:
        """Stop a statement that takes far more steps than a file of so many bytes can."""
        self._most_looks = _LEAST_LOOKS + size // _BYTES_A_LOOK
        self.set_progress_handler(self._look, _STEPS)

    def watch(self, path: Path, state: FileState) -> None:
        """Raise DatabaseAccessError from now on, should the file have another state."""
        self._watched = os.fspath(path), state

    def require_unchanged(self) -> None:
        """Refuse to go on with a file that was written to: its pages are of two moments.

        Raises:
            DatabaseAccessError: If it was.
        """
        if self._watched is None:
            return
        path, state = self._watched
        try:
            is_same = FileState.of(path) == state
        except OSError:
            is_same = False
        if not is_same:
            raise DatabaseAccessError(
                f"{shown(path)} was changed by another program while it was read. Read it "
                "again, or load a copy."
            )

    def data_version(self) -> int:
        """Return a number that changes when another connection has written."""
        return int(self.execute("PRAGMA data_version").fetchone()[0])

    def count_writes(self, beside: Connection, version: int) -> None:
        """Know from now on whether anybody has written.

        Args:
            beside: Another connection to the same file, that reads nothing else. It is
                closed with this one.
            version: Its `data_version` before this one began to read.
        """
        self._writes = beside, version

    def is_latest(self) -> bool:
        """Return whether what this reads is what one that is opened now would read."""
        if self._writes is None:
            return True
        beside, before = self._writes
        return beside.data_version() == before

    def unlink_copy(self) -> None:
        """Unlink a copy that whoever reads it has opened: no kill leaves it behind then.

        No other process can read the same from now on.
        """
        if self.snapshot is not None and self.snapshot.is_copy:
            with suppress(OSError):  # Windows unlinks nothing that is open
                self.snapshot.path.unlink()
            self.snapshot = None

    def close(self) -> None:  # type: ignore[explicit-override]
        """Close it."""
        if self._writes is not None:
            self._writes[0].close()
        super().close()

    def cursor(self, factory: Any = None) -> Any:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Begin a statement; its steps are counted anew."""
        self._looks = 0
        if factory is None:
            factory = _WatchedCursor if self._watched else sqlite3.Cursor
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = ()) -> Any:  # type: ignore[explicit-override]
        """Run a statement on a cursor of this class, which Python's own does not."""
        return self.cursor().execute(sql, parameters)

    def execute_unwatched(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement for a caller that looks at the file itself, before the end."""
        unwatched: sqlite3.Cursor = self.cursor(sqlite3.Cursor)
        return unwatched.execute(sql, parameters)

    def _look(self) -> bool:
        self._looks += 1
        return self._looks > self._most_looks


class _WatchedCursor(sqlite3.Cursor):
    """A cursor that yields rows only of a file that is as it was."""

    connection: Connection

    def fetchone(self) -> Any:  # type: ignore[explicit-override]
        row = super().fetchone()
        self.connection.require_unchanged()
        return row

    def fetchmany(self, size: int | None = 1) -> list[Any]:  # type: ignore[explicit-override]
        rows = super().fetchmany(size)
        self.connection.require_unchanged()
        return rows

    def fetchall(self) -> list[Any]:  # type: ignore[explicit-override]
        rows = super().fetchall()
        self.connection.require_unchanged()
        return rows

    def __next__(self) -> Any:  # type: ignore[explicit-override]
        row = super().__next__()
        self.connection.require_unchanged()
        return row
