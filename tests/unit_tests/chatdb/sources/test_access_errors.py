"""What went wrong is named by its code; Full Disk Access is for what was refused alone."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from pathlib import Path

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.chatdb.sources._access_errors import translated_errors
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseError,
    DatabaseNotFoundError,
)
from langchain_imessage.testing import write_sample

pytestmark = pytest.mark.fresh

PATH = Path("chat.db")


def from_sqlite(code: int | None, kind: type[sqlite3.Error]) -> DatabaseError:
    error = kind("words")
    if code is not None:
        error.sqlite_errorcode = code
    with pytest.raises(DatabaseError) as caught, translated_errors(PATH):
        raise error
    return caught.value


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY_DIRECTORY,
        sqlite3.SQLITE_IOERR_READ,
    ],
)
def test_what_is_refused_is_a_matter_of_full_disk_access(code: int) -> None:
    error = from_sqlite(code, sqlite3.OperationalError)
    assert isinstance(error, DatabaseAccessError)
    assert "Full Disk Access" in str(error)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (sqlite3.SQLITE_FULL, "no space left"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "damaged"),
        (sqlite3.SQLITE_NOTADB, "damaged"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked by another program"),
        (sqlite3.SQLITE_INTERRUPT, "steps"),
        (sqlite3.SQLITE_ERROR, "cannot be read: words"),
    ],
)
def test_nothing_else_is(code: int, words: str) -> None:
    error = from_sqlite(code, sqlite3.OperationalError)
    assert words in str(error)
    assert "Full Disk Access" not in str(error)


def test_an_error_that_python_makes_of_a_row_is_neither_quoted_nor_chained() -> None:
    error = from_sqlite(None, sqlite3.OperationalError)
    assert "words" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOENT, DatabaseNotFoundError, "not found"),
        (errno.EPERM, DatabaseAccessError, "Full Disk Access"),
        (errno.EACCES, DatabaseAccessError, "Full Disk Access"),
        (errno.ENOSPC, DatabaseAccessError, "no space left"),
        (errno.EMFILE, DatabaseAccessError, "Too many open files"),
        (errno.ENAMETOOLONG, DatabaseAccessError, "too long"),
    ],
)
def test_what_the_system_refuses_is_told_by_its_number(
    number: int, kind: type[DatabaseError], words: str
) -> None:
    with pytest.raises(kind, match=words), translated_errors(PATH):
        raise OSError(number, os.strerror(number))


def test_a_database_used_after_its_block_says_so(tmp_path: Path) -> None:
    with ChatDatabase(write_sample(tmp_path / "chat.db")) as database:
        conversations = database.conversations()
        next(conversations)
    with pytest.raises(DatabaseError, match="closed"):
        next(conversations)


@pytest.mark.parametrize("name", ["x" * 300, "nul\0.db", "\ud800.db"])
def test_a_name_no_file_can_have_is_an_error_of_ours(name: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError):
        IMessageChatLoader(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_path_that_is_no_utf8_is_read(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9 #1?%20.db"
    write_sample(tmp_path / "chat.db").rename(path)
    assert IMessageChatLoader(path).load()
    path.write_bytes(b"no database, whatever its name may be like")
    with pytest.raises(DatabaseAccessError) as caught:
        IMessageChatLoader(path)
    str(caught.value).encode()  # it can be printed


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_what_is_no_regular_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    with pytest.raises(DatabaseAccessError, match="not a regular file"):
        IMessageChatLoader(path)
