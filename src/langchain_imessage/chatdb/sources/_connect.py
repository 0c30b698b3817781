"""Opens a database so that reading leaves no trace and misses no byte of it.

Two ways, tried in this order; which one is taken shows nowhere else:

1. In place, where another process has the database open in WAL mode (its `-wal` and
   `-shm` lie beside it): read-only, with a read-only `-shm`, so that not even the lock
   bytes of a reader are written.
2. On a private snapshot, in every other case. SQLite would otherwise create sidecars, or
   keep a writer waiting, or, opened as immutable, overlook the `-wal`.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseError,
    DatabaseNotFoundError,
    IMessageError,
    UnsupportedSchemaError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"SQLite format 3\0"
_SIDECARS = ("-wal", "-journal")
"""What belongs to a copy: the `-shm` is rebuilt from the `-wal`."""

_COPY_ATTEMPTS = 5
"""A copy during which the files changed may be torn, and is made again this often."""

ACCESS_HINT = (
    "On macOS, either grant Full Disk Access to the app Python runs in (System Settings > "
    "Privacy & Security > Full Disk Access; start the app anew afterwards), or copy "
    "chat.db together with chat.db-wal to a folder of yours and load the copy."
)


def default_path() -> Path:
    """Tell where Messages keeps its database on a Mac."""
    return Path.home() / "Library" / "Messages" / "chat.db"


def require_file(path: Path) -> None:
    """Refuse a path that is no readable SQLite file.

    Raises:
        DatabaseNotFoundError: If there is none.
        DatabaseAccessError: If it may not be read, is a folder, or is something else.
        UnsupportedSchemaError: If it is empty.
    """
    try:
        if path.is_dir():
            raise DatabaseAccessError(
                f"{path} is a folder. Give the database file, such as {path / 'chat.db'}."
            )
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise DatabaseNotFoundError(f"File {path} not found") from error
    except OSError as error:
        raise DatabaseAccessError(f"May not read {path}. {ACCESS_HINT}") from error
    if not head:
        raise UnsupportedSchemaError(f"{path} is empty: not a Messages database.")
    if head != _MAGIC:
        raise DatabaseAccessError(
            f"{path} is not an SQLite database, or it is encrypted. A file out of an "
            "encrypted iPhone backup must be decrypted first."
        )


@contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database for one consistent reading.

    Args:
        path: The database file.

    Yields:
        A connection in a read transaction; closed, and any snapshot deleted, on exit.

    Raises:
        DatabaseError: If it cannot be opened, with what to do about it.
    """
    require_file(path)
    with translated_errors(path):
        connection = _in_place(path)
    if connection is not None:
        try:
            yield connection
        finally:
            connection.close()
        return
    with tempfile.TemporaryDirectory(prefix="langchain-imessage-") as folder:
        with translated_errors(path):
            connection = _begin(_snapshot(path, Path(folder)))
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn what sqlite3 and the file system raise into this package's errors."""
    try:
        yield
    except IMessageError:
        raise
    except sqlite3.OperationalError as error:
        raise DatabaseAccessError(f"Cannot open {path}. {ACCESS_HINT}") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(
            f"{path} is damaged ({error}). Load a fresh copy made together with its "
            "-wal file, or recover what is left: sqlite3 chat.db .recover | "
            "sqlite3 recovered.db"
        ) from error
    except OSError as error:
        raise DatabaseAccessError(f"Cannot copy {path}. {ACCESS_HINT}") from error


def _in_place(path: Path) -> sqlite3.Connection | None:
    if not all(_sidecar(path, suffix).exists() for suffix in ("-wal", "-shm")):
        return None
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&readonly_shm=1"
    with suppress(sqlite3.OperationalError):
        return _begin(uri)
    return None


def _begin(uri: str) -> sqlite3.Connection:
    # Reading may go on in another thread: LangChain's async forms take each next item in
    # whichever is free. Two at a time cannot: a generator is in one place only.
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA query_only = 1")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _snapshot(path: Path, folder: Path) -> str:
    for _ in range(_COPY_ATTEMPTS):
        before = _state(path)
        _copy(path, folder)
        if _state(path) == before:
            return f"file:{quote(str(folder / path.name))}"
    raise DatabaseAccessError(
        f"{path} changed during each of {_COPY_ATTEMPTS} attempts to copy it. Quit "
        "Messages, or whatever writes to it, and try again."
    )


def _copy(path: Path, folder: Path) -> None:
    shutil.copyfile(path, folder / path.name)
    for suffix in _SIDECARS:
        (folder / (path.name + suffix)).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            shutil.copyfile(_sidecar(path, suffix), folder / (path.name + suffix))


def _state(path: Path) -> list[tuple[int, int] | None]:
    return [_stamp(path), *(_stamp(_sidecar(path, suffix)) for suffix in _SIDECARS)]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


def _sidecar(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
