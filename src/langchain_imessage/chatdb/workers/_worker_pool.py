"""Processes that answer pieces of a job: in order, some ahead, no more than memory allows.

Owns who reads which piece and what waits for its turn. A thread for each process hands it
pieces, one by one, and takes its answers, so that a large conversation keeps nobody waiting.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from langchain_imessage.errors import DatabaseError
from langchain_imessage.worker_processes import WorkerProcess, pickled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_HELD: Final = 32 * 1024 * 1024
"""Bytes of answers that wait for their turn: some 250,000 messages. One more for each
process may come."""

_PIECES: Final = 32
"""Pieces for each process, at least, if there are as many conversations."""

_MOST_OF_A_PIECE: Final = 8
"""Conversations: most are small, and each answer takes a moment to send."""


class WorkerPool:
    """Processes at work on one job.

    Args:
        module: The processes' module.
        workers: How many.
        job: What each is sent first, pickled.

    Raises:
        OSError: If no process can be started.
    """

    def __init__(self, module: str, workers: int, job: bytes) -> None:
        self._changed = threading.Condition()
        self._answers: dict[int, bytes | None] = {}
        self._held = self._handed_out = self._due = 0
        self._is_closed = False
        self._threads: list[threading.Thread] = []
        self._processes: list[WorkerProcess] = []
        try:
            for _ in range(workers):
                self._processes.append(WorkerProcess(module))
            for process in self._processes:
                process.send(job)
        except BaseException:
            self.close()
            raise

    def first_answers(self) -> Iterator[bytes]:
        """Yield what each process sends of itself.

        Raises:
            DatabaseError: If one ends before.
        """
        for process in self._processes:
            try:
                yield process.receive()
            except EOFError:
                raise died() from None

    def answers(self, pieces: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the answer to each piece, in order; once.

        Raises:
            DatabaseError: If the process that reads the next one has ended.
        """
        self._threads = [
            # Daemons: a program that ends is not kept by what nobody asks for any more.
            threading.Thread(target=self._serve, args=(process, pieces), daemon=True)
            for process in self._processes
        ]
        for thread in self._threads:
            thread.start()
        for number in range(len(pieces)):
            yield self._taken(number)

    def close(self) -> None:
        """End the processes; any number of times."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        for process in self._processes:
            process.end()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.close()
        self._processes, self._threads = [], []

    def _taken(self, number: int) -> bytes:
        with self._changed:
            self._due = number
            self._changed.notify_all()
            self._changed.wait_for(lambda: number in self._answers or self._is_closed)
            answer = self._answers.pop(number, None)
            if answer is None:
                raise died()
            self._held -= len(answer)
            return answer

    def _serve(self, process: WorkerProcess, pieces: Sequence[bytes]) -> None:
        """Have a process answer pieces until there are no more."""
        while (number := self._next_piece(len(pieces))) is not None:
            try:
                process.send(pieces[number])
                answer = process.receive()
            except Exception:  # noqa: BLE001 - as if it had ended: else it is waited for
                answer = None
            with self._changed:
                self._answers[number] = answer
                self._held += len(answer or b"")
                self._changed.notify_all()
            if answer is None:
                return

    def _next_piece(self, pieces: int) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._may_go_on())
            number = self._handed_out
            if self._is_closed or number >= pieces:
                return None
            self._handed_out += 1
            return number

    def _may_go_on(self) -> bool:
        return self._held < _MOST_HELD or self._handed_out <= self._due


def died() -> DatabaseError:
    """Return the error that a process which reads has ended."""
    return DatabaseError("A process that reads the database exited unexpectedly")


def pieces_of(items: int, workers: int) -> list[bytes]:
    """Return the pieces of so many items, pickled: where each begins and ends.

    They are small, as whoever is done takes the next one.
    """
    size = max(1, min(_MOST_OF_A_PIECE, items // (workers * _PIECES)))
    return [
        pickled((start, min(start + size, items))) for start in range(0, items, size)
    ]
