"""Conversations read by several processes, as one after another would be read here.

Owns when that cannot be: where the others would not read the same snapshot. Then nothing is
read by them, and the caller reads.
"""

from __future__ import annotations

import os
import pickle
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from langchain_imessage.chatdb._warnings import report, warn
from langchain_imessage.chatdb.workers import _reading_main
from langchain_imessage.chatdb.workers._packed_readings import unpacked
from langchain_imessage.chatdb.workers._sent_jobs import (
    NOT_SENT,
    ReadingJob,
    sent_job,
)
from langchain_imessage.chatdb.workers._worker_pool import WorkerPool, died, pieces_of
from langchain_imessage.errors import ArgumentValueError, DatabaseError
from langchain_imessage.worker_processes import pickled, sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import ExitStack

    from langchain_imessage.chatdb._conversation_reading import (
        ConversationReader,
        Reading,
    )
    from langchain_imessage.chatdb._ledger import RowCounts
    from langchain_imessage.chatdb._read_options import ReadOptions
    from langchain_imessage.records import Chat

_MOST_WORKERS: Final = max(2, os.cpu_count() or 1)
"""More processes than cores only wait for each other; two show what more would."""


def reading_in_turn(
    reader: ConversationReader,
    chats: Sequence[Chat],
    options: ReadOptions,
    counts: Sequence[RowCounts],
    resources: ExitStack,
) -> Callable[[Chat], Reading]:
    """Return what reads some conversations, one after another, in their order.

    Args:
        reader: Reads one.
        chats: The conversations.
        options: How many processes read, and what to do about unreadable rows.
        counts: Where rows that are no messages are counted, by database.
        resources: Ends the processes.

    Returns:
        A function of the next conversation; it raises what reading that raises.

    Raises:
        ArgumentValueError: If there are processes, and the content function cannot be sent.
        DatabaseError: If no process can be started.
    """
    here = partial(reader.read, counts=counts, report=partial(report, options.on_error))
    if options.workers == 1:
        return here
    if sendable(reader.policy) is None:  # however many conversations there are
        raise ArgumentValueError(NOT_SENT)
    job = ReadingJob(reader=reader, chats=chats, on_error=options.on_error)
    workers = min(options.workers, len(chats), _MOST_WORKERS)
    try:
        readings = _by_workers(job, workers, counts, resources)
    finally:  # whoever is to read them has opened them
        reader.databases.unlink_copies()
    return here if readings is None else partial(_next_of, readings, here)


def _next_of(
    readings: Iterator[Reading | None], here: Callable[[Chat], Reading], chat: Chat
) -> Reading:
    for reading in readings:
        return here(chat) if reading is None else reading
    raise died()


def _by_workers(
    job: ReadingJob, workers: int, counts: Sequence[RowCounts], resources: ExitStack
) -> Iterator[Reading | None] | None:
    """Have processes read; None if they would not read the same as this process."""
    sent = sent_job(job) if workers > 1 else None
    if sent is None:
        return None
    try:
        pool = WorkerPool(_reading_main.__name__, workers, pickled(sent.message()))
    except OSError as error:
        raise DatabaseError(
            "No process could be started to read the database: leave workers out"
        ) from error
    resources.callback(pool.close)
    first = [*map(pickle.loads, pool.first_answers())]  # our own processes wrote it
    cannot_open = any(isinstance(answer, DatabaseError) for answer in first)
    if cannot_open or not sent.is_latest():
        pool.close()
        return None
    for answer in first:
        _raise_error(answer)
    return _readings(pool, pieces_of(len(job.chats), workers), counts)


def _readings(
    pool: WorkerPool, pieces: Sequence[bytes], counts: Sequence[RowCounts]
) -> Iterator[Reading | None]:
    """Yield what was read; None for what is to be read here."""
    for data in pool.answers(pieces):
        answers: Any = pickle.loads(data)  # noqa: S301 - our own process wrote it
        _raise_error(answers)
        answers.reverse()
        del data
        while answers:
            found, problems, outcome = answers.pop()
            if outcome is None:
                yield None
                continue
            for source, read in zip(counts, found, strict=True):
                source.add(read)
            for problem in problems:
                warn(problem)
            yield unpacked(outcome)
            del outcome


def _raise_error(answer: Any) -> None:
    if isinstance(answer, BaseException):
        raise answer
