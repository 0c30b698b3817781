"""Several processes read what one reads: records, order, ledger, cursor, warnings, errors."""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from contextlib import closing
from multiprocessing import spawn
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_imessage import ChatDatabase, IMessageChatLoader
from langchain_imessage.chatdb._conversation_reading import ConversationReader
from langchain_imessage.chatdb.sources import _connect
from langchain_imessage.chatdb.sources.backups import _backups
from langchain_imessage.chatdb.workers import _sent_jobs, _shared_reading, _worker_pool
from langchain_imessage.errors import (
    DatabaseAccessError,
    DatabaseError,
    DecodeError,
)
from langchain_imessage.testing import write_large_database, write_sample

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from langchain_imessage.records import Message


def shouted(message: Message) -> str | None:
    return message.text.upper() or None


def everything(path: Any, **options: Any) -> tuple[Any, ...]:
    """Return all that a pass gives."""
    told: list[tuple[int, int]] = []
    progress = lambda *done: told.append(done)  # noqa: E731
    with (
        warnings.catch_warnings(record=True) as caught,
        ChatDatabase(path, progress=progress, **options) as database,
    ):
        warnings.simplefilter("always")
        found = [*database.conversations()]
        said = [(str(one.message), one.category) for one in caught]
        return found, database.ledger, database.cursor, told, said


@pytest.mark.usefixtures("threads")
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 10_000),
    chats=st.integers(1, 9),
    options=st.sampled_from(
        [{}, {"content": "annotated"}, {"content": shouted}, {"unify_chats": False}]
    ),
)
def test_what_comes_out_is_the_same_however_many_read(
    seed: int,
    chats: int,
    options: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_worker_pool, "_MOST_HELD", seed % 3 * 1000)
    kinds = {"rich": 0.2, "edited": 0.1, "replies": 0.1, "empty": 0.1}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "chat.db")
        write_large_database(path, messages=60, chats=chats, seed=seed, **kinds)
        expected = everything(path, **options)
        for workers in (2, 3):
            assert everything(path, workers=workers, **options) == expected
    ledger = expected[1]
    assert ledger.rows == ledger.messages + sum(ledger.reasons.values())


