"""What a worker does, in a thread: the pool and the pieces without starting processes."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from langchain_imessage.chatdb.workers import _reading_main, _worker_pool
from langchain_imessage.worker_processes import (
    WorkerProcess,
    pickled_error,
    read_value,
    write_value,
)

if TYPE_CHECKING:
    import subprocess


class ThreadInPlace:
    """A worker that is a thread of this process."""

    started = 0

    def __init__(self, _module: str) -> None:
        type(self).started += 1
        source, self._source = _pipe()
        self._output, output = _pipe()
        self._thread = threading.Thread(target=self._serve, args=(source, output))
        self._thread.start()

    @staticmethod
    def _serve(source: BinaryIO, output: BinaryIO) -> None:
        with suppress(BrokenPipeError), source, output:
            try:
                _reading_main.work(source, output)
            except EOFError:
                pass
            except Exception as error:  # noqa: BLE001 - as `serve` does
                write_value(pickled_error(error), output)

    def send(self, data: bytes) -> None:
        with suppress(OSError):
            write_value(data, self._source)

    def receive(self) -> bytes:
        return read_value(self._output)

    def end(self) -> None:
        with suppress(OSError):
            self._source.close()

    def close(self) -> None:
        self._output.close()
        self._thread.join()


def _pipe() -> tuple[Any, Any]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> type[ThreadInPlace]:
    """Let workers be threads; `started` says how many there were."""
    monkeypatch.setattr(ThreadInPlace, "started", 0)
    monkeypatch.setattr(_worker_pool, "WorkerProcess", ThreadInPlace)
    return ThreadInPlace


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Collect the processes that are started."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(WorkerProcess):
        def __init__(self, module: str) -> None:
            super().__init__(module)
            started.append(self._process)

    monkeypatch.setattr(_worker_pool, "WorkerProcess", Noted)
    return started
