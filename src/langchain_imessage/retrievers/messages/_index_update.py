"""Brings an index to what its database is now, all or nothing; knows what it was before.

Owns how an index is known to be the one that was asked for, and not damaged: SQLite keeps no
sums of its pages, and its full-text search raises no error where a block is damaged.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from langchain_imessage.chatdb import DatabaseState
from langchain_imessage.errors import DatabaseError
from langchain_imessage.retrievers.messages._growth import IndexGrowth
from langchain_imessage.retrievers.messages._index_file import (
    empty,
    empty_log,
    version,
    wait_briefly,
    writing,
)
from langchain_imessage.retrievers.messages._indexed_records import chat_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_imessage.chat_loaders._rereading_sessions import OpenSessions
    from langchain_imessage.chatdb import ReadProgress
    from langchain_imessage.retrievers.messages._growth import Transform


_WORDS = (
    "SELECT id, ifnull(CAST(block AS BLOB), x'') FROM words_data",
    "SELECT pgno, ifnull(CAST(segid || ' ' || term AS BLOB), x'') FROM words_idx",
)
"""The tables behind the full-text index, and where its pages are."""


def grow(
    connection: sqlite3.Connection,
    sessions: OpenSessions,
    stamp: str,
    *,
    files: str = "",
    transform: Transform | None = None,
    has_context: bool = False,
    progress: ReadProgress | None = None,
) -> bool:
    """Bring an index to what a database is now; a damaged one is made anew.

    Args:
        connection: To the index.
        sessions: The database, open.
        stamp: What was asked for: an index of something else is made anew.
        files: What differs once the database's files are written to; nothing if unknown.
        transform: What is done with the sessions before they are indexed.
        has_context: Whether what a message says can depend on messages long before it.
        progress: Called with how many conversations were read whole, and are to be.

    Returns:
        Whether anything was changed.
    """
    stamp = f"{version()} {stamp}"
    found = _meta(connection)
    state = sessions.state()
    now = {"stamp": stamp, "state": str(state), "chats": _chats(sessions)}
    if found.items() >= now.items() and _undamaged(connection):
        if files and found.get("files") != files:
            _note_files(connection, files)
        return False
    with writing(connection):
        before = _state(_undamaged(connection), stamp)
        if before is None:
            empty(connection)
        growth = IndexGrowth(
            connection,
            sessions,
            transform=transform,
            has_context=has_context,
            progress=progress,
        )
        growth.update(before, state)
        now |= {"files": files, "words": _words_sum(connection)}
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", now.items())
    empty_log(connection)
    return True


def state_of(connection: sqlite3.Connection, stamp: str) -> DatabaseState | None:
    """Return the state an index is of; None if it is of something else, or unreadable."""
    return _state(_meta(connection), f"{version()} {stamp}")


def is_of_files(connection: sqlite3.Connection, stamp: str, files: str) -> bool:
    """Return whether an index is of files to which nothing was written since."""
    found = _meta(connection)
    there = found.get("stamp"), found.get("files")
    return bool(files) and there == (f"{version()} {stamp}", files)


def is_undamaged(connection: sqlite3.Connection) -> bool:
    """Return whether the full-text part of an index is what was written."""
    return bool(_undamaged(connection))


def require_built(connection: sqlite3.Connection, stamp: str) -> None:
    """Refuse to read an index that is not the one that was asked for.

    Raises:
        DatabaseError: If it was never built, or is of something else.
    """
    row = connection.execute("SELECT value FROM meta WHERE key = 'stamp'").fetchone()
    if row is None:
        raise DatabaseError(
            "The search index is empty: building it was not begun, or was broken off. "
            "update() builds it."
        )
    if row[0] != f"{version()} {stamp}":
        raise DatabaseError(
            "The search index is of another database, or was built with other options. "
            "update() builds it again."
        )


def require_undamaged(connection: sqlite3.Connection) -> None:
    """Refuse to believe an index whose full-text part is not what was written.

    Raises:
        DatabaseError: If it is not.
    """
    if not is_undamaged(connection):
        raise DatabaseError(
            "The search index is damaged: what is there may not be found. update() builds "
            "it again from your messages."
        )


def _undamaged(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what an index is of; nothing if its full-text part is not what was written."""
    found = _meta(connection)
    return found if found.get("words") == _words_sum(connection) else {}


def _words_sum(connection: sqlite3.Connection) -> str:
    """Return a checksum of the full-text index: a tenth of a second for 100 MB."""
    # SQLite writes what it holds back of the index before a savepoint.
    connection.execute("SAVEPOINT words")
    connection.execute("RELEASE words")
    total = 0
    for statement in _WORDS:
        for row in connection.execute(statement):
            total = zlib.crc32(b"%d %b " % row, total)
    return str(total)


def _note_files(connection: sqlite3.Connection, files: str) -> None:
    """Note that an index is of files as they are; nothing is lost if it cannot be noted."""
    wait_briefly(connection)
    with suppress(sqlite3.OperationalError), writing(connection):
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('files', ?)", (files,))


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what an index is of: what was asked for, and in which state it was."""
    return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def _state(meta: Mapping[str, str], stamp: str) -> DatabaseState | None:
    """Return the state an index is of; None if it is of something else, or unreadable."""
    if meta.get("stamp") != stamp:
        return None
    with suppress(KeyError, ValueError):
        return DatabaseState.parse(meta["state"])
    return None


def _chats(sessions: OpenSessions) -> str:
    """Return a digest of the conversations and of what they are called."""
    digest = hashlib.sha256()
    for one in sorted(map(chat_digest, sessions.chats)):
        digest.update(one.encode())
    return digest.hexdigest()
