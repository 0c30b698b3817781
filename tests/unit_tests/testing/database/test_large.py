"""A large database is as lifelike as it says: what a benchmark on it relies on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
from langchain_imessage.testing import write_large_database
from langchain_imessage.testing.database.large import _large_database
from langchain_imessage.typedstream import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Any]]:
    """Write one database for all of these tests, and give a way to question it."""
    path: Path = tmp_path_factory.mktemp("large") / "chat.db"
    write_large_database(path, messages=2000, chats=30)

    def question(sql: str) -> list[Any]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(sql).fetchall()

    return question


def test_every_reference_leads_somewhere(ask: Callable[[str], list[Any]]) -> None:
    assert ask("PRAGMA foreign_key_check") == []
    assert ask("PRAGMA integrity_check") == [("ok",)]
    handles = "handle_id != 0 AND handle_id NOT IN (SELECT ROWID FROM handle)"
    assert ask(f"SELECT count(*) FROM message WHERE {handles}") == [(0,)]
    targets = """
        SELECT count(*) FROM message r JOIN message t
        ON r.associated_message_guid = 'p:0/' || t.guid AND t.ROWID < r.ROWID
    """
    tapbacks = "SELECT count(*) FROM message WHERE associated_message_type > 0"
    assert ask(targets) == ask(tapbacks) != [(0,)]


def test_own_rows_carry_the_partner_or_nobody(ask: Callable[[str], list[Any]]) -> None:
    own = """
        SELECT c.style, m.handle_id = 0, count(*) FROM message m
        JOIN chat_message_join j ON j.message_id = m.ROWID
        JOIN chat c ON c.ROWID = j.chat_id WHERE m.is_from_me GROUP BY 1, 2
    """
    kinds = {(style, bool(nobody)): count for style, nobody, count in ask(own)}
    assert kinds.keys() == {(43, True), (45, True), (45, False)}
    assert 0.40 < sum(kinds.values()) / 2000 < 0.50


def test_chats_mix_in_time_and_few_have_most(ask: Callable[[str], list[Any]]) -> None:
    chats = [
        chat for (chat,) in ask("SELECT chat_id FROM chat_message_join ORDER BY 1")
    ]
    sizes = sorted((chats.count(chat) for chat in set(chats)), reverse=True)
    assert sum(sizes[:10]) > 1000
    order = ask("SELECT chat_id FROM chat_message_join ORDER BY message_id")
    changes = sum(one != other for one, other in pairwise(order))
    assert changes > 1500


def test_texts_are_as_long_as_in_chats(ask: Callable[[str], list[Any]]) -> None:
    rows = ask("SELECT text, attributedBody FROM message")
    texts = [plain_text(body) for _, body in rows]
    assert all(
        text in {None, found} for (text, _), found in zip(rows, texts, strict=True)
    )
    lengths = [len(text or "") for text in texts]
    assert 20 < median(lengths) < 40
    assert max(lengths) > 128
    assert any(not (text or "").isascii() for text in texts)


def test_with_segments_a_conversation_goes_on_for_a_while(path: Path) -> None:
    write_large_database(path, messages=2000, chats=20, sitting=20)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT chat_id FROM chat_message_join ORDER BY message_id"
        ).fetchall()
    changes = sum(one != other for one, other in pairwise(rows))
    assert len(rows) == 2000
    assert 50 < changes < 200


def test_a_share_of_the_messages_is_more_than_words(path: Path) -> None:
    write_large_database(path, messages=2000, chats=20, rich=0.2)
    kwargs = [
        message.additional_kwargs
        for session in IMessageChatLoader(path).lazy_load()
        for message in session["messages"]
    ]
    for key in ("attachments", "mentions", "links", "reply_to"):
        assert 50 < sum(key in one for one in kwargs) < 150


@pytest.mark.parametrize(
    "share", ["directed", "detected", "edited", "empty", "replies"]
)
def test_a_share_of_the_rows_has_what_was_asked_for_and_the_rest_is_as_without(
    share: str, tmp_path: Path
) -> None:
    rows = []
    for number, shares in enumerate(({}, {share: 0.2})):
        path = tmp_path / f"{number}.db"
        true = write_large_database(path, messages=1000, chats=10, **shares)
        with closing(sqlite3.connect(path)) as connection:
            rows.append(connection.execute("SELECT * FROM message").fetchall())
        assert IMessageChatLoader(path).load() != []
    without, found = rows
    changed = [one for one, other in zip(found, without, strict=True) if one != other]
    expected = 0.2 * (0.45 if share == "directed" else 1) * 1000
    assert 0.7 * expected < len(changed) < 1.3 * expected
    assert (true < 900) == (share == "empty")


def test_what_was_detected_and_edited_is_read_as_words(path: Path) -> None:
    true = write_large_database(path, messages=500, chats=5, detected=0.5, edited=0.5)
    loader = IMessageChatLoader(path)
    messages = [m for session in loader.lazy_load() for m in session["messages"]]
    assert any("tomorrow at 8:30" in str(m.content) for m in messages)
    assert any("edits" in m.additional_kwargs for m in messages)
    assert loader.ledger.messages == len(messages) == true


def test_rows_written_are_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_large_database, "_BATCH", 200)
    told: list[tuple[int, int]] = []
    write_large_database(
        path, messages=500, chats=5, progress=lambda *step: told.append(step)
    )
    assert told == [(200, 500), (400, 500), (500, 500)]
