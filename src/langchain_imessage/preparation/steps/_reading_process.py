"""Conversations read, split and merged in a process of their own, while others are worked on.

Owns that process: what is sent to it, what comes back, and its end. One process reads, from
one snapshot of the database, in the order it would be read in here; so what comes back is
what would have been made here. The process is started anew, not forked, and ends when
nobody takes what it makes any more.
"""

from __future__ import annotations

import pickle
import warnings
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from langchain_core.messages import AIMessage, HumanMessage

from langchain_imessage.errors import ExportError
from langchain_imessage.garbage_collection import collection_paused
from langchain_imessage.preparation.steps._pipeline import Pass
from langchain_imessage.transforms.messages._fast_construct import (
    ai_message_maker,
    human_message_maker,
)
from langchain_imessage.worker_processes import (
    WorkerProcess,
    pickled,
    read_value,
    serve,
    write_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_core.chat_sessions import ChatSession
    from langchain_core.messages import BaseMessage

    from langchain_imessage.chat_loaders.imessage import IMessageChatLoader
    from langchain_imessage.preparation.steps._choices import Choices
    from langchain_imessage.preparation.steps._pass_counts import ReadCounts
    from langchain_imessage.records import Ledger

_BATCH: Final = 64
"""Segments sent at a time."""

_PLAIN_FIELDS = frozenset({"content", "id", "additional_kwargs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEnd:
    """What is known when all is read.

    Attributes:
        counts: What was counted.
        unmatched: The opt-outs that matched nobody and nothing.
        absent: Those of `people` who take part in no conversation.
        ledger: Of the loader.
        warnings: What was warned of, and how.
    """

    counts: ReadCounts
    unmatched: tuple[str, ...]
    absent: tuple[str, ...]
    ledger: Ledger
    warnings: tuple[tuple[str, type[Warning]], ...]


def read_in_process(
    loader: IMessageChatLoader,
    choices: Choices,
    ended: Callable[[ReadingEnd], object],
    progress: Callable[[int], object],
    *,
    for_rows: bool = False,
) -> Iterator[ChatSession]:
    """Yield the merged segments of a loader's conversations.

    Args:
        loader: What to read.
        choices: What was chosen.
        ended: Called with what is known when all is read.
        progress: Called with how many conversations have been read.
        for_rows: Whether the messages need no more than rows are made of.

    Raises:
        ExportError: If the loader cannot be sent to another process, or that ends.
        IMessageError: What reading raised there.
    """
    job = _job(loader, choices, for_rows=for_rows)
    with closing(WorkerProcess(__name__)) as process:
        process.send(job)
        while True:
            batch = _received(process.receive)
            if isinstance(batch, Exception):
                raise batch
            if isinstance(batch, ReadingEnd):
                for message, category in batch.warnings:
                    warnings.warn(message, category, stacklevel=2)
                ended(batch)
                return
            for read, session in batch:
                progress(read)
                yield session


def _job(loader: IMessageChatLoader, choices: Choices, *, for_rows: bool) -> bytes:
    job = loader, choices.for_reading(), for_rows
    try:
        return pickled(job)
    except (pickle.PicklingError, AttributeError, TypeError):
        # Not from it: it may quote what cannot be sent.
        raise ExportError(
            "workers reads in another process, to which this loader cannot be sent: give "
            "it functions that are defined in a module, or leave workers out"
        ) from None


def _received(receive: Callable[[], bytes]) -> Any:
    """Return what was sent; the segments of a batch as they are made here."""
    try:
        data = receive()
    except EOFError:
        raise ExportError("The reading process exited unexpectedly") from None
    with collection_paused():  # once all is there: nothing is waited for meanwhile
        value = pickle.loads(data)  # noqa: S301 - our own process wrote it
        if isinstance(value, list):
            return [(read, _unpacked(session)) for read, session in value]
        return value


def _packed(session: ChatSession) -> dict[str, Any]:
    return {**session, "messages": [_packed_message(m) for m in session["messages"]]}


def _packed_message(message: BaseMessage) -> Any:
    """Return a message as a tuple, where that says all there is of it."""
    kind = type(message)
    is_plain = (
        (kind is HumanMessage or kind is AIMessage)
        and message.model_fields_set <= _PLAIN_FIELDS
        and not message.__pydantic_extra__
    )
    if not is_plain:
        return message
    return kind is AIMessage, message.content, message.id, message.additional_kwargs


def _unpacked(session: dict[str, Any]) -> ChatSession:
    make = human_message_maker(), ai_message_maker()
    session["messages"] = [
        make[message[0]](*message[1:]) if type(message) is tuple else message
        for message in session["messages"]
    ]
    return session  # type: ignore[return-value]


def _read(job: BinaryIO, output: BinaryIO) -> None:
    """Read what is asked for, and write it."""
    loader, choices, for_rows = pickle.loads(read_value(job))  # noqa: S301 - likewise
    reading = Pass(choices)
    merge = reading.merged_for_rows if for_rows else reading.merged
    batch: list[tuple[int, dict[str, Any]]] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for segment in merge(loader.lazy_load()):
            batch.append((reading.counts.sessions, _packed(segment)))
            if len(batch) == _BATCH:
                write_value(pickled(batch), output)
                batch.clear()
        write_value(pickled(batch), output)
    told = tuple((str(one.message), one.category) for one in caught)
    end = ReadingEnd(
        counts=reading.counts.read(),
        unmatched=reading.opt_outs.unmatched,
        absent=reading.audience.absent,
        ledger=loader.ledger,
        warnings=told,
    )
    write_value(pickled(end), output)


def main() -> None:
    """Do what standard input says, and write to standard output."""
    serve(_read)
