"""Brings an index to what its database is now, all or nothing; knows what it was before."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from langchain_imessage.chatdb import DatabaseState
from langchain_imessage.retrievers.messages._growth import IndexGrowth
from langchain_imessage.retrievers.messages._index_file import (
    empty,
    empty_log,
    version,
    writing,
)
from langchain_imessage.retrievers.messages._indexed_records import chat_digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from langchain_imessage.chat_loaders._rereading_sessions import OpenSessions
    from langchain_imessage.chatdb import ReadProgress
    from langchain_imessage.retrievers.messages._growth import Transform


def grow(
    connection: sqlite3.Connection,
    sessions: OpenSessions,
    stamp: str,
    *,
    transform: Transform | None = None,
    has_context: bool = False,
    progress: ReadProgress | None = None,
) -> bool:
    """Bring an index to what a database is now.

    Args:
        connection: To the index.
        sessions: The database, open.
        stamp: What was asked for: an index of something else is made anew.
        transform: What is done with the sessions before they are indexed.
        has_context: Whether what a message says can depend on messages long before it.
        progress: Called with how many conversations were read whole, and are to be.

    Returns:
        Whether anything was changed.
    """
    stamp = f"{version()} {stamp}"
    found = _meta(connection)
    state = sessions.state(_state(found, stamp))
    now = {"stamp": stamp, "state": str(state), "chats": _chats(sessions)}
    if found == now:
        return False
    with writing(connection):
        before = _state(_meta(connection), stamp)
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
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", now.items())
    empty_log(connection)
    return True


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
