"""The process that reads pieces of a job, one after another; runs in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from langchain_imessage.chatdb._ledger import RowCounts
from langchain_imessage.chatdb._warnings import unreadable
from langchain_imessage.chatdb.workers._packed_readings import PackedReading, packed
from langchain_imessage.chatdb.workers._sent_jobs import received_job
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.worker_processes import (
    Terminated,
    pickled,
    received,
    sendable,
    serve,
    write_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_imessage.chatdb.rows._columns import MessageRow
    from langchain_imessage.chatdb.workers._sent_jobs import ReadingJob
    from langchain_imessage.records import Chat

READY = "ready"
"""What is sent once the databases are open."""


class Answer(NamedTuple):
    """What came of one conversation.

    Attributes:
        counts: Of its rows, by database.
        problems: What to warn of.
        outcome: The reading; None if the caller is to read, and have the error.
    """

    counts: Sequence[RowCounts]
    problems: Sequence[str]
    outcome: PackedReading | None


_READ_BY_CALLER = Answer((), (), None)
"""In place of what failed, or is content that cannot be sent."""


def work(source: BinaryIO, output: BinaryIO) -> None:
    """Open what is to be read, and answer each piece of it that is asked for."""
    job = received_job(*received(source))
    write_value(pickled(READY), output)
    while True:
        start, stop = received(source)
        with collection_paused():
            data = sendable([*_answers(job, job.chats[start:stop])])
        write_value(data or pickled([_READ_BY_CALLER] * (stop - start)), output)


def _answers(job: ReadingJob, chats: Sequence[Chat]) -> Iterator[Answer]:
    sources = len(job.reader.recent_from)
    for chat in chats:
        counts = [RowCounts() for _ in range(sources)]
        problems: list[str] = []

        def report(row: MessageRow, problems: list[str] = problems) -> None:
            if problem := unreadable(job.on_error, row):
                problems.append(problem)

        try:
            reading = job.reader.read(chat, counts, report)
        except Terminated:
            raise
        except BaseException:  # noqa: BLE001 - even what content meant to end the program
            yield _READ_BY_CALLER
        else:
            yield Answer(counts, problems, packed(reading))


def main() -> None:
    """Read what standard input says, and write to standard output."""
    serve(work)
