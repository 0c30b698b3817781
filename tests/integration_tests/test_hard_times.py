"""A database that is being written to, cut short, or damaged: an error or the truth.

How large it is and how often it is damaged comes from the environment (`make stress`:
a million rows, a thousand seeds); without it the tests are small.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.errors import DatabaseError
from langchain_imessage.testing import write_large_database

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.fresh

ROWS = int(os.environ.get("LANGCHAIN_IMESSAGE_ROWS", "5000"))
SEEDS = int(os.environ.get("LANGCHAIN_IMESSAGE_SEEDS", "40"))
PAGE = 4096

WRITER = """
import sqlite3, sys
path, first = sys.argv[1], int(sys.argv[2])
db = sqlite3.connect(path, isolation_level=None)
db.execute("PRAGMA wal_autocheckpoint = 50")
rowid = first
while True:
    rowid += 1
    db.execute("BEGIN")
    date = 700_000_000_000_000_000 + rowid
    db.execute(
        "INSERT INTO message (ROWID, guid, text, handle_id, date, is_from_me) "
        "VALUES (?, ?, 'live', 1, ?, 0)", (rowid, f"LIVE-{rowid}", date))
    db.execute("INSERT INTO chat_message_join VALUES (1, ?, ?)", (rowid, date))
    db.execute("COMMIT")
    print(rowid, flush=True)
    if rowid % 20 == 0 and sys.stdin.readline() != "go\\n":
        break
sys.stdin.readline()
"""


def state(path: Path) -> dict[str, tuple[int, bytes]]:
    return {
        file.name: (file.stat().st_mtime_ns, file.read_bytes())
        for file in sorted(path.parent.iterdir())
    }


def test_a_live_writer_is_neither_disturbed_nor_missed(path: Path) -> None:
    write_large_database(path, messages=ROWS, chats=40)
    command = [sys.executable, "-c", WRITER, str(path), str(ROWS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as writer:
        assert writer.stdin
        assert writer.stdout
        for _ in range(3):
            committed = [int(writer.stdout.readline()) for _ in range(20)][-1]
            writer.stdin.write("go\n")  # it writes on while we read
            writer.stdin.flush()
            loader = IMessageChatLoader(path)
            live = sorted(
                message.additional_kwargs["message_time"] - 700_000_000_000_000_000
                for session in loader.lazy_load()
                for message in session["messages"]
                if message.content == "live"
            )
            assert live == list(range(ROWS + 1, ROWS + len(live) + 1))
            assert live[-1] >= committed
            assert loader.ledger.rows == ROWS + len(live)
        [int(writer.stdout.readline()) for _ in range(20)]
        writer.stdin.write("stop\n")
        writer.stdin.flush()
        before = state(path)
        IMessageChatLoader(path).load()
        assert state(path) == before
        writer.stdin.write("end\n")


def truth(path: Path) -> dict[str | None, Any]:
    with ChatDatabase(path) as database:
        return {
            message.guid: (message.sender, message.is_from_me)
            for conversation in database.conversations()
            for message in conversation.messages
        }


def is_excused(message: Any, raw: bytes, damaged_page: int) -> bool:
    """Tell whether the damage is on the very page of the row or of its handle.

    SQLite keeps no checksums: within one row a changed bit can be another value.
    """
    needles = [str(message.guid).encode(), b"+1555"]
    for needle in needles:
        start = raw.find(needle)
        while start >= 0:
            if start // PAGE == damaged_page:
                return True
            start = raw.find(needle, start + PAGE)
    return False


@pytest.mark.parametrize("kind", ["truncated", "flipped"])
def test_a_damaged_copy_gives_one_clear_error_or_the_truth(
    kind: str, tmp_path: Path
) -> None:
    original = tmp_path / "original.db"
    write_large_database(original, messages=2000, chats=12)
    known = truth(original)
    raw = original.read_bytes()
    copy = tmp_path / "copy.db"
    for seed in range(SEEDS):
        check_damaged(kind, seed, raw, copy, known)


def test_a_large_damaged_copy_is_no_different(tmp_path: Path) -> None:
    original = tmp_path / "original.db"
    write_large_database(original, messages=ROWS, chats=40)
    known = truth(original)
    copy = tmp_path / "copy.db"
    shutil.copyfile(original, copy)
    raw = original.read_bytes()
    for seed, kind in enumerate(("truncated", "flipped", "flipped")):
        check_damaged(kind, seed, raw, copy, known)


def check_damaged(
    kind: str, seed: int, raw: bytes, copy: Path, known: dict[str | None, Any]
) -> None:
    chance = random.Random(f"{kind} {seed}")
    damaged = bytearray(raw)
    place = chance.randrange(len(raw))
    if kind == "truncated":
        del damaged[place:]
    else:
        damaged[place] ^= 1 << chance.randrange(8)
    copy.write_bytes(damaged)
    database = ChatDatabase(copy)
    messages = []
    with suppress(DatabaseError), database:
        for conversation in database.conversations():
            messages += conversation.messages
    ledger = database.ledger
    assert ledger.rows == ledger.messages + sum(ledger.reasons.values())
    wrong = [
        message
        for message in messages
        if message.guid in known
        and (message.sender, message.is_from_me) != known[message.guid]
    ]
    for message in wrong:
        assert is_excused(message, raw, place // PAGE), (kind, seed, message)
