"""Counts of a database that need no message's body."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.chatdb import ChatDatabase, DatabaseOverview
from langchain_imessage.errors import DatabaseError
from langchain_imessage.testing import GROUP, ChatDatabaseWriter

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


def write(path: Path, *, days: int = 0) -> Path:
    """Write a group with a message, a reaction, an event and a row without a date."""
    with ChatDatabaseWriter(path, era="macos-26") as db:
        ann = db.handle("+14155550101")
        chat = db.chat(ann, style=GROUP)
        at = NOON + timedelta(days=days)
        said = db.message(chat, "hi", at=at, body=b"junk", store="body")
        db.reaction(said, "liked", chat=chat, sender=ann, at=at + timedelta(minutes=1))
        db.group_event(chat, item_type=2, sender=ann, at=at + timedelta(minutes=2))
        db.message(chat, "when", sender=ann, at=0)
    return path


def test_rows_are_counted_by_kind_and_dated(path: Path) -> None:
    with ChatDatabase(write(path)) as database:
        assert database.overview() == DatabaseOverview(
            rows=4,
            own=1,
            reactions=1,
            events=1,
            first=NOON,
            last=NOON + timedelta(minutes=2),
        )


def test_several_databases_add_up(path: Path) -> None:
    other = write(path.with_name("other.db"), days=1)
    with ChatDatabase([write(path), other]) as database:
        found = database.overview()
    assert (found.rows, found.reactions) == (8, 2)
    assert found.first == NOON
    assert found.last == NOON + timedelta(days=1, minutes=2)
    assert [part.rows for part in found.sources] == [4, 4]


def test_the_oldest_and_an_empty_database_have_an_overview(path: Path) -> None:
    with ChatDatabaseWriter(path, era="ios-6"):
        pass
    with ChatDatabase(path) as database:
        assert database.overview() == DatabaseOverview()
    with pytest.raises(DatabaseError, match="closed"):
        database.overview()
