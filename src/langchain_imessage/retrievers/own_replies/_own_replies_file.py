"""An index file → its store, whatever somebody put there.

Owns what is checked before a file is believed. Nothing of it is quoted in an error.
"""

from __future__ import annotations

import sqlite3
from array import array
from contextlib import closing
from typing import TYPE_CHECKING

from langchain_imessage.errors import ExportError, take_quotation
from langchain_imessage.files import read_private
from langchain_imessage.retrievers.own_replies._own_replies_store import ReplyStore
from langchain_imessage.retrievers.own_replies._own_replies_tables import (
    APPLICATION,
    FORMAT,
    ID_TYPE,
    database_of,
    new_database,
    people_in,
)

if TYPE_CHECKING:
    from pathlib import Path

_ODD_ROWS = """
SELECT count(*) FROM pairs
WHERE NOT (typeof(said) = 'text' AND typeof(answered) = 'text' AND typeof(key) = 'text'
    AND typeof(chat) = 'text' AND typeof(people) = 'text' AND typeof(terms) = 'integer'
    AND typeof(sent_at) IN ('real', 'null'))
"""


def load_store(path: Path) -> ReplyStore:
    """Read a file that `save` wrote.

    Raises:
        ExportError: If it is another file, a damaged one, or a symbolic link.
        OSError: If it cannot be read.
    """
    content = read_private(path)
    try:
        return ReplyStore(_database_of_ours(content))
    except (sqlite3.Error, ValueError) as error:
        take_quotation(error)
        raise ExportError(
            "The file is not an index of own replies, or it is damaged: build it again",
            path=path,
        ) from None


def _database_of_ours(content: bytes) -> sqlite3.Connection:
    """Return the database that a file holds.

    Raises:
        sqlite3.Error: If it holds none.
        ValueError: If it is not ours, or not whole.
    """
    database = database_of(content)
    try:
        _require_whole(database, len(content))
        _require_ours(database)
    except (sqlite3.Error, ValueError):
        database.close()
        raise
    return database


def _require_whole(database: sqlite3.Connection, size: int) -> None:
    """Raise ValueError unless a file ends where its last page does.

    SQLite reads a page that is cut as if it ended in zeros.
    """
    pages, bytes_each = (
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "page_size")
    )
    if pages * bytes_each != size:
        raise ValueError


def _require_ours(database: sqlite3.Connection) -> None:
    """Raise ValueError unless a database has our marks, our tables and sound pages."""
    marks = [
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "quick_check")
    ]
    listed = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    found = database.execute(listed).fetchall()
    with closing(new_database()) as ours:
        if marks != [APPLICATION, FORMAT, "ok"] or (
            found != ours.execute(listed).fetchall()
        ):
            raise ValueError
    if database.execute(_ODD_ROWS).fetchone()[0]:
        raise ValueError
    for (blob,) in database.execute("SELECT ids FROM terms"):
        array(ID_TYPE).frombytes(blob)
    for (people,) in database.execute("SELECT DISTINCT people FROM pairs"):
        try:
            people_in(people)
        except (RecursionError, TypeError):
            raise ValueError from None