@pytest.mark.slow
def test_processes_read_what_is_read_here(
    path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    write_sample(path)
    other = write_sample(path.with_name("other.db"))
    expected = everything([path, other], on_error="warn")
    assert everything([path, other], on_error="warn", workers=2) == expected
    assert [process.returncode for process in processes] != [None, None]
    assert len(processes) == 2


def test_a_loader_reads_with_them(path: Path, threads: Any) -> None:
    write_sample(path)
    expected = IMessageChatLoader(path).load()
    loader = IMessageChatLoader(path, workers=2)
    assert loader.load() == expected
    assert threads.started == 2


def test_since_delivers_the_same(path: Path, threads: Any) -> None:
    write_sample(path)
    with ChatDatabase(path) as database:
        list(database.conversations())
        since = database.cursor
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("UPDATE message SET text = text || '!' WHERE ROWID % 9 = 0")
        writer.commit()
    expected = everything(path, since=since)
    assert everything(path, since=since, workers=2) == expected
    assert threads.started == 2


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("on_error", ["warn", "raise"])
def test_unreadable_rows_are_reported_as_one_process_does(
    on_error: str, path: Path
) -> None:
    write_sample(path)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("UPDATE message SET text = NULL, attributedBody = x'04ff'")
        writer.commit()
    if on_error == "warn":
        expected = everything(path, on_error=on_error)
        assert expected[4]
        assert everything(path, on_error=on_error, workers=3) == expected
        return
    outcomes = []
    for workers in (1, 2):
        with ChatDatabase(path, on_error="raise", workers=workers) as database:
            with pytest.raises(DecodeError) as caught:
                list(database.conversations())
            outcomes.append((str(caught.value), caught.value.guid, database.ledger))
    assert outcomes[0] == outcomes[1]


def test_what_a_caller_gave_and_cannot_be_sent_is_read_with_here(
    path: Path, threads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(path)
    expected = everything(path)
    refuse = Mock(side_effect=ValueError("secret words"))
    monkeypatch.setattr(ConversationReader, "__reduce_ex__", refuse)
    assert everything(path, workers=2) == expected
    assert threads.started == 0


def test_no_more_processes_are_started_than_there_are_cores(
    path: Path, threads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(path)
    monkeypatch.setattr(_shared_reading, "_MOST_WORKERS", 3)
    expected = everything(path)
    assert everything(path, workers=1000) == expected
    assert threads.started == 3


def test_a_database_that_is_written_to_is_read_of_one_moment(
    path: Path, write: Callable, at: Callable, threads: Any
) -> None:
    with write(wal=True) as db:
        chats = [db.chat(db.handle(f"+1555010{n}")) for n in range(4)]
        for minute, chat in enumerate(chats):
            db.message(chat, "before", at=at(minute))
    live = sqlite3.connect(path, isolation_level=None)
    with closing(live):
        live.execute("UPDATE message SET text = 'as it was'")
        with ChatDatabase(path, workers=2) as database:
            read = database.conversations()
            texts = [m.text for m in next(read).messages]
            live.execute("UPDATE message SET text = 'changed meanwhile'")
            texts += [m.text for found in read for m in found.messages]
            assert threads.started == 2
            # What others would read now is no longer what this one reads.
            texts += [m.text for c in database.conversations() for m in c.messages]
            assert threads.started == 4
    assert texts == ["as it was"] * 8


@pytest.mark.usefixtures("threads")
def test_a_file_that_changes_while_it_is_read_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langchain_imessage.chatdb.sources._connect._QUIET", -1)
    write_sample(path)
    with ChatDatabase(path, workers=2) as database:
        path.touch()
        with pytest.raises(DatabaseAccessError, match="changed by another program"):
            list(database.conversations())


@pytest.mark.slow
def test_a_killed_process_is_one_clear_error_and_the_others_end(
    path: Path,
    processes: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_worker_pool, "_MOST_HELD", 0)
    write_sample(path)
    with ChatDatabase(path, workers=2) as database:
        read = database.conversations()
        next(read)
        for process in processes:
            process.kill()
        with pytest.raises(DatabaseError, match="exited unexpectedly"):
            list(read)
    assert None not in [process.returncode for process in processes]


@pytest.mark.slow
@pytest.mark.parametrize("closes", ["the iterator", "the database"])
def test_who_stops_early_ends_the_processes(
    closes: str, path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    write_sample(path)
    with ChatDatabase(path, workers=2) as database:
        read: Any = database.conversations()
        next(read)
        if closes == "the iterator":
            del read
        else:
            database.__exit__(None, None, None)
        assert None not in [process.returncode for process in processes]


@pytest.mark.fresh
def test_a_copy_of_the_database_is_gone_once_all_have_opened_it(
    path: Path, threads: Any
) -> None:
    write_sample(path)
    expected = everything(path)[0]
    with ChatDatabase(path, workers=2) as database:
        copy = database._open.databases.first._statements.connection.snapshot.path  # type: ignore[union-attr]
        assert copy.exists()
        assert copy.parent.stat().st_mode & 0o777 == 0o700
        read = database.conversations()
        found = [next(read)]
        assert [*copy.parent.iterdir()] == []
        found += read
        assert [*database.conversations()] == found == expected  # here alone
        assert threads.started == 2
    assert not copy.parent.exists()


@pytest.mark.fresh
@pytest.mark.parametrize("alone", ["a conversation", "nothing is sent"])
def test_a_copy_that_nobody_else_reads_is_gone_too(
    alone: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_large_database(path, messages=5, chats=1 if alone == "a conversation" else 3)
    if alone == "nothing is sent":
        monkeypatch.setattr(_shared_reading, "sent_job", lambda _: None)
    with ChatDatabase(path, workers=2) as database:
        copy = database._open.databases.first._statements.connection.snapshot.path  # type: ignore[union-attr]
        assert copy.exists()
        next(database.conversations())
        assert not copy.exists()


@pytest.mark.fresh
@pytest.mark.parametrize(
    "alone",
    ["its files are decrypted", "its copy is damaged", "others cannot open it"],
)
def test_what_others_cannot_read_is_read_here(
    alone: str, path: Path, threads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(path)
    expected = everything(path)
    if alone == "its files are decrypted":
        locate = lambda stored: (stored, False)  # noqa: E731
        monkeypatch.setattr(_backups, "beside", lambda *_: locate)
    elif alone == "its copy is damaged":
        monkeypatch.setattr(_connect, "_open_shared_copy", _connect._open_copy)
    else:
        refuse = Mock(side_effect=DatabaseAccessError("locked"))
        monkeypatch.setattr(_sent_jobs, "open_snapshot", refuse)
    assert everything(path, workers=2)[0][0].messages == expected[0][0].messages
    assert threads.started == (2 if alone == "others cannot open it" else 0)


@pytest.mark.usefixtures("threads")
def test_readings_that_end_early_are_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sample(path)
    monkeypatch.setattr(_shared_reading, "_readings", lambda *_: iter(()))
    with (
        ChatDatabase(path, workers=2) as database,
        pytest.raises(DatabaseError, match="exited unexpectedly"),
    ):
        list(database.conversations())


def test_without_an_interpreter_it_says_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spawn, "get_executable", lambda: "")
    write_sample(path)
    with (
        ChatDatabase(path, workers=2) as database,
        pytest.raises(DatabaseError, match="leave workers out"),
    ):
        list(database.conversations())


def test_one_conversation_needs_no_process(path: Path, threads: Any) -> None:
    write_large_database(path, messages=5, chats=1)
    with ChatDatabase(path, workers=2) as database:
        assert len([*database.conversations()]) == 1
    assert threads.started == 0
