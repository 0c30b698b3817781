"""The newest message of each chat is found by an index as it is by reading every row."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from langchain_imessage.chatdb._statements import Statements
from langchain_imessage.chatdb.databases._census import read_census
from langchain_imessage.chatdb.rows._queries import Queries
from langchain_imessage.chatdb.sources._schema import Capabilities

DATES = (
    None,
    0,
    5,
    700_000_000,
    -3,
    6 * 10**17,
    7 * 10**17 + 1,
    2**63 - 1,
    "x",
    b"y",
    1.5,
)
CHATS = (1, 2, 3, 7, -4, 2**40, None, "text")


@pytest.mark.parametrize("seed", range(5))
def test_the_census_by_index_is_that_of_every_row(seed: int) -> None:
    chance = random.Random(seed)
    found = []
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE message (text, date)")
        connection.execute(
            "CREATE TABLE chat_message_join (chat_id INTEGER, message_id, message_date)"
        )
        for rowid in range(60):
            connection.execute(
                "INSERT INTO message (ROWID, date) VALUES (?, ?)",
                (rowid, chance.choice(DATES)),
            )
            values = chance.choice(CHATS), rowid + rowid // 50, chance.choice(DATES)
            connection.execute("INSERT INTO chat_message_join VALUES (?, ?, ?)", values)
        queries = Queries(capabilities=Capabilities.detect(connection), now=800_000_000)
        for make in ("", "CREATE INDEX i ON chat_message_join (chat_id, message_date)"):
            connection.execute(make)
            statements: list[str] = []
            connection.set_trace_callback(statements.append)
            found.append(read_census(Statements(connection).run, queries))
            assert ("RECURSIVE" in statements[-1]) == bool(make)
            connection.set_trace_callback(None)
    assert found[0] == found[1]
    assert {*found[0]} <= {*CHATS}
