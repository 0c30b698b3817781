"""Opening: no trace, no missed byte, and an error that says what to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.chatdb.databases import _source_reader as source_reader_module
from langchain_imessage.chatdb.sources import _connect as connect_module
from langchain_imessage.chatdb.sources._connect import connect, default_path
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseError,
    UnsupportedSchemaError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.fresh

QUESTION_MARK = "" if os.name == "nt" else "?"  # no name there can have one


def texts(path: Path) -> list[str]:
    with ChatDatabase(path) as database:
        return [m.text for c in database.conversations() for m in c.messages]


def test_the_default_is_where_messages_keeps_it() -> None:
    assert default_path().parts[-3:] == ("Library", "Messages", "chat.db")


def test_a_wal_without_its_index_is_read(
    path: Path, write: Callable, at: Callable, tmp_path: Path
) -> None:
    """As in a copy of chat.db and chat.db-wal, or an iPhone backup."""
    with write(wal=True) as db:
        chat = db.chat(db.handle("+15550101"))
        db.message(chat, "old", at=at(0))
    live = sqlite3.connect(path)
    live.execute("PRAGMA wal_autocheckpoint = 0")
    live.execute("UPDATE message SET text = 'only in the wal'")
    live.commit()
    copy = tmp_path / "copy" / f"odd name #1{QUESTION_MARK}%20.db"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    wal = copy.with_name(copy.name + "-wal")
    wal.write_bytes(path.with_name("chat.db-wal").read_bytes())
    live.close()
    before = [copy.stat(), wal.stat()]

    assert texts(copy) == ["only in the wal"]

    assert sorted(copy.parent.iterdir()) == [copy, wal]
    assert [s.st_mtime_ns for s in before] == [
        copy.stat().st_mtime_ns,
        wal.stat().st_mtime_ns,
    ]


def test_a_live_database_is_read_where_it_is(
    path: Path,
    write: Callable,
    at: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with write(wal=True) as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    live = sqlite3.connect(path)
    live.execute("UPDATE message SET text = 'live'")
    live.commit()
    monkeypatch.setattr(connect_module, "copy_database", None)
    try:
        assert texts(path) == ["live"]
    finally:
        live.close()


def test_a_reader_keeps_no_writer_waiting(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    with ChatDatabase(path) as database:
        list(database.conversations())
        writer = sqlite3.connect(path, timeout=0)
        writer.execute("UPDATE message SET text = 'changed meanwhile'")
        writer.commit()
        writer.close()
        again = [m.text for c in database.conversations() for m in c.messages]
    assert again == ["hello"]


def test_a_copy_is_unlinked_once_it_is_open(
    path: Path, write: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        pass
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with connect(path):
        (folder,) = private.iterdir()
        assert list(folder.iterdir()) == []
        assert folder.stat().st_mode & 0o077 == 0
    assert list(private.iterdir()) == []


def test_a_database_that_nobody_writes_to_is_read_without_a_copy(
    path: Path, write: Callable, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wal in (False, True):
        path.unlink(missing_ok=True)
        with write(wal=wal) as db:
            db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
        os.utime(path, (1e9, 1e9))
        before = path.read_bytes(), path.stat()
        monkeypatch.setattr(connect_module, "copy_database", None)
        assert texts(path) == ["hello"]
        assert (path.read_bytes(), path.stat().st_mtime_ns) == (
            before[0],
            before[1].st_mtime_ns,
        )
        assert list(path.parent.iterdir()) == [path]


def test_a_write_into_a_reading_without_a_copy_is_an_error_not_a_torn_reading(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        for n in range(3):
            db.message(db.chat(db.handle(f"+1555010{n}")), "old", at=at(n))
    os.utime(path, (1e9, 1e9))
    with ChatDatabase(path) as database:
        conversations = database.conversations()
        next(conversations)
        with closing(sqlite3.connect(path)) as writer:
            writer.execute("UPDATE message SET text = 'new'")
            writer.commit()
        with pytest.raises(DatabaseAccessError, match="changed by another program"):
            next(conversations)


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no open file")
@pytest.mark.parametrize("how", ["fetchone", "fetchmany", "fetchall", "__next__"])
def test_no_row_is_given_of_a_file_that_changed(
    how: str, path: Path, write: Callable
) -> None:
    with write():
        pass
    os.utime(path, (1e9, 1e9))
    with connect(path) as connection:
        cursor = connection.execute("SELECT name FROM sqlite_master")
        assert cursor.fetchone()
        path.rename(path.with_name("moved.db"))
        with pytest.raises(DatabaseAccessError, match="changed"):
            getattr(cursor, how)()


@pytest.mark.parametrize("link_is", ["a link", "a link to a link"])
def test_the_wal_is_looked_for_beside_what_a_link_points_to(
    link_is: str, path: Path, write: Callable, at: Callable, tmp_path: Path
) -> None:
    with write(wal=True) as db:
        db.message(db.chat(db.handle("+15550101")), "old", at=at(0))
    with closing(sqlite3.connect(path)) as live:
        live.execute("PRAGMA wal_autocheckpoint = 0")
        live.execute("UPDATE message SET text = 'only in the wal'")
        live.commit()
        link = tmp_path / "elsewhere" / "link.db"
        link.parent.mkdir()
        link.symlink_to(path)
        if link_is == "a link to a link":
            second = tmp_path / "second.db"
            second.symlink_to(link)
            link = second
        assert texts(link) == ["only in the wal"]


TRY = """
import sqlite3, sys
try:
    other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as error:
    print(error)
