"""The tables of an index of own replies, and a row of them → a pair."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from langchain_imessage.retrievers.own_replies._own_replies_pairs import ReplyPair

if TYPE_CHECKING:
    from collections.abc import Sequence

APPLICATION = 0x4C435250
FORMAT = 1
_SCHEMA = """
CREATE TABLE pairs (id INTEGER PRIMARY KEY, key TEXT UNIQUE, chat TEXT, said TEXT,
    answered TEXT, sent_at REAL, people TEXT, terms INTEGER);
CREATE INDEX pairs_of_chat ON pairs (chat);
CREATE INDEX pairs_of_people ON pairs (people);
CREATE INDEX pairs_by_time ON pairs (sent_at);
CREATE TABLE terms (term TEXT PRIMARY KEY, texts INTEGER, ids BLOB);
CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB);
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT);
"""
ID_TYPE = "I"
"""Ids are kept as 32-bit numbers."""


def new_database() -> sqlite3.Connection:
    """Return an empty database of this form, in memory."""
    database = _in_memory()
    database.executescript(_SCHEMA)
    database.execute(f"PRAGMA application_id = {APPLICATION}")
    database.execute(f"PRAGMA user_version = {FORMAT}")
    return database


def database_of(content: bytes) -> sqlite3.Connection:
    """Return a database in memory of the bytes of one; whether it is ours is not looked at.

    Raises:
        sqlite3.Error: If the bytes are no database.
    """
    database = _in_memory()
    try:
        database.execute("PRAGMA trusted_schema = OFF")
        # Of nothing at all SQLite would say that there is no memory.
        database.deserialize(content or b"nothing")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _in_memory() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
    return database


def pair_of_row(row: Sequence[Any]) -> ReplyPair:
    """Return a pair, of its columns as the store selects them."""
    said, answered, sent_at, people, chat, key = row
    return ReplyPair(
        said=said,
        answered=answered,
        sent_at=sent_at,
        people=people_in(people),
        chat=chat,
        key=key,
    )


def people_in(stored: str) -> tuple[str, ...]:
    """Return the people of a pair, of how they are stored."""
    return tuple(map(str, json.loads(stored)))
