"""Readers and writers of one database in one process: no torn reading, no lost lock.

How many rounds comes from the environment (`make stress`: a thousand).
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.errors import DatabaseAccessError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.fresh

ROUNDS = int(os.environ.get("LANGCHAIN_IMESSAGE_ROUNDS", "10"))
MESSAGES = 300

OTHER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
for line in sys.stdin:
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        print("free", flush=True)
    except sqlite3.OperationalError as error:
        print(error, flush=True)
"""


class Live:
    """Writes one version after the other to all messages, each in one transaction."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stop = threading.Event()
        self.version = 0

    def run(self) -> None:
        with closing(connection_to(self._path)) as live:
            while not self._stop.wait(0.02):
                live.execute("BEGIN IMMEDIATE")
                live.execute(f"UPDATE message SET text = 'v{self.version + 1}'")
                live.execute("COMMIT")
                self.version += 1

    def stop(self) -> None:
        self._stop.set()


def connection_to(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=60, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = 5")  # what is not committed is in the file
    return connection


def read(path: Path, live: Live, problems: list[Any]) -> None:
    for _ in range(ROUNDS):
        least = live.version
        with suppress(DatabaseAccessError):  # it changed under each of five copies
            versions = [
                message.content
                for session in IMessageChatLoader(path).lazy_load()
                for message in session["messages"]
            ]
            first = str(versions[0])
            if versions != [first] * MESSAGES or int(first[1:]) < least:
                problems.append((least, sorted({str(v) for v in versions})))


def write_and_give_up(path: Path, problems: list[Any]) -> None:
    """Hold a transaction of the caller's own, while another process asks for one."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", OTHER, str(path)]
    with (
        closing(connection_to(path)) as own,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other,
    ):
        assert other.stdin
        assert other.stdout
        for _ in range(ROUNDS):
            own.execute("BEGIN IMMEDIATE")
            own.execute("UPDATE message SET text = 'never committed'")
            IMessageChatLoader(path)
            other.stdin.write("try\n")
            other.stdin.flush()
            if (answer := other.stdout.readline()) != "database is locked\n":
                problems.append(answer)
            own.execute("ROLLBACK")


@pytest.mark.parametrize("wal", [False, True])
def test_readers_and_writers_of_one_process_get_along(
    wal: bool, path: Path, write: Callable, at: Callable
) -> None:
    """Two readers, a transaction that is rolled back, a live writer, another process."""
    with write(wal=wal) as db:
        chats = [db.chat(db.handle(f"+1555010{n:02}")) for n in range(10)]
        for n in range(MESSAGES):
            db.message(chats[n % 10], "v0", at=at(n))
    problems: list[Any] = []
    live = Live(path)
    writer = threading.Thread(target=live.run)
    others = [
        threading.Thread(target=read, args=(path, live, problems)) for _ in range(2)
    ]
    others.append(threading.Thread(target=write_and_give_up, args=(path, problems)))
    for thread in (writer, *others):
        thread.start()
    for thread in others:
        thread.join()
    live.stop()
    writer.join()
    assert problems == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
