"""Opening: no trace, no missed byte, and an error that says what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from langchain_imessage.chatdb import ChatDatabase
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
    copy = tmp_path / "copy" / "odd name #1?%20.db"
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
    monkeypatch.setattr(connect_module, "_copy", None)
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


def test_a_snapshot_is_deleted(
    path: Path,
    write: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with write():
        pass
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(connect_module.tempfile, "tempdir", str(private))
    with connect(path):
        (snapshot,) = private.iterdir()
        assert snapshot.stat().st_mode & 0o077 == 0
    assert list(private.iterdir()) == []


def test_a_file_that_changes_under_every_copy_is_given_up(
    path: Path, write: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        pass
    counts = iter(range(100))
    monkeypatch.setattr(connect_module, "_state", lambda _: next(counts))
    with (
        pytest.raises(DatabaseAccessError, match="Quit Messages"),
        ChatDatabase(path),
    ):
        pass


def test_a_sidecar_that_cannot_be_used_is_no_obstacle(
    path: Path, write: Callable, at: Callable
) -> None:
    with write(wal=True) as db:
        db.message(db.chat(db.handle("+15550101")), "hello", at=at(0))
    path.with_name("chat.db-wal").write_bytes(b"")
    path.with_name("chat.db-shm").write_bytes(b"junk")
    assert texts(path) == ["hello"]


@pytest.mark.parametrize("error", [PermissionError(1, "no"), OSError(28, "full")])
def test_a_copy_that_fails_says_so(
    error: OSError, path: Path, write: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        pass

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(connect_module.shutil, "copyfile", fail)
    with pytest.raises(DatabaseAccessError, match="Cannot copy"), ChatDatabase(path):
        pass


def test_what_sqlite_refuses_to_open_says_so(
    path: Path, write: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write():
        pass

    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("authorization denied")

    monkeypatch.setattr(connect_module.sqlite3, "connect", refuse)
    with (
        pytest.raises(DatabaseAccessError, match="Full Disk Access"),
        ChatDatabase(path),
    ):
        pass


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
