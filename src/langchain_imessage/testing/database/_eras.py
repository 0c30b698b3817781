"""The schemas Messages has had, release by release, as found in real databases.

`schemas/*.sql` hold tables and indexes only: their triggers call functions that exist
nowhere but inside Messages.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

ERAS = (
    "ios-6",
    "ios-9",
    "macos-10.11",
    "ios-10",
    "ios-11",
    "macos-10.13",
    "macos-10.15",
    "macos-11",
    "macos-12",
    "macos-13",
    "macos-13-migrated",
    "macos-14",
    "macos-14-migrated",
    "macos-15",
    "macos-15-migrated",
    "macos-26",
    "macos-27",
)
"""Oldest first; a migrated one has been carried through older releases."""

_IN_SECONDS = frozenset({"ios-6", "ios-9", "macos-10.11", "ios-10"})


def statements(era: str) -> list[str]:
    """Return the statements that make an era's tables, then those that make its indexes.

    Raises:
        ValueError: If there is no such era.
    """
    if era not in ERAS:
        raise ValueError(f"no era {era!r}; there are {', '.join(ERAS)}")
    text = (
        files("langchain_imessage.testing.database")
        .joinpath(f"schemas/{era}.sql")
        .read_text("utf-8")
    )
    return [line for line in text.splitlines() if not line.startswith("--")]


@cache
def empty_database(era: str) -> bytes:
    """Return the file of a database of an era without a row.

    To write it takes a fifth of the time that its statements take.

    Raises:
        ValueError: If there is no such era.
    """
    schema = statements(era)
    with TemporaryDirectory(prefix="langchain-imessage-") as folder:
        path = Path(folder, "chat.db")
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            for statement in schema:
                connection.execute(statement)
            connection.commit()
        finally:
            connection.close()
        return path.read_bytes()


def has_second_dates(era: str) -> bool:
    """Return whether dates of that time are in seconds, not nanoseconds."""
    return era in _IN_SECONDS
