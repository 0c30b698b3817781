"""Private copies: of one moment, made by a process of their own, gone however we end."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from multiprocessing import spawn
from pathlib import Path
from typing import Any

import pytest

from langchain_imessage import IMessageChatLoader
from langchain_imessage.chatdb.sources import _copies, _copy_process
from langchain_imessage.chatdb.sources._copies import copy_database
from langchain_imessage.chatdb.sources._private_folders import private_folder, sweep
from langchain_imessage.errors import DatabaseAccessError, DatabaseError
from langchain_imessage.testing import write_sample

pytestmark = pytest.mark.fresh


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use a temporary folder of our own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_files_are_copied_and_what_is_missing_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    (tmp_path / "old-copy").write_bytes(b"of an earlier attempt")
    copy_database(
        [
            (tmp_path / "a", tmp_path / "copy"),
            (tmp_path / "a-wal", tmp_path / "old-copy"),
        ]
    )
    assert (tmp_path / "copy").read_bytes() == b"x" * 3_000_000
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "old-copy").exists()


@pytest.mark.parametrize("changes", ["header", "size", "time"])
def test_a_file_that_changes_while_it_is_copied_is_copied_again(
    changes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"0" * 200)
    copy, rounds = _copy_process._copy, iter(range(10))

    def copy_and_change(old: str, new: str, parent: int) -> None:
        copy(old, new, parent)
        number = next(rounds)
        if number < 2:
            before = source.stat()
            size = 201 + number if changes == "size" else 200
            source.write_bytes(f"{number + 1}".encode() * size)
            if changes != "time":  # as where a clock is coarse
                os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))

    monkeypatch.setattr(_copy_process, "_copy", copy_and_change)
    assert _copy_process.copy_files([(str(source), str(target))], os.getppid())
    assert target.read_bytes() == source.read_bytes()
    assert next(rounds) == 3


def test_a_file_that_changes_under_every_copy_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"x")
    states = iter(range(100))
    monkeypatch.setattr(_copy_process, "_state", lambda _: next(states))
    arguments = [str(os.getppid()), str(tmp_path / "a"), str(tmp_path / "b")]
    assert _copy_process._main(arguments) == {"changed": True}


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ({"changed": True}, DatabaseAccessError, "Quit Messages"),
        ({"errno": errno.ENOSPC}, OSError, "space"),
    ],
)
def test_what_the_process_answers_becomes_an_error(
    answer: dict[str, Any],
    kind: type[Exception],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "langchain_imessage.chatdb.sources._copies._run"
    monkeypatch.setattr(name, lambda *_, **__: answer)
    with pytest.raises(kind, match=words):
        copy_database([(tmp_path / "a", tmp_path / "b")])


def test_an_errno_comes_through_the_process(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(NotADirectoryError):
        copy_database([(tmp_path / "a", tmp_path / "a" / "b")])


@pytest.mark.parametrize("python", ["", "/bin/false", "/bin/echo"])
def test_without_an_interpreter_it_says_what_to_do(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawn, "get_executable", lambda: python)
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(DatabaseAccessError, match="Copy it together with"):
        copy_database([(tmp_path / "a", tmp_path / "b")])


def journal_naming(name: bytes, whole: bytes) -> bytes:
    """Add to a journal the record of a transaction over several databases."""
    page = 0x40000000 // int.from_bytes(whole[24:28], "big") + 1
    numbers = [page, len(name), sum(name) & 0xFFFFFFFF]
    first, *rest = [number.to_bytes(4, "big") for number in numbers]
    return whole + first + name + b"".join(rest) + bytes.fromhex("d9d505f920a163d7")


@pytest.mark.parametrize("is_there", [True, False])
def test_a_strangers_journal_can_name_no_file_to_be_deleted(
    is_there: bool, tmp_path: Path
) -> None:
    live, sent = Path(write_sample(tmp_path / "live.db")), tmp_path / "sent.db"
    with closing(sqlite3.connect(live, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE message SET text = hex(zeroblob(3000))")
        shutil.copy(live, sent)
        raw = live.with_name("live.db-journal").read_bytes()
    victim = tmp_path / "victim.txt"
    if is_there:
        victim.write_text("precious")
    journal = sent.with_name("sent.db-journal")
    journal.write_bytes(journal_naming(os.fsencode(victim), raw))
    if is_there:  # the transaction is not committed
        assert IMessageChatLoader(sent).load() == IMessageChatLoader(live).load()
        assert victim.read_text() == "precious"
    else:  # it is, in so far as it was written: here, half of it
        with pytest.raises(DatabaseError, match="damaged"):
            IMessageChatLoader(sent).load()


@pytest.mark.parametrize("length", [0, 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_damaged_end_of_a_journal_is_no_name(length: int, tmp_path: Path) -> None:
    path = tmp_path / "chat.db-journal"
    tail = length.to_bytes(4, "big") + bytes(4) + _copy_process._JOURNAL_MAGIC
    for raw in (b"", tail, b"x" + tail, bytes(100) + tail, tail[1:]):
        path.write_bytes(raw)
        _copy_process._forget_super_journal(str(path))
        assert path.stat().st_size in {0, 15}


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
def test_a_pipe_or_a_folder_beside_a_database_is_not_waited_for(
    suffix: str, tmp_path: Path
) -> None:
    path = Path(write_sample(tmp_path / "chat.db"))
    whole = len(IMessageChatLoader(path).load())
    for make in (os.mkfifo, os.mkdir):
        beside = path.with_name(path.name + suffix)
        make(beside)
        assert len(IMessageChatLoader(path).load()) == whole
        beside.unlink() if make is os.mkfifo else beside.rmdir()


def test_copies_that_nobody_waits_for_any_more_are_removed(tmp_path: Path) -> None:
    """The process that wanted them was killed while they were made."""
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a-wal").write_bytes(b"x")
    pairs = [str(tmp_path / name) for name in ("a", "b", "a-wal", "b-wal")]
    (tmp_path / "b-wal").write_bytes(b"of an earlier attempt")
    assert _copy_process._main([str(os.getpid()), *pairs]) == {}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "a-wal"]


def test_an_interpreter_that_starts_another_copies_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that of a virtual environment on Windows does."""
    launcher = tmp_path / "python"
    launcher.write_text(f'#!/bin/sh\n"{sys.executable}" "$@"\nexit $?\n')
    launcher.chmod(0o755)
    monkeypatch.setattr(_copies, "interpreter", lambda: str(launcher))
    monkeypatch.setattr(_copies, "_IS_WATCHED", False)
    (tmp_path / "a").write_bytes(b"x")
    copy_database([(tmp_path / "a", tmp_path / "b")])
    assert (tmp_path / "b").read_bytes() == b"x"


