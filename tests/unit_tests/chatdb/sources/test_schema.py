"""What a stranger's database may have us run: its own tables, and not for ever."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from langchain_imessage import ChatDatabase
from langchain_imessage.chatdb.sources import _connection
from langchain_imessage.chatdb.sources._connect import connect
from langchain_imessage.chatdb.sources._schema import Capabilities
from langchain_imessage.errors import DatabaseError, UnsupportedSchemaError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.fresh

ENDLESS = (
    "CREATE VIEW {name} AS WITH RECURSIVE c({first}, {second}) AS "
    "(SELECT 1, 1 UNION ALL SELECT 1, 1 FROM c) SELECT * FROM c"
)


def texts(path: Path) -> list[str]:
    with ChatDatabase(path) as database:
        return [m.text for c in database.conversations() for m in c.messages]


@pytest.mark.parametrize(
    "columns",
    [
        ("chat_handle_join", "chat_id", "handle_id"),
        ("chat_recoverable_message_join", "chat_id", "message_id"),
        ("chat_lookup", "identifier", "chat"),
        ("message_attachment_join", "message_id", "attachment_id"),
        ("chat_handle_join", "CHAT_ID", "HANDLE_ID"),
    ],
)
def test_a_view_in_the_place_of_a_table_is_not_there(
    columns: tuple[str, str, str], path: Path, write: Callable, at: Callable
) -> None:
    name, first, second = columns
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
        view = ENDLESS.format(name=name, first=first, second=second)
        connection.execute(view)
        connection.commit()
    assert texts(path) == ["hello"]


def test_a_view_in_the_place_of_the_messages_is_no_messages_database(
    path: Path,
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(ENDLESS.format(name="message", first="date", second="text"))
        connection.execute("CREATE TABLE chat_message_join (chat_id, message_id)")
    with pytest.raises(UnsupportedSchemaError, match="no message table"):
        texts(path)


def test_tables_are_found_whatever_the_case_of_their_names() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE Message (ROWID INTEGER, text, date)")
        connection.execute("CREATE TABLE CHAT_MESSAGE_JOIN (chat_id, message_id)")
        found = Capabilities.detect(connection)
    assert found.has("message", "text", "date")


def test_an_endless_query_is_stopped(
    path: Path, write: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        pass
    monkeypatch.setattr(_connection, "_STEPS", 1000)
    monkeypatch.setattr(_connection, "_BYTES_A_LOOK", 1_000_000)
    endless = (
        "WITH RECURSIVE c AS (SELECT 1 UNION ALL SELECT 1 FROM c) SELECT sum(1) FROM c"
    )
    with connect(path) as connection:
        for _ in range(3):
            with pytest.raises(sqlite3.OperationalError, match="interrupted"):
                connection.execute(endless).fetchone()
        # Each statement is counted for itself.
        for _ in range(1000):
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def test_a_database_can_neither_write_nor_call_functions_nor_load(
    path: Path, write: Callable
) -> None:
    with write():
        pass
    with connect(path) as connection:
        for statement in (
            "CREATE TABLE t (x)",
            "DELETE FROM message",
            "PRAGMA user_version = 7",
            "SELECT load_extension('x')",
        ):
            with pytest.raises(sqlite3.OperationalError):
                connection.execute(statement)
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)


def test_too_many_steps_are_an_error_of_ours(
    path: Path, write: Callable, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+15550101"))
        for n in range(200):
            db.message(chat, "hello", at=at(n))
    monkeypatch.setattr(_connection, "_STEPS", 10)
    monkeypatch.setattr(_connection, "_LEAST_LOOKS", 0)
    monkeypatch.setattr(_connection, "_BYTES_A_LOOK", 1_000_000_000)
    with pytest.raises(DatabaseError):
        texts(path)


def test_columns_in_capitals_are_there(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in ("date", "attributedBody", "is_from_me"):
            connection.execute(f"ALTER TABLE message RENAME COLUMN {name} TO it")
            connection.execute(
                f"ALTER TABLE message RENAME COLUMN it TO {name.upper()}"
            )
    assert texts(path) == ["hello"]


def test_joins_without_rowid_are_read(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+15550101"))
        db.message(chat, "hello", at=at(0))
        db.message(chat, "again", at=at(1))
    columns = {"chat_message_join": "message_id", "chat_handle_join": "handle_id"}
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, column in columns.items():
            connection.executescript(
                f"CREATE TABLE t (chat_id INTEGER, {column} INTEGER, "
                f"PRIMARY KEY (chat_id, {column})) WITHOUT ROWID;"
                f"INSERT INTO t SELECT chat_id, {column} FROM {table};"
                f"DROP TABLE {table}; ALTER TABLE t RENAME TO {table};"
            )
    with ChatDatabase(path) as database:
        list(database.conversations())
        cursor = database.cursor
    assert texts(path) == ["hello", "again"]
    with ChatDatabase(
        path, since=cursor
    ) as database:  # nothing says when it was joined
        assert [len(c.messages) for c in database.conversations()] == [2]
