"""Pieces are answered in order, some ahead of their turn, and no more than may wait."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

from langchain_imessage.chatdb.workers import _worker_pool
from langchain_imessage.chatdb.workers._worker_pool import WorkerPool, pieces_of
from langchain_imessage.errors import DatabaseError

PIECES = [b"%d" % number for number in range(40)]


class Echo:
    """A worker that answers with what it was asked."""

    pool: WorkerPool
    furthest = 0
    dies_at = b""
    death: type[Exception] = EOFError

    def __init__(self, _module: str) -> None:
        self._asked: list[bytes] = []
        self._ended = threading.Event()

    def send(self, data: bytes) -> None:
        self._asked.append(data)
        if data != b"job":
            ahead = int(data) - type(self).pool._due
            type(self).furthest = max(type(self).furthest, ahead)

    def receive(self) -> bytes:
        if self._asked[-1] == self.dies_at:
            raise self.death
        return self._asked[-1]

    def end(self) -> None:
        self._ended.set()

    def close(self) -> None:
        assert self._ended.is_set()


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> type[Echo]:
    kind = type("Counted", (Echo,), {})
    monkeypatch.setattr(_worker_pool, "WorkerProcess", kind)
    return kind


def pool_of(echo: Any, workers: int) -> WorkerPool:
    echo.pool = WorkerPool("", workers, b"job")
    return echo.pool


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_answers_come_in_order(workers: int, echo: type[Echo]) -> None:
    pool = pool_of(echo, workers)
    assert [*pool.answers(PIECES)] == PIECES
    pool.close()
    pool.close()


@pytest.mark.parametrize(("held", "ahead"), [(0, 0), (1, 3)])
def test_no_more_is_read_ahead_than_may_wait(
    held: int, ahead: int, echo: type[Echo], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_worker_pool, "_MOST_HELD", held)
    pool = pool_of(echo, 3)
    assert [*pool.answers(PIECES)] == PIECES
    pool.close()
    assert echo.furthest <= ahead


@pytest.mark.parametrize("death", [EOFError, OSError, MemoryError])
def test_what_was_read_before_a_process_died_is_handed_on(
    death: type[Exception], echo: Any
) -> None:
    echo.dies_at, echo.death = b"7", death
    pool = pool_of(echo, 2)
    found = []
    with pytest.raises(DatabaseError, match="exited unexpectedly"):  # noqa: PT012
        for answer in pool.answers(PIECES):
            found.append(answer)  # noqa: PERF402 - what came before the error
    pool.close()
    assert found == PIECES[:7]


@pytest.mark.parametrize(("items", "workers"), [(1, 2), (9, 2), (100, 3), (10_000, 2)])
def test_pieces_are_all_items_in_order(items: int, workers: int) -> None:
    spans = [pickle.loads(piece) for piece in pieces_of(items, workers)]  # noqa: S301
    assert [n for start, stop in spans for n in range(start, stop)] == [*range(items)]
    assert len(spans) == items or len(spans) >= 32 * workers
