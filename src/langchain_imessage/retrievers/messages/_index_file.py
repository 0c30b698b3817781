"""The file of a search index: private, where it may be, and nothing but what we made.

Owns the tables, and how the file is opened; what is in them is others' to say. Whatever is
deleted is overwritten, in the tables and in the full-text index.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import sys
import tempfile
import unicodedata
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import DatabaseError, take_quotation
from langchain_imessage.files import (
    BESIDE_A_DATABASE,
    database_application,
    open_private,
    refuse_beside_database,
    refuse_link,
    shown,
)
from langchain_imessage.retrievers.messages._indexed_records import texts_in
from langchain_imessage.retrievers.messages._search_terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY: Final = ":memory:"
"""The path of an index that is no file, and gone with its owner."""

_APPLICATION_ID: Final = 0x6C63_6D69
_PRIVATE: Final = 0o600
_FORMAT: Final = 5
"""Raised when the tables change, or what a row of a database is read as (its words, its
tapbacks, its edits): rows that are as they were are not read again, and an index of another
format is built anew."""

_SECONDS_TO_WAIT: Final = 300
"""For another process that is building the same index."""

_MILLISECONDS_TO_WAIT: Final = 500
"""For another process that is reading: a search takes less."""

_TABLES: Final = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE conversation (
        number INTEGER PRIMARY KEY,
        digest TEXT NOT NULL,
        chat TEXT NOT NULL,
        has_untimed INTEGER NOT NULL
    )""",
    """CREATE TABLE segment (
        id INTEGER PRIMARY KEY,
        conversation INTEGER NOT NULL,
        piece REAL,
        first REAL,
        last REAL,
        count INTEGER NOT NULL,
        marks TEXT NOT NULL,
        messages BLOB NOT NULL
    )""",
    "CREATE TABLE embedded (key TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE INDEX segment_of_conversation ON segment (conversation, first, id, count, last)",
    "CREATE INDEX segment_by_time ON segment (last, first)",
    "CREATE VIRTUAL TABLE words USING fts5 (body, marks, content = '', tokenize = 'ascii')",
)
"""The body has the terms of a segment's messages, the marks what it can be filtered by."""

_SHADOWS: Final = ("words_data", "words_idx", "words_docsize", "words_config")
_APPLES: Final = ("library", "messages")
"""In any case of letters: a Mac's disk takes all for the same folder."""

_BESIDE: Final = ("", *BESIDE_A_DATABASE)


def default_index_path(name: str) -> Path:
    """Return where an index is kept if nobody says: in the user's folder for caches."""
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches"
    elif os.name == "nt":
        folder = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return folder / "langchain-imessage" / f"search-{digest[:16]}.sqlite"


