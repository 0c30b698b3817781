"""The same call from several threads, processes or callbacks starts one job."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from langchain_imessage.errors import FineTuningError
from langchain_imessage.finetuning import fine_tune
from langchain_imessage.finetuning.state._locks import locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_imessage.finetuning import Job
    from langchain_imessage.testing import FineTuningServer

pytest.importorskip("openai")
FILES, JOBS = "POST /files", "POST /fine_tuning/jobs"
CALL = """
import sys
from langchain_imessage.finetuning import fine_tune
fine_tune(sys.argv[1], base_url=sys.argv[2], confirm=True, progress=False)
"""


def test_threads_start_one_job_of_one_upload(
    train: Path, server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    found: list[str] = []

    def call() -> None:
        job = fine_tune(train, base_url=server.base_url, confirm=True, progress=False)
        found.append(job.job_id)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert (lines(FILES), lines(JOBS)) == (1, 1)


@pytest.mark.slow
def test_processes_start_one_job_of_one_upload(
    train: Path, server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    command = [sys.executable, "-c", CALL, str(train), server.base_url]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in processes] == [0] * 3
    assert (lines(FILES), lines(JOBS)) == (1, 1)


@pytest.mark.parametrize("moment", ["Uploading train.jsonl: 100 %", "Starting the job"])
def test_a_call_from_within_a_call_starts_no_second_job(
    moment: str, begin: Callable[..., Job], lines: Callable[[str], int]
) -> None:
    inner: list[Job] = []

    def say(line: str) -> None:
        if line == moment and not inner:
            inner.append(begin())

    outer = begin(progress=say)
    assert [job.job_id for job in inner] == [outer.job_id]
    assert lines(JOBS) == 1


@pytest.mark.parametrize("has_flock", [True, False])
def test_another_call_is_waited_for_until_told_to_stop(
    train: Path,
    begin: Callable[..., Job],
    server: FineTuningServer,
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_flock: bool,
) -> None:
    if not has_flock:  # as on Windows
        monkeypatch.setitem(sys.modules, "fcntl", None)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("Waiting"):
            raise FineTuningError("Stopped before the next step", code="stopped")

    holds, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(train):
            holds.set()
            may_end.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(60)
    try:
        with pytest.raises(FineTuningError, match="Stopped"):
            begin(progress=say)
    finally:
        may_end.set()
        thread.join()
    assert said[-1] == "Waiting for another call with these files"
    assert not [r for r in server.requests if r.method == "POST"]


def test_a_lock_ends_with_its_block_and_may_be_taken_twice(tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl"
    file.touch()
    waited: list[int] = []

    def elsewhere() -> None:
        with locked(file, lambda: waited.append(1)):
            pass

    with locked(file), locked(file):
        pass
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert waited == []
    assert [path.name for path in tmp_path.iterdir()] == ["train.jsonl"]


def test_without_flock_errors_are_those_of_other_systems(
    train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(KeyError) as raised, locked(train), locked(train):
        raise KeyError
    assert raised.value.__context__ is None
    with pytest.raises(FileNotFoundError), locked(train.with_name("gone")):
        pass


def test_a_file_system_without_locks_is_no_obstacle(
    train: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locked(train):
        pass

    def fail(*_: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(fcntl, "flock", fail)
    with pytest.raises(OSError, match="Input/output"), locked(train):
        pass


def test_copies_of_a_file_in_several_folders_start_one_job(
    train: Path, server: FineTuningServer, lines: Callable[[str], int]
) -> None:
    def call(file: Path) -> None:
        fine_tune(file, base_url=server.base_url, confirm=True, progress=False)

    files = [train.parent / str(n) / "train.jsonl" for n in range(4)]
    for file in files:
        file.parent.mkdir()
        file.write_bytes(train.read_bytes())
    threads = [threading.Thread(target=call, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lines(JOBS) == 1