def test_a_folder_is_private_and_deleted(temporary: Path) -> None:
    with private_folder() as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "file").write_text("private")
        sweep()  # somebody holds it
        assert (folder / "file").exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows locks no folder")
def test_a_folder_that_was_swept_before_it_was_locked_is_made_again(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = tempfile.TemporaryDirectory, []

    def make_and_lose(**options: Any) -> Any:
        folder: Any = make(**options)
        made.append(folder)
        if len(made) == 1:
            Path(folder.name).rmdir()
        return folder

    monkeypatch.setattr(tempfile, "TemporaryDirectory", make_and_lose)
    with private_folder() as folder:
        assert folder.exists()
    assert len(made) == 2
    assert list(temporary.iterdir()) == []


def test_only_abandoned_folders_of_ours_are_swept(temporary: Path) -> None:
    abandoned = temporary / "langchain-imessage-copy-x"
    abandoned.mkdir()
    (abandoned / "chat.db").write_text("private")
    other = temporary / "other"
    other.mkdir()
    (temporary / "langchain-imessage-of-another-part").mkdir()
    (temporary / "langchain-imessage-copy-file").write_text("no folder")
    (temporary / "langchain-imessage-copy-link").symlink_to(other)
    sweep()
    assert sorted(p.name for p in temporary.iterdir()) == [
        "langchain-imessage-copy-file",
        "langchain-imessage-copy-link",
        "langchain-imessage-of-another-part",
        "other",
    ]


HOLD = """
import sys, time
from langchain_imessage.chatdb.sources import _connect, _private_folders
from langchain_imessage import IMessageChatLoader
_connect._QUIET = 3600
if sys.argv[2] == "reading":
    sessions = IMessageChatLoader(sys.argv[1]).lazy_load()
    next(sessions)
else:
    with _private_folders.private_folder() as folder:
        (folder / "chat.db").write_text("half a copy")
        print("ready", flush=True)
        time.sleep(60)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("when", ["reading", "copying"])
def test_a_killed_process_leaves_no_copy_for_longer_than_to_the_next_start(
    when: str, name: str, temporary: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", HOLD, write_sample(tmp_path / "chat.db"), when]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()
        sweep()
        assert len(list(temporary.iterdir())) == 1  # it is in use
        process.send_signal(getattr(signal, name))
    if when == "reading":
        assert [p for p in temporary.rglob("*") if p.is_file()] == []
    sweep()
    assert list(temporary.iterdir()) == []


def test_no_lock_of_ours_is_needed_where_the_system_has_none(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    (temporary / "langchain-imessage-copy-of-another").mkdir()
    with private_folder() as folder:
        assert folder.exists()
        sweep()
    assert len(list(temporary.iterdir())) == 1