def open_index(path: Path | None) -> sqlite3.Connection:
    """Open an index; make it if there is none.

    Args:
        path: The file; None for one in memory.

    Raises:
        DatabaseError: If the path is no search index, is somebody else's, or is in the
            folder of Messages.
        ExportError: If it is a symbolic link, or belongs to another database.
        OSError: If it cannot be made.
    """
    with translated_errors(path):
        connection = _connected(path)
        try:
            if path is not None and _is_outdated(connection):
                connection.close()
                _remove(path)
                connection = _connected(path)
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def translated_errors(path: Path | None) -> Iterator[None]:
    """Translate SQLite's errors.

    Args:
        path: The file; None for an index in memory.

    Raises:
        DatabaseError: If the index is locked, damaged, or cannot be written.
    """
    name = "The search index" if path is None else f"The search index {shown(path)}"
    damaged = (
        f"{name} is damaged, or another kind of file. Delete it, or choose another path: "
        "it is made again from your messages."
    )
    try:
        yield
    except UnicodeDecodeError as error:
        take_quotation(error)
        raise DatabaseError(damaged) from None
    except OverflowError as error:
        raise DatabaseError(f"{name} has nothing of such a number.") from error
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DatabaseError(
                f"{name} is in use by another process. Try again later."
            ) from error
        if getattr(error, "sqlite_errorcode", None) is None:  # Python's, of a bad text
            take_quotation(error)
            raise DatabaseError(damaged) from None
        raise DatabaseError(f"{name}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(damaged) from error


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing, while no other process does."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Read from one state, whatever another process writes meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def empty(connection: sqlite3.Connection) -> None:
    """Delete all that is in an index."""
    for table in ("meta", "conversation", "segment", "embedded"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")


def empty_log(connection: sqlite3.Connection) -> None:
    """Leave nothing of what was deleted beside the file, either.

    While another process reads, it may still need it: the last one that closes the file
    deletes it then.
    """
    wait_briefly(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def wait_briefly(connection: sqlite3.Connection) -> None:
    """From now on wait for other processes only as long as a search takes."""
    connection.execute(f"PRAGMA busy_timeout = {_MILLISECONDS_TO_WAIT}")


def version() -> str:
    """Return what differs where the same text would be indexed by other terms."""
    return f"{_FORMAT} {unicodedata.unidata_version}"


def _require_private(path: Path) -> None:
    folder = path.parent.resolve()
    names = [name.casefold() for name in folder.parts]
    if _APPLES in pairwise(names):
        raise DatabaseError(
            "The search index cannot be in the folder of Messages, where nothing is "
            "changed. Choose another path."
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_link(path)
    # Before SQLite opens it to write, which changes the files beside a live database.
    if database_application(path) not in {None, _APPLICATION_ID}:
        raise _another_database()
    refuse_beside_database(path)
    if not path.exists():
        _make_file(path)
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            _require_own(path.with_name(path.name + ending))


def _require_own(path: Path) -> None:
    """Refuse a file that is not ours alone; make it private before it is written to."""
    refuse_link(path)
    # Looked at, never opened: closing any descriptor of a file drops the locks that
    # SQLite has on it for other threads of this process.
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise DatabaseError("The search index is not a regular file.")
    if hasattr(os, "getuid") and found.st_uid != os.getuid():
        raise DatabaseError("The search index is another user's file.")
    if stat.S_IMODE(found.st_mode) != _PRIVATE:
        path.chmod(_PRIVATE)


def _another_database() -> DatabaseError:
    return DatabaseError(
        "The file for the search index is another kind of database. Choose another "
        "path, or delete it."
    )


def _make_file(path: Path) -> None:
    """Make an empty private file, unless another process or thread is quicker."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.")
    os.close(descriptor)  # before anybody else can find it
    try:
        with suppress(FileExistsError):
            os.link(name, path)
    except OSError:  # a disk without hard links, such as exFAT
        with suppress(FileExistsError):
            os.close(open_private(path, os.O_CREAT | os.O_EXCL | os.O_RDWR))
    finally:
        Path(name).unlink()


def _connected(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        _require_private(path)
    return sqlite3.connect(
        MEMORY if path is None else path,
        timeout=_SECONDS_TO_WAIT,
        isolation_level=None,
        check_same_thread=False,
    )


def _remove(path: Path) -> None:
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in (
        "trusted_schema = OFF",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "cache_size = -65536",
        "journal_size_limit = 0",
        "synchronous = NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("terms", 1, _terms, deterministic=True)
    if not _has_tables(connection):
        with writing(connection):
            if not _has_tables(connection):  # another process may have been quicker
                _make_tables(connection)
    connection.execute("PRAGMA journal_mode = WAL")


def _is_outdated(connection: sqlite3.Connection) -> bool:
    """Return whether it is an index that another version of this package has made."""
    is_index = _application(connection) == _APPLICATION_ID
    return is_index and _statements(connection) != {*_TABLES}


def _has_tables(connection: sqlite3.Connection) -> bool:
    """Return whether the tables are there; False for an empty file.

    Raises:
        DatabaseError: If something else is there: a trigger would run with our rights.
    """
    found = _statements(connection)
    if not found:
        return False
    if _application(connection) != _APPLICATION_ID or found != {*_TABLES}:
        raise _another_database()
    return True


def _application(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    return int(found)


def _statements(connection: sqlite3.Connection) -> set[str]:
    """Return what made the tables, indexes and triggers, but for the full-text index's own."""
    marks = ", ".join("?" * len(_SHADOWS))
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL "
        f"AND NOT (type = 'table' AND name IN ({marks}))",
        _SHADOWS,
    )
    return {sql for (sql,) in rows}


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    for statement in _TABLES:
        connection.execute(statement)


def _terms(messages: bytes) -> str:
    """Return the terms of packed messages, for SQL."""
    return terms_of(texts_in(messages))
