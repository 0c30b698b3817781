"""The sample: what the notebook shows of it, and that it is fit to train on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.testing import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINES = """
    SELECT c.chat_id, m.date, h.id, coalesce(m.text, '') FROM message m
    JOIN chat_message_join c ON c.message_id = m.ROWID JOIN handle h ON h.ROWID = m.handle_id
    WHERE m.item_type = 0 AND m.associated_message_type = 0 AND m.is_empty = 0
    AND coalesce(m.text, '') != '\ufffc' ORDER BY c.chat_id, m.date
"""


@pytest.fixture
def lines(path: Path) -> dict[int, list[tuple[int, str, str]]]:
    write_sample(path)
    chats: dict[int, list[tuple[int, str, str]]] = {}
    with closing(sqlite3.connect(path)) as connection:
        for chat, *line in connection.execute(LINES):
            chats.setdefault(chat, []).append(tuple(line))
    return chats


def test_ten_conversations_of_six_to_twelve_lines(lines: dict[int, list]) -> None:
    assert len(lines) == 10
    assert all(6 <= len(chat) <= 12 for chat in lines.values())
    days = {chat[0][0] // 86_400 for chat in lines.values()}
    assert len(days) == 10


def test_lines_are_half_a_minute_apart(lines: dict[int, list]) -> None:
    gaps = {b[0] - a[0] for chat in lines.values() for a, b in pairwise(chat)}
    assert gaps == {30}


def test_the_newest_begins_as_in_the_notebook(lines: dict[int, list]) -> None:
    newest = max(lines.values(), key=lambda chat: chat[0][0])
    assert newest[:3] == [
        (1693182723, "Tortoise", "Slow and steady, that's my motto."),
        (1693182753, "Hare", "Speed is key!"),
        (1693182783, "Tortoise", "A balanced approach is more reliable."),
    ]


def test_both_speak_and_some_twice_in_a_row(lines: dict[int, list]) -> None:
    assert all(
        {line[1] for line in chat} == {"Hare", "Tortoise"} for chat in lines.values()
    )
    bursts = sum(a[1] == b[1] for chat in lines.values() for a, b in pairwise(chat))
    assert 2 <= bursts <= 6


def test_the_notebooks_question_is_asked_and_answered_once(
    lines: dict[int, list],
) -> None:
    (answers,) = (
        [b[1] for a, b in pairwise(chat) if a[2] == "What's the golden thread?"]
        for chat in lines.values()
        if any(line[2] == "What's the golden thread?" for line in chat)
    )
    assert answers == ["Tortoise"]


def test_the_ledger_has_something_to_say(path: Path, load: Callable) -> None:
    write_sample(path)
    loaded = load()
    loaded.left_out(reaction=2, unsent=1, attachment_only=1, group_event=1)
    edited = [
        m
        for s in loaded.sessions
        for m in s["messages"]
        if "edits" in m.additional_kwargs
    ]
    assert [m.content for m in edited] == ["Eleven seconds!"]


def test_an_existing_file_is_left_alone(path: Path) -> None:
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_sample(path)
    assert path.read_bytes() == b"mine"
