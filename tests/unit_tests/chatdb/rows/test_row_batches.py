"""A conversation whose rows come in parts is what it is when they come all at once."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.chatdb import _statements
from langchain_imessage.testing import write_large_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANN, BOB = "+15550101", "+15550102"
RENAMED = 2


def test_messages_and_events_that_come_late_are_put_in_order(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann, db.handle(BOB))
        for second in (6, 5, 2, 1):
            db.message(chat, f"at {second}", at=at(second))
        for second in (7, 3):
            db.group_event(
                chat, item_type=RENAMED, at=at(second), group_title=f"at {second}"
            )

    loaded = load()

    assert loaded.texts == ["at 1", "at 2", "at 5", "at 6"]
    events = [
        message.additional_kwargs.get("events", []) for message in loaded.messages
    ]
    titles = [[event["title"] for event in happened] for happened in events]
    assert titles == [[], [], ["at 3"], ["at 7"]]


def test_a_picture_that_comes_late_is_still_the_first(
    write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        ann = db.handle(ANN)
        chat = db.chat(ann)
        for second in (6, 5):
            db.message(chat, f"look, {second}", at=at(second), attachments=1)
        db.message(chat, "Loved an image", sender=ann, at=at(4))
        db.message(chat, "look, 3", at=at(3), attachments=1)
        db.message(chat, "Loved an image", sender=ann, at=at(2))

    assert load().texts == ["Loved an image", "look, 3", "look, 5", "look, 6"]


def test_a_bad_text_further_down_costs_nothing_else(
    path: Path, write: Callable, load: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle(ANN))
        for second in range(7):
            db.message(chat, f"at {second}", at=at(second), store="text")
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE message SET text = CAST(x'6261ff64' AS TEXT) WHERE text = 'at 5'"
    )
    connection.commit()
    connection.close()

    *words, bad, last = load().texts

    assert words == [f"at {second}" for second in range(5)]
    assert (bad, last) == ("bad", "at 6")


@pytest.mark.parametrize("rows", [1, 7])
def test_parts_of_any_size_give_the_same(
    rows: int, path: Path, load: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_large_database(path, messages=400, chats=6, rich=0.2)
    connection = sqlite3.connect(path)
    connection.executescript(
        # Every third one comes late, and some are in two chats.
        "UPDATE message SET date = date - 9 * 60 * 1000000000 WHERE ROWID % 3 = 0;"
        "INSERT OR IGNORE INTO chat_message_join "
        "SELECT 1, ROWID, date FROM message WHERE ROWID % 50 = 0;"
    )
    connection.close()
    monkeypatch.setattr(_statements, "_ROWS", 10_000)
    whole = load()
    monkeypatch.setattr(_statements, "_ROWS", rows)

    parts = load()

    assert parts.sessions == whole.sessions
    assert parts.ledger == whole.ledger
