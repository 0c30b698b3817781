"""Opens a database so that reading leaves no trace and misses no byte of it.

Three ways, tried in this order; which one is taken shows nowhere else:

1. In place, where another process has the database open in WAL mode (its `-wal` and
   `-shm` lie beside it): read-only, with a read-only `-shm`.
2. In place, where nobody has: as immutable, which takes no lock and makes no file. Should
   somebody write to it after all, the next row is an error and never a torn reading.
3. On a private copy, in every other case. SQLite would otherwise create sidecars, or keep
   a writer waiting, or overlook the `-wal`. The copy is unlinked as soon as it is open, or,
   where other processes are to read it, too, once they have opened it.

Python itself opens no database here: closing it would drop the locks that a connection of
the same process has on it (see docs/security.md).
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from langchain_imessage.chatdb.sources._access_errors import (
    error_code,
    translated_errors,
)
from langchain_imessage.chatdb.sources._connection import (
    Connection,
    FileState,
    Snapshot,
)
from langchain_imessage.chatdb.sources._copies import SIDECARS, copy_database
from langchain_imessage.chatdb.sources._private_folders import private_folder
from langchain_imessage.errors import DatabaseAccessError, UnsupportedSchemaError
from langchain_imessage.files import shown

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_QUIET: Final = 60
"""Seconds: what has changed more recently may well change again, and is copied."""

_BESIDE_WRITER: Final = "mode=ro&readonly_shm=1"
_IMMUTABLE: Final = "mode=ro&immutable=1"


def default_path() -> Path:
    """Return where Messages keeps its database on a Mac.

    Example:
        >>> default_path().parts[-3:]
        ('Library', 'Messages', 'chat.db')
    """
    return Path.home() / "Library" / "Messages" / "chat.db"


def require_file(path: Path) -> None:
    """Refuse a path that is no readable SQLite file.

    Raises:
        DatabaseNotFoundError: If there is none.
        DatabaseAccessError: If it may not be read, is a folder, or is something else.
        UnsupportedSchemaError: If it is empty.
    """
    with translated_errors(path):
        status = path.stat()
        name = shown(path)
        if stat.S_ISDIR(status.st_mode):
            raise DatabaseAccessError(
                f"{name} is a folder. Give the database file, such as "
                f"{shown(path / 'chat.db')}."
            )
        if not stat.S_ISREG(status.st_mode):
            raise DatabaseAccessError(f"{name} is not a regular file.")
        if not status.st_size:
            raise UnsupportedSchemaError(f"{name} is empty: not a Messages database.")
        _require_sqlite(path)


def _require_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(_uri(path, _IMMUTABLE), uri=True)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError as error:
        code = error_code(error)
        if code == sqlite3.SQLITE_NOTADB:
            raise DatabaseAccessError(
                f"{shown(path)} is not an SQLite database, or it is encrypted. A file out "
                "of an encrypted iPhone backup must be decrypted first."
            ) from error
        # Without its -wal, and while somebody writes, a sound file can look damaged.
        if code != sqlite3.SQLITE_CORRUPT:
            raise


@contextmanager
def connect(
    path: Path, *, is_copy: bool = False, is_shared: bool = False
) -> Iterator[Connection]:
    """Open a database for one consistent reading.

    Args:
        path: The database file.
        is_copy: Whether it is a private copy already, alone in its folder: then it is
            opened where it is, and its folder emptied at once.
        is_shared: Whether other processes are to read the same: then it has a `snapshot`
            for `open_snapshot`, and a copy is there until its `unlink_copy`, or exit.

    Yields:
        A connection in a read transaction; closed on exit.

    Raises:
        DatabaseError: If it cannot be opened, with what to do about it.
    """
    require_file(path)
    with ExitStack() as stack:
        with translated_errors(path):
            # SQLite looks for sidecars beside what a link points to, and so do we.
            main = path.resolve()
            open_copy = _open_shared_copy if is_shared else _open_copy
            connection = (
                open_copy(main)
                if is_copy
                else _in_place(main, is_shared=is_shared)
                or _untouched(main)
                or open_copy(_copied(main, stack))
            )
        stack.enter_context(closing(connection))
        yield connection


def open_snapshot(snapshot: Snapshot) -> Connection:
    """Open what a connection of another process reads.

    Args:
        snapshot: Of that connection. Where a writer may be at work its `is_latest` says,
            once this has returned, whether both read the same.

    Raises:
        DatabaseAccessError: If the file is not what it was.
        DatabaseError: If it cannot be opened.
    """
    path, state, is_copy = snapshot
    with translated_errors(path):
        if is_copy:
            return _begin(path, _IMMUTABLE)
        if state is None:
            return _begin(path, _BESIDE_WRITER)
        connection = _begin(path, _IMMUTABLE)
        try:
            connection.watch(path, state)
            connection.require_unchanged()
        except BaseException:
            connection.close()
            raise
        return connection


def _in_place(path: Path, *, is_shared: bool) -> Connection | None:
    """Open what another process has open."""
    if not all(os.path.exists(sidecar(path, s)) for s in ("-wal", "-shm")):  # noqa: PTH110
        return None
    with suppress(sqlite3.OperationalError):
        if not is_shared:
            return _begin(path, _BESIDE_WRITER)
        return _counting_writes(path)
    return None


def _counting_writes(path: Path) -> Connection:
    """Open what another process has open, and know whether it writes to it."""
    beside = _connection(path, _BESIDE_WRITER)
    try:
        version = beside.data_version()
        connection = _begin(path, _BESIDE_WRITER)
    except BaseException:
        beside.close()
        raise
    connection.count_writes(beside, version)
    connection.snapshot = Snapshot(path, None)
    return connection


def _untouched(path: Path) -> Connection | None:
    """Open what nobody writes to; None if somebody may."""
    state = FileState.of(path)
    if not _is_quiet(path):
        return None
    connection = _begin(path, _IMMUTABLE)
    if _is_quiet(path) and FileState.of(path) == state:
        connection.watch(path, state)
        connection.snapshot = Snapshot(path, state)
        return connection
    connection.close()
    return None


def _is_quiet(path: Path) -> bool:
    has_sidecar = any(_is_filled(sidecar(path, suffix)) for suffix in SIDECARS)
    return not has_sidecar and time.time() - path.stat().st_mtime > _QUIET


def _copied(path: Path, stack: ExitStack) -> Path:
    folder = stack.enter_context(private_folder())
    copy = folder / "chat.db"
    copy_database(
        (sidecar(path, suffix), sidecar(copy, suffix)) for suffix in ("", *SIDECARS)
    )
    return copy


def _open_copy(path: Path) -> Connection:
    """Open a copy of ours, and unlink it: not even a kill leaves it behind then."""
    connection = _begin(path, "mode=rw", is_own=True)
    _unlink_beside(path, keep=())
    return connection


def _open_shared_copy(path: Path) -> Connection:
    """Open a copy of ours for several processes: its `-wal` goes into it first."""
    try:
        with closing(_connection(path, "mode=rw")) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA trusted_schema = 0")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.Error:  # it is damaged: what can be read of it is read here alone
        return _open_copy(path)
    _unlink_beside(path, keep=(path.name,))
    connection = _begin(path, _IMMUTABLE)
    connection.snapshot = Snapshot(path, None, is_copy=True)
    return connection


def _unlink_beside(path: Path, *, keep: Container[str]) -> None:
    for file in path.parent.iterdir():
        if file.name not in keep:
            with suppress(OSError):  # Windows unlinks nothing that is open
                file.unlink()


def _connection(path: Path, query: str) -> Connection:
    # Reading may go on in another thread: LangChain's async forms take each next item in
    # whichever is free. Two at a time cannot: a generator is in one place only.
    return sqlite3.connect(
        _uri(path, query),
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )


def _begin(path: Path, query: str, *, is_own: bool = False) -> Connection:
    connection = _connection(path, query)
    try:
        connection.limit_steps(path.stat().st_size)
        if is_own:  # nobody else has it: its index of the -wal can be in memory
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA trusted_schema = 0")
        connection.execute("PRAGMA query_only = 1")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def sidecar(path: Path, suffix: str) -> Path:
    """Return the file that belongs to a database under its name and a suffix."""
    return path.with_name(path.name + suffix)


def _is_filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _uri(path: Path, query: str) -> str:
    return f"file:{quote(os.fsencode(path.absolute()))}?{query}"