"""


def another_writer(path: Path) -> str:
    """Return why another process may not write; empty if it may."""
    command = [sys.executable, "-c", TRY, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("wal", [False, True])
@pytest.mark.parametrize("quiet", [False, True])
def test_reading_drops_no_lock_of_the_same_process(
    quiet: bool, wal: bool, path: Path, write: Callable, at: Callable
) -> None:
    with write(wal=wal) as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        if not quiet:
            writer.execute("UPDATE message SET text = 'not committed'")
        else:
            os.utime(path, (1e9, 1e9))
        assert another_writer(path) == "database is locked"
        IMessageChatLoader(path)
        assert another_writer(path) == "database is locked"
        assert texts(path) == ["hello"]
        assert another_writer(path) == "database is locked"


def test_what_is_no_database_is_looked_at_without_being_opened_by_python(
    path: Path, write: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        pass
    opened: list[object] = []
    monkeypatch.setattr("builtins.open", opened.append)
    monkeypatch.setattr("io.open", opened.append)
    IMessageChatLoader(path)
    assert opened == []


def test_what_went_away_before_it_was_opened_is_not_made_anew(tmp_path: Path) -> None:
    gone = tmp_path / "chat.db"
    with pytest.raises(sqlite3.OperationalError):
        connect_module._require_sqlite(gone)
    with pytest.raises(sqlite3.OperationalError):
        connect_module._begin(gone, "mode=ro&immutable=1")
    assert not gone.exists()


def test_a_sidecar_that_cannot_be_used_is_no_obstacle(
    path: Path, write: Callable, at: Callable
) -> None:
    with write(wal=True) as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    path.with_name("chat.db-wal").write_bytes(b"")
    path.with_name("chat.db-shm").write_bytes(b"junk")
    assert texts(path) == ["hello"]


def test_a_damaged_file_is_one_clear_error(
    path: Path, write: Callable, at: Callable
) -> None:
    with write() as db:
        chat = db.chat(db.handle("+15550101"))
        for n in range(2000):
            db.message(chat, f"message {n}", at=at(n))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatabaseError, match="damaged"):
        texts(path)
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(DatabaseError, match="damaged"):
        texts(path)


def test_another_sqlite_file_is_no_messages_database(path: Path) -> None:
    for script, missing in (
        ("CREATE TABLE t (x)", "message table"),
        ("CREATE TABLE message (text, date)", "chat_message_join table"),
        (
            (
                "CREATE TABLE message (date);"
                "CREATE TABLE chat_message_join (chat_id, message_id)"
            ),
            "neither text nor attributedBody",
        ),
    ):
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
        with pytest.raises(UnsupportedSchemaError, match=missing), ChatDatabase(path):
            pass


def test_the_file_is_looked_at_before_a_conversation_is_handed_on(
    path: Path, write: Callable, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "old", at=at(0))
    os.utime(path, (1e9, 1e9))
    read_rows = source_reader_module.read_rows

    def writing(*arguments: Any) -> None:
        os.utime(path)
        read_rows(*arguments)

    monkeypatch.setattr(source_reader_module, "read_rows", writing)
    with (
        ChatDatabase(path) as database,
        pytest.raises(DatabaseAccessError, match="changed by another program"),
    ):
        next(database.conversations())


def test_a_file_that_changed_while_it_was_opened_is_copied(
    path: Path, write: Callable, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    os.utime(path, (1e9, 1e9))
    begin, opened = connect_module._begin, list[str]()

    def begin_and_touch(file: Path, mode: str, **kwargs: Any) -> Any:
        connection = begin(file, mode, **kwargs)
        opened.append(mode)
        if mode == "mode=ro&immutable=1":
            os.utime(path, (1.1e9, 1.1e9))  # long ago, but not when it was
        return connection

    monkeypatch.setattr(connect_module, "_begin", begin_and_touch)
    assert texts(path) == ["hello"]
    assert opened == ["mode=ro&immutable=1", "mode=rw"]


def test_an_empty_log_beside_a_quiet_database_is_no_reason_to_copy_it(
    path: Path, write: Callable, at: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    os.utime(path, (1e9, 1e9))
    path.with_name(f"{path.name}-wal").touch()
    monkeypatch.setattr(connect_module, "copy_database", None)
    assert texts(path) == ["hello"]
